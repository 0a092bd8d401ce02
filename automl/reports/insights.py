"""The slow sections of a report, each bounded in time and each able to fail alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from automl.core.columns import TableSchema
from automl.core.performance_views import Section
from automl.core.report_views import (
    ContributionsSection,
    DependenceSection,
    ImportanceSection,
)
from automl.core.scores import CATALOGUE
from automl.reports.contributions import contributions_data
from automl.reports.dependence import dependence_data
from automl.reports.evidence import Facts
from automl.reports.fold_models import FoldModels, Sample
from automl.reports.importance import permutation_importance

_log = logging.getLogger(__name__)
S = TypeVar("S", bound=Section)

SAMPLE_ROWS, CURVE_ROWS, POINT_ROWS = 2000, 300, 200
# Of the limit: importance, then curves; contributions take their few rows whatever they cost.
_FOR_IMPORTANCE, _FOR_CURVES = 0.6, 0.3


@dataclass(frozen=True)
class Subject:
    """What is looked at. sample: out-of-fold rows in random order; features: columns that the model reads."""

    models: FoldModels
    sample: Sample
    facts: Facts
    schema: TableSchema
    features: Sequence[str]


@dataclass(frozen=True)
class Stopwatch:
    """A limit in seconds from its making."""

    ends_at: float

    @classmethod
    def of(cls, seconds: float) -> Stopwatch:
        return cls(time.monotonic() + seconds)

    @property
    def passed(self) -> bool:
        return self.left() <= 0.0

    def left(self) -> float:
        return self.ends_at - time.monotonic()


def importance_section(subject: Subject, limit_s: float) -> ImportanceSection:
    """Permutation importance."""

    def make() -> ImportanceSection:
        facts = subject.facts
        data = permutation_importance(
            subject.models,
            subject.sample,
            subject.features,
            subject.schema,
            CATALOGUE[facts.metric],
            facts.adjustment,
            Stopwatch.of(_FOR_IMPORTANCE * limit_s),
        )
        if not data.missing:
            return ImportanceSection(status="complete", data=data)
        reason = f"Time sufficed for {len(data.features)} of {len(subject.features)} features."
        return ImportanceSection(status="partial", reason=reason, data=data)

    return _timed(make, ImportanceSection)


def dependence_section(subject: Subject, ranked: Sequence[str], limit_s: float) -> DependenceSection:
    """Partial dependence of the most important features. ranked: most important first."""

    def make() -> DependenceSection:
        data, missing = dependence_data(
            subject.models,
            subject.sample.first(CURVE_ROWS),
            ranked,
            subject.schema,
            subject.facts.classes,
            Stopwatch.of(_FOR_CURVES * limit_s),
        )
        if not missing:
            return DependenceSection(status="complete", data=data)
        return DependenceSection(status="partial", reason=f"No time for: {', '.join(missing)}.", data=data)

    return _timed(make, DependenceSection)


def contributions_section(subject: Subject) -> ContributionsSection:
    """Local contributions of a few rows."""

    def make() -> ContributionsSection:
        data = contributions_data(
            subject.models, subject.sample.first(POINT_ROWS), subject.schema, subject.facts.classes
        )
        if data is None:
            return ContributionsSection(status="unavailable", reason=NONE_CAN_TELL)
        if not data.uncovered:
            return ContributionsSection(status="complete", data=data)
        reason = f"Members with {data.covered_weight:.0%} of the weight can tell; not: {', '.join(data.uncovered)}."
        return ContributionsSection(status="partial", reason=reason, data=data)

    return _timed(make, ContributionsSection)


NONE_CAN_TELL = "No member of this model can tell exact contributions: boosted trees and linear models can."


def _timed(make: Callable[[], S], kind: type[S]) -> S:
    began = time.monotonic()
    try:
        section = make()
    # Learners fail in ways of their own; one section must not take the others along.
    except Exception as error:  # noqa: BLE001
        _log.warning("a section of a report failed", exc_info=error)
        return kind(status="unavailable", reason=f"It could not be computed: {str(error)[:200]}")
    return section.model_copy(update={"seconds": round(time.monotonic() - began, 3)})
