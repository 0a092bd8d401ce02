"""The first, fixed configurations, in the order in which they pay (sources: ../reference of the design, step 5).

Order is for breadth first: fold 0 of each that fits runs before any fold 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Configuration, Params, Task
from automl.search.blending import MANY_CLASSES
from automl.search.pace import VERY_LONG, Pace

# Under this budget slow learning rates are doubled: a model that ends beats a better one that is cut.
SHORT_BUDGET_S = 120.0
# Sums, differences, products and ratios of pairs of numbers for some boosters: the best 15 of the pairs brought nearly
# as much as 40 at half the time (docs/quality.md).
_ARITHMETIC = 15
# From this skewness on, targets without negative values are also learnt as logarithms: without such members the error
# on diamonds' prices (1.6) is 2.7 % higher; on counts of 1.3 they brought nothing (docs/quality.md).
_SKEWED = 1.5


@dataclass(frozen=True)
class TableShape:
    """What is known of a table before anything is fitted. n_rows, n_columns: as learners see it; n_classes: 0 for
    regression; categorical_share: of the feature columns; has_text: any free text column; is_skewed: a regression whose
    targets span magnitudes."""

    task: Task
    n_rows: int
    n_columns: int
    n_classes: int
    categorical_share: float = 0.0
    has_text: bool = False
    is_skewed: bool = False


def is_skewed(y: NDArray[Any]) -> bool:
    """Whether a regression's targets (n_rows,) span magnitudes, as prices do."""
    spread = float(np.std(y))
    if not spread or float(np.min(y)) < 0.0:
        return False
    return float(np.mean(((y - np.mean(y)) / spread) ** 3)) > _SKEWED


def portfolio(
    shape: TableShape,
    budget_s: float,
    families: Sequence[str] | None = None,
    configurations: Sequence[Configuration] = (),
    trials_max: int | None = None,
) -> tuple[Configuration, ...]:
    """The user's own configurations first, then ours for this kind of table; only `families` when given."""
    pace = Pace.of_budget(shape.n_rows, shape.n_columns, shape.n_classes, budget_s)
    wanted = (pace.kept_by(each) for each in _candidates(shape, budget_s))
    chosen = [each for each in wanted if families is None or each.family in families]
    if families is not None:
        # A family that was asked for by name is tried even where we would not.
        missing = [name for name in families if all(each.family != name for each in chosen)]
        chosen += [Configuration(name, _PLAIN.get(name, {}), name=_TITLES.get(name, name)) for name in missing]
    return tuple([*configurations, *chosen][:trials_max])


def _candidates(shape: TableShape, budget_s: float) -> list[Configuration]:
    found = [_linear(shape), *_on_texts(shape)]
    boosted = _very_long(_pairs(shape)) if shape.n_rows >= VERY_LONG else _boosted(shape, budget_s)
    if shape.n_classes >= MANY_CLASSES:
        # One tree for each class and round: what does not pay that price comes first.
        found += _many_classes(shape)
        return found + [each for each in boosted if all(each.name != known.name for known in found)]
    return found + boosted


def _pairs(shape: TableShape) -> dict[str, int]:
    n_numbers = round(shape.n_columns * (1.0 - shape.categorical_share))
    return {"arithmetic": _ARITHMETIC} if n_numbers >= 2 else {}


def _linear(shape: TableShape) -> Configuration:
    return Configuration("linear", {}, name="Linear" if shape.task is Task.REGRESSION else "Logistic")


def _on_texts(shape: TableShape) -> list[Configuration]:
    # All terms of a text say more than the few hundred that other learners get (docs/quality.md).
    title = "Linear on texts" if shape.task is Task.REGRESSION else "Logistic on texts"
    return [Configuration("text_linear", {}, name=title)] if shape.has_text else []


def _very_long(pairs: dict[str, int]) -> list[Configuration]:
    # With the usual number of bins: fewer save little and lose what fine numbers say (docs/quality.md).
    return [
        _lgb("LightGBM quick", learning_rate=0.1, num_leaves=63, min_data_in_leaf=40, lambda_l2=1.0),
        _lgb(
            "LightGBM wide",
            learning_rate=0.1,
            num_leaves=160,
            min_data_in_leaf=20,
            feature_fraction=0.8,
            lambda_l2=1.0,
            **pairs,
        ),
        _lgb(
            "LightGBM deep",
            learning_rate=0.06,
            num_leaves=255,
            min_data_in_leaf=10,
            feature_fraction=0.7,
            lambda_l2=1.0,
            **pairs,
        ),
    ]


def _many_classes(shape: TableShape) -> list[Configuration]:
    found = [
        Configuration("mlp", {"hidden_layers": 2, "width": 128}, name="MLP"),
        Configuration("extra_trees", {"n_estimators": 150, "max_features": 0.75}, name="ExtraTrees"),
        Configuration("linear", {"C": 1.0}, name="Logistic C=1"),
        Configuration("mlp", {"hidden_layers": 3, "width": 256, "alpha": 1e-3}, name="MLP wide"),
        # Cheap, and better by itself than the deep ones on most tables of many classes (docs/quality.md).
        Configuration("mlp", {"hidden_layers": 1, "width": 256}, name="MLP one layer"),
    ]
    if shape.n_rows <= 20_000:
        found.append(Configuration("nearest_neighbors", {"n_neighbors": 10}, name="Nearest neighbours"))
    return found if shape.n_rows <= 20_000 else [each for each in found if each.family != "extra_trees"]


