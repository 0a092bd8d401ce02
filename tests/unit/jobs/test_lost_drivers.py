"""Drivers that die, hang, never begin, or are nobody's: replaced once their lease has lapsed, and not for ever."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.core.errors import FencedError, UnavailableError
from automl.core.states import JobState, Wanted
from automl.jobs.aggregate import Change, JobRecord, append
from automl.jobs.controller import Controller
from tests.unit.jobs.controller_site import FakeHost, name, now, renew
from tests.unit.jobs.controller_site import controller as controller
from tests.unit.jobs.controller_site import host as host
from tests.unit.jobs.controller_site import make_controller as make_controller

MakeJob = Callable[..., JobRecord]


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
    renew(records, clock, job)
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
        renew(records, clock, job)
        clock.advance(2)
        clock.jump(-3600)
        controller.step()
    assert now(records, job).epoch == 1


def test_a_driver_far_beyond_the_deadline_is_killed(
    controller: Controller, records: MemoryRecords, clock: Any, host: FakeHost, make_job: MakeJob
) -> None:
    job = make_job()
    controller.step()
    for _ in range(15):
        renew(records, clock, job)
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
        renew(records, clock, job, epoch=2)
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
