"""A waiting job says where it stands and why, with numbers of its own tenant alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.core.errors import InvalidInputError
from automl.core.spec import FitSpec
from automl.core.states import JobKind
from automl.jobs.admission import STEP_S, next_admission
from automl.jobs.aggregate import JobRecord
from automl.jobs.capacity import _KEY, Capacity, check_cpus
from automl.jobs.queueing import Queue, place

MakeJob = Callable[..., JobRecord]


def waiting(make_job: MakeJob, count: int, clock: Any) -> list[JobRecord]:
    made = []
    for number in range(count):
        made.append(make_job(f"waits {number}"))
        clock.advance(1.0)
    return made


def test_the_numbers_are_said(make_job: MakeJob, clock: Any) -> None:
    running = [replace(make_job(f"runs {number}", running=True), cpus=1) for number in range(2)]
    queued = waiting(make_job, 3, clock)
    found = place(queued[2], [*running, *queued[:2]], 2, clock.now())
    assert found.position == 3
    assert found.reason == "2 of 2 CPUs are taken by 2 jobs; 3rd in line."
    partly = place(queued[0], running[:1], 2, clock.now())
    assert partly.reason == (
        "1 of 2 CPUs is taken by 1 job, the others are being made ready or are at other work; 1st in line."
    )
    assert place(queued[0], [], None, clock.now()).reason == "Waits for free CPUs; 1st in line."
    assert "made ready" in place(queued[0], [], 2, clock.now()).reason


@pytest.mark.parametrize(("number", "word"), [(0, "1st"), (1, "2nd"), (10, "11th"), (11, "12th"), (20, "21st")])
def test_ordinals(make_job: MakeJob, clock: Any, number: int, word: str) -> None:
    queued = waiting(make_job, number + 1, clock)
    assert place(queued[-1], queued[:-1], 2, clock.now()).reason.endswith(f"{word} in line.")


def test_priority_moves_a_job(make_job: MakeJob, clock: Any) -> None:
    first, second = waiting(make_job, 2, clock)
    urgent = replace(second, priority=9)
    assert place(urgent, [first], 2, clock.now()).position == 1
    assert place(first, [urgent], 2, clock.now()).position == 2


def test_waiting_adds_to_priority_so_that_nobody_starves(make_job: MakeJob, clock: Any) -> None:
    patient = make_job("patient", priority=0)
    clock.advance(10 * STEP_S)
    urgent = make_job("urgent", priority=9)
    assert place(patient, [urgent], 1, clock.now()).position == 1
    admission = next_admission([patient, urgent], [], 1, clock.now())
    assert admission is not None
    assert admission.record.name == "patient"


def test_all_of_many_jobs_start_one_after_another(make_job: MakeJob, clock: Any) -> None:
    queue = [*waiting(make_job, 6, clock), *(make_job(f"other {n}", tenant="rival") for n in range(4))]
    running: list[JobRecord] = []
    started: list[str] = []
    while queue:
        while (admission := next_admission(queue, running, 2, clock.now())) is not None:
            running.append(replace(admission.record, cpus=admission.cpus))
            queue = [each for each in queue if each.id != admission.record.id]
            started.append(admission.record.tenant)
        assert sum(each.cpus or 0 for each in running) <= 2
        clock.advance(10.0)
        running.pop(0)
    assert len(started) == 10
    assert started[:8].count("rival") == 4, "tenants take turns"


def test_others_jobs_are_not_counted(make_job: MakeJob, records: MemoryRecords, clock: Any) -> None:
    make_job("rivals", tenant="rival", priority=9)
    make_job("rivals too", tenant="rival", running=True)
    mine = make_job("mine")
    make_job("read", kind=JobKind.INGEST)
    found = Queue(records, clock, Capacity(records, clock)).place(mine)
    assert found is not None
    assert (found.position, found.reason) == (1, "Waits for free CPUs; 1st in line.")


def test_a_change_is_seen_at_once(make_job: MakeJob, records: MemoryRecords, clock: Any) -> None:
    queue = Queue(records, clock, Capacity(records, clock))
    first = make_job("first")
    assert queue.place(first) is not None
    clock.advance(0.1)
    make_job("urgent", priority=9)
    queue.changed(first.tenant)
    found = queue.place(first)
    assert found is not None
    assert found.position == 2
    assert queue.place(make_job("runs", running=True)) is None


def test_capacity_is_what_a_controller_last_saw(records: MemoryRecords, clock: Any) -> None:
    here, there = Capacity(records, clock), Capacity(records, clock)
    assert there.known() is None
    here.note(8)
    assert there.known() == 8
    here.note(2)
    clock.advance(5.0)
    assert there.known() == 2
    kept = records.read(_KEY)
    Capacity(records, clock).note(2)
    assert records.read(_KEY) == kept, "nothing is written twice"


def test_more_cpus_than_there_are_is_refused_with_the_numbers() -> None:
    spec = FitSpec.model_validate({"dataset_id": "d", "target": "y", "budget": {"cpus": 4}})
    check_cpus(spec, 4)
    check_cpus(spec, None)
    with pytest.raises(InvalidInputError) as refused:
        check_cpus(spec, 2)
    assert (refused.value.code, refused.value.errors[0].field) == ("too_large", "budget.cpus")
    assert refused.value.detail == "The job asks for 4 CPUs; there are 2."
    assert "2 or fewer" in refused.value.hint
