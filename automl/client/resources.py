"""The blocking client's resources: what can be done with datasets, jobs, models and the system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Literal, Protocol, TypeVar

from automl.client import flows, reports
from automl.client.calls import Flow
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView
from automl.core.spec import REFIT_S, FitSpec, PredictSpec
from automl.core.views import (
    DatasetView,
    EventView,
    JobView,
    LeaderboardRow,
    LogLine,
    ModelVersionView,
    ModelView,
    Page,
    PredictionView,
    StoredPredictionView,
)

R = TypeVar("R")


class Run(Protocol):
    """Carries a flow out."""

    def __call__(self, flow: Flow[R]) -> R: ...


class Datasets:
    """What can be done with datasets."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def get(self, dataset_id: str) -> DatasetView:
        return self._run(flows.dataset(dataset_id))

    def list(self, cursor: str | None = None, limit: int = 50, *, search: str | None = None) -> Page[DatasetView]:
        """Newest first. search: a part of the name or id."""
        return self._run(flows.datasets(cursor, limit, search))

    def example(self, name: str) -> DatasetView:
        return self._run(flows.wait_ready(self._run(flows.example(name)).id))

    def profile(self, dataset_id: str) -> dict[str, Any]:
        return self._run(flows.get_json(f"/v1/datasets/{dataset_id}/profile"))

    def rows(self, dataset_id: str, offset: int = 0, limit: int = 20) -> dict[str, Any]:
        path = f"/v1/datasets/{dataset_id}/rows"
        return self._run(flows.get_json(path, {"offset": offset, "limit": limit}))

    def download(self, dataset_id: str) -> bytes:
        return self._run(flows.get_bytes(f"/v1/datasets/{dataset_id}/download"))

    def delete(self, dataset_id: str) -> None:
        self._run(flows.remove(f"/v1/datasets/{dataset_id}"))


class Jobs:
    """What can be done with jobs."""

    def __init__(self, run: Run, events: Callable[..., Iterator[EventView]]) -> None:
        self._run = run
        self.events = events

    def submit(self, spec: FitSpec) -> JobView:
        return self._run(flows.submit(spec))

    def get(self, job_id: str) -> JobView:
        return self._run(flows.job(job_id))

    def leaderboard(self, job_id: str, most: int | None = None) -> list[LeaderboardRow]:
        """Best first; all rows, or so many."""
        return self._run(flows.leaderboard(job_id, most))

    def logs(
        self, job_id: str, *, level: str = "info", cursor: str | None = None, limit: int = 100, tail: bool = False
    ) -> Page[LogLine]:
        """What was said about the job, oldest first. tail: the last lines; cursor: leads on, also to what is yet to be
        said, and is None once the job has ended and all was told."""
        return self._run(flows.logs(job_id, level, cursor, limit, tail))

    def list(
        self,
        cursor: str | None = None,
        limit: int = 50,
        *,
        state: str | None = None,
        search: str | None = None,
        kind: str | None = None,
    ) -> Page[JobView]:
        """Fits (or jobs of another kind), newest first. search: a part of the name, id, target or dataset's name."""
        return self._run(flows.jobs(cursor, limit, (state,) if state else (), search, kind))

    def stop(self, job_id: str) -> JobView:
        return self._run(flows.control(job_id, "stop"))

    def cancel(self, job_id: str) -> JobView:
        return self._run(flows.control(job_id, "cancel"))

    def extend(self, job_id: str, seconds: float) -> JobView:
        """More seconds for a fit. Of one that ends or has ended, another job, which continues it."""
        return self._run(flows.control(job_id, "extend", {"seconds": seconds}))

    def refit(self, job_id: str, seconds: float = REFIT_S) -> JobView:
        """The job that makes the fast variant of an ended fit's model, as the model's next version."""
        return self._run(flows.control(job_id, "refit", {"seconds": seconds}))

    def update(self, job_id: str, *, name: str | None = None, priority: int | None = None) -> JobView:
        return self._run(flows.update_job(job_id, name, priority))

    def delete(self, job_id: str) -> None:
        self._run(flows.remove(f"/v1/jobs/{job_id}"))


