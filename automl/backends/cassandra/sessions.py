"""One driver session with its prepared statements: how the driver is set up."""

from __future__ import annotations

import threading
from typing import Any

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import (
    ConstantReconnectionPolicy,
    DCAwareRoundRobinPolicy,
    LoadBalancingPolicy,
    TokenAwarePolicy,
    WhiteListRoundRobinPolicy,
)
from cassandra.query import dict_factory

from automl.backends.cassandra.config import CassandraConfig, address
from automl.backends.cassandra.query import Level, Query
from automl.backends.cassandra.reactor import QueueingConnection
from automl.backends.cassandra.retries import SafeRetryPolicy

_PROTOCOL = 5
_PAGE_ROWS = 200
_RECONNECT_S = 1.0
_CLOSE_S = 5.0
_AGREEMENT_S = 60.0
_LEVELS = {
    Level.QUORUM: ConsistencyLevel.LOCAL_QUORUM,
    Level.SERIAL: ConsistencyLevel.LOCAL_SERIAL,
    Level.ONE: ConsistencyLevel.LOCAL_ONE,
}


class CassandraSession:
    """A cluster object, its session and its prepared statements. Raises the driver's errors.

    one_host: talk to the first host that answers alone, and do not wait for schema agreement after each change of the
    schema: a migration's changes must all go through one coordinator.
    """

    def __init__(self, config: CassandraConfig, *, one_host: bool = False) -> None:
        self._config = config
        addresses = [address(host) for host in config.hosts]
        balancing = (
            WhiteListRoundRobinPolicy([addresses[0][0]]) if one_host else TokenAwarePolicy(_balancing(config.local_dc))
        )
        self.cluster = Cluster(
            addresses,
            protocol_version=_PROTOCOL,
            # Chunks are compressed by us; the rest is small.
            compression=False,
            connection_class=QueueingConnection,
            auth_provider=None if config.username is None else PlainTextAuthProvider(config.username, config.password),
            # The driver's own waits up to ten minutes after a long outage.
            reconnection_policy=ConstantReconnectionPolicy(_RECONNECT_S, max_attempts=None),
            control_connection_timeout=config.request_timeout_s,
            max_schema_agreement_wait=0 if one_host else _AGREEMENT_S,
            monitor_reporting_enabled=False,
            execution_profiles=_profiles(config, balancing),
        )
        try:
            self.session = self.cluster.connect()
        except BaseException:
            self.close()
            raise
        # The coordinators' clocks order writes, not those of our many processes.
        self.session.use_client_timestamp = False
        self.session.default_fetch_size = _PAGE_ROWS
        self._prepared: dict[Query, Any] = {}

    def prepared(self, query: Query) -> Any:
        """The prepared statement, made at the first use."""
        found = self._prepared.get(query)
        if found is None:
            # Threads may prepare the same statement at once; they get the same one.
            text = query.text.format(meta=self._config.keyspace, chunks=self._config.chunks_keyspace)
            found = self.session.prepare(text)
            found.is_idempotent = query.idempotent
            self._prepared[query] = found
        return found

    def wait_for_agreement(self) -> bool:
        """Whether all nodes came to know the same schema in time."""
        return bool(self.cluster.control_connection.wait_for_schema_agreement(wait_time=_AGREEMENT_S))

    def close(self) -> None:
        """End its threads and sockets. Returns after some seconds at most: the driver's may hang on a dead server."""
        closing = threading.Thread(target=self.cluster.shutdown, name="cassandra-close", daemon=True)
        closing.start()
        closing.join(_CLOSE_S)


def _balancing(local_dc: str | None) -> LoadBalancingPolicy:
    # Without a name the policy takes the data centre of the hosts it was given.
    return DCAwareRoundRobinPolicy(local_dc or "")


def _profiles(config: CassandraConfig, balancing: LoadBalancingPolicy) -> dict[Any, ExecutionProfile]:
    profiles = {
        level: ExecutionProfile(
            load_balancing_policy=balancing,
            retry_policy=SafeRetryPolicy(),
            consistency_level=consistency,
            serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
            request_timeout=config.request_timeout_s,
            row_factory=dict_factory,
        )
        for level, consistency in _LEVELS.items()
    }
    return {**profiles, EXEC_PROFILE_DEFAULT: profiles[Level.QUORUM]}
