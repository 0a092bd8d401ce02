"""Whether few rows want a simpler model: the best single one where the ensemble is better by less than chance.

    python -m benchmarks.quality.tiny [--tables wine,diabetes] [--seeds 5]

For each table of at most 500 training rows and each split, the portfolio of a short budget is fitted on eight folds. A
row says how much the held-out loss rises when, instead of what the engine chooses, the best single configuration is
taken wherever the choice is better on the rows that folds left out by less than one standard error (`rule_pct`),
everywhere (`single_pct`), or the linear one (`linear_pct`). Rows go to tiny.jsonl of today's results.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.pipelines.scoring import loss
from automl.search.ensemble import halves
from benchmarks.quality import candidates
from benchmarks.quality.plan import tables
from benchmarks.quality.prepared import Member, PreparedTable, prepared
from benchmarks.results import append, show

TABLES = "wine,breast_cancer,permeability,diabetes"
MOST_ROWS, FOLDS = 500, 8
COLUMNS = ["table", "seed", "rows", "method", "loss", "is_clear", "rule_pct", "single_pct", "linear_pct"]


def main() -> None:
    """Every table and split asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    known, rows = tables(), []
    for seed in range(asked.seeds):
        for name in asked.tables.split(","):
            rows.append(compared(prepared(known[name], asked.work, MOST_ROWS, seed, FOLDS), seed))
            append("tiny", rows[-1])
            show(COLUMNS, rows[-1:])
    show(COLUMNS, rows)
    for name in COLUMNS[-3:]:
        rises = np.array([row[name] for row in rows])
        error = rises.std(ddof=1) / np.sqrt(len(rises)) if len(rises) > 1 else np.nan
        print(f"{name}: mean {rises.mean():+.2f} +- {error:.2f}, median {np.median(rises):+.2f}, of {len(rises)}")


def compared(table: PreparedTable, seed: int) -> dict[str, Any]:
    """One table and split."""
    members = [table.member(each) for each in candidates.first(table.shape)]
    chosen = table.select(members)
    held_out = table.ensemble(members).held_out_loss
    losses = [table.loss_of(each) for each in members]
    single = members[int(np.argmin(losses))]
    linear = next(each for each in members if each.configuration.family == "linear")
    gain = row_losses(table, crossed_single(table, members)) - row_losses(table, chosen.prediction)
    is_clear = bool(gain.mean() > gain.std(ddof=1) / np.sqrt(len(gain)))
    by_single, by_linear = (float(loss(table.y_test, each.held_out, table.task)) for each in (single, linear))
    return {
        "table": table.name,
        "seed": seed,
        "rows": len(table.y),
        "method": chosen.method,
        "loss": held_out,
        "is_clear": is_clear,
        "rule_pct": 0.0 if is_clear else 100 * (by_single / held_out - 1),
        "single_pct": 100 * (by_single / held_out - 1),
        "linear_pct": 100 * (by_linear / held_out - 1),
    }


def crossed_single(table: PreparedTable, members: Sequence[Member]) -> NDArray[Any]:
    """Out-of-fold predictions of the configuration that is best by the loss on the other half of the rows."""
    sides = halves(table.y, table.task, 0)
    found = np.empty_like(members[0].oof)
    for side in (0, 1):
        rows, others = np.flatnonzero(sides == side), np.flatnonzero(sides != side)
        losses = [loss(table.y[others], each.oof[others], table.task) for each in members]
        found[rows] = members[int(np.argmin(losses))].oof[rows]
    return found


def row_losses(table: PreparedTable, prediction: NDArray[Any]) -> NDArray[Any]:
    """(n_rows,) squared error or log loss."""
    if table.task is Task.REGRESSION:
        return np.asarray((table.y - prediction) ** 2)
    own = prediction[np.arange(len(table.y)), table.y] / prediction.sum(axis=1)
    return np.asarray(-np.log(np.clip(own, 1e-15, 1.0)))


if __name__ == "__main__":
    main()
