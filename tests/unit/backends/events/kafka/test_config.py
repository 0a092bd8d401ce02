"""What the bus is set up with is checked before anything connects."""

import pytest

from automl.backends.events.kafka.config import DEAD_LETTERS, KafkaConfig


def test_names_carry_the_prefix() -> None:
    config = KafkaConfig(("a:1",), prefix="mine.")
    assert config.topic("jobs") == "mine.jobs"
    assert config.group("controllers") == "mine.controllers"


def test_signals_are_kept_for_a_short_time() -> None:
    config = KafkaConfig(("a:1",), retention_s=100, signals_retention_s=10, dead_letters_retention_s=1000)
    assert [config.retention(name) for name in ("jobs", "datasets", "signals", DEAD_LETTERS)] == [100, 100, 10, 1000]


@pytest.mark.parametrize("servers", [(), ("a",), ("a:1", "b:")])
def test_servers_need_ports(servers: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="host:port"):
        KafkaConfig(servers)


@pytest.mark.parametrize(("replicas", "in_sync", "partitions"), [(1, 2, 1), (1, 0, 1), (3, 2, 0)])
def test_shapes_that_cannot_be(replicas: int, in_sync: int, partitions: int) -> None:
    with pytest.raises(ValueError, match="replicas"):
        KafkaConfig(("a:1",), replication_factor=replicas, min_insync_replicas=in_sync, partitions=partitions)
