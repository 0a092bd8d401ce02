"""Where a job stands, as its document and the signals say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automl.core.scores import CATALOGUE
from automl.core.trials import Configuration
from automl.jobs.choosing import Chosen
from automl.jobs.shelf import FoldShelf

SIGNAL_S = 1.0


def progress_body(
    step: str,
    metric: str,
    shelf: FoldShelf,
    configurations: Mapping[int, Configuration],
    chosen: Chosen | None,
    folds_per_trial: int,
) -> dict[str, Any]:
    """Fields of `core.views.Progress` and `folds_per_trial`; `best_score` is the current ensemble's where there is one,
    else the best fold's, in the metric's own sign."""
    results = shelf.results()
    usable = [each for each in results if each.score is not None and each.is_usable]
    best = max(usable, key=lambda each: each.score if each.score is not None else 0.0, default=None)
    inside = chosen.score if chosen is not None else best.score if best is not None else None
    trial = -1 if best is None else best.trial
    if chosen is not None:
        trial = max(chosen.weights.items(), key=lambda each: each[1])[0]
    return {
        "step": step,
        "trials": len({each.trial for each in results}),
        "folds": len(results),
        "best_score": None if inside is None else CATALOGUE[metric].outside(inside),
        "best_family": configurations[trial].family if trial in configurations else None,
        "folds_per_trial": folds_per_trial,
    }
