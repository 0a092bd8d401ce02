"""How well CatBoost's first rounds tell what its fold takes, beside its prior.

    python -m benchmarks.quality.fold_cost [--tables telco_churn,adult]

All are CPU seconds of one thread but `taken_s`, what timing took by the clock. `fold_s`: of a fold of the portfolio's
CatBoost of depth 6, of which four fifths of the rows are learnt; it stops after `rounds`, and `all_rounds_s` is what it
would take to the usual number. Rows go to fold_cost.jsonl of today's results.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from automl.core.clock import SystemClock
from automl.jobs.timing import fold_s_by_first_rounds
from automl.pipelines.estimators.rounds import patience
from automl.search.costs import prior_s, usual_rounds
from automl.search.folds_count import folds_count, worth_timing
from automl.search.portfolio import portfolio
from automl.training.limits import cap_threads
from benchmarks.quality.plan import tables
from benchmarks.quality.prepared import PreparedTable, prepared
from benchmarks.results import append, show

TABLES = "telco_churn,students_dropout,california_housing,mammography,bike_sharing,adult,diamonds"
BUDGET_S, WORKERS, FOLDS = 60.0, 2, 5
COLUMNS = [
    "table",
    "rows",
    "prior_s",
    "told_s",
    "taken_s",
    "all_rounds_s",
    "fold_s",
    "rounds",
    "is_timed",
    "k",
    "k_told",
]


def main() -> None:
    """Every table asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--rows", type=int, default=100_000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    cap_threads(1)
    known, rows = tables(), []
    for name in asked.tables.split(","):
        rows.append(measured(prepared(known[name], asked.work, asked.rows, n_folds=FOLDS)))
        append("fold_cost", rows[-1])
    show(COLUMNS, rows)


def measured(table: PreparedTable) -> dict[str, Any]:
    """One table."""
    view, clock = table.views["tree"][0], SystemClock()
    first = portfolio(table.shape, BUDGET_S)
    wanted = next(each for each in first if each.name == "CatBoost 6")
    shape = replace(table.shape, n_columns=view.X.shape[1])
    began = time.perf_counter()
    told_s = fold_s_by_first_rounds(wanted, view.X, table.y, view.columns, shape, BUDGET_S, clock)
    taken_s = time.perf_counter() - began
    learnt, _ = table.folds[0]
    began = time.process_time()
    model = table.fitted(wanted, 0, hurried=True)
    fold_s = time.process_time() - began
    assert model.rounds is not None
    waited = patience(model.rounds, float(wanted.params["learning_rate"]), len(learnt), hurried=True)
    made = min(model.rounds + waited, int(wanted.params["rounds"]))
    return {
        "table": table.name,
        "rows": len(table.y),
        "prior_s": prior_s(wanted, shape.n_rows, shape.n_columns, shape.n_classes),
        "told_s": told_s,
        "taken_s": taken_s,
        "all_rounds_s": fold_s * usual_rounds(wanted) / made,
        "fold_s": fold_s,
        "rounds": made,
        "is_timed": worth_timing(first, shape, BUDGET_S, WORKERS) is not None,
        "k": folds_count(shape, BUDGET_S, WORKERS),
        "k_told": folds_count(shape, BUDGET_S, WORKERS, told_s),
    }


if __name__ == "__main__":
    main()
