"""When a model of first folds alone should be taken though some configurations have all folds, and what that gains.

    python -m benchmarks.quality.fewer_folds [--tables ames,cells] [--cases 60]

The portfolio and a few draws are fitted on all folds, without a clock. Each case pretends that a job's time ended where
some of them, drawn by chance, had all folds and the others the first one alone; the engine chooses
(`automl.jobs.choosing`) with and without those others. A row says of one table how often it took first folds alone
(`taken`), how often that was better on the held-out rows (`right`), and by how much on average, in percent of the log
loss or RMSE (`gain_pct`); `taken_many`, `right_many`: of these, where several had all folds. Predictions are kept under
--work, so that another rule is measured within seconds. Rows go to fewer_folds.jsonl of today's results.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.backends.blobs.memory import MemoryBlobs
from automl.core.clock import SystemClock
from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult, Task
from automl.jobs.choosing import Chosen, Question, choose
from automl.jobs.shelf import FoldShelf
from automl.pipelines.scoring import loss
from benchmarks.quality import candidates
from benchmarks.quality.plan import TableSpec, tables
from benchmarks.quality.prepared import prepared
from benchmarks.results import append, show

TABLES = (
    "ames,attrition,bike_sharing,cells,credit_data,deliveries,diabetes,permeability,power_plant,students_dropout,"
    "telco_churn,titanic,winequality_red"
)
FOLDS, FOLDS_OF_FEW_ROWS, FEW_ROWS = 5, 8, 1000
# Configurations that had all folds when time was over.
FULL = (1, 2, 3, 5, 8)
COLUMNS = [
    "table",
    "rows_first",
    "members",
    "cases",
    "taken",
    "right",
    "gain_pct",
    "worst_pct",
    "taken_many",
    "right_many",
]


class Told(FoldShelf):
    """A shelf of predictions that are at hand. oof: (M, n_rows[, C]); fold: (n_rows,)."""

    def __init__(self, oof: NDArray[Any], fold: NDArray[Any]) -> None:
        super().__init__(MemoryBlobs(SystemClock()), "benchmark", "job", 0)
        self._oof, self._fold = oof, fold

    def prediction(self, trial: int, fold: int) -> NDArray[Any] | None:
        """As `FoldShelf.prediction`."""
        return np.asarray(self._oof[trial][self._fold == fold])


def main() -> None:
    """Every table asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--cases", type=int, default=60, help="of each table")
    parser.add_argument("--draws", type=int, default=5, help="beside the portfolio")
    parser.add_argument("--rows", type=int, default=3000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    known, rows = tables(), []
    for name in asked.tables.split(","):
        found = members_of(known[name], asked.draws, asked.rows, asked.work)
        rows.append({"table": name} | compared(found, Task(known[name].task), asked.cases))
        append("fewer_folds", rows[-1])
        show(COLUMNS, rows[-1:])
    show(COLUMNS, rows)
    taken = sum(row["taken"] for row in rows)
    total = sum(row["taken"] * row["gain_pct"] for row in rows)
    print(f"taken {taken}, right {sum(row['right'] for row in rows)}, gains in sum {total:+.0f} %")


def members_of(spec: TableSpec, draws: int, most_rows: int, work: Path) -> dict[str, NDArray[Any]]:
    """oof (M, n[, C]), told (M, K, m[, C]), families (M,), fold (n,), y (n,), y_test (m,), metric; fitted or kept."""
    kept = work / "fewer_folds" / f"{spec.name}-{draws}-{most_rows}.npz"
    if not kept.exists():
        table = prepared(spec, work, most_rows)
        is_small = len(table.y) <= FEW_ROWS
        table = prepared(spec, work, most_rows, n_folds=FOLDS_OF_FEW_ROWS if is_small else FOLDS)
        drawn = islice(candidates.draws(table.shape, 0), draws)
        found = [table.member(each) for each in [*candidates.first(table.shape), *drawn]]
        fold = np.zeros(len(table.y), dtype=np.int16)
        for number, (_, others) in enumerate(table.folds):
            fold[others] = number
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            kept,
            oof=np.stack([each.oof for each in found]),
            told=np.stack([each.told for each in found]),
            families=np.array([each.configuration.family for each in found]),
            fold=fold,
            y=table.y,
            y_test=table.y_test,
            metric=np.array(table.metric),
        )
    with np.load(kept) as stored:
        return dict(stored)


def compared(found: dict[str, NDArray[Any]], task: Task, cases: int) -> dict[str, Any]:
    """What the engine takes in so many cases, and what that gains on the held-out rows."""
    random, gains, many = np.random.default_rng(0), [], []
    n_members, k = found["told"].shape[:2]
    for case in range(cases):
        # Any fold may be the first.
        fold = ((found["fold"] - case) % k).astype(np.int16)
        ask = Question(found["y"], fold, k, task, str(found["metric"]))
        size = min(int(random.choice(FULL)), n_members)
        full = np.sort(random.choice(n_members, size, replace=False)).tolist()
        alone = _chosen(found, ask, full, [])
        both = _chosen(found, ask, full, [each for each in range(n_members) if each not in full])
        if len(both.folds) == k:
            continue
        losses = [_held_out_loss(found, each, case, task) for each in (alone, both)]
        gains.append(100 * (1 - losses[1] / losses[0]))
        if size > 1:
            many.append(gains[-1])
    return {
        "rows_first": int((found["fold"] == 0).sum()),
        "members": n_members,
        "cases": cases,
        "taken": len(gains),
        "right": sum(each > 0 for each in gains),
        "gain_pct": float(np.mean(gains)) if gains else 0.0,
        "worst_pct": min(gains, default=0.0),
        "taken_many": len(many),
        "right_many": sum(each > 0 for each in many),
    }


def _chosen(found: dict[str, NDArray[Any]], ask: Question, full: list[int], begun: list[int]) -> Chosen:
    shelf = Told(found["oof"], ask.fold)
    for trial, fold in [(trial, fold) for trial in full for fold in range(ask.k)] + [(trial, 0) for trial in begun]:
        shelf.add(FoldResult(trial, fold, FoldStatus.OK))
    configurations = {number: Configuration(str(kind), {}) for number, kind in enumerate(found["families"])}
    chosen = choose(shelf, configurations, ask)
    assert chosen is not None
    return chosen


def _held_out_loss(found: dict[str, NDArray[Any]], chosen: Chosen, case: int, task: Task) -> float:
    # Fold numbers were turned by `case`.
    k = found["told"].shape[1]
    places = [(fold + case) % k for fold in chosen.folds]
    told = np.asarray(
        sum(weight * found["told"][trial][places].mean(axis=0) for trial, weight in chosen.weights.items())
    )
    return float(loss(found["y_test"], told, task))


if __name__ == "__main__":
    main()
