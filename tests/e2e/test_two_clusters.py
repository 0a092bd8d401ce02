"""API and tuning as two Ray clusters that share only Cassandra, Kafka and Redis."""

import csv
import hashlib
import os
import signal
from collections.abc import Callable, Iterator

import pytest

from automl.client.fit import fit as fit_job
from benchmarks.processes import command
from tests.halves import Halves, running_halves
from tests.history import check_history, until_folds
from tests.processes import named, processes_below
from tests.servers import Servers
from tests.service_process import EXAMPLES

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def halves(servers: Servers) -> Iterator[Halves]:
    with running_halves(servers, copies=1, keyspace="two_clusters") as made:
        yield made


def test_a_job_goes_through_both_though_a_controller_is_killed(halves: Halves, wait_for: Callable[..., None]) -> None:
    content = (EXAMPLES / "titanic.csv").read_bytes()
    wait_for(lambda: len(controllers_of(halves)) == 2, 120, "two controllers")
    controllers = controllers_of(halves)
    with halves.client() as client:
        job = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="15s", wait=False, client=client)
        until_folds(client, job, 3)
        os.kill(controllers[0], signal.SIGKILL)
        job.wait(quiet=True)
        check_history(client, job)
        assert job.view.times.job_s is not None
        assert job.view.times.job_s <= 17
        stored = client.datasets.download(str(job.view.dataset_id))
        assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(content).hexdigest()
        with (EXAMPLES / "titanic.csv").open(newline="") as file:
            row = next(csv.DictReader(file))
        row.pop("Survived")
        assert job.model.predict([{name: value or None for name, value in row.items()}])[0] in ("0", "1", 0, 1)
    wait_for(lambda: len(controllers_of(halves)) == 2, 120, "the second controller")
    assert controllers[0] not in controllers_of(halves)


def test_the_two_share_no_process_and_no_ray(halves: Halves) -> None:
    assert halves.api.process is not None
    api, tuning = processes_below(halves.api.process.pid), processes_below(halves.tuning_pid())
    assert not api & tuning
    assert named(api, "ray::ServeReplica")
    assert not named(tuning, "ray::ServeReplica")
    for half in (api, tuning):
        assert len([pid for pid in half if "gcs_server" in command(pid).split(" ")[0]]) == 1
    assert not (halves.api.home / "records.sqlite").exists()
    assert not (halves.tuning.home / "tuning" / "records.sqlite").exists()


def test_every_product_says_how_it_is(halves: Halves) -> None:
    with halves.client() as client:
        found = client.system.info()["components"]
    assert {name: (each["adapter"], each["state"]) for name, each in found.items()} == {
        "records": ("cassandra", "ok"),
        "blobs": ("cassandra", "ok"),
        "cache": ("redis", "ok"),
        "events": ("kafka", "ok"),
    }
    assert all(each["latency_ms"] > 0 for each in found.values())
    assert found["records"]["version"].startswith("5.")
    facts = found["events"]["facts"]
    assert len(facts["brokers"]) == 1
    assert facts["partitions"]["jobs"] >= 1
    assert facts["lag"]["controllers"] is not None
    assert 0.0 <= found["cache"]["facts"]["hit_ratio"] <= 1.0


def test_the_self_test_reaches_a_worker_through_every_store(halves: Halves) -> None:
    with halves.client() as client:
        steps = client.system.self_test()
    assert [steps[f"{each}_read_from"] for each in ("first", "second", "third")] == ["store", "cache", "file"]
    assert steps["intact"] is True
    assert 0 < steps["bus_ms"] < steps["round_trip_ms"]


def controllers_of(halves: Halves) -> list[int]:
    below = processes_below(halves.tuning_pid())
    # An actor's process is named after its class; drivers of jobs are named the same, and none runs in between.
    return sorted(named(below, "ray::Driver"))