class Models:
    """What can be done with models. A model is named `id`, `id@alias` or `name@alias`."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def get(self, model_id: str) -> ModelView:
        return self._run(flows.model(model_id))

    def list(self, cursor: str | None = None, limit: int = 50, *, search: str | None = None) -> Page[ModelView]:
        """Newest first. search: a part of the name or id."""
        return self._run(flows.models(cursor, limit, search))

    def versions(self, model_id: str) -> Sequence[ModelVersionView]:
        """All versions, newest first."""
        return self._run(flows.versions(model_id))

    def version(self, model_id: str, version_id: str) -> ModelVersionView:
        return self._run(flows.version(model_id, version_id))

    def set_alias(self, model_id: str, alias: str, version_id: str) -> ModelView:
        return self._run(flows.set_alias(model_id, alias, version_id))

    def roll_back(self, model_id: str, alias: str = "champion") -> ModelView:
        """Let an alias mean what it meant before."""
        return self._run(flows.roll_back(model_id, alias))

    def delete_version(self, model_id: str, version_id: str) -> None:
        """Remove one version. ConflictError: an alias means it."""
        self._run(flows.remove(f"/v1/models/{model_id}/versions/{version_id}"))

    def predict(self, model_id: str, rows: Sequence[Mapping[str, Any]], *, proba: bool = False) -> PredictionView:
        return self._run(flows.predict(model_id, rows, proba))

    def report(
        self, model_id: str, *, fn_cost: float | None = None, fp_cost: float | None = None, wait_s: float = 120.0
    ) -> ReportView:
        """Scores, curves, importances, checks and lineage. wait_s: for the sections that are computed on the first
        request; fn_cost, fp_cost: of a missed positive and of a false alarm, for the cheapest threshold."""
        return self._run(reports.report(model_id, fn_cost, fp_cost, wait_s))

    def explain(self, model_id: str, rows: Sequence[Mapping[str, Any]], *, top: int = 5) -> ExplanationView:
        """What each feature did to the prediction of each row."""
        return self._run(reports.explain(model_id, rows, top))

    def download(self, model_id: str) -> bytes:
        return self._run(flows.get_bytes(f"/v1/models/{model_id}/download"))

    def delete(self, model_id: str) -> None:
        self._run(flows.remove(f"/v1/models/{model_id}"))


class Predictions:
    """What can be done with stored predictions: whole datasets answered by a model, kept until they are deleted."""

    def __init__(self, run: Run, save: Callable[..., None]) -> None:
        self._run = run
        self._save = save

    def create(
        self, model: str, dataset_id: str, *, proba: bool = False, name: str | None = None
    ) -> StoredPredictionView:
        """Begin one. InvalidInputError `missing_columns`: names what the dataset lacks."""
        spec = PredictSpec(model=model, dataset_id=dataset_id, proba=proba, name=name)
        return self.get(self._run(flows.predict_dataset(spec)).id)

    def get(self, prediction_id: str) -> StoredPredictionView:
        return self._run(flows.prediction(prediction_id))

    def wait(self, prediction_id: str) -> StoredPredictionView:
        """Until it has ended well. JobFailedError: it did not, and why."""
        return self._run(flows.wait_prediction(prediction_id))

    def save(self, prediction_id: str, target: BinaryIO, form: Literal["csv", "parquet"] = "csv") -> None:
        """Write the answers to a binary file that can seek; rows in input order."""
        self._save(f"/v1/predictions/{prediction_id}/download", target, {"format": form})

    def list(self, cursor: str | None = None, limit: int = 50) -> Page[StoredPredictionView]:
        return self._run(flows.predictions(cursor, limit))

    def delete(self, prediction_id: str) -> None:
        self._run(flows.remove(f"/v1/predictions/{prediction_id}"))


class System:
    """What the service says of itself."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def info(self) -> dict[str, Any]:
        return self._run(flows.get_json("/v1/system"))

    def ready(self) -> dict[str, Any]:
        return self._run(flows.get_json("/health/ready"))

    def self_test(self) -> dict[str, Any]:
        """Milliseconds of a message through the bus and of a block down to a worker. UnavailableError: what is away."""
        return self._run(flows.self_test())

    def page_code(self) -> str:
        """A one-time code for the page's address, `/#code=…`, good for ten minutes."""
        return self._run(flows.page_code())
