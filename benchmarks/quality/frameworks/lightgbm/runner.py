"""LightGBM with its defaults; strings become categories. It takes no budget."""

from __future__ import annotations

import pickle
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    mark("begin")
    # LightGBM refuses some characters in names; positions say the same.
    X, y = train.drop(columns=request.target), train[request.target]
    levels = {name: X[name].dropna().unique().tolist() for name in X if X[name].dtype == object}
    kind = lgb.LGBMRegressor if request.is_regression else lgb.LGBMClassifier
    model = kind(n_jobs=request.cores, random_state=request.seed, verbose=-1)
    model.fit(_encoded(X, levels), y)
    (request.folder / "model.pickle").write_bytes(pickle.dumps((model, levels)))
    mark("end")
    return {"rounds": int(model.n_estimators_)}


def load(request: Request) -> Predict:
    model, levels = pickle.loads((request.folder / "model.pickle").read_bytes())
    if request.is_regression:
        return lambda rows: Answer(model.predict(_encoded(rows, levels)))
    names = [str(name) for name in model.classes_]
    return lambda rows: Answer(np.asarray(model.predict_proba(_encoded(rows, levels))), names)


def _encoded(X: pd.DataFrame, levels: dict[str, list[str]]) -> pd.DataFrame:
    made = X.assign(**{name: pd.Categorical(X[name], categories=known) for name, known in levels.items()})
    made.columns = [f"c{number}" for number in range(made.shape[1])]
    return made


if __name__ == "__main__":
    serve(fit, load, "lightgbm")
