"""Every wish in every state of a job's life: what becomes of it, once, repeated, and by two clients at once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.errors import ConflictError, InvalidInputError
from automl.core.spec import MAX_SECONDS
from automl.core.states import JobKind, JobState, Wanted
from automl.jobs.aggregate import Change, JobRecord, append, ended, read_job
from automl.jobs.service import Jobs

MakeJob = Callable[..., JobRecord]
Life = Callable[[str], JobRecord]
STATES = ("queued", "warming", "fitting", "stopping", "finishing", "succeeded", "failed", "cancelled")


@pytest.fixture
def jobs(records: MemoryRecords, blobs: MemoryBlobs, events: Any, clock: Any, metrics: MemoryMetrics) -> Jobs:
    datasets: Any = None  # only a continuation asks for them
    return Jobs(records, blobs, events, datasets, clock, metrics)


@pytest.fixture
def life(make_job: MakeJob, records: MemoryRecords, clock: Any) -> Life:
    """A job at a moment of its life. warming: admitted just now; fitting: 10 s later."""

    def at(moment: str) -> JobRecord:
        record = make_job(running=moment != "queued")
        if moment in ("fitting", "stopping", "finishing", "succeeded", "failed"):
            clock.advance(10.0)
        now = clock.now()
        match moment:
            case "stopping":
                change = Change(replace(record, wanted=Wanted.STOP))
            case "finishing":
                change = Change(replace(record, state=JobState.FINISHING))
            case "succeeded" | "failed" | "cancelled":
                change = Change(ended(record, JobState(moment), now))
            case _:
                return record
        return append(records, clock, change)

    return at


@pytest.mark.parametrize(
    ("moment", "wish", "outcome"),
    [
        ("queued", "stop", ("queued", "stop")),
        ("warming", "stop", ("running", "stop")),
        ("fitting", "stop", ("running", "stop")),
        ("stopping", "stop", ("running", "stop")),
        ("finishing", "stop", ("finishing", "stop")),
        ("succeeded", "stop", ("succeeded", "run")),
        ("failed", "stop", ("failed", "run")),
        ("cancelled", "stop", ("cancelled", "run")),
        ("queued", "cancel", ("cancelled", "cancel")),
        ("warming", "cancel", ("running", "cancel")),
        ("fitting", "cancel", ("running", "cancel")),
        ("stopping", "cancel", ("running", "cancel")),
        ("finishing", "cancel", ("finishing", "cancel")),
        ("succeeded", "cancel", ("succeeded", "run")),
        ("failed", "cancel", ("failed", "run")),
        ("cancelled", "cancel", ("cancelled", "run")),
    ],
)
def test_stop_and_cancel(jobs: Jobs, life: Life, moment: str, wish: str, outcome: tuple[str, str]) -> None:
    record = life(moment)
    act = jobs.stop if wish == "stop" else jobs.cancel
    for _ in range(2):
        view = act(record.tenant, record.id)
        assert (view.state, view.wanted) == outcome
    changed = [each.type for each in jobs.events(record.tenant, record.id, record.last_seq)]
    assert len(changed) <= 1, "a repeated wish changes nothing"


@pytest.mark.parametrize("moment", ["warming", "fitting"])
def test_a_running_job_gets_a_later_deadline(jobs: Jobs, life: Life, moment: str) -> None:
    record = life(moment)
    assert record.deadline_at is not None
    jobs.extend(record.tenant, record.id, 30)
    view = jobs.extend(record.tenant, record.id, 5)
    assert view.id == record.id
    assert view.deadline_at is not None
    assert view.deadline_at.timestamp() == pytest.approx(record.deadline_at + 35)
    with pytest.raises(InvalidInputError) as refused:
        jobs.extend(record.tenant, record.id, MAX_SECONDS)
    assert refused.value.code == "budget_invalid"


def test_a_waiting_job_gets_a_larger_budget(jobs: Jobs, life: Life) -> None:
    record = life("queued")
    assert jobs.extend(record.tenant, record.id, 30).budget["seconds"] == 90
    with pytest.raises(InvalidInputError):
        jobs.extend(record.tenant, record.id, MAX_SECONDS)


@pytest.mark.parametrize("moment", ["failed", "cancelled"])
def test_there_is_nothing_to_extend(jobs: Jobs, life: Life, moment: str) -> None:
    record = life(moment)
    with pytest.raises(ConflictError) as refused:
        jobs.extend(record.tenant, record.id, 30)
    assert refused.value.code == "job_not_extendable"


def test_a_job_that_is_being_cancelled_is_not_extended(jobs: Jobs, life: Life) -> None:
    record = life("fitting")
    jobs.cancel(record.tenant, record.id)
    with pytest.raises(ConflictError) as refused:
        jobs.extend(record.tenant, record.id, 30)
    assert refused.value.code == "job_not_extendable"


@pytest.mark.parametrize("seconds", [0.0, -1.0, MAX_SECONDS + 1, float("nan")])
def test_no_extension_is_of_so_many_seconds(jobs: Jobs, life: Life, seconds: float) -> None:
    record = life("fitting")
    with pytest.raises(InvalidInputError) as refused:
        jobs.extend(record.tenant, record.id, seconds)
    assert refused.value.code == "budget_invalid"


@pytest.mark.parametrize("moment", STATES)
def test_name_and_priority_change_at_any_moment(jobs: Jobs, life: Life, moment: str) -> None:
    record = life(moment)
    view = jobs.update(record.tenant, record.id, name=" mine ", priority=9)
    assert (view.name, view.priority, view.state) == ("mine", 9, record.state)
    assert jobs.update(record.tenant, record.id, name="mine").priority == 9


@pytest.mark.parametrize("moment", STATES)
def test_only_what_has_ended_is_deleted(jobs: Jobs, life: Life, records: MemoryRecords, moment: str) -> None:
    record = life(moment)
    if record.state.is_terminal:
        jobs.delete(record.tenant, record.id)
        assert records.read(record.key) is None
        return
    with pytest.raises(ConflictError) as refused:
        jobs.delete(record.tenant, record.id)
    assert (refused.value.code, refused.value.hint) == ("job_not_ended", "Cancel it, then delete it.")
    assert read_job(records, record.tenant, record.id) == record


def test_other_kinds_can_only_be_cancelled(jobs: Jobs, make_job: MakeJob) -> None:
    record = make_job(kind=JobKind.INGEST)
    for act in (jobs.stop, lambda tenant, job: jobs.extend(tenant, job, 30)):
        with pytest.raises(ConflictError):
            act(record.tenant, record.id)
    assert jobs.cancel(record.tenant, record.id).state is JobState.CANCELLED


@pytest.mark.parametrize("moment", ["queued", "fitting", "finishing"])
def test_two_clients_at_once(jobs: Jobs, life: Life, records: MemoryRecords, moment: str) -> None:
    record = life(moment)
    start = threading.Barrier(8)
    wishes = [
        jobs.stop,
        jobs.cancel,
        lambda t, j: jobs.update(t, j, priority=8),
        lambda t, j: jobs.update(t, j, name="x"),
    ]
    errors: list[Exception] = []

    def ask(wish: Any) -> None:
        start.wait()
        try:
            wish(record.tenant, record.id)
        except Exception as error:  # The test's own thread looks at it.
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(wish,)) for wish in wishes * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    after = read_job(records, record.tenant, record.id)
    assert (after.wanted, after.priority, after.name) == (Wanted.CANCEL, 8, "x"), "cancel wins over stop"
    seqs = [each.seq for each in records.events(record.key)]
    assert seqs == list(range(1, len(seqs) + 1))


def test_two_extensions_at_once_both_count(jobs: Jobs, life: Life, records: MemoryRecords) -> None:
    record = life("fitting")
    assert record.deadline_at is not None
    threads = [threading.Thread(target=jobs.extend, args=(record.tenant, record.id, 10.0)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert read_job(records, record.tenant, record.id).deadline_at == pytest.approx(record.deadline_at + 60)
