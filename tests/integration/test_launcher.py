"""One node of each product from nothing to nothing, by the command line."""

import http.client
import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cassandra.cluster import Cluster as CassandraCluster

from tests.integration.launching import by_name, processes_of, run, told
from tests.processes import all_listening, beyond_loopback, listening

NAMES = {"cassandra-1", "kafka-1", "redis", "prometheus", "redis-exporter", "node-exporter"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose servers were started once; each test leaves all of them up."""
    folder = tmp_path_factory.mktemp("launcher")
    try:
        done = run(folder, "up", "--free-ports", "--json")
        assert done.returncode == 0, done.stderr
        assert "one copy of everything" in done.stderr
        yield folder
    finally:
        run(folder, "down", "--now", "--wipe")
        assert not processes_of(folder)


def status(home: Path) -> dict[str, Any]:
    return told(run(home, "status", "--json"))


def mapped(pid: int) -> set[str]:
    """The files in a process's memory."""
    lines = (line.split(maxsplit=5) for line in Path(f"/proc/{pid}/maps").read_text().splitlines())
    return {line[5] for line in lines if len(line) == 6}


def cql(report: dict[str, Any], *statements: str) -> list[Any]:
    host, port = report["endpoints"]["cassandra"][0].split(":")
    with CassandraCluster([host], port=int(port)) as client:
        session = client.connect()
        return [list(session.execute(each)) for each in statements]


def test_every_server_answers_and_listens_on_loopback_alone(home: Path) -> None:
    report = status(home)
    servers = by_name(report)
    assert set(servers) == NAMES
    for name, server in servers.items():
        assert server["state"] == "ready", name
        assert server["rss_bytes"] > 1_000_000, name
        places = listening(server["pid"])
        assert places, name
        assert not beyond_loopback(places), (name, places)


def test_what_runs_is_published_for_the_service(home: Path) -> None:
    body = json.loads((home / "cluster" / "cluster.json").read_text())
    endpoints = status(home)["endpoints"]
    assert {name: body[name] for name in endpoints} == endpoints
    assert (body["profile"], body["replication_factor"], body["min_in_sync"]) == ("single", 1, 1)
    assert set(body["servers"]) == NAMES


def test_a_second_up_attaches(home: Path) -> None:
    before = by_name(status(home))
    done = run(home, "up", "--json")
    assert done.returncode == 0, done.stderr
    assert by_name(told(done)).keys() == before.keys()
    assert {name: each["pid"] for name, each in by_name(told(done)).items()} == {
        name: each["pid"] for name, each in before.items()
    }


def test_what_a_node_unpacks_lies_in_its_own_folder_and_goes_with_the_next_start(home: Path) -> None:
    servers = by_name(status(home))
    for name in ("cassandra-1", "kafka-1"):
        scratch = home / "cluster" / name / "tmp"
        unpacked = {
            each for each in mapped(servers[name]["pid"]) if re.search(r"snappy|lz4|jna|zstd|netty.*\.so", each)
        }
        assert {each for each in unpacked if not each.endswith(".jar") and str(scratch) not in each} == set()
    assert any(str(home / "cluster" / "cassandra-1" / "tmp") in each for each in mapped(servers["cassandra-1"]["pid"]))
    left = home / "cluster" / "kafka-1" / "tmp" / "libleft-behind.so"
    left.write_bytes(b"unpacked")
    os.kill(servers["kafka-1"]["pid"], signal.SIGKILL)
    done = run(home, "up", "--json")
    assert done.returncode == 0, done.stderr
    assert left.parent.is_dir()
    assert not left.exists()


def test_a_killed_node_comes_back_with_what_it_had_acknowledged(home: Path) -> None:
    report = status(home)
    cql(
        report,
        "CREATE KEYSPACE IF NOT EXISTS kept WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE IF NOT EXISTS kept.rows (id int PRIMARY KEY)",
        *(f"INSERT INTO kept.rows (id) VALUES ({number})" for number in range(20)),
    )
    os.kill(by_name(report)["cassandra-1"]["pid"], signal.SIGKILL)
    seen = run(home, "status", "--json")
    assert seen.returncode == 1
    assert by_name(told(seen))["cassandra-1"]["state"] == "dead"
    done = run(home, "up", "--json")
    assert done.returncode == 0, done.stderr
    after = by_name(told(done))
    assert after["kafka-1"]["pid"] == by_name(report)["kafka-1"]["pid"]
    assert after["cassandra-1"]["pid"] != by_name(report)["cassandra-1"]["pid"]
    assert cql(report, "SELECT count(*) FROM kept.rows")[0][0][0] == 20


def test_a_paused_server_is_resumed(home: Path) -> None:
    pid = by_name(status(home))["redis"]["pid"]
    os.kill(pid, signal.SIGSTOP)
    assert by_name(status(home))["redis"]["state"] == "paused"
    done = run(home, "up", "--json")
    assert "redis was paused; resumed" in done.stderr
    assert by_name(told(done))["redis"] | {"rss_bytes": 0} == {
        **by_name(status(home))["redis"],
        "rss_bytes": 0,
        "state": "ready",
        "pid": pid,
    }


def targets(report: dict[str, Any]) -> dict[str, str]:
    """Prometheus' targets by job, with their health."""
    connection = http.client.HTTPConnection(report["endpoints"]["prometheus"].removeprefix("http://"), timeout=10)
    connection.request("GET", "/api/v1/targets")
    active = json.loads(connection.getresponse().read())["data"]["activeTargets"]
    connection.close()
    return {each["labels"]["job"]: each["health"] for each in active}


def test_prometheus_reads_every_server_and_what_the_service_names(home: Path, wait_for: Callable[..., None]) -> None:
    report = status(home)
    itself = [{"targets": [report["endpoints"]["prometheus"].removeprefix("http://")], "labels": {"job": "automl-api"}}]
    folder = Path(json.loads((home / "cluster" / "cluster.json").read_text())["targets"])
    (folder / "api.json").write_text(json.dumps(itself))
    jobs = ("prometheus", "cassandra", "kafka", "redis", "node", "automl-api")
    wait_for(lambda: targets(report) == dict.fromkeys(jobs, "up"), 60, "every target")


def test_down_leaves_nothing_and_up_finds_data_and_ports_again(home: Path) -> None:
    before = status(home)
    run_places = {place for each in before["servers"] for place in listening(each["pid"])}
    cql(before, "CREATE KEYSPACE saved WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
    done = run(home, "down", "--json")
    assert set(told(done)["ended"]) == NAMES
    assert "had to be killed" not in done.stderr
    assert not processes_of(home)
    assert not run_places & all_listening()
    assert not (home / "cluster" / "cluster.json").exists()
    assert {each["state"] for each in status(home)["servers"]} == {"stopped"}
    again = told(run(home, "up", "--json"))
    assert again["endpoints"] == before["endpoints"]
    assert cql(again, "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = 'saved'")[0]
