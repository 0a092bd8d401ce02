"""What services answer and the HTTP API shows; the Python client parses the very same models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar, overload

from pydantic import BaseModel, ConfigDict

from automl.core.states import DatasetState, JobKind, JobState, TrialState, Wanted

LogLevel = Literal["debug", "info", "warning", "error"]
Variant = Literal["ensemble", "fast"]


class _View(BaseModel):
    # A newer server may send more than this client knows. What has a default is there in every answer all the same.
    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)


@overload
def moment(seconds: float) -> datetime: ...
@overload
def moment(seconds: None) -> None: ...
@overload
def moment(seconds: float | None) -> datetime | None: ...
def moment(seconds: float | None) -> datetime | None:
    """The UTC moment of an epoch time in seconds."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class ErrorView(_View):
    """Why something failed: stable code, one sentence, the way out, and the places."""

    code: str
    detail: str
    hint: str = ""
    errors: list[dict[str, Any]] = []


class Times(_View):
    """Seconds. wall_s: from creation to the end; job_s: from admission to the end; lost_s: nobody held the lease."""

    ingest_s: float | None = None
    queue_s: float | None = None
    job_s: float | None = None
    wall_s: float | None = None
    lost_s: float = 0.0


class Progress(_View):
    """Where a job stands. fraction: of the budget, or of the work, 0 to 1; best_score in the metric's own sign; rows:
    predicted so far by a prediction."""

    fraction: float = 0.0
    step: str = ""
    trials: int = 0
    folds: int = 0
    best_score: float | None = None
    best_family: str | None = None
    eta_s: float | None = None
    rows: int | None = None
    rows_total: int | None = None


class JobView(_View):
    """One job. queue_position, queue_reason: of a waiting one, among its tenant's own; continues: the job whose folds
    it goes on from; end_reason: why fitting was over, in one sentence.

    score: cross-fitted out-of-fold score of the ensemble, in the metric's own sign; test_score: on held-out
    rows where they were given. variant: what the model is; of a `fast` one, a single model of all rows, the score is
    that of the fold models of its configuration; variant_reason: what was shipped and why, if `fast` was asked for."""

    id: str
    kind: JobKind
    state: JobState
    wanted: Wanted = Wanted.RUN
    name: str | None = None
    priority: int = 5
    dataset_id: str | None = None
    target: str | None = None
    task: str | None = None
    task_reason: str | None = None
    metric: str | None = None
    greater_is_better: bool | None = None
    score: float | None = None
    score_std: float | None = None
    test_score: float | None = None
    budget: dict[str, Any] = {}
    spec: dict[str, Any] = {}
    cpus: int | None = None
    queue_position: int | None = None
    queue_reason: str | None = None
    continues: str | None = None
    end_reason: str | None = None
    progress: Progress = Progress()
    times: Times = Times()
    deterministic: bool | None = None
    model_id: str | None = None
    model_version: str | None = None
    variant: Variant | None = None
    variant_reason: str | None = None
    warnings: list[str] = []
    error: ErrorView | None = None
    created_at: datetime
    admitted_at: datetime | None = None
    deadline_at: datetime | None = None
    ended_at: datetime | None = None


class ColumnView(_View):
    """One column as read: type, share of missing, distinct values, notes for the reader."""

    name: str
    type: str
    missing_share: float = 0.0
    distinct: int | None = None
    id_like: bool = False
    constant: bool = False
    notes: list[str] = []


class DatasetView(_View):
    """One dataset version. root_digest: hash over the manifest of its chunks."""

    id: str
    state: DatasetState
    name: str
    filename: str | None = None
    size_bytes: int = 0
    sha256: str | None = None
    rows: int | None = None
    columns: int | None = None
    parts: int = 0
    ingest_s: float | None = None
    options: dict[str, Any] = {}
    parent_id: str | None = None
    root_digest: str | None = None
    warnings: list[dict[str, Any]] = []
    error: ErrorView | None = None
    job_id: str | None = None
    created_at: datetime


class LeaderboardRow(_View):
    """One trial. score in the metric's own sign, over all its folds; weight: share in the ensemble."""

    rank: int | None
    trial: int
    family: str
    name: str
    state: TrialState
    score: float | None = None
    score_std: float | None = None
    folds: int = 0
    weight: float = 0.0
    fit_s: float = 0.0
    predict_us_row: float | None = None
    size_bytes: int | None = None
    params: dict[str, Any] = {}
    origin: str = "portfolio"
    reason: str | None = None


class ModelVersionView(_View):
    """One version of a model. label: `{Family}_{YYYYMMDD_HHMMSS}`; continues: the job that its job went on from;
    intervals: share of true values that the ranges around its numbers hold, where its job asked for them; variant: as
    in JobView; predict_us_row: microseconds its members take for one row of a large batch, encoding apart."""

    model_id: str
    version: str
    label: str
    job_id: str
    continues: str | None = None
    dataset_id: str
    target: str
    task: str
    metric: str
    score: float | None = None
    test_score: float | None = None
    size_bytes: int = 0
    digest: str = ""
    members: list[dict[str, Any]] = []
    features: list[dict[str, Any]] = []
    classes: list[str] | None = None
    contains_training_rows: bool = False
    intervals: float | None = None
    variant: Variant = "ensemble"
    predict_us_row: float | None = None
    aliases: list[str] = []
    created_at: datetime


class ModelView(_View):
    """A named series of versions; `aliases` maps a movable name to one version."""

    id: str
    name: str
    aliases: dict[str, str] = {}
    versions: list[str] = []
    latest: ModelVersionView | None = None
    created_at: datetime


class PredictionView(_View):
    """Answers in input order. probabilities: one mapping class → probability per row, where asked; intervals: lower and
    upper end around each number, where the job asked for them; flags: per row, what was handled
    (`unseen_category:column`)."""

    model_id: str
    version: str
    predictions: list[Any]
    probabilities: list[dict[str, float]] | None = None
    intervals: list[tuple[float, float]] | None = None
    flags: list[list[str]] | None = None
    warnings: list[str] = []


class StoredPredictionView(_View):
    """A prediction of a whole dataset: a job of the kind `predict`, and what it keeps. model: as it was asked for;
    rows: answered so far; columns: of the answers; unseen: column → rows with a category that is new to the model."""

    id: str
    state: JobState
    wanted: Wanted = Wanted.RUN
    name: str | None = None
    model: str
    model_id: str
    version: str
    dataset_id: str
    proba: bool = False
    rows: int = 0
    rows_total: int | None = None
    columns: list[str] = []
    size_bytes: int | None = None
    progress: Progress = Progress()
    times: Times = Times()
    warnings: list[str] = []
    unseen: dict[str, int] = {}
    error: ErrorView | None = None
    created_at: datetime
    admitted_at: datetime | None = None
    ended_at: datetime | None = None


class EventView(_View):
    """One durable event of a job; `seq` is gap-free and is the SSE id."""

    seq: int
    type: str
    at: datetime
    body: dict[str, Any] = {}


class LogLine(_View):
    """One thing that was said about a job, for its owner. seq: of the durable event that says it; source: who says it
    (api, controller, driver, worker); level: debug, info, warning, error."""

    seq: int
    at: datetime
    level: LogLevel
    source: str
    message: str
    trial: int | None = None
    fold: int | None = None


T = TypeVar("T")


class Page(_View, Generic[T]):
    """A page of a list; pass `cursor` back for the next one; None at the end."""

    items: list[T]
    cursor: str | None = None
