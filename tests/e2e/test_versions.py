"""A model of several jobs on a real service: versions, aliases, what predicts meanwhile, and the jobs' logs."""

import threading
from collections.abc import Callable

import pytest

from automl.client.client import Client
from automl.core.errors import ConflictError, InvalidInputError, NotFoundError
from automl.core.spec import FitSpec
from automl.core.states import JobState
from automl.core.views import JobView, LogLine
from tests.service_process import Service

pytestmark = pytest.mark.e2e
WaitFor = Callable[..., None]


def submit(client: Client, dataset: str, **wishes: object) -> JobView:
    spec = {"dataset_id": dataset, "target": "Survived", "families": ["linear"], "budget": {"seconds": 10, "trials": 1}}
    return client.jobs.submit(FitSpec.model_validate(spec | wishes))


def ended(client: Client, job: JobView, wait_for: WaitFor) -> JobView:
    wait_for(lambda: client.jobs.get(job.id).state.is_terminal, 120, "the end of the job")
    view = client.jobs.get(job.id)
    assert view.state is JobState.SUCCEEDED, view.error
    return view


def log(client: Client, job_id: str) -> list[LogLine]:
    """Everything that was said, followed while the job goes on."""
    page = client.jobs.logs(job_id, level="debug")
    lines = list(page.items)
    while page.cursor is not None:
        page = client.jobs.logs(job_id, level="debug", cursor=page.cursor)
        lines += page.items
    return lines


def test_versions_of_one_model(service: Service, wait_for: WaitFor) -> None:
    with service.client() as client:
        dataset = client.datasets.example("titanic").id
        first = ended(client, submit(client, dataset, name="survival of several"), wait_for)
        model = str(first.model_id)
        (row,) = client.datasets.rows(dataset, limit=1)["rows"]
        row.pop("Survived")

        # Two jobs for the same model at once.
        jobs = [submit(client, dataset, model=each) for each in (model, "survival of several")]
        followed: dict[str, list[LogLine]] = {}
        readers = [
            threading.Thread(target=lambda job=job: followed.update({job.id: log(client, job.id)})) for job in jobs
        ]
        for each in readers:
            each.start()
        made = [ended(client, job, wait_for) for job in jobs]
        for each in readers:
            each.join(60)
        assert {view.model_id for view in made} == {model}
        assert {view.model_version for view in made} == {"2", "3"}
        assert [each.version for each in client.models.versions(model)] == ["3", "2", "1"]
        assert client.models.get(model).aliases == {"champion": "1"}

        for job in jobs:
            lines = followed[job.id]
            assert [line.seq for line in lines] == list(range(1, len(lines) + 1)), "no gap, nothing twice"
            assert lines[0].message == "Queued."
            assert [line for line in lines if line.source == "worker"]
            assert lines[-1].message.startswith("Succeeded: version ")

        assert client.models.predict(model, [row]).version == "1"
        client.models.set_alias(model, "champion", "3")
        wait_for(lambda: client.models.predict(model, [row]).version == "3", 30, "the new champion to answer")
        assert client.models.roll_back(model).aliases == {"champion": "1"}
        with pytest.raises(ConflictError):
            client.models.delete_version(model, "1")
        client.models.delete_version(model, "2")
        with pytest.raises(NotFoundError):
            client.models.predict(f"{model}@2", [row])

        # The job of the champion goes, its version stays and answers.
        client.jobs.delete(first.id)
        wait_for(lambda: client.models.predict(model, [row]).version == "1", 30, "the old champion to answer")
        assert [each.version for each in client.models.versions(model)] == ["3", "1"]
        with pytest.raises(InvalidInputError) as caught:
            submit(client, dataset, model=model, target="Pclass")
        assert caught.value.code == "model_unfit"


def test_lists_are_searched(service: Service, wait_for: WaitFor) -> None:
    with service.client() as client:
        dataset = client.datasets.example("titanic").id
        job = ended(client, submit(client, dataset, name="Nadel im Heuhaufen"), wait_for)
        assert [each.id for each in client.jobs.list(search="NADEL").items] == [job.id]
        assert [each.id for each in client.jobs.list(search="nadel", state="succeeded").items] == [job.id]
        assert client.jobs.list(search="nadel", state="failed").items == []
        assert [each.id for each in client.models.list(search="heuhaufen").items] == [job.model_id]
        assert client.datasets.list(search="no such name").items == []
