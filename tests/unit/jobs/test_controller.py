"""Reconciling: admission, leases, dead and hung drivers, orphans, deletions; any number of controllers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.backends.events.base import Hint
from automl.backends.events.local import LocalEvents
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.clock import SystemClock
from automl.core.errors import FencedError, UnavailableError
from automl.core.states import JobState, Wanted
from automl.jobs.aggregate import Change, JobRecord, append, ended, read_job
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models

MakeJob = Callable[..., JobRecord]


class FakeHost:
    """Drivers are names; tests decide when one dies."""

    def __init__(self, cpus: int = 2) -> None:
        self.cpus = cpus
        self.alive: dict[str, Mapping[str, Any]] = {}
        self.dead: dict[str, str] = {}
        self.stopped: list[str] = []
        self.idle_processes = 99
        self.refuse = False

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        if self.refuse:
            raise UnavailableError("no room")
        self.alive.setdefault(name, args)

    def status(self, name: str) -> DriverStatus | None:
        if name in self.alive:
            return DriverStatus(name, True)
        return DriverStatus(name, False, self.dead[name]) if name in self.dead else None

    def kill(self, name: str, words: str = "killed") -> None:
        del self.alive[name]
        self.dead[name] = words

    def stop(self, name: str) -> None:
        self.stopped.append(name)
        self.alive.pop(name, None)

    def names(self) -> list[str]:
        return list(self.alive)

    def idle(self, want: int) -> int:
        return min(want, self.idle_processes)

    def capacity(self) -> int:
        return self.cpus

    def close(self) -> None:
        pass


class NoIngest:
    def reconcile(self, record: JobRecord) -> None:
        raise AssertionError("no ingest job here")

    def recover(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def make_controller(
    records: MemoryRecords, blobs: MemoryBlobs, events: Any, clock: Any, metrics: MemoryMetrics, host: FakeHost
) -> Callable[[], Controller]:
    def make(owner: str = "me") -> Controller:
        sweeps = Sweeps(records, blobs, Models(records, blobs, clock), clock)
        config = ControllerConfig(EntryPoint("a:b"), {"settings": "{}"}, max_attempts=3)
        ingest: Any = NoIngest()
        return Controller(records, events, host, clock, metrics, ingest, ingest, sweeps, config, owner)

    return make


@pytest.fixture
def controller(make_controller: Callable[[], Controller]) -> Controller:
    return make_controller()


def name(job: JobRecord, epoch: int = 1) -> str:
    return f"job-{job.id}-{epoch}"


def now(records: MemoryRecords, job: JobRecord) -> JobRecord:
    return read_job(records, job.tenant, job.id)


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


def test_a_dead_driver_gets_a_successor_at_once(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    before = now(records, job)
    clock.advance(2)
    host.kill(name(job))
    controller.step()
    record = now(records, job)
    assert (record.epoch, record.attempts, record.state) == (2, 2, JobState.RUNNING)
    assert record.lost_s == pytest.approx(2.0)
    assert record.deadline_at == before.deadline_at, "a loss does not move the deadline"
    assert list(host.alive) == [name(job, 2)]
    with pytest.raises(FencedError):
        append(records, clock, Change(replace(before, version=record.version), epoch=1))


def test_a_silent_driver_is_replaced_after_a_whole_lease(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    record = now(records, job)
    assert record.lease is not None
    append(records, clock, Change(replace(record, lease=record.lease.renew(clock.now(), 8.0)), epoch=1))
    controller.step()
    clock.advance(7.9)
    controller.step()
    assert now(records, job).epoch == 1
    clock.advance(0.2)
    controller.step()
    assert now(records, job).epoch == 2
    assert host.stopped == [name(job)]


def test_a_driver_that_is_still_loading_is_waited_for(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    controller.step()
    clock.advance(29)
    controller.step()
    assert now(records, job).epoch == 1
    clock.advance(1.1)
    controller.step()
    assert now(records, job).epoch == 2
    assert host.stopped == [name(job)]


def test_what_another_controller_is_starting_is_left_to_it_for_a_lease(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    host.alive.pop(name(job))
    clock.advance(7.9)
    controller.step()
    assert now(records, job).epoch == 1
    clock.advance(0.2)
    controller.step()
    assert now(records, job).epoch == 2


def test_a_renewing_driver_is_left_alone_whatever_the_wall_clock_says(
    controller: Controller, records: MemoryRecords, clock: Any, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    for _ in range(20):
        record = now(records, job)
        assert record.lease is not None
        append(records, clock, Change(replace(record, lease=record.lease.renew(clock.now(), 8.0)), epoch=1))
        clock.advance(2)
        clock.seconds -= 3600
        controller.step()
    assert now(records, job).epoch == 1


def test_a_driver_far_beyond_the_deadline_is_killed(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    for _ in range(15):
        record = now(records, job)
        assert record.lease is not None
        append(records, clock, Change(replace(record, lease=record.lease.renew(clock.now(), 8.0)), epoch=1))
        clock.advance(5)
        controller.step()
    assert now(records, job).epoch == 2
    assert name(job) in host.stopped


def test_after_a_long_outage_a_successor_gets_its_seconds(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    clock.advance(3600)
    host.kill(name(job, 1), "power cut")
    for _ in range(10):
        controller.step()
        record = now(records, job)
        assert record.lease is not None
        append(records, clock, Change(replace(record, lease=record.lease.renew(clock.now(), 8.0)), epoch=2))
        clock.advance(1)
    assert now(records, job).epoch == 2
    assert now(records, job).attempts == 2


def test_a_job_that_kills_every_driver_fails(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    for epoch in (1, 2, 3):
        host.kill(name(job, epoch), "segmentation fault")
        controller.step()
    record = now(records, job)
    assert record.state is JobState.FAILED
    assert record.error is not None
    assert record.error["code"] == "driver_lost"
    assert "segmentation fault" in record.error["detail"]
    assert records.active(job.key.kind) == []


def test_a_cancelled_job_without_driver_ends(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    append(records, clock, Change(replace(now(records, job), wanted=Wanted.CANCEL)))
    controller.step()
    assert now(records, job).state is JobState.RUNNING, "its driver ends it"
    host.kill(name(job))
    controller.step()
    assert now(records, job).state is JobState.CANCELLED


def test_a_driver_that_did_not_start_is_started_again(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    host.refuse = True
    controller.step()
    assert host.alive == {}
    host.refuse = False
    controller.step()
    assert host.alive == {}, "another controller may be starting it"
    clock.advance(8.1)
    controller.step()
    assert list(host.alive) == [name(job, 2)]


def test_orphans_are_stopped(controller: Controller, clock: Any, host: FakeHost, make_job: MakeJob) -> None:
    job = make_job()
    host.alive = {"job-job_aaaaaaaaaaaaaaaaaaaa-1": {}, "other": {}}
    controller.step()
    assert set(host.alive) == {name(job), "other"}


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


def test_an_outage_of_the_store_costs_no_driver(
    controller: Controller,
    records: MemoryRecords,
    clock: Any,
    host: FakeHost,
    make_job: MakeJob,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = make_job()
    controller.step()
    controller.step()

    def away(kind: Any) -> Any:
        raise UnavailableError("away")

    with monkeypatch.context() as patched:
        patched.setattr(records, "active", away)
        for _ in range(5):
            clock.advance(3)
            with pytest.raises(UnavailableError):
                controller.step()
    controller.step()
    assert now(records, job).epoch == 1


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
