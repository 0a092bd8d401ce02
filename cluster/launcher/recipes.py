"""All servers of a plan, and where clients find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cluster.launcher import cassandra, kafka, prometheus, redis
from cluster.launcher.ground import Ground
from cluster.launcher.readiness import cassandra_formed, kafka_brokers
from cluster.launcher.server import Address, Server


@dataclass(frozen=True)
class Endpoints:
    """`host:port` each; prometheus: its URL, or None when it was left out."""

    cassandra: list[str]
    kafka: list[str]
    redis: str
    prometheus: str | None


def servers(ground: Ground) -> dict[str, Server]:
    """By name, in the order in which they are listed."""
    found = [*cassandra.servers(ground), *kafka.servers(ground), redis.server(ground)]
    if ground.metrics:
        found += prometheus.servers(ground)
    return {each.name: each for each in found}


def endpoints(ground: Ground) -> Endpoints:
    """Where clients connect."""
    return Endpoints(
        cassandra=[str(each) for each in cassandra.clients(ground)],
        kafka=[str(each) for each in kafka.clients(ground)],
        redis=str(redis.client(ground)),
        prometheus=f"http://{prometheus.client(ground)}" if ground.metrics else None,
    )


def formed(ground: Ground, product: str, living: Sequence[Address]) -> bool:
    """Whether the living nodes of a clustered product work as one cluster."""
    if product == "cassandra":
        return ground.plan.nodes == 1 or cassandra_formed(living, ground.plan.nodes)
    return all(kafka_brokers(each) >= len(living) for each in living)
