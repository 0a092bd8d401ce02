"""How well a model predicts rows it was not fitted on, by kind of target: what a report's charts are drawn from.

Everything is counted on out-of-fold predictions. Columns of equal length stand for the rows of a table: they are what
charts take, and a third of the bytes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A frozen value of a report; what has a default is there in every answer all the same."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)


SectionStatus = Literal["complete", "partial", "pending", "unavailable"]


class Section(Part):
    """How far a part of the report is. pending: being computed, ask again; partial: time ran out, reason says what is
    missing; unavailable: reason says why. seconds: what computing it took."""

    status: SectionStatus = "pending"
    reason: str | None = None
    seconds: float | None = None


# --- classification ---------------------------------------------------------------------------------------------------
class ClassRow(Part):
    """One class at the default decision (the most probable class). support: rows that are of it; roc_auc and
    average_precision: it against the rest, None where there is no such row or none but such rows."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    roc_auc: float | None = None
    average_precision: float | None = None


class ClassAverage(Part):
    """Means over classes: macro counts each class once, weighted by its support."""

    name: Literal["macro", "weighted"]
    precision: float
    recall: float
    f1: float
    support: int


class ClassReport(Part):
    """Precision, recall and F1 of each class, most frequent first."""

    classes: list[ClassRow]
    averages: list[ClassAverage]
    accuracy: float


class CalibrationBin(Part):
    """Rows whose probability lies in (low, high]: the mean probability, and the share that came true."""

    low: float
    high: float
    rows: int
    predicted: float
    observed: float


class Calibration(Part):
    """Whether probabilities mean what they say. brier: mean squared error of the probabilities (multiclass: summed over
    classes); ece: mean distance of predicted and observed over the bins, weighted by rows. Multiclass: of the most
    probable class."""

    bins: list[CalibrationBin]
    brier: float
    ece: float


class RocCurve(Part):
    """False and true positive rate, at most 200 points, thresholds falling; the first threshold is None: above all."""

    fpr: list[float]
    tpr: list[float]
    thresholds: list[float | None]
    auc: float | None = None


class PrCurve(Part):
    """Precision over recall, at most 200 points, recall rising; the first threshold is None: above all. baseline: the
    share of positive rows."""

    recall: list[float]
    precision: list[float]
    thresholds: list[float | None]
    average_precision: float
    baseline: float


class ThresholdGrid(Part):
    """The confusion matrix at each threshold, rising; a row is called positive when its probability is at least it.
    At most 200; precision is None where nothing is called positive."""

    thresholds: list[float]
    tp: list[int]
    fp: list[int]
    tn: list[int]
    fn: list[int]
    precision: list[float | None]
    recall: list[float]
    f1: list[float]
    balanced_accuracy: list[float]
    mcc: list[float]


class ThresholdChoice(Part):
    """The threshold that is best by one criterion among all probabilities that occur, and its value there. For
    min_cost the value is the cost, fn_cost for each missed positive and fp_cost for each false alarm."""

    criterion: Literal["default", "max_f1", "max_balanced_accuracy", "max_mcc", "min_cost"]
    threshold: float
    value: float
    tp: int
    fp: int
    tn: int
    fn: int


class LiftGroup(Part):
    """Rows in order of falling probability, in groups of equal size. share: of rows up to here; gain: of the positive
    rows up to here; lift: of the group, cumulative_lift: up to here; least: the smallest probability of the group."""

    group: int
    rows: int
    positives: int
    share: float
    gain: float
    lift: float
    cumulative_lift: float
    least: float


class KolmogorovSmirnov(Part):
    """The largest distance between the distributions of the probability among positive and negative rows."""

    value: float
    threshold: float


class BinaryData(Part):
    """positive, negative: labels as in the file; probabilities are of `positive`. rows: with predictions."""

    positive: str
    negative: str
    rows: int
    positives: int
    classes: ClassReport
    thresholds: ThresholdGrid
    choices: list[ThresholdChoice]
    roc: RocCurve
    pr: PrCurve
    lift: list[LiftGroup]
    calibration: Calibration
    ks: KolmogorovSmirnov


class ClassCurve(Part):
    """One class against the rest."""

    label: str
    roc: RocCurve


class TopK(Part):
    """Share of rows whose class is among the k most probable ones."""

    k: int
    accuracy: float


class Confusion(Part):
    """counts[i][j]: rows of class i called class j; labels as in the file, most frequent first. At most 50: the last
    one stands for all `grouped` labels when there are more."""

    labels: list[str]
    counts: list[list[int]]
    grouped: list[str] = []


class MulticlassData(Part):
    """roc: of the most frequent classes, at most 20."""

    rows: int
    classes: ClassReport
    confusion: Confusion
    roc: list[ClassCurve]
    top_k: list[TopK]
    calibration: Calibration


# --- regression -------------------------------------------------------------------------------------------------------
class Histogram(Part):
    """counts[i] values lie between edges[i] and edges[i + 1]. below, above: how many lie outside of the edges."""

    edges: list[float]
    counts: list[int]
    below: int = 0
    above: int = 0


class ErrorBin(Part):
    """Rows with a prediction in [low, high]. bias: mean of actual - predicted; errors in the target's unit."""

    low: float
    high: float
    rows: int
    bias: float
    mae: float
    rmse: float


class Quantile(Part):
    """A share of the rows has at most this value."""

    share: float
    value: float


class RegressionData(Part):
    """actual, predicted: of at most 1,000 evenly drawn rows; residual means actual - predicted. residuals: histogram
    over all rows, the outermost 0.5 % of each side counted as outside."""

    rows: int
    actual: list[float]
    predicted: list[float]
    residuals: Histogram
    residual_mean: float
    residual_std: float
    by_prediction: list[ErrorBin]
    absolute_error: list[Quantile]


# --- what the report holds --------------------------------------------------------------------------------------------
class BinaryPerformance(Section):
    """Of a binary task."""

    task: Literal["binary"] = "binary"
    data: BinaryData | None = None


class MulticlassPerformance(Section):
    """Of a multiclass task."""

    task: Literal["multiclass"] = "multiclass"
    data: MulticlassData | None = None


class RegressionPerformance(Section):
    """Of a regression task."""

    task: Literal["regression"] = "regression"
    data: RegressionData | None = None


Performance = Annotated[BinaryPerformance | MulticlassPerformance | RegressionPerformance, Field(discriminator="task")]
