"""What a fold of the dearest wanted learner takes on this very table, told by its first rounds."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.clock import Clock
from automl.core.trials import Configuration
from automl.pipelines.estimators.base import FeatureColumn, FitData
from automl.pipelines.estimators.catalog import family, validated
from automl.pipelines.estimators.fitting import AddedColumn, added_columns
from automl.search.costs import usual_rounds
from automl.search.portfolio import TableShape
from automl.training.limits import cap_family

_log = logging.getLogger(__name__)

ROUNDS = 20
_MOST_S, _MOST_SHARE = 0.5, 0.02
# Two differences at least, or nothing is known of a round.
_LEAST_ROUNDS = 3
# What comes before the first round cannot be stopped: of longer tables some rows are timed (cells times classes).
_MOST_CELLS = 500_000
_LEAST_ROWS = 500
# Of the rows that are timed, one in so many validates, as in a fold.
_VALIDATES = 5


class Lap:
    """Keeps what was spent until each question whether time is left; boosters ask after each round. Satisfies
    `pipelines.estimators.base.TimeLimit`.

    spent_s: seconds of CPU that this thread has used, which others who work at this moment do not change.
    """

    def __init__(
        self, clock: Clock, seconds: float, rounds: int = ROUNDS, spent_s: Callable[[], float] = time.thread_time
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._rounds = rounds
        self._spent_s = spent_s
        self._began, self._spent_before = clock.monotonic(), spent_s()
        self.ends: list[float] = []

    @property
    def passed(self) -> bool:
        """Whether enough rounds are done; also counts one more of them."""
        self.ends.append(self._spent_s() - self._spent_before)
        return len(self.ends) >= self._rounds or self.left() <= 0.0

    def left(self) -> float:
        """Seconds left; negative when passed."""
        return self._began + self._seconds - self._clock.monotonic()


def fold_s_by_first_rounds(
    configuration: Configuration,
    X: NDArray[np.float32],
    y: NDArray[Any],
    columns: Sequence[FeatureColumn],
    shape: TableShape,
    budget_s: float,
    clock: Clock,
    spent_s: Callable[[], float] = time.thread_time,
) -> float | None:
    """CPU seconds that a fold of this CatBoost would take, on one thread; None: its first rounds did not tell.

    X: (n_rows, n_columns), its view; y: (n_rows,) targets or class codes. Takes .5 s or 2 % of the budget, whichever
    is less, and the rest of the round that it ends in.
    """
    info = family(configuration.family)
    wide, wider = _with_added(columns, added_columns(configuration.params))
    taken = _some(len(y), len(wide), shape.n_classes)
    validates = np.arange(len(taken)) % _VALIDATES == _VALIDATES - 1
    learnt, held = X[taken[~validates]][:, wide], X[taken[validates]][:, wide]
    data = FitData(
        X=learnt,
        y=y[taken[~validates]],
        X_val=held,
        y_val=y[taken[validates]],
        columns=wider,
        task=shape.task,
        n_classes=shape.n_classes,
        seed=0,
        threads=1,
        deadline=(lap := Lap(clock, min(_MOST_S, _MOST_SHARE * budget_s), spent_s=spent_s)),
    )
    try:
        cap_family(info, 1)
        info.fit_model(data, validated(info.name, configuration.params))
    # A learner may raise anything for data it cannot take; then the prior has to do, and its folds will say why.
    except Exception as error:  # noqa: BLE001
        _log.info("%s cannot be timed: %s", info.title, " ".join(str(error).split())[:300])
        return None
    found = extrapolated(lap.ends, usual_rounds(configuration))
    return None if found is None else found * len(y) / len(taken)


def extrapolated(ends: list[float], rounds: float) -> float | None:
    """Seconds for so many rounds, from the ends of the first few; the first one holds all that precedes it, and what
    makes a round longer now and then does not move the median. None: they are too few."""
    if len(ends) < _LEAST_ROUNDS:
        return None
    return ends[0] + (rounds - 1) * statistics.median(after - before for before, after in pairwise(ends))


def _with_added(columns: Sequence[FeatureColumn], count: int) -> tuple[list[int], Sequence[FeatureColumn]]:
    """Positions of columns to fit, with numbers once more for each arithmetic feature: to choose real ones takes long,
    and all cost alike."""
    numbers = [place for place, each in enumerate(columns) if not each.is_categorical]
    again = list(islice(cycle(numbers), count))
    return [*range(len(columns)), *again], [*columns, *(AddedColumn(f"again_{place}") for place in range(len(again)))]


def _some(n_rows: int, n_columns: int, n_classes: int) -> NDArray[np.intp]:
    # One tree with an output for each class.
    outputs = max(1, n_columns) * (n_classes if n_classes > 2 else 1)
    count = min(n_rows, max(_LEAST_ROWS, _MOST_CELLS // outputs))
    return np.linspace(0, n_rows - 1, count).astype(np.intp)
