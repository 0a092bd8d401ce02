"""Where the servers of profile `cluster` are: named by settings, or those that the launcher started in this home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from automl.core.errors import InvalidInputError
from automl.settings import Settings

_COPIES = 3


def with_endpoints(settings: Settings) -> Settings:
    """Settings that name every server. InvalidInputError: some are not named and the launcher has started none."""
    if settings.store.profile != "cluster":
        return settings
    cassandra, kafka, redis = settings.cassandra, settings.kafka, settings.redis
    if cassandra.hosts and kafka.servers and redis.server:
        started: dict[str, Any] = {}
    else:
        started = _started(settings.home)
    copies = int(started.get("replication_factor", _COPIES))
    return settings.model_copy(
        update={
            "cassandra": cassandra.model_copy(
                update={
                    "hosts": cassandra.hosts or tuple(started["cassandra"]),
                    "replication": cassandra.replication or copies,
                    "chunk_replication": cassandra.chunk_replication or copies,
                }
            ),
            "kafka": kafka.model_copy(
                update={
                    "servers": kafka.servers or tuple(started["kafka"]),
                    "replication": kafka.replication or copies,
                }
            ),
            "redis": redis.model_copy(update={"server": redis.server or started["redis"]}),
        }
    )


def state_file(home: Path) -> Path:
    """Where the launcher writes what it has started."""
    return home / "cluster" / "cluster.json"


def _started(home: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(state_file(home).read_text())
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            "Profile 'cluster' needs servers, and none are named.",
            code="no_servers",
            hint="Set cassandra.hosts, kafka.servers and redis.server, or start some with 'automl cluster up'.",
        ) from error
    return found
