"""What the data need their owner to know, seen from a finished model: passed, fixed for you, needs you."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from automl.core.report_views import Check
from automl.core.trials import Task
from automl.pipelines.features.encoder import FeatureEncoder
from automl.reports.evidence import Evidence

# The rarer class of two, or the rarest of several, as a share of the most frequent one.
_RARE, _FEW_ROWS = 0.1, 20
# Metrics that a model which never names the rare class still does well by.
_BLIND = frozenset({"accuracy"})
_SMALL = 200
_HINT = {"needs_you": 0, "fixed": 1, "passed": 2}


def data_checks(
    table_checks: Sequence[Mapping[str, Any]], evidence: Evidence, encoder: FeatureEncoder, drift: Sequence[Check]
) -> list[Check]:
    """What needs you first. table_checks: as `datasets.checks.check_table` gives them, whose leaks are columns that
    predict the target alone."""
    found = [Check.model_validate(each) for each in table_checks]
    known = {each.column for each in found if each.code in ("constant", "id_like")}
    found += [
        Check(code="dropped", level="fixed", message=f"Left out: it {reason}.", column=name)
        for name, reason in encoder.dropped.items()
        if name not in known
    ]
    found += [*imbalance(evidence), *size(evidence), *drift]
    return sorted(found, key=lambda each: _HINT[each.level])


def imbalance(evidence: Evidence) -> list[Check]:
    """Whether a class is so rare that its quality is hard to judge."""
    facts = evidence.facts
    if facts.task is Task.REGRESSION or facts.classes is None:
        return []
    counts = np.bincount(evidence.y.astype(np.intp), minlength=len(facts.classes))
    rarest = int(counts.argmin())
    share = counts[rarest] / max(1, counts.max())
    if share >= _RARE and counts[rarest] >= _FEW_ROWS:
        return [Check(code="imbalance", level="passed", message="No class is rare.", column=facts.target)]
    said = f"The class {facts.classes[rarest]!r} has {counts[rarest]} of {counts.sum()} rows"
    if facts.metric in _BLIND:
        message = f"{said}; {facts.metric} hardly looks at it. Choose roc_auc, average_precision or balanced_accuracy."
        return [Check(code="imbalance", level="needs_you", message=message, column=facts.target)]
    if counts[rarest] < _FEW_ROWS:
        message = f"{said}: too few to judge how well it is found."
        return [Check(code="imbalance", level="needs_you", message=message, column=facts.target)]
    message = f"{said}: folds hold equal shares of each class, and the metric takes it into account."
    return [Check(code="imbalance", level="fixed", message=message, column=facts.target)]


def size(evidence: Evidence) -> list[Check]:
    """Whether scores of so few rows can be trusted."""
    if evidence.facts.rows >= _SMALL:
        return [Check(code="rows", level="passed", message=f"{evidence.facts.rows} rows with out-of-fold predictions.")]
    message = f"Only {evidence.facts.rows} rows were validated on: scores may be off by much. Look at their spread."
    return [Check(code="rows", level="needs_you", message=message)]
