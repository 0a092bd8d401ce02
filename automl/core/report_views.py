"""The report of a model version: scores, performance, features, data checks, what was tried, times and lineage."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from automl.core.performance_views import Part, Performance, Section, SectionStatus
from automl.core.views import Variant


# --- scores -----------------------------------------------------------------------------------------------------------
class ScoreRow(Part):
    """One metric in its own sign. value: over all out-of-fold predictions of the model; folds: of each fold's rows,
    std: over them; test: on held-out rows; decided: the job chose models by it."""

    metric: str
    title: str
    greater_is_better: bool
    optimum: float
    value: float
    folds: list[float]
    std: float | None = None
    test: float | None = None
    decided: bool = False


class ScoresData(Part):
    """All metrics of the task, the one that decided first. shown: the job's score, cross-fitted: weights are chosen on
    one half of the rows and scored on the other, so it may be a little worse than the decided row's value. rows, folds:
    of the out-of-fold predictions; test_rows: held out."""

    metric: str
    shown: float | None
    test: float | None
    rows: int
    folds: int
    test_rows: int = 0
    metrics: list[ScoreRow]


class ScoresSection(Section):
    """Scores with their spread over folds."""

    data: ScoresData | None = None


# --- features ---------------------------------------------------------------------------------------------------------
class FeatureImportance(Part):
    """What the metric loses, inside sign (higher means more important), when the feature's values are shuffled among
    out-of-fold rows and each row is predicted by its own fold's models. low, high: 95 % interval of the mean over
    repeats; None with one repeat."""

    feature: str
    type: str
    importance: float
    std: float | None = None
    low: float | None = None
    high: float | None = None
    repeats: int = 1


class ImportanceData(Part):
    """Most important first. rows: drawn for it; baseline: the metric on them, own sign; missing: features that time did
    not suffice for."""

    metric: str
    rows: int
    baseline: float
    features: list[FeatureImportance]
    missing: list[str] = Field(default_factory=list)


class ImportanceSection(Section):
    """Permutation importance."""

    data: ImportanceData | None = None


class DependenceCurve(Part):
    """Mean prediction at each grid point; label: of the class whose probability it is, None for regression."""

    label: str | None
    mean: list[float]


class FeatureDependence(Part):
    """How the prediction moves with one feature, everything else as it is. grid: numbers, or texts of categories (None:
    missing), at most 20; counts: rows of the sample at, or next to, each point; ice: lines of single rows, at most 50,
    of the first curve."""

    feature: str
    type: str
    kind: Literal["number", "category"]
    grid: list[float | str | None]
    counts: list[int]
    curves: list[DependenceCurve]
    ice: list[list[float]]


class DependenceData(Part):
    """Of the most important features, at most 10. rows: drawn for it."""

    rows: int
    features: list[FeatureDependence]


class DependenceSection(Section):
    """Partial dependence and individual lines."""

    data: DependenceData | None = None


Scale = Literal["log_odds", "target"]


class ContributionPoint(Part):
    """One row: how much the feature moved its prediction. position: of the row's value among the sample, 0 to 1; None
    for categories and missing values."""

    contribution: float
    position: float | None = None


class FeatureContribution(Part):
    """mean_absolute: over the sampled rows."""

    feature: str
    type: str
    mean_absolute: float
    points: list[ContributionPoint]


class ContributionsData(Part):
    """Exact contributions of the members that allow it, averaged by weight, on out-of-fold rows. covered_weight: share
    of the model's weight they have; scale: unit of the contributions; label: the class they speak for, None for
    regression."""

    rows: int
    scale: Scale
    label: str | None
    covered_weight: float
    uncovered: list[str]
    features: list[FeatureContribution]


class ContributionsSection(Section):
    """Local contributions seen together."""

    data: ContributionsData | None = None


# --- the model --------------------------------------------------------------------------------------------------------
class MemberView(Part):
    """One member. score, score_std: its own, over its folds, own sign; params: exactly what its family was given."""

    name: str
    family: str
    weight: float
    folds: int
    score: float | None = None
    score_std: float | None = None
    fit_s: float | None = None
    predict_us_row: float | None = None
    size_bytes: int | None = None
    params: dict[str, Any] = Field(default_factory=dict)


class MembersSection(Section):
    """What the model is made of, heaviest first."""

    data: list[MemberView] | None = None


class Check(Part):
    """passed: nothing to do; fixed: handled for you; needs_you: look at it."""

    code: str
    level: Literal["passed", "fixed", "needs_you"]
    message: str
    column: str | None = None


class ChecksSection(Section):
    """What the data need their owner to know."""

    data: list[Check] | None = None


class TriedRow(Part):
    """One configuration that was tried or left out, and why."""

    name: str
    family: str
    state: str
    score: float | None = None
    score_std: float | None = None
    folds: int = 0
    weight: float = 0.0
    fit_s: float = 0.0
    predict_us_row: float | None = None
    size_bytes: int | None = None
    reason: str | None = None


class TriedData(Part):
    """Best first. story: sentences on what was tried and why the winner won; ensemble_gain: of the model over the best
    single configuration, in the metric, above 0 when better."""

    story: list[str]
    trials: list[TriedRow]
    best_single: str | None = None
    best_single_score: float | None = None
    ensemble_gain: float | None = None


class TriedSection(Section):
    """What was tried and why the winner won."""

    data: TriedData | None = None


class Phase(Part):
    """A stretch of the job."""

    name: Literal["queue", "prepare", "fit", "finish"]
    seconds: float


class TimesData(Part):
    """What the job took. fit_s: of all folds together; budget_s: as asked."""

    phases: list[Phase]
    job_s: float | None = None
    wall_s: float | None = None
    budget_s: float | None = None
    cpus: int | None = None
    trials: int = 0
    folds: int = 0
    fit_s: float = 0.0


class TimesSection(Section):
    """Time and cost."""

    data: TimesData | None = None


class Lineage(Part):
    """From the data to the model. dataset_digest: over the manifest of its chunks; package_digest: SHA-256."""

    dataset_id: str
    dataset_digest: str | None = None
    job_id: str
    model_id: str
    version: str
    label: str
    package_digest: str
    libraries: dict[str, str] = Field(default_factory=dict)


class ReportView(Part):
    """Everything that is known of a model version. status: complete when every section is as complete as it gets,
    pending while one is being computed: ask again. variant: as in JobView."""

    status: SectionStatus
    model_id: str
    version: str
    task: Literal["binary", "multiclass", "regression"]
    target: str
    metric: str
    classes: list[str] | None = None
    created_at: datetime
    variant: Variant = "ensemble"
    scores: ScoresSection
    performance: Performance
    importance: ImportanceSection
    dependence: DependenceSection
    contributions: ContributionsSection
    members: MembersSection
    checks: ChecksSection
    tried: TriedSection
    times: TimesSection
    lineage: Lineage
