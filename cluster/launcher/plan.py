"""What is decided once for a home and kept with its data: profile, names, ports."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cluster.launcher.errors import LauncherError
from cluster.launcher.ports import Ports

# Nodes of Cassandra and of Kafka; the copies that may lag while a write still counts follow from them.
PROFILES = {"single": 1, "three": 3}
OPTIONAL = ("prometheus",)
_VERSION = 1


@dataclass(frozen=True)
class Plan:
    """cluster: Cassandra's cluster name; kafka_id: Kafka's cluster id; nodes of other clusters are refused by both.

    without: the parts that the last `up` left out.
    """

    profile: str
    cluster: str
    kafka_id: str
    ports: Ports
    without: tuple[str, ...] = ()

    @property
    def nodes(self) -> int:
        """Nodes of each clustered product; also the number of copies of everything."""
        return PROFILES[self.profile]

    @property
    def in_sync(self) -> int:
        """Copies that must confirm a Kafka record."""
        return self.nodes // 2 + 1

    def to_json(self) -> dict[str, Any]:
        return {"version": _VERSION, **asdict(self)}


def new_plan(profile: str, ports: Ports, without: tuple[str, ...]) -> Plan:
    """A plan with fresh names."""
    name = uuid.uuid4()
    # Kafka's own ids are the same 22 characters; one that begins with a dash would read as an option.
    kafka_id = "K" + base64.urlsafe_b64encode(name.bytes).decode().rstrip("=")[1:]
    return Plan(profile, f"automl-{name.hex[:12]}", kafka_id, ports, without)


def plan_from(body: Mapping[str, Any]) -> Plan:
    """The plan that was kept. LauncherError: written by another version or damaged."""
    try:
        if body["version"] != _VERSION or body["profile"] not in PROFILES:
            raise KeyError(body["version"])
        ports = Ports(**body["ports"])
        return Plan(body["profile"], body["cluster"], body["kafka_id"], ports, tuple(body["without"]))
    except (KeyError, TypeError) as error:
        raise LauncherError(
            "The plan in this home was written by another version of the launcher or is damaged.",
            code="bad_plan",
            hint="'automl cluster down --wipe' removes it together with the servers' data.",
        ) from error
