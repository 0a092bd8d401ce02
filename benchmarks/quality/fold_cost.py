"""How well CatBoost's first rounds tell what its fold takes, beside its prior.

    python -m benchmarks.quality.fold_cost [--tables telco_churn,adult]

All are CPU seconds of one thread but `taken_s`, what timing took by the clock. `fold_s`: of a fold of the portfolio's
CatBoost of depth 6, of which four fifths of the rows are learnt; it stops after `rounds`, and `all_rounds_s` is what it
would take to the usual number. Rows go to fold_cost.jsonl of today's results.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from automl.core.clock import SystemClock
from automl.jobs.timing import fold_s_by_first_rounds
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.catalog import family
from automl.pipelines.estimators.fitting import fit_model
from automl.pipelines.estimators.rounds import patience
from automl.search.costs import catboost_rounds, prior_s
from automl.search.folds_count import folds_count, worth_timing
from automl.search.portfolio import portfolio
from automl.training.deadline import Deadline
from automl.training.limits import cap_threads
from benchmarks.quality.plan import tables
from benchmarks.quality.prepared import PreparedTable, prepared
from benchmarks.results import append, show

TABLES = "telco_churn,students_dropout,california_housing,mammography,bike_sharing,adult,diamonds"
BUDGET_S, WORKERS = 60.0, 2
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
        rows.append(measured(prepared(known[name], asked.work, asked.rows)))
        append("fold_cost", rows[-1])
    show(COLUMNS, rows)


def measured(table: PreparedTable) -> dict[str, Any]:
    """One table."""
    view, clock = table.views["tree"][0], SystemClock()
    first = portfolio(table.shape, BUDGET_S)
    wanted = next(each for each in first if each.name == "CatBoost 6")
    shape = (table.task, len(table.y), view.X.shape[1], table.n_classes)
    began = time.perf_counter()
    told_s = fold_s_by_first_rounds(wanted, view.X, table.y, view.columns, table.task, table.n_classes, BUDGET_S, clock)
    taken_s = time.perf_counter() - began
    rows = np.random.default_rng(0).permutation(len(table.y))
    held, learnt = np.split(rows, [len(rows) // 5])
    data = FitData(
        X=view.X[learnt],
        y=table.y[learnt],
        X_val=view.X[held],
        y_val=table.y[held],
        columns=view.columns,
        task=table.task,
        n_classes=table.n_classes,
        seed=0,
        threads=1,
        deadline=Deadline.after(3600.0, clock),
        hurried=True,
    )
    began = time.process_time()
    model = fit_model(family(wanted.family), data, wanted.params)
    fold_s = time.process_time() - began
    assert model.rounds is not None
    waited = patience(model.rounds, float(wanted.params["learning_rate"]), len(learnt), hurried=True)
    made = min(model.rounds + waited, int(wanted.params["rounds"]))
    return {
        "table": table.name,
        "rows": len(table.y),
        "prior_s": prior_s(wanted, *shape[1:]),
        "told_s": told_s,
        "taken_s": taken_s,
        "all_rounds_s": fold_s * catboost_rounds(wanted.params) / made,
        "fold_s": fold_s,
        "rounds": made,
        "is_timed": worth_timing(first, *shape, BUDGET_S, WORKERS) is not None,
        "k": folds_count(*shape, BUDGET_S, WORKERS),
        "k_told": folds_count(*shape, BUDGET_S, WORKERS, told_s),
    }


if __name__ == "__main__":
    main()
