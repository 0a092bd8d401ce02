"""What TPE (optuna) would be worth for refinement: the same number of LightGBM draws by chance and guided by TPE.

    python -m benchmarks.quality.draws [--tables titanic,telco_churn] [--draws 60] [--seeds 2] [--rows 5000]

Both arms share their first draws by chance; then one goes on by chance and the other asks TPE, which knows the loss on
fold 0 of every draw of its own arm so far, as a study would (`--told all`: on all folds, more than a study knows). A
row says how much better TPE is: the best draw on fold 0 (`first_pct`) and on all folds (`best_pct`), and the ensemble
chosen from the draws (`draws_`) and from the portfolio with the draws (`all_`), on the rows that folds left out
(`_oof_pct`, cross-fitted) and on the held-out rows (`_pct`); and what draws by chance are worth to the portfolio on the
held-out rows (`chance_pct`). Rows go to draws.jsonl of today's results.
"""

from __future__ import annotations

import argparse
import time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from automl.core.trials import Configuration, Task
from benchmarks.quality import candidates
from benchmarks.quality.plan import tables
from benchmarks.quality.prepared import Member, PreparedTable, prepared
from benchmarks.results import append, show

TABLES = "titanic,telco_churn,students_dropout,mammography,winequality_red,california_housing"
# The space that `RandomSearcher` draws from.
SPACE: dict[str, optuna.distributions.BaseDistribution] = {
    "learning_rate": optuna.distributions.FloatDistribution(0.02, 0.1, log=True),
    "num_leaves": optuna.distributions.IntDistribution(4, 128, log=True),
    "feature_fraction": optuna.distributions.FloatDistribution(0.4, 1.0),
    "bagging_fraction": optuna.distributions.FloatDistribution(0.7, 1.0),
    "min_data_in_leaf": optuna.distributions.IntDistribution(1, 64, log=True),
    "lambda_l1": optuna.distributions.FloatDistribution(0.0, 1.0),
    "lambda_l2": optuna.distributions.FloatDistribution(0.0, 2.0),
    "extra_trees": optuna.distributions.CategoricalDistribution([False, True]),
    "arithmetic": optuna.distributions.CategoricalDistribution([0, 15]),
}
COLUMNS = [
    "table",
    "seed",
    "best_by_chance",
    "best_by_tpe",
    "first_pct",
    "best_pct",
    "draws_oof_pct",
    "draws_pct",
    "all_oof_pct",
    "all_pct",
    "chance_pct",
    "ask_ms",
]


def main() -> None:
    """Every table and seed asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--chance", type=int, default=20, help="draws by chance before TPE is asked")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--told", choices=("first", "all"), default="first", help="folds that TPE learns from")
    parser.add_argument("--rows", type=int, default=5000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    known, rows = tables(), []
    for name in asked.tables.split(","):
        table = prepared(known[name], asked.work, asked.rows)
        first = [table.member(each) for each in candidates.first(table.shape)]
        for seed in range(asked.seeds):
            rows.append(compared(table, first, seed, asked.draws, asked.chance, asked.told == "first"))
            append(
                "draws",
                rows[-1] | {"told": asked.told, "draws": asked.draws, "chance": asked.chance, "rows": len(table.y)},
            )
            show(COLUMNS, rows[-1:])
    show(COLUMNS, rows)
    for name in COLUMNS[4:-1]:
        print(f"mean {name}: {np.mean([row[name] for row in rows]):+.3f}")


def compared(
    table: PreparedTable, first: list[Member], seed: int, draws: int, chance: int, by_first: bool
) -> dict[str, Any]:
    """Both arms on one table. first: the portfolio; by_first: TPE learns from fold 0 alone; gains in percent."""
    by_chance = [table.member(each) for each in islice(candidates.draws(table.shape, seed, ("lightgbm",)), draws)]
    guided, ask_s = by_chance[:chance], 0.0
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=0, multivariate=True))
    space = (
        SPACE if table.task is not Task.REGRESSION else {name: SPACE[name] for name in SPACE if name != "extra_trees"}
    )
    loss_of = table.first_loss_of if by_first else table.loss_of
    for member in guided:
        study.add_trial(_told(member, loss_of(member), space))
    for number in range(chance, draws):
        began = time.perf_counter()
        params = study.ask(space).params
        ask_s += time.perf_counter() - began
        member = table.member(Configuration("lightgbm", params, "refinement", f"LightGBM t{number}"))
        study.add_trial(_told(member, loss_of(member), space))
        guided = [*guided, member]
    best = [min(map(table.loss_of, each)) for each in (by_chance, guided)]
    row = {
        "table": table.name,
        "seed": seed,
        "best_by_chance": best[0],
        "best_by_tpe": best[1],
        "first_pct": _gain(*(min(map(table.first_loss_of, each)) for each in (by_chance, guided))),
        "best_pct": _gain(*best),
        "ask_ms": 1e3 * ask_s / (draws - chance),
    }
    for name, others in (("draws", []), ("all", first)):
        told = [table.ensemble([*others, *each]) for each in (by_chance, guided)]
        for place, arm in enumerate(("chance", "tpe")):
            row |= {f"{name}_oof_by_{arm}": told[place].oof_loss, f"{name}_by_{arm}": told[place].held_out_loss}
        row[f"{name}_oof_pct"] = _gain(*(each.oof_loss for each in told))
        row[f"{name}_pct"] = _gain(*(each.held_out_loss for each in told))
    row["chance_pct"] = _gain(table.ensemble(first).held_out_loss, row["all_by_chance"])
    return row


def _gain(before: float, after: float) -> float:
    return 100 * (1 - after / before)


def _told(
    member: Member, value: float, space: dict[str, optuna.distributions.BaseDistribution]
) -> optuna.trial.FrozenTrial:
    params = {name: member.configuration.params[name] for name in space}
    return optuna.trial.create_trial(params=params, distributions=space, value=value)


if __name__ == "__main__":
    main()
