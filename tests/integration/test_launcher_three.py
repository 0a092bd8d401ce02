"""Three nodes of Cassandra and Kafka: one of each is killed and paused, and comes back."""

import time
from collections.abc import Iterator

import pytest

from cluster.launcher.errors import LauncherError
from cluster.launcher.readiness import cassandra_formed, kafka_brokers
from cluster.launcher.server import Address
from tests.servers import Servers, running

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def three() -> Iterator[Servers]:
    with running("three") as made:
        yield made


def addresses(places: list[str]) -> list[Address]:
    return [Address(host, int(port)) for host, port in (place.split(":") for place in places)]


def formed(three: Servers) -> bool:
    """All nodes and brokers know each other, now or soon: what a node hears of others travels once a second."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        brokers = [kafka_brokers(each) for each in addresses(three.kafka)]
        if cassandra_formed(addresses(three.cassandra), 3) and brokers == [3, 3, 3]:
            return True
        time.sleep(0.2)
    return False


def test_the_nodes_work_together(three: Servers) -> None:
    assert [place.split(":")[0] for place in three.cassandra] == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    assert len({place.split(":")[1] for place in three.cassandra}) == 1
    assert formed(three)


@pytest.mark.parametrize("name", ["cassandra-1", "cassandra-3", "kafka-2", "redis"])
def test_a_killed_server_is_started_on_its_data(three: Servers, name: str) -> None:
    cluster = three.cluster
    before = cluster.servers[name].pid
    cluster.kill(name)
    assert cluster.servers[name].state == "dead"
    cluster.start(name)
    assert cluster.servers[name].state == "ready"
    assert cluster.servers[name].pid != before
    assert formed(three)


def test_a_node_starts_while_another_is_dead(three: Servers) -> None:
    """Also the first, which is a seed of the others."""
    cluster = three.cluster
    cluster.kill("cassandra-1")
    cluster.kill("cassandra-2")
    cluster.start("cassandra-2")
    assert [cluster.servers[f"cassandra-{node}"].state for node in (1, 2, 3)] == ["dead", "ready", "ready"]
    cluster.start("cassandra-1")
    assert formed(three)


@pytest.mark.parametrize("name", ["cassandra-2", "kafka-3"])
def test_a_paused_server_resumes_as_the_same_process(three: Servers, name: str) -> None:
    cluster = three.cluster
    before = cluster.servers[name].pid
    cluster.pause(name)
    assert cluster.servers[name].state == "paused"
    cluster.resume(name)
    cluster.start(name)
    assert (cluster.servers[name].state, cluster.servers[name].pid) == ("ready", before)


def test_unknown_servers_are_told(three: Servers) -> None:
    with pytest.raises(LauncherError, match="There is no server kafka-4; there are cassandra-1"):
        three.cluster.kill("kafka-4")
