"""Brings the schema up to date: numbered .cql files, each applied once and recorded.

Every statement may run twice (IF NOT EXISTS), so a migration that was cut short is simply run again from its start.
One process at a time migrates, by a lease in the store. Should two overlap all the same (a paused one wakes up), the
fixed table ids keep them from making two different tables of one name.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.errors import DRIVER_ERRORS, translated
from automl.backends.cassandra.query import Level
from automl.backends.cassandra.sessions import CassandraSession
from automl.core.errors import UnavailableError
from automl.core.failpoint import failpoint

_FOLDER = Path(__file__).with_name("schema")
_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\{meta\}|\{chunks\})\.(\w+)")
_KEYSPACE = (
    "CREATE KEYSPACE IF NOT EXISTS {name} WITH replication = {{'class': 'NetworkTopologyStrategy', '{dc}': {factor}}}"
)
_RECORD_TABLE = """
CREATE TABLE IF NOT EXISTS {meta}.migration (
  name text, version int, owner text, checksum text, PRIMARY KEY ((name), version)
) WITH ID = {id}
"""
_LEASE_S = 60
_LEASE_WAIT_S = 180.0
_POLL_S = 0.2
_LEASE = "name = 'lease' AND version = 0"
_TAKE = "INSERT INTO {meta}.migration (name, version, owner) VALUES ('lease', 0, %s) IF NOT EXISTS USING TTL {ttl}"
_RENEW = f"UPDATE {{meta}}.migration USING TTL {{ttl}} SET owner = %s WHERE {_LEASE} IF owner = %s"  # noqa: S608
_RELEASE = f"DELETE FROM {{meta}}.migration WHERE {_LEASE} IF owner = %s"  # noqa: S608
_RECORDED = "SELECT version, checksum FROM {meta}.migration WHERE name = 'applied'"
_RECORD = "INSERT INTO {meta}.migration (name, version, owner, checksum) VALUES ('applied', %s, %s, %s)"


@dataclass(frozen=True)
class Migration:
    """One numbered file. statements: with `{meta}`, `{chunks}` and `{id}` where the names belong."""

    version: int
    statements: tuple[str, ...]

    @property
    def checksum(self) -> str:
        """Of what the statements say; comments may be mended."""
        return hashlib.sha256(";".join(" ".join(each.split()) for each in self.statements).encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """All we know, by number."""
    return tuple(_load(path) for path in sorted(_FOLDER.glob("[0-9]*.cql")))


def migrate(connection: CassandraConnection) -> list[int]:
    """Make keyspaces and tables, or bring them up to date. Returns the versions that this call applied.

    Safe to call from several processes at once and at every start; when nothing is to do it changes nothing.
    Raises UnavailableError: no node answers, the nodes do not agree on the schema, another process holds the lease for
    too long, or the store was made by a newer or an altered version (codes `newer_format`, `schema_changed`).
    """
    with translated(), contextlib.closing(_any_host(connection.config)) as session:
        return _Run(connection.config, session).run()


class _Run:
    def __init__(self, config: CassandraConfig, session: CassandraSession) -> None:
        self._config = config
        self._session = session
        self._owner = uuid.uuid4().hex

    def run(self) -> list[int]:
        self._prepare()
        if not self._missing():
            self._agree()
            return []
        with self._lease():
            missing = self._missing()
            for migration in missing:
                self._apply(migration)
            self._agree()
        return [migration.version for migration in missing]

    def _prepare(self) -> None:
        """What the lease itself needs; harmless when several do it at once."""
        failpoint("cassandra.migrate.before")
        local = self._one("SELECT data_center FROM system.local")
        config = self._config
        for name, factor in (
            (config.keyspace, config.replication_factor),
            (config.chunks_keyspace, config.chunk_replication_factor),
        ):
            self._execute(_KEYSPACE.format(name=name, dc=config.local_dc or local["data_center"], factor=factor))
        failpoint("cassandra.migrate.keyspaces")
        self._execute(_named(_RECORD_TABLE, config))
        self._agree()
        failpoint("cassandra.migrate.prepared")

    def _missing(self) -> list[Migration]:
        known = {migration.version: migration for migration in migrations()}
        recorded = {row["version"]: row["checksum"] for row in self._all(_RECORDED)}
        if newer := sorted(set(recorded) - set(known)):
            raise UnavailableError(
                f"The keyspace {self._config.keyspace} was made by a newer automl (schema {newer[-1]}).",
                code="newer_format",
                hint="Use that version, or another keyspace.",
            )
        for version, checksum in recorded.items():
            if known[version].checksum != checksum:
                raise UnavailableError(
                    f"The keyspace {self._config.keyspace} was made with another schema {version}.",
                    code="schema_changed",
                    hint="Use the version that made it, or another keyspace.",
                )
        return [migration for version, migration in sorted(known.items()) if version not in recorded]

    def _apply(self, migration: Migration) -> None:
        for statement in migration.statements:
            self._renew()
            failpoint("cassandra.migrate.statement.before")
            self._execute(_named(statement, self._config))
            failpoint("cassandra.migrate.statement.after")
        # Recorded only once every node has the tables.
        self._agree()
        failpoint("cassandra.migrate.record.before")
        self._execute(_RECORD, (migration.version, self._owner, migration.checksum))
        failpoint("cassandra.migrate.record.after")

    @contextlib.contextmanager
    def _lease(self) -> Iterator[None]:
        end = time.monotonic() + _LEASE_WAIT_S
        while not self._holds(_TAKE, (self._owner,)):
            if time.monotonic() > end:
                raise UnavailableError("Another process migrates the store and does not come to an end.")
            time.sleep(_POLL_S)
        try:
            failpoint("cassandra.migrate.leased")
            yield
        finally:
            # What is not released runs out by itself.
            with contextlib.suppress(*DRIVER_ERRORS):
                self._execute(_RELEASE, (self._owner,))

    def _renew(self) -> None:
        if not self._holds(_RENEW, (self._owner, self._owner)):
            raise UnavailableError("Another process took the migration over.", hint="Run it again.")

    def _holds(self, statement: str, values: tuple[str, ...]) -> bool:
        """Whether the lease is ours, after a conditional write that may have been applied before and not answered."""
        answer = self._one(statement, values)
        return bool(answer["[applied]"]) or answer.get("owner") == self._owner

    def _agree(self) -> None:
        if not self._session.wait_for_agreement():
            raise UnavailableError(
                "The nodes of Cassandra do not agree on the schema.", hint="Check 'nodetool status'."
            )

    def _execute(self, text: str, values: tuple[Any, ...] | None = None) -> Any:
        text = text.replace("{meta}", self._config.keyspace).replace("{ttl}", str(_LEASE_S))
        return self._session.session.execute(text, values, execution_profile=Level.QUORUM)

    def _all(self, text: str) -> list[Mapping[str, Any]]:
        return list(self._execute(text))

    def _one(self, text: str, values: tuple[Any, ...] | None = None) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._execute(text, values).one()
        return answer


def _any_host(config: CassandraConfig) -> CassandraSession:
    """A session with the first host that answers; all changes of the schema go through it."""
    for host in config.hosts[:-1]:
        with contextlib.suppress(*DRIVER_ERRORS):
            return CassandraSession(replace(config, hosts=(host,)), one_host=True)
    return CassandraSession(replace(config, hosts=config.hosts[-1:]), one_host=True)


def _load(path: Path) -> Migration:
    lines = [line.partition("--")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    statements = tuple(each.strip() for each in "\n".join(lines).split(";") if each.strip())
    return Migration(int(path.name.partition("_")[0]), statements)


def _named(statement: str, config: CassandraConfig) -> str:
    """With keyspaces, and the id that this table of this keyspace always has."""
    text = statement
    if found := _TABLE.search(statement):
        table = uuid.uuid5(uuid.NAMESPACE_URL, f"automl:{config.keyspace}:{found[1]}:{found[2]}")
        text = text.replace("{id}", str(table))
    return text.replace("{meta}", config.keyspace).replace("{chunks}", config.chunks_keyspace)
