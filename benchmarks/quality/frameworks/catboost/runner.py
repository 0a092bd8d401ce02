"""CatBoost with its defaults; strings become categories. It takes no budget."""

from __future__ import annotations

from typing import Any

import catboost
import numpy as np
import pandas as pd

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    mark("begin")
    X, y = train.drop(columns=request.target), train[request.target]
    kind = catboost.CatBoostRegressor if request.is_regression else catboost.CatBoostClassifier
    model = kind(thread_count=request.cores, random_seed=request.seed, verbose=0, allow_writing_files=False)
    model.fit(_filled(X), y, cat_features=[name for name in X if X[name].dtype == object])
    model.save_model(str(request.folder / "model.cbm"))
    mark("end")
    return {"rounds": int(model.tree_count_)}


def load(request: Request) -> Predict:
    kind = catboost.CatBoostRegressor if request.is_regression else catboost.CatBoostClassifier
    model = kind()
    model.load_model(str(request.folder / "model.cbm"))
    if request.is_regression:
        return lambda rows: Answer(model.predict(_filled(rows)))
    names = [str(name) for name in model.classes_]
    return lambda rows: Answer(np.asarray(model.predict_proba(_filled(rows))), names)


def _filled(X: pd.DataFrame) -> pd.DataFrame:
    # CatBoost takes no missing value in a category.
    return X.assign(**{name: X[name].fillna("").astype(str) for name in X if X[name].dtype == object})


if __name__ == "__main__":
    serve(fit, load, "catboost")
