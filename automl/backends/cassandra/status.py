"""How Cassandra is: one small read, and which nodes the driver sees."""

from __future__ import annotations

import time

from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.query import Level, Query
from automl.core.errors import UnavailableError
from automl.core.health import ComponentStatus

_VERSION = Query("SELECT release_version FROM system.local")
_SCHEMA = Query("SELECT version FROM {meta}.migration WHERE name = 'applied'")


class CassandraStatus:
    """Contract: automl.core.health.Component."""

    def __init__(self, connection: CassandraConnection) -> None:
        self._connection = connection

    def status(self) -> ComponentStatus:
        """Ask now; the latency is that of a read at quorum."""
        try:
            version = self._connection.execute(_VERSION, (), Level.ONE).one()["release_version"]
            began = time.perf_counter()
            schema = [row["version"] for row in self._connection.execute(_SCHEMA, (), Level.QUORUM)]
            latency_ms = 1e3 * (time.perf_counter() - began)
        except UnavailableError as error:
            return ComponentStatus("cassandra", "down", detail=error.detail)
        nodes = self._connection.nodes()
        facts = {
            "nodes": nodes,
            "schema_version": max(schema, default=0),
            "replication": self._connection.config.replication_factor,
            "chunk_replication": self._connection.config.chunk_replication_factor,
        }
        down = sorted(name for name, is_up in nodes.items() if not is_up)
        if down:
            detail = f"{len(down)} of {len(nodes)} nodes are down: {', '.join(down)}."
            return ComponentStatus("cassandra", "degraded", latency_ms, version, detail, facts)
        return ComponentStatus("cassandra", "ok", latency_ms, version, None, facts)
