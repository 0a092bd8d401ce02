"""Which ports a cluster takes."""

import random
import socket
from pathlib import Path

import pytest

from cluster.launcher.errors import LauncherError
from cluster.launcher.ports import Ports, Reservations, choose, holder, hosts, is_free


def test_hosts_are_consecutive_loopback_addresses() -> None:
    assert hosts(3) == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]


def test_defaults_are_taken_where_they_are_free() -> None:
    assert choose(3, lambda host, port: True, True, random.Random(0)) == Ports()


def test_a_default_taken_on_one_address_is_left_for_all() -> None:
    ports = choose(3, lambda host, port: (host, port) != ("127.0.0.3", 9042), True, random.Random(0))
    assert ports.cql not in (9042, 0)
    assert (ports.storage, ports.kafka, ports.redis) == (7000, 9092, 6379)


def test_free_ports_avoid_the_defaults_and_each_other() -> None:
    for seed in range(20):
        ports = choose(3, lambda host, port: True, False, random.Random(seed))
        spans = [{port, port + 1, port + 2} if name == "jmx" else {port} for name, port in vars(ports).items()]
        assert len(set.union(*spans)) == sum(len(span) for span in spans)
        assert not set(vars(ports).values()) & set(vars(Ports()).values())
        assert all(15000 <= port < 32000 for port in vars(ports).values())


def test_a_full_machine_is_told() -> None:
    with pytest.raises(LauncherError, match="No free port"):
        choose(1, lambda host, port: False, True, random.Random(0))


def test_a_listener_makes_a_port_taken_and_is_named() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.2", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        assert not is_free("127.0.0.2", port)
        assert holder("127.0.0.2", port).startswith("process ")
    assert is_free("127.0.0.2", port)


def test_a_listener_on_all_addresses_counts() -> None:
    with socket.socket() as stranger:
        stranger.bind(("0.0.0.0", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        assert not is_free("127.0.0.3", port)
        assert "python" in holder("127.0.0.3", port) or "pytest" in holder("127.0.0.3", port)


def test_a_reserved_port_is_refused_to_other_launchers_until_the_first_ends(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Reservations(tmp_path) as other:
        with Reservations(tmp_path) as first:
            assert first.take("127.0.0.1", port)
            assert first.take("127.0.0.2", port)
            assert not other.take("127.0.0.1", port)
        assert other.take("127.0.0.1", port)
