"""How the bus on Kafka is set up."""

from __future__ import annotations

from dataclasses import dataclass

#: Where what no worker can read is put aside, behind the prefix.
DEAD_LETTERS = "dead_letters"


@dataclass(frozen=True)
class KafkaConfig:
    """servers: `host:port` of some brokers; prefix: before every topic's and group's name, so that services may share
    a cluster; the topics' shape counts when they are made, what exists is used as it is.

    queue_hints, queue_bytes: what may wait for the broker in one process, the oldest goes first; hint_bytes: a larger
    hint is not sent. request_timeout_s: after this a silent broker is given up and another asked; session_timeout_s:
    after this a dead member's share of a group goes to another.
    """

    servers: tuple[str, ...]
    prefix: str = "automl."
    client_id: str = "automl"
    partitions: int = 12
    replication_factor: int = 3
    min_insync_replicas: int = 2
    retention_s: int = 7 * 86_400
    signals_retention_s: int = 3_600
    dead_letters_retention_s: int = 30 * 86_400
    queue_hints: int = 10_000
    queue_bytes: int = 64 * 1024 * 1024
    hint_bytes: int = 256 * 1024
    request_timeout_s: float = 4.0
    session_timeout_s: float = 10.0

    def __post_init__(self) -> None:
        if not self.servers or not all(server.rpartition(":")[2].isdigit() for server in self.servers):
            raise ValueError(f"Kafka servers are given as host:port, got {self.servers}")
        if not 1 <= self.min_insync_replicas <= self.replication_factor or self.partitions < 1:
            raise ValueError("Kafka topics need a partition, and at least as many replicas as must be in sync")

    @property
    def send_timeout_s(self) -> float:
        """How long one batch may take, before the producer counts as wedged: time to ask two brokers in turn."""
        return 2.5 * self.request_timeout_s

    def topic(self, name: str) -> str:
        """The topic's name on the cluster."""
        return f"{self.prefix}{name}"

    def group(self, name: str) -> str:
        """The consumer group's name on the cluster."""
        return f"{self.prefix}{name}"

    def retention(self, name: str) -> int:
        """Seconds for which a topic keeps its records."""
        return {"signals": self.signals_retention_s, DEAD_LETTERS: self.dead_letters_retention_s}.get(
            name, self.retention_s
        )