def _boosted(shape: TableShape, budget_s: float) -> list[Configuration]:
    regression = shape.task is Task.REGRESSION
    short, n = budget_s < SHORT_BUDGET_S, shape.n_rows
    slow = 2.0 if short else 1.0
    many_categories = shape.categorical_share >= 0.3
    pairs = _pairs(shape)
    tiny = {"min_data_in_leaf": 5} if n <= 500 else {}
    if n > 20_000:
        default = _lgb(
            "LightGBM", learning_rate=0.05, num_leaves=100 if regression else 50,
            min_data_in_leaf=3 if regression else 40, bagging_fraction=0.75,
        )  # fmt: skip
    else:
        default = _lgb("LightGBM", learning_rate=0.05, num_leaves=31, **({"min_data_in_leaf": 20} | tiny))
    small = _lgb(
        "LightGBM small", extra_trees=True, learning_rate=0.025 * slow, num_leaves=5, feature_fraction=0.73,
        bagging_fraction=0.85, min_data_in_leaf=12,
    )  # fmt: skip
    extra = _lgb(
        "LightGBM extra", extra_trees=True, learning_rate=0.018 * slow, num_leaves=39, feature_fraction=0.46,
        bagging_fraction=0.88, min_data_in_leaf=3, lambda_l1=0.24, lambda_l2=0.36, cat_smooth=15.0,
        min_data_per_group=9,
    )  # fmt: skip
    deep = _lgb(
        "LightGBM deep", learning_rate=0.011 * slow, num_leaves=84, feature_fraction=0.53, bagging_fraction=0.98,
        min_data_in_leaf=3, lambda_l2=0.84, **pairs,
    )  # fmt: skip
    medium = _lgb(
        "LightGBM medium", learning_rate=0.04, num_leaves=16, feature_fraction=0.58, bagging_fraction=0.96,
        lambda_l1=0.94, lambda_l2=0.99, **pairs,
    )  # fmt: skip
    additive = _lgb("LightGBM additive", learning_rate=0.05, num_leaves=2)
    logs = [_log(default), _log(medium)] if shape.is_skewed else []
    cat4 = _cat("CatBoost 4", learning_rate=0.07, depth=4, l2_leaf_reg=4.5, rounds=1500)
    cat6 = _cat(
        "CatBoost 6", learning_rate=0.09 if regression else 0.08, depth=6, l2_leaf_reg=3.0, subsample=0.9,
        rounds=1000, **({"boosting_type": "Plain"} if n > 20_000 else pairs),
    )  # fmt: skip
    cat8 = _cat("CatBoost 8", learning_rate=0.03, depth=8, l2_leaf_reg=2.8, rounds=1500, boosting_type="Plain")
    mlp = Configuration("mlp", {"hidden_layers": 3, "width": 128}, name="MLP")
    forest = Configuration(
        "extra_trees", {"n_estimators": 150, "max_features": 1.0 if regression else 0.75}, name="ExtraTrees"
    )
    xgb = Configuration(
        "xgboost",
        {"learning_rate": 0.05, "max_depth": 9, "subsample": 0.7} if regression else {},
        name="XGBoost",
    )
    bagged = Configuration("random_forest", {"n_estimators": 150}, name="RandomForest")
    if n > 20_000:
        longer = [default, cat6, medium, deep] if many_categories or not regression else [default, deep, cat6, medium]
        if logs:
            longer = [default, *logs, cat6, medium]
        quick = [] if regression or n > 30_000 else [small]
        return longer + quick + ([] if short else [cat8, mlp])
    first = [cat6, cat4] if many_categories or not short else [cat4, cat6]
    found = [default, *logs[:1], first[0]]
    found += [medium, *logs[1:]] if regression else [small, extra]
    found += [mlp] if n >= 300 else []
    found += [first[1], forest, deep, additive] if regression else [first[1], forest, medium, deep, additive]
    if n <= 2000 and not shape.has_text:
        # Distances among hundreds of counts of words say nothing.
        found += [Configuration("nearest_neighbors", {"n_neighbors": 15}, name="Nearest neighbours")]
    if short:
        return found
    found += [xgb, bagged, cat8]
    # Its time grows with the square of the rows.
    return [*found, Configuration("svm", {}, name="SVM")] if 300 <= n <= 5000 and not shape.has_text else found


def _lgb(title: str, **params: float | bool) -> Configuration:
    return Configuration("lightgbm", params, name=title)


def _log(plain: Configuration) -> Configuration:
    return Configuration(plain.family, {**plain.params, "log_target": True}, name=f"{plain.name} log")


def _cat(title: str, **params: float | str) -> Configuration:
    return Configuration("catboost", params, name=title)


_TITLES = {
    "linear": "Linear",
    "text_linear": "Linear on texts",
    "lightgbm": "LightGBM",
    "catboost": "CatBoost 6",
    "random_forest": "RandomForest",
    "extra_trees": "ExtraTrees",
    "mlp": "MLP",
    "nearest_neighbors": "Nearest neighbours",
    "decision_tree": "Decision tree",
    "xgboost": "XGBoost",
    "naive_bayes": "Naive Bayes",
    "svm": "SVM",
}
_PLAIN: dict[str, Params] = {"lightgbm": {"learning_rate": 0.05}, "catboost": {"depth": 6}}
