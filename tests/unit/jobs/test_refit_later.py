"""The fast variant of a model that is there already: a job that adopts every fold, searches nothing, and refits."""

from typing import Any

import numpy as np
import pytest

from automl.core.errors import ConflictError, IdempotencyError
from automl.core.states import JobState
from automl.core.views import JobView
from automl.datasets.idempotency import Idempotency
from automl.jobs import refitting
from automl.jobs.aggregate import FOLDS
from automl.jobs.continuing import only_refits
from automl.jobs.ledger import all_rows
from tests.unit.jobs.test_continuing import blobs_of, record_of
from tests.unit.jobs.test_evidence import report_of
from tests.unit.jobs.test_whole_job import TENANT, Service, people, spec
from tests.unit.jobs.test_whole_job import service as service

pytestmark = pytest.mark.whole

SECONDS = 30.0


def ended_first(service: Service, **changes: Any) -> JobView:
    view = service.ended(service.jobs.submit(TENANT, spec(families=["lightgbm"], **changes)))
    assert view.state is JobState.SUCCEEDED, view.error
    return view


def refitted(service: Service, first: JobView) -> JobView:
    view = service.ended(service.jobs.refit(TENANT, first.id, SECONDS))
    assert view.state is JobState.SUCCEEDED, view.error
    return view


def test_the_fast_model_is_the_next_version(service: Service) -> None:
    first = ended_first(service)
    view = refitted(service, first)
    assert (view.continues, view.variant, view.spec["preset"]) == (first.id, "fast", "fast")
    assert (view.model_id, view.model_version) == (first.model_id, "2")
    assert view.times.job_s is not None
    assert view.times.job_s <= SECONDS + 2

    before, after = (
        {row.key: row.body["blob"] for row in all_rows(service.records, record_of(service, each.id), FOLDS)}
        for each in (first, view)
    )
    assert after == before, "every fold is adopted, none is fitted"
    assert blobs_of(service, view.id) == set()
    newer, older = service.models.versions(TENANT, str(view.model_id))
    assert (newer.variant, older.variant) == ("fast", "ensemble")
    assert newer.size_bytes < older.size_bytes
    assert "Nothing was searched" in str(view.end_reason)
    assert {row.trial for row in service.jobs.leaderboard(TENANT, view.id).items} == {
        row.trial for row in service.jobs.leaderboard(TENANT, first.id).items
    }

    service.jobs.delete(TENANT, first.id)
    assert len(service.loader.predictor_of(TENANT, newer).predict(people(5, 2)).values) == 5
    assert report_of(service, newer).importance.status == "complete"


def test_a_job_that_continues_it_searches_again(service: Service) -> None:
    view = refitted(service, ended_first(service, budget={"seconds": 30, "trials": 1}))
    longer = service.jobs.extend(TENANT, view.id, 15.0)
    assert not only_refits(record_of(service, longer.id))
    ended = service.ended(longer)
    assert ended.state is JobState.SUCCEEDED, ended.error
    assert ended.progress.trials > view.progress.trials
    assert ended.variant == "fast"


def test_one_that_cannot_be_made_leaves_the_model_as_it_is(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> Any:
        raise RuntimeError("no")

    first = ended_first(service)
    monkeypatch.setattr(refitting, "run_refit", fail)
    view = service.ended(service.jobs.refit(TENANT, first.id, SECONDS))
    assert (view.state, view.error and view.error.code) == (JobState.FAILED, "refit_failed")
    assert service.models.get(TENANT, str(first.model_id)).versions == ["1"]


def test_the_same_request_makes_one_job(service: Service) -> None:
    first, key = ended_first(service), Idempotency("again", "1" * 64)
    assert len({service.jobs.refit(TENANT, first.id, SECONDS, key).id for _ in range(3)}) == 1
    with pytest.raises(IdempotencyError):
        service.jobs.extend(TENANT, first.id, SECONDS, key)


def test_what_has_no_ensemble_is_refused(service: Service) -> None:
    fast = ended_first(service, preset="fast")
    waiting = service.jobs.submit(TENANT, spec())
    for job in (waiting, fast):
        with pytest.raises(ConflictError) as refused:
            service.jobs.refit(TENANT, job.id, SECONDS)
        assert refused.value.code == "job_not_refittable"


def test_of_a_deterministic_job_it_is_the_same_each_time(service: Service) -> None:
    first = ended_first(service, deterministic=True, budget={"seconds": 60, "trials": 2})
    views = [refitted(service, first) for _ in range(2)]
    assert [view.deterministic for view in views] == [True, True], views[0].warnings
    answers = [
        service.loader.predictor_of(TENANT, service.models.version(TENANT, str(view.model_id), str(view.model_version)))
        .predict(people(40, 4))
        .probabilities
        for view in views
    ]
    np.testing.assert_array_equal(*answers)
