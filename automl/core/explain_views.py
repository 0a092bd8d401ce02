"""Why a model predicts what it predicts for single rows."""

from __future__ import annotations

from pydantic import Field

from automl.core.performance_views import Part
from automl.core.report_views import Scale


class Contribution(Part):
    """How much one feature moved the prediction. value: as it was read, as text; None: missing."""

    feature: str
    value: str | None
    contribution: float


class RowExplanation(Part):
    """base_value + sum of contributions + rest = total, on `scale`. label: the class explained (the predicted one; for
    a binary task always the second class); rest: of the features not listed."""

    prediction: str | float
    probability: float | None
    label: str | None
    base_value: float
    total: float
    contributions: list[Contribution]
    rest: float


class ExplanationView(Part):
    """Exact contributions of the members that allow it (boosted trees, linear), averaged by weight, in input order.
    covered_weight: share of the model's weight they have: with 0 there are no contributions, and reason says so."""

    model_id: str
    version: str
    scale: Scale
    covered_weight: float
    uncovered: list[str]
    reason: str | None = None
    rows: list[RowExplanation]
    flags: list[list[str]] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
