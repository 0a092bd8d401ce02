"""The servers of a plan, as data."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from cluster.launcher import recipes
from cluster.launcher.ground import Ground
from cluster.launcher.jars import Libraries
from cluster.launcher.plan import new_plan
from cluster.launcher.ports import Ports
from cluster.launcher.programs import Programs
from cluster.launcher.server import Server

ROOT = Path(__file__).resolve().parents[3]
JARS = Libraries(Path("lib"), (Path("lib/c1.jar"), Path("lib/c2.jar")), (Path("lib/k.jar"),), Path("lib/agent.jar"))


def made(profile: str = "three", without: tuple[str, ...] = (), exporters: bool = True) -> dict[str, Server]:
    exporter = Path("exporter") if exporters else None
    programs = Programs(Path("java"), "17", None, Path("redis-server"), Path("prometheus"), exporter, exporter)
    return recipes.servers(Ground(Path("/c"), new_plan(profile, Ports(), without), programs, JARS))


def test_profiles_have_their_servers() -> None:
    assert list(made("single")) == [
        "cassandra-1",
        "kafka-1",
        "redis",
        "prometheus",
        "redis-exporter",
        "node-exporter",
    ]
    assert list(made("three", without=("prometheus",))) == [
        *(f"cassandra-{node}" for node in (1, 2, 3)),
        *(f"kafka-{node}" for node in (1, 2, 3)),
        "redis",
    ]


@pytest.mark.parametrize("profile", ["single", "three"])
def test_no_two_servers_share_a_place(profile: str) -> None:
    places = [str(each) for server in made(profile).values() for each in server.listens]
    assert len(set(places)) == len(places)
    assert all(place.startswith("127.0.0.") for place in places)


def test_every_node_is_a_seed_and_has_its_own_token() -> None:
    files = [made()[f"cassandra-{node}"].files["cassandra.yaml"] for node in (1, 2, 3)]
    assert all('seeds: "127.0.0.1:7000,127.0.0.2:7000,127.0.0.3:7000"' in text for text in files)
    tokens = [int(re.findall(r'initial_token: "(-?\d+)"', text)[0]) for text in files]
    assert tokens[0] == -(2**63)
    assert all(abs(3 * (later - earlier) - 2**64) <= 3 for earlier, later in pairwise(tokens))


def test_what_a_jvm_unpacks_lies_in_its_own_folder_and_goes_with_the_next_start() -> None:
    for name in ("cassandra-1", "kafka-1"):
        server = made("single")[name]
        assert server.scratch == ("tmp",)
        assert f'-Djava.io.tmpdir="/c/{name}/tmp"' in server.files["jvm.options"].splitlines()


def test_three_brokers_keep_three_copies_and_one_keeps_one() -> None:
    three = made()["kafka-2"].files["server.properties"]
    assert "node.id=2\n" in three
    assert "controller.quorum.voters=1@127.0.0.1:9093,2@127.0.0.2:9093,3@127.0.0.3:9093\n" in three
    assert "default.replication.factor=3\nmin.insync.replicas=2\n" in three
    assert (
        "default.replication.factor=1\nmin.insync.replicas=1\n" in made("single")["kafka-1"].files["server.properties"]
    )


def test_nothing_is_left_open_in_any_file() -> None:
    for server in made().values():
        for name, text in server.files.items():
            assert not re.search(r"@[A-Z_]+@", text), f"{server.name}: {name}"


def test_agents_come_with_prometheus_alone() -> None:
    def agents(servers: dict[str, Server]) -> int:
        return sum(word.startswith("-javaagent:") for server in servers.values() for word in server.command)

    assert agents(made()) == 6
    assert agents(made(without=("prometheus",))) == 0


def test_prometheus_asks_every_server_and_the_folder_of_the_service() -> None:
    text = made()["prometheus"].files["prometheus.yml"]
    for port in (7072, 7073):
        assert f'["127.0.0.1:{port}", "127.0.0.2:{port}", "127.0.0.3:{port}"]' in text
    assert '["127.0.0.1:9121"]' in text
    assert '"/c/prometheus/targets/*.json"' in text
    assert "9121" not in made(exporters=False)["prometheus"].files["prometheus.yml"]


def test_the_launcher_needs_neither_ray_nor_the_package() -> None:
    code = "import sys, cluster.launcher.command; print(sorted({'ray', 'automl', 'cassandra'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_files_are_small_and_say_what_they_are() -> None:
    for path in (ROOT / "cluster" / "launcher").glob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= 300, path.name
        assert text.startswith('"""'), path.name
