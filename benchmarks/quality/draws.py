"""What TPE (optuna) would be worth for refinement: the same number of LightGBM draws by chance and guided by TPE.

    python -m benchmarks.quality.draws [--tables titanic,telco_churn] [--draws 60] [--seeds 2] [--rows 5000]

Both arms share their first draws by chance; then one goes on by chance and the other asks TPE, which knows every draw
of its own arm so far. A row says for each arm the best out-of-fold loss of one draw and the held-out loss of the
ensemble chosen from all of them. Rows go to draws.jsonl of today's results.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import optuna

from automl.core.trials import Configuration, Task
from automl.search.searchers.random import RandomSearcher
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
    "ensemble_by_chance",
    "ensemble_by_tpe",
    "gain_pct",
    "ask_ms",
]


def main() -> None:
    """Every table and seed asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--chance", type=int, default=20, help="draws by chance before TPE is asked")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--rows", type=int, default=5000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    known, rows = tables(), []
    for name in asked.tables.split(","):
        table = prepared(known[name], asked.work, asked.rows)
        for seed in range(asked.seeds):
            rows.append(compared(table, seed, asked.draws, asked.chance))
            append("draws", rows[-1] | {"draws": asked.draws, "chance": asked.chance, "rows": len(table.y)})
            show(COLUMNS, rows[-1:])
    show(COLUMNS, rows)


def compared(table: PreparedTable, seed: int, draws: int, chance: int) -> dict[str, Any]:
    """Both arms on one table."""
    searcher = RandomSearcher(seed, extra_trees=table.task is not Task.REGRESSION, families=("lightgbm",))
    by_chance: list[Member] = []
    for number in range(draws):
        drawn = searcher.propose(number)
        assert drawn is not None
        by_chance.append(table.member(drawn))
    guided, ask_s = by_chance[:chance], 0.0
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=0, multivariate=True))
    space = (
        SPACE if table.task is not Task.REGRESSION else {name: SPACE[name] for name in SPACE if name != "extra_trees"}
    )
    for member in guided:
        study.add_trial(_told(table, member, space))
    for number in range(chance, draws):
        began = time.perf_counter()
        params = study.ask(space).params
        ask_s += time.perf_counter() - began
        member = table.member(Configuration("lightgbm", params, "refinement", f"LightGBM t{number}"))
        study.add_trial(_told(table, member, space))
        guided = [*guided, member]
    chosen, by_tpe = table.ensemble_loss(by_chance), table.ensemble_loss(guided)
    return {
        "table": table.name,
        "seed": seed,
        "best_by_chance": min(map(table.loss_of, by_chance)),
        "best_by_tpe": min(map(table.loss_of, guided)),
        "ensemble_by_chance": chosen,
        "ensemble_by_tpe": by_tpe,
        "gain_pct": 100 * (1 - by_tpe / chosen),
        "ask_ms": 1e3 * ask_s / (draws - chance),
    }


def _told(
    table: PreparedTable, member: Member, space: dict[str, optuna.distributions.BaseDistribution]
) -> optuna.trial.FrozenTrial:
    params = {name: member.configuration.params[name] for name in space}
    return optuna.trial.create_trial(params=params, distributions=space, value=table.loss_of(member))


if __name__ == "__main__":
    main()
