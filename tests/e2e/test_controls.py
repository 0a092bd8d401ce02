"""What an owner wishes of running jobs is done, on a real service: stop, cancel, extend, continue, a queue of many."""

import time
from collections.abc import Callable

import pytest

from automl.client.client import Client
from automl.core.errors import ConflictError, InvalidInputError
from automl.core.spec import FitSpec
from automl.core.states import JobState
from automl.core.views import JobView
from tests.service_process import Service

pytestmark = pytest.mark.e2e
WaitFor = Callable[..., None]
# A wish is answered at once and carried out soon; a loaded machine is given more.
SLACK_S = 6.0
# Alone on its machine a stop takes 3 s; where forty processes want two CPUs, the driver takes half a minute to start.
STOP_S = 90.0


def submit(client: Client, dataset: str, *, seconds: float = 60, **budget: int) -> JobView:
    spec = {"dataset_id": dataset, "target": "Survived", "budget": {"seconds": seconds, **budget}}
    return client.jobs.submit(FitSpec.model_validate(spec))


def ended(client: Client, job: JobView, wait_for: WaitFor, timeout_s: float = 120.0) -> JobView:
    wait_for(lambda: client.jobs.get(job.id).state.is_terminal, timeout_s, "the end of the job")
    return client.jobs.get(job.id)


def wait_for_fold(client: Client, job: JobView, wait_for: WaitFor) -> None:
    wait_for(lambda: any(row.folds for row in client.jobs.leaderboard(job.id)), 60, "the first fold")


@pytest.fixture(scope="module")
def dataset(service: Service) -> str:
    with service.client() as client:
        return client.datasets.example("titanic").id


@pytest.mark.parametrize("moment", ["admitted", "fitting"])
def test_a_stop_is_answered_at_once_and_yields_a_model(
    service: Service, dataset: str, wait_for: WaitFor, moment: str
) -> None:
    with service.client() as client:
        job = submit(client, dataset, seconds=300)
        if moment == "fitting":
            wait_for_fold(client, job, wait_for)
        else:
            wait_for(lambda: client.jobs.get(job.id).state is JobState.RUNNING, 60, "admission")
        asked = time.monotonic()
        client.jobs.stop(job.id)
        assert time.monotonic() - asked < 1.0 + SLACK_S
        view = ended(client, job, wait_for, STOP_S)
        assert view.state is JobState.SUCCEEDED, view.error
        assert view.end_reason == "Stopped by its owner; the best so far was kept."
        assert view.model_id is not None
        assert client.models.get(view.model_id).latest is not None


def test_an_extended_job_goes_on_past_its_old_end_and_is_continued_after_it(
    service: Service, dataset: str, wait_for: WaitFor
) -> None:
    with service.client() as client:
        job = submit(client, dataset, seconds=20)
        wait_for_fold(client, job, wait_for)
        longer = client.jobs.extend(job.id, 8)
        assert longer.id == job.id
        first = ended(client, job, wait_for)
        assert first.state is JobState.SUCCEEDED, first.error
        assert first.times.job_s is not None
        assert first.times.job_s <= 28 + 2
        assert first.deadline_at is not None
        assert first.admitted_at is not None
        assert (first.deadline_at - first.admitted_at).total_seconds() == pytest.approx(28)

        heir = client.jobs.extend(job.id, 10)
        assert (heir.continues, heir.state) == (job.id, JobState.QUEUED)
        client.jobs.delete(job.id)
        second = ended(client, heir, wait_for)
        assert second.state is JobState.SUCCEEDED, second.error
        assert second.times.job_s is not None
        assert second.times.job_s <= 10 + 2
        assert second.progress.folds >= first.progress.folds, "adopted folds count"
        assert (second.model_id, second.model_version) == (first.model_id, "2"), "the same model's next version"
        assert client.models.version(str(second.model_id), "2").continues == job.id
        client.jobs.delete(heir.id)


def test_a_cancelled_job_leaves_no_model(service: Service, dataset: str, wait_for: WaitFor) -> None:
    with service.client() as client:
        job = submit(client, dataset)
        wait_for_fold(client, job, wait_for)
        client.jobs.cancel(job.id)
        client.jobs.cancel(job.id)
        view = ended(client, job, wait_for)
        assert (view.state, view.model_id) == (JobState.CANCELLED, None)
        with pytest.raises(ConflictError):
            client.jobs.extend(job.id, 10)
        client.jobs.delete(job.id)


def test_ten_jobs_queue_and_all_of_them_end(service: Service, dataset: str, wait_for: WaitFor) -> None:
    with service.client() as client:
        # Two at a time, however many CPUs there are.
        cpus = int(client.system.info()["cpus"])
        share = max(1, cpus // 2)
        views = [submit(client, dataset, seconds=120, trials=1, cpus=share) for _ in range(10)]
        waiting = [client.jobs.get(view.id) for view in views]
        waiting = [view for view in waiting if view.state is JobState.QUEUED]
        assert waiting, "the machine does not take ten jobs of half its CPUs"
        # One that was admitted while it was looked at has no place any more.
        placed = [view for view in waiting if view.queue_position is not None]
        assert placed
        assert all((view.queue_reason or "").endswith("in line.") for view in placed)
        with pytest.raises(ConflictError):
            client.jobs.delete(views[-1].id)
        last = client.jobs.update(views[-1].id, name="urgent", priority=9)
        if last.queue_position is not None:
            assert last.queue_position == 1
        for view in views:
            done = ended(client, view, wait_for, 240)
            assert done.state is JobState.SUCCEEDED, done.error
            assert done.end_reason == "The one trial of its budget was made."
            assert done.cpus == share
            assert done.times.job_s is not None
            assert done.times.job_s <= 120 + 2
        with pytest.raises(InvalidInputError) as refused:
            submit(client, dataset, cpus=cpus + 7)
        assert refused.value.code == "too_large"
        assert f"{cpus + 7} CPUs" in refused.value.detail
