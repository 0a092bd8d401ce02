"""What `automl.fit` gives back: a job that can be waited for, and its model that predicts."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from automl.client.client import Client
from automl.client.prediction import Prediction
from automl.client.progress import ProgressLine, follow
from automl.core.errors import ConflictError, JobFailedError
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView
from automl.core.spec import REFIT_S
from automl.core.states import JobState
from automl.core.views import JobView, LeaderboardRow, PredictionView


class Model:
    """A model version that the service keeps."""

    def __init__(self, client: Client, model_id: str, version: str) -> None:
        self._client = client
        self.id = model_id
        self.version = version

    def __repr__(self) -> str:
        return f"Model({self.id!r}, version={self.version!r})"

    def predict(self, data: Any) -> list[Any]:
        """Predictions in input order for rows (a list of mappings) or a DataFrame."""
        return self._ask(data, proba=False).predictions

    def predict_proba(self, data: Any) -> list[dict[str, float]]:
        """Per row, a probability for each class, named exactly as in the training file."""
        return self._ask(data, proba=True).probabilities or []

    def predict_dataset(
        self, data: Any, *, proba: bool = False, name: str | None = None, wait: bool = True
    ) -> Prediction:
        """Answer a whole dataset (an id, a file, a DataFrame or an Arrow table) as a job of the service, which keeps
        the answers until they are deleted. JobFailedError (with `wait`); InvalidInputError names missing columns."""
        view = self._client.predict_dataset(f"{self.id}@{self.version}", data, proba=proba, name=name)
        prediction = Prediction(self._client, view)
        return prediction.wait() if wait else prediction

    def report(
        self, *, fn_cost: float | None = None, fp_cost: float | None = None, wait_s: float = 120.0
    ) -> ReportView:
        """How good it is and what it looks at. wait_s: for the sections that are computed on the first request."""
        name = f"{self.id}@{self.version}"
        return self._client.models.report(name, fn_cost=fn_cost, fp_cost=fp_cost, wait_s=wait_s)

    def explain(self, data: Any, *, top: int = 5) -> ExplanationView:
        """What each feature did to the prediction of each row: a list of mappings, or a DataFrame."""
        return self._client.models.explain(f"{self.id}@{self.version}", rows_of(data), top=top)

    def download(self, path: str | Path) -> Path:
        """Write the model's package (a zip) to a file."""
        path = Path(path)
        path.write_bytes(self._client.models.download(self.id))
        return path

    def _ask(self, data: Any, proba: bool) -> PredictionView:
        return self._client.models.predict(f"{self.id}@{self.version}", rows_of(data), proba=proba)


class Job:
    """A fit job of the service. Attributes are those of its newest view: `job.state`, `job.score`, `job.times`."""

    def __init__(self, client: Client, view: JobView) -> None:
        self._client = client
        self.view = view

    def __repr__(self) -> str:
        score = "" if self.view.score is None else f", {self.view.metric}={self.view.score:.5g}"
        return f"Job({self.view.id!r}, {self.view.state}{score})"

    def _repr_html_(self) -> str:
        rows = self.leaderboard(10)
        head = "".join(f"<th>{name}</th>" for name in ("#", "model", self.view.metric or "score", "weight", "fit s"))
        body = "".join(
            f"<tr><td>{row.rank or ''}</td><td>{html.escape(row.name)}</td>"
            f"<td>{'' if row.score is None else f'{row.score:.5g}'}</td><td>{row.weight:.2f}</td>"
            f"<td>{row.fit_s:.1f}</td></tr>"
            for row in rows
        )
        return f"<p>{html.escape(repr(self))}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def state(self) -> JobState:
        return self.view.state

    @property
    def score(self) -> float | None:
        """The ensemble's cross-fitted out-of-fold score, in the metric's own sign."""
        return self.view.score

    @property
    def model(self) -> Model:
        """The model it made. JobFailedError: it ended without one; ConflictError: it has not ended."""
        if self.view.model_id and self.view.model_version:
            return Model(self._client, self.view.model_id, self.view.model_version)
        if self.view.state.is_terminal:
            raise _failure(self.view)
        raise ConflictError(f"The job is {self.view.state}; its model exists when it has ended.", code="job_not_ended")

    def refresh(self) -> Job:
        """Ask the service for the newest state."""
        self.view = self._client.jobs.get(self.view.id)
        return self

    def wait(self, quiet: bool = False) -> Job:
        """Until it has ended. JobFailedError: it ended without a model.

        Ctrl-C once stops the job and keeps the best so far; a second one cancels it.
        """
        progress = ProgressLine(enabled=not quiet)
        try:
            self.view = follow(lambda: self._client.jobs.get(self.view.id), progress)
        except KeyboardInterrupt:
            self._client.jobs.stop(self.view.id)
            try:
                self.view = follow(lambda: self._client.jobs.get(self.view.id), progress)
            except KeyboardInterrupt:
                self._client.jobs.cancel(self.view.id)
                raise
        if self.view.state is not JobState.SUCCEEDED:
            raise _failure(self.view)
        return self

    def stop(self) -> Job:
        """End now and keep the best so far."""
        self.view = self._client.jobs.stop(self.view.id)
        return self

    def cancel(self) -> Job:
        """End now and discard everything."""
        self.view = self._client.jobs.cancel(self.view.id)
        return self

    def extend(self, seconds: float) -> Job:
        """More time. This very job while it waits or fits; otherwise another one, which continues it."""
        view = self._client.jobs.extend(self.view.id, seconds)
        if view.id != self.view.id:
            return Job(self._client, view)
        self.view = view
        return self

    def refit(self, seconds: float = REFIT_S) -> Job:
        """The job that makes the fast variant of this ended one's model, as the model's next version."""
        return Job(self._client, self._client.jobs.refit(self.view.id, seconds))

    def leaderboard(self, most: int | None = None) -> list[LeaderboardRow]:
        """Every configuration tried (or so many), best first, with failed and skipped ones and why."""
        return self._client.jobs.leaderboard(self.view.id, most)


def rows_of(data: Any) -> Sequence[Mapping[str, Any]]:
    """Rows as mappings: a list of them, or a DataFrame or Arrow table."""
    if hasattr(data, "to_pylist"):
        return list(data.to_pylist())
    if hasattr(data, "to_dict") and hasattr(data, "columns"):
        frame = data.astype(object).where(data.notna(), None)
        return list(frame.to_dict(orient="records"))
    return list(data)


def _failure(view: JobView) -> JobFailedError:
    if view.error is None:
        return JobFailedError(f"The job ended {view.state}.", code=f"job_{view.state}")
    return JobFailedError(view.error.detail, code=view.error.code, hint=view.error.hint)
