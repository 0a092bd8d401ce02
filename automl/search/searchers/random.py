"""Refinement draws after the portfolio: a narrowed LightGBM space, every fourth a CatBoost; one draw per number.

Where classes are many, every other draw is a net: boosters pay for each class, nets do not (docs/quality.md).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from automl.core.trials import REFINEMENT, Configuration, Task
from automl.search.blending import MANY_CLASSES
from automl.search.pace import Pace

_CATBOOST_EVERY, _NET_EVERY = 4, 2
# Of longer tables a CatBoost takes more than it brings.
_CATBOOST_ROWS = 50_000
# Share of draws with arithmetic features; a guess, which no ablation has confirmed. Without numbers they add nothing.
_ARITHMETIC_SHARE, _ARITHMETIC = 0.6, 15


@dataclass(frozen=True)
class RandomSearcher:
    """Draws depend on (seed, number) and the table alone, so that a successor proposes the same ones again.

    families: those allowed, None for all; extra_trees: whether such LightGBM draws are wanted (classification); nets:
    whether nets are drawn; pace: that boosters keep on long tables.
    """

    seed: int
    extra_trees: bool
    families: Sequence[str] | None = None
    catboost: bool = True
    nets: bool = False
    pace: Pace | None = None

    @classmethod
    def of_table(cls, seed: int, task: Task, pace: Pace, families: Sequence[str] | None = None) -> RandomSearcher:
        """The draws that the table of this pace is worth."""
        return cls(
            seed,
            extra_trees=task.is_classification,
            families=families,
            catboost=pace.n_rows <= _CATBOOST_ROWS,
            nets=pace.n_classes >= MANY_CLASSES,
            pace=pace,
        )

    def propose(self, number: int) -> Configuration | None:
        """The draw of this number, or None when no family that we refine is allowed."""
        allowed = [name for name in self._wanted(number) if self.families is None or name in self.families]
        if not allowed:
            return None
        drawn = self._drawn(allowed[0], number)
        return drawn if self.pace is None else self.pace.kept_by(drawn)

    def _drawn(self, family: str, number: int) -> Configuration:
        rng = random.Random(f"{self.seed}/{number}")
        match family:
            case "mlp":
                return _mlp(rng, number)
            case "catboost":
                return _catboost(rng, number)
            case _:
                return self._lightgbm(rng, number)

    def _wanted(self, number: int) -> list[str]:
        """Families by preference."""
        others = ["lightgbm", "catboost", *(["mlp"] if self.nets else [])]
        if self.nets and number % _NET_EVERY == 0:
            return ["mlp", *others]
        if self.catboost and number % _CATBOOST_EVERY == _CATBOOST_EVERY - 1:
            return ["catboost", *others]
        return others

    def _lightgbm(self, rng: random.Random, number: int) -> Configuration:
        params = {
            "learning_rate": round(_log(rng, 0.02, 0.1), 5),
            "num_leaves": round(_log(rng, 4, 128)),
            "feature_fraction": round(rng.uniform(0.4, 1.0), 3),
            "bagging_fraction": round(rng.uniform(0.7, 1.0), 3),
            "min_data_in_leaf": round(_log(rng, 1, 64)),
            "lambda_l1": round(rng.uniform(0.0, 1.0), 3),
            "lambda_l2": round(rng.uniform(0.0, 2.0), 3),
            "extra_trees": self.extra_trees and rng.random() < 0.5,
            "arithmetic": _arithmetic(rng),
        }
        return Configuration("lightgbm", params, origin=REFINEMENT, name=f"LightGBM r{number}")


def _catboost(rng: random.Random, number: int) -> Configuration:
    params = {
        "learning_rate": round(_log(rng, 0.04, 0.12), 5),
        "depth": rng.randint(4, 8),
        "l2_leaf_reg": round(rng.uniform(1.0, 5.0), 3),
        "boosting_type": "Plain",
        "rounds": 1000,
        "arithmetic": _arithmetic(rng),
    }
    return Configuration("catboost", params, origin=REFINEMENT, name=f"CatBoost r{number}")


def _mlp(rng: random.Random, number: int) -> Configuration:
    params = {
        # One layer was better than two or three on most tables of many classes.
        "hidden_layers": rng.choice((1, 1, 2)),
        "width": round(_log(rng, 128, 512)),
        "alpha": round(_log(rng, 1e-5, 1e-1), 6),
    }
    return Configuration("mlp", params, origin=REFINEMENT, name=f"MLP r{number}")


def _arithmetic(rng: random.Random) -> int:
    return _ARITHMETIC if rng.random() < _ARITHMETIC_SHARE else 0


def _log(rng: random.Random, low: float, high: float) -> float:
    return float(low * (high / low) ** rng.random())
