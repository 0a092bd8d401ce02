"""How many folds make the best ensemble for the same CPU seconds: fewer folds of more configurations, or more of fewer.

    python -m benchmarks.quality.fold_counts [--tables telco_churn,adult] [--splits 2] [--folds 8,5,3]

The first number of folds fits the portfolio and a few draws, without a clock; each of the others fits the portfolio
and draws until it has used as many CPU seconds. The engine chooses the ensemble from each set. A row says how much
better than the first the others are on the held-out rows: in percent of the log loss or RMSE (`k5_loss_pct`) and, of
binary tables, of (1 - AUC) (`k5_pct`). Rows go to fold_counts.jsonl of today's results.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from automl.pipelines.scoring import loss, score
from benchmarks.quality import candidates
from benchmarks.quality.plan import TableSpec, tables
from benchmarks.quality.prepared import Member, PreparedTable, prepared
from benchmarks.results import append, show

TABLES = "titanic,telco_churn,breast_cancer,california_housing,bike_sharing,students_dropout,mammography,adult"


def main() -> None:
    """Every table and split asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--folds", default="8,5,3")
    parser.add_argument("--draws", type=int, default=4, help="beside the portfolio, on the first number of folds")
    parser.add_argument("--rows", type=int, default=10_000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    counts = [int(each) for each in asked.folds.split(",")]
    columns = ["table", "split", "rows", "cpu_s", *(f"k{count}_members" for count in counts)]
    gains = [f"k{count}_{kind}" for count in counts[1:] for kind in ("pct", "loss_pct")]
    known, rows = tables(), []
    for split in range(asked.splits):
        for name in asked.tables.split(","):
            rows.append(compared(known[name], split, counts, asked.draws, asked.rows, asked.work))
            append("fold_counts", rows[-1])
            show([*columns, *gains], rows[-1:])
    show([*columns, *gains], rows)
    for column in gains:
        found = np.array([row[column] for row in rows if row[column] is not None])
        error = found.std(ddof=1) / np.sqrt(len(found)) if len(found) > 1 else np.nan
        print(f"{column}: mean {found.mean():+.2f} +- {error:.2f} of {len(found)}")


def compared(spec: TableSpec, split: int, counts: list[int], draws: int, most_rows: int, work: Path) -> dict[str, Any]:
    """One table and split."""
    row: dict[str, Any] = {"table": spec.name, "split": split}
    for count in counts:
        table = prepared(spec, work, most_rows, split, count)
        members, used_s = fitted(table, split, draws, row.get("cpu_s"))
        row = {"cpu_s": used_s} | row | {"rows": len(table.y), f"k{count}_members": len(members)}
        weights = table.select(members).weights
        told = np.asarray(sum(weight * members[number].held_out for number, weight in weights.items()))
        row[f"k{count}_loss"] = float(loss(table.y_test, told, table.task))
        row[f"k{count}"] = score(table.metric, table.y_test, told, table.task)
    first = counts[0]
    for count in counts[1:]:
        row[f"k{count}_loss_pct"] = 100 * (1 - row[f"k{count}_loss"] / row[f"k{first}_loss"])
        is_binary = spec.task == "binary"
        row[f"k{count}_pct"] = 100 * (1 - (1 - row[f"k{count}"]) / (1 - row[f"k{first}"])) if is_binary else None
    return row


def fitted(table: PreparedTable, seed: int, draws: int, for_s: float | None) -> tuple[list[Member], float]:
    """The portfolio with so many draws, or with as many as go into so many CPU seconds; and what they took."""
    began = time.process_time()
    members = [table.member(each) for each in candidates.first(table.shape)]
    for number, drawn in enumerate(candidates.draws(table.shape, seed)):
        if number >= draws if for_s is None else time.process_time() - began >= for_s:
            break
        members.append(table.member(drawn))
    return members, time.process_time() - began


if __name__ == "__main__":
    main()
