"""A job that continues another: adopted folds count, are never run again, and outlive the first job's deletion."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automl.backends.records.base import Key, Kind
from automl.core.errors import ConflictError, IdempotencyError, InvalidInputError, NotFoundError
from automl.core.states import JobState, Wanted
from automl.core.views import JobView
from automl.datasets.idempotency import Idempotency
from automl.jobs.aggregate import FOLDS, Change, JobRecord, append, ended, read_job
from automl.jobs.continuing import link
from automl.jobs.ledger import all_rows
from automl.jobs.sweeps import Sweeps
from tests.unit.jobs.whole_site import CLOCK, CONTEXTS, TENANT, Service, spec

SECONDS = 20.0


@pytest.fixture
def service(tmp_path: Path, events: Any) -> Iterator[Service]:
    yield Service(tmp_path, events)
    CONTEXTS.pop(str(tmp_path), None)


def ended_first(service: Service) -> JobView:
    view = service.ended(service.jobs.submit(TENANT, spec(budget={"seconds": 30, "trials": 1})))
    assert view.state is JobState.SUCCEEDED, view.error
    return view


def record_of(service: Service, job_id: str) -> JobRecord:
    return read_job(service.records, TENANT, job_id)


def blobs_of(service: Service, job_id: str) -> set[str]:
    return {each.key.name for each in service.blobs.names().items if each.key.name.startswith(f"{job_id}/folds/")}


def test_an_ended_job_is_continued_by_another(service: Service) -> None:
    first = ended_first(service)
    folds = {row.key: row.body for row in all_rows(service.records, record_of(service, first.id), FOLDS)}
    heir = service.jobs.extend(TENANT, first.id, SECONDS)
    assert heir.id != first.id
    assert (heir.continues, heir.state, heir.budget["seconds"], heir.budget["trials"]) == (
        first.id,
        JobState.QUEUED,
        SECONDS,
        None,
    )
    view = service.ended(heir)
    assert view.state is JobState.SUCCEEDED, view.error
    assert view.times.job_s is not None
    assert view.times.job_s <= SECONDS + 2
    rows = {row.key: row.body for row in all_rows(service.records, record_of(service, heir.id), FOLDS)}
    assert {key: rows[key]["blob"] for key in folds} == {key: body["blob"] for key, body in folds.items()}
    assert len(rows) > len(folds), "it went on"
    assert {row["blob"].partition("/")[0] for key, row in rows.items() if key not in folds} == {heir.id}
    assert not any(f"{heir.id}/folds/{key}" in blobs_of(service, heir.id) for key in folds), "nothing was run twice"
    board = service.jobs.leaderboard(TENANT, heir.id).items
    assert [row.trial for row in sorted(board, key=lambda row: row.trial)] == [0, 1], "numbers go on"

    assert (view.model_id, view.model_version) == (first.model_id, "2"), "the next version of the same model"
    newer, older = service.models.versions(TENANT, str(view.model_id))
    assert (newer.version, newer.job_id, newer.continues) == ("2", heir.id, first.id)
    assert (older.version, older.job_id, older.continues) == ("1", first.id, None)
    assert service.models.resolve(TENANT, str(view.model_id)).version == "1", "the champion moves by hand alone"


def test_the_second_job_is_whole_without_the_first(service: Service) -> None:
    first = ended_first(service)
    heir = service.jobs.extend(TENANT, first.id, SECONDS)
    service.jobs.delete(TENANT, first.id)  # before the heir has begun
    with pytest.raises(NotFoundError):
        service.jobs.get(TENANT, first.id)
    assert [each.id for each in service.jobs.list(TENANT).items] == [heir.id]
    view = service.ended(heir)
    assert view.state is JobState.SUCCEEDED, view.error
    kept = blobs_of(service, first.id)
    assert kept
    sweeps = Sweeps(service.records, service.blobs, service.models, CLOCK)
    infos = [each for each in service.blobs.names().items if each.key.name in kept]
    assert all(sweeps._is_named(each, []) for each in infos), "a sweep spares what the second job names"
    assert service.records.active(Kind.JOB) == [], "nobody has to look after the hidden one"

    third = service.jobs.extend(TENANT, heir.id, SECONDS)
    service.jobs.delete(TENANT, heir.id)
    assert service.ended(third).state is JobState.SUCCEEDED
    assert service.models.get(TENANT, str(view.model_id)).latest is not None
    service.jobs.delete(TENANT, third.id)
    for job_id in (first.id, heir.id, third.id):
        assert blobs_of(service, job_id) == set(), "the last one takes everything away"
        assert service.records.read(Key(TENANT, Kind.JOB, job_id)) is None


def test_a_cancelled_heir_leaves_the_first_whole(service: Service) -> None:
    first = ended_first(service)
    before = blobs_of(service, first.id)
    heir = service.jobs.extend(TENANT, first.id, 60)
    while service.jobs.get(TENANT, heir.id).state is JobState.QUEUED:
        service.controller.step()
    service.jobs.cancel(TENANT, heir.id)
    assert service.ended(heir).state is JobState.CANCELLED
    # The driver takes away what it stored once the end is written.
    for _ in range(3000):
        if not blobs_of(service, heir.id):
            break
        CLOCK.sleep(0.01)
    assert blobs_of(service, heir.id) == set()
    assert blobs_of(service, first.id) == before


def test_the_same_key_continues_once(service: Service) -> None:
    first = ended_first(service)
    key = Idempotency("again", "1" * 64)
    ids = {service.jobs.extend(TENANT, first.id, SECONDS, key).id for _ in range(3)}
    assert len(ids) == 1
    with pytest.raises(IdempotencyError):
        service.jobs.extend(TENANT, first.id, 99, Idempotency("again", "2" * 64))
    assert record_of(service, first.id).heirs == tuple(ids)


def test_an_extension_that_was_used_is_not_taken_for_a_new_job(service: Service) -> None:
    job, key = service.jobs.submit(TENANT, spec()), Idempotency("more", "1" * 64)
    assert service.jobs.extend(TENANT, job.id, 15, key).budget["seconds"] == 45
    service.ended(job)
    assert service.jobs.extend(TENANT, job.id, 15, key).id == job.id


def test_an_heir_waits_until_the_first_has_ended(service: Service) -> None:
    job = service.jobs.submit(TENANT, spec())
    record = record_of(service, job.id)
    finishing = replace(record, state=JobState.RUNNING, admitted_at=CLOCK.now(), deadline_at=CLOCK.now() + 30, cpus=0)
    finishing = append(service.records, CLOCK, Change(finishing))
    finishing = append(service.records, CLOCK, Change(replace(finishing, wanted=Wanted.STOP)))
    heir = service.jobs.extend(TENANT, job.id, SECONDS)
    assert heir.continues == job.id
    assert heir.queue_reason is not None
    assert heir.queue_reason.startswith(f"Waits for {job.id} to end, which it continues")
    active = [finishing, record_of(service, heir.id)]
    service.controller._admit(active)
    assert service.jobs.get(TENANT, heir.id).state is JobState.QUEUED
    append(service.records, CLOCK, Change(ended(record_of(service, job.id), JobState.CANCELLED, CLOCK.now())))
    view = service.ended(heir)
    assert view.state is JobState.SUCCEEDED, "nothing of a cancelled job is there, so it begins anew"


@pytest.mark.parametrize(
    ("state", "code"), [(JobState.CANCELLED, "job_not_extendable"), (JobState.FAILED, "job_not_extendable")]
)
def test_what_left_nothing_cannot_be_continued(service: Service, state: JobState, code: str) -> None:
    job = service.jobs.submit(TENANT, spec())
    record = replace(record_of(service, job.id), state=JobState.RUNNING, admitted_at=CLOCK.now())
    append(service.records, CLOCK, Change(ended(record, state, CLOCK.now())))
    with pytest.raises(ConflictError) as refused:
        service.jobs.extend(TENANT, job.id, SECONDS)
    assert refused.value.code == code


def test_a_continued_job_takes_ten_seconds_at_least(service: Service) -> None:
    first = ended_first(service)
    with pytest.raises(InvalidInputError) as refused:
        service.jobs.extend(TENANT, first.id, 3)
    assert refused.value.code == "budget_invalid"
    assert record_of(service, first.id).heirs == ()


def test_a_deletion_that_came_first_wins(service: Service) -> None:
    first = ended_first(service)
    heir = service.jobs.extend(TENANT, first.id, SECONDS)
    service.jobs.cancel(TENANT, heir.id)
    service.jobs.delete(TENANT, first.id)
    with pytest.raises(NotFoundError):
        service.jobs.extend(TENANT, first.id, SECONDS)
    stranger = replace(record_of(service, heir.id), id=f"job_{'a' * 20}")
    assert link(service.records, CLOCK, stranger) is None
