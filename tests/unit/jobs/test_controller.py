"""Reconciling: admission, hints, deletions; any number of controllers."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.compute.base import EntryPoint
from automl.backends.events.base import Hint
from automl.backends.events.local import LocalEvents
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.states import JobState
from automl.jobs.aggregate import Change, JobRecord, append, ended
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models
from tests.unit.jobs.controller_site import FakeHost, NoIngest, name, now
from tests.unit.jobs.controller_site import controller as controller
from tests.unit.jobs.controller_site import host as host
from tests.unit.jobs.controller_site import make_controller as make_controller

MakeJob = Callable[..., JobRecord]


def test_a_queued_job_is_admitted_and_driven(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    clock.advance(3)
    controller.step()
    record = now(records, job)
    assert (record.state, record.epoch, record.cpus, record.attempts) == (JobState.RUNNING, 1, 2, 1)
    assert record.admitted_at == clock.now()
    assert record.deadline_at == clock.now() + 60
    assert host.alive[name(job)] == {"tenant": job.tenant, "job_id": job.id, "epoch": 1, "settings": "{}"}
    assert [event.type for event in records.events(job.key)] == ["job.queued", "job.admitted"]


def test_cpus_are_never_promised_twice(
    controller: Controller, records: MemoryRecords, host: FakeHost, make_job: MakeJob
) -> None:
    host.cpus = 4
    jobs = [make_job(f"job {number}") for number in range(6)]
    for _ in range(3):
        controller.step()
    running = [record for job in jobs if (record := now(records, job)).state is JobState.RUNNING]
    assert sum(record.cpus or 0 for record in running) <= 4
    assert len(running) == 4


def test_a_freed_cpu_goes_to_the_next(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    first = make_job("first")
    controller.step()
    second = make_job("second")
    controller.step()
    assert now(records, second).state is JobState.QUEUED
    append(records, clock, Change(ended(now(records, first), JobState.SUCCEEDED, clock.now()), epoch=1))
    controller.step()
    assert now(records, second).state is JobState.RUNNING


def test_admission_waits_for_warm_processes_and_not_forever(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    host.idle_processes = 1
    controller.step()
    assert now(records, job).state is JobState.QUEUED
    clock.advance(5)
    host.idle_processes = 3
    controller.step()
    assert now(records, job).state is JobState.RUNNING

    host.cpus, host.idle_processes = 4, 0
    other = make_job("other")
    controller.step()
    clock.advance(10.1)
    controller.step()
    assert now(records, other).state is JobState.RUNNING


def test_two_controllers_do_everything_once(
    make_controller: Callable[..., Controller], records: MemoryRecords, host: FakeHost, make_job: MakeJob
) -> None:
    here, there = make_controller("here"), make_controller("there")
    host.cpus = 3
    jobs = [make_job(f"job {number}") for number in range(3)]
    there._read_active(frozenset())  # it has seen them waiting
    here.step()
    there.step()
    for job in jobs:
        assert [event.type for event in records.events(job.key)].count("job.admitted") == 1
    for each in list(host.alive):
        host.kill(each)
    here.step()
    there.step()
    assert all(now(records, job).epoch == 2 for job in jobs)


def test_two_controllers_never_promise_a_cpu_twice(
    make_controller: Callable[..., Controller], records: MemoryRecords, host: FakeHost, make_job: MakeJob
) -> None:
    here, there = make_controller("here"), make_controller("there")
    host.cpus = 1
    jobs = [make_job(f"job {number}") for number in range(2)]
    # Both have read the queue; then one admits.
    there._turn.look()
    seen = there._read_active(frozenset())
    here.step()
    there._admit(seen)
    there.step()
    assert [now(records, job).state for job in jobs] == [JobState.RUNNING, JobState.QUEUED]


def test_a_dead_controller_does_not_keep_the_turn(
    make_controller: Callable[..., Controller], records: MemoryRecords, clock: Any, make_job: MakeJob
) -> None:
    here, there = make_controller("here"), make_controller("there")
    here._turn.look()
    assert here._turn.take()  # and it dies
    job = make_job()
    there.step()
    assert now(records, job).state is JobState.QUEUED
    clock.advance(8.1)
    there.step()
    assert now(records, job).state is JobState.RUNNING


def test_what_nobody_published_is_told_again(
    controller: Controller, events: Any, host: FakeHost, make_job: MakeJob
) -> None:
    host.cpus = 0
    job = make_job()
    controller.step()
    controller.step()
    assert [(hint.key, hint.seq) for hint in events.hints] == [(job.id, 1)]


def test_a_deletion_is_finished(controller: Controller, records: MemoryRecords, make_job: MakeJob) -> None:
    job = make_job(state=JobState.FAILED, deleted=True)
    controller.step()
    assert records.read(job.key) is None


def test_a_long_queue_is_not_read_in_every_pass(
    controller: Controller, records: MemoryRecords, host: FakeHost, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.cpus = 0
    jobs = [make_job(f"job {number}") for number in range(50)]
    controller.step()
    reads = []
    real = records.read

    def counting(key: Any) -> Any:
        reads.append(key)
        return real(key)

    monkeypatch.setattr(records, "read", counting)
    controller.step(frozenset({jobs[3].id}))
    assert [key for key in reads if key.tenant == jobs[3].tenant] == [jobs[3].key]


def test_a_hint_wakes_the_loop(
    records: MemoryRecords,
    blobs: MemoryBlobs,
    metrics: MemoryMetrics,
    host: FakeHost,
    make_job: MakeJob,
    tmp_path: Path,
) -> None:
    clock, bus = SystemClock(), LocalEvents(tmp_path)
    config = ControllerConfig(EntryPoint("a:b"), poll_s=30.0)
    ingest: Any = NoIngest()
    sweeps = Sweeps(records, blobs, Models(records, blobs, clock), clock)
    controller = Controller(records, bus, host, clock, metrics, ingest, ingest, sweeps, config, "me")
    stop = threading.Event()
    thread = threading.Thread(target=controller.run, args=(stop,))
    thread.start()
    try:
        # The loop has looked around once, and finds nothing to do.
        while not (controller._swept_at > 0 and controller._relayed == {}):
            clock.sleep(0.01)
        job = make_job()
        begun = clock.monotonic()
        while now(records, job).state is JobState.QUEUED and clock.monotonic() - begun < 20:
            bus.publish(Hint("jobs", job.id, "job.requested", job.tenant, 1))
            clock.sleep(0.05)
        assert now(records, job).state is JobState.RUNNING
    finally:
        stop.set()
        bus.publish(Hint("jobs", "any", "job.requested", "acme"))
        thread.join(5)
    assert not thread.is_alive()


def test_active_jobs_are_counted(
    controller: Controller, metrics: MemoryMetrics, host: FakeHost, make_job: MakeJob
) -> None:
    host.cpus = 0
    make_job()
    controller.step()
    assert metrics.values("automl_jobs_active", {"kind": "fit", "state": "queued"})[-1] == 1
