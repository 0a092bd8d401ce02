"""Folds that take no time here: how long they would take is drawn from a table of measured ones, by family."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.backends.compute.base import EntryPoint, FoldRunner
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit
from automl.pipelines.estimators.catalog import family
from automl.training.fold import FittedFold
from automl.training.fold_blob import pack

SETUP = EntryPoint("benchmarks.scale.stand_in_folds:setup")
ROWS = 1120
# Folds of one trial differ by about this much.
_SPREAD = 0.1
_TABLES: dict[str, StandInFolds] = {}


@dataclass(frozen=True)
class StandInFolds:
    """costs: family → seconds of measured folds; times: what they are multiplied by (a larger table); folds: fold of
    the study → folds it stands for (a larger unit); fruitful: each trial is better than all before, so that refinement
    never ends; now: of the simulation."""

    costs: Mapping[str, Sequence[float]]
    now: Callable[[], float]
    times: float = 1.0
    folds: Mapping[int, int] | None = None
    fruitful: bool = True
    seed: int = 0

    def cost_s(self, unit: Unit) -> float:
        """Seconds of one unit, before its slice ends it."""
        name = unit.configuration.family
        measured = self.costs.get(name) or [each for known in self.costs.values() for each in known]
        of_trial = random.Random(f"{self.seed}/{unit.trial}").choice(list(measured))
        stands_for = (self.folds or {}).get(unit.fold, 1)
        spread = random.Random(f"{self.seed}/{unit.trial}/{unit.fold}").uniform(1 - _SPREAD, 1 + _SPREAD)
        return of_trial * spread * stands_for * self.times

    def loss(self, trial: int) -> float:
        """Of a trial's first fold, lower is better."""
        drawn = random.Random(f"{self.seed}/loss/{trial}").uniform(0.0, 0.1)
        return 0.3 + (0.1 / (1 + 0.001 * trial) if self.fruitful else drawn)

    def run(self, unit: Unit) -> FoldResult:
        """The result as a worker tells it."""
        stands_for = (self.folds or {}).get(unit.fold, 1)
        wanted = self.cost_s(unit)
        given = min(wanted, unit.slice_s * stands_for, max(0.0, unit.deadline_at - self.now()))
        loss = self.loss(unit.trial)
        return FoldResult(
            trial=unit.trial,
            fold=unit.fold,
            status=FoldStatus.OK if given == wanted else FoldStatus.CUT,
            score=-loss,
            loss=loss,
            blob=f"job/folds/{unit.trial:05d}-{unit.fold:02d}",
            digest=f"{zlib.crc32(unit.configuration.name.encode()):064x}",
            fit_s=0.9 * given,
            predict_s=0.02 * given,
            total_s=given,
            predict_us_row=2.0,
            rounds=200,
            size_bytes=200_000,
            worker="pid-1",
            extra={"interruptible": family(unit.configuration.family).cost is None},
        )


def setup(run: str) -> FoldRunner:
    """As a worker's process would; run: a name given to `offer`."""
    return _TABLES[run].run


def offer(run: str, folds: StandInFolds) -> None:
    """Let `setup` find these."""
    _TABLES[run] = folds


def first_y() -> NDArray[np.int32]:
    """(ROWS,) classes of fold 0's validation rows."""
    return np.random.default_rng(0).integers(0, 2, ROWS).astype(np.int32)


def stored(result: FoldResult, y: NDArray[Any], files_bytes: int = 200_000) -> bytes:
    """The blob that a worker would have stored for this fold: predictions about as good as its loss says."""
    rng = np.random.default_rng(result.trial)
    wrong = rng.beta(1.2, 3.0, len(y)) * (result.loss or 0.3) * 2
    yes = np.clip(np.where(y == 1, 1 - wrong, wrong), 0.01, 0.99)
    oof = np.stack([1 - yes, yes], axis=1).astype(np.float32)
    return pack(FittedFold(replace(result, digest=None), oof, {"model.txt": b"x" * files_bytes}))
