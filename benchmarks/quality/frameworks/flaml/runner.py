"""FLAML: its defaults, or with its stacked ensemble (option `ensemble`)."""

from __future__ import annotations

import pickle
from typing import Any

import flaml
import numpy as np
import pandas as pd

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    mark("begin")
    search = flaml.AutoML()
    search.fit(
        X_train=train.drop(columns=request.target),
        y_train=train[request.target],
        task="regression" if request.is_regression else "classification",
        metric=request.metric,
        time_budget=request.budget_s,
        n_jobs=request.cores,
        seed=request.seed,
        ensemble=bool(request.options.get("ensemble", False)),
        verbose=2,
    )
    if search.model is None:
        raise RuntimeError("FLAML ended without a model")
    (request.folder / "model.pickle").write_bytes(pickle.dumps(search, pickle.HIGHEST_PROTOCOL))
    mark("end")
    return {"best": search.best_estimator, "trials": len(search.config_history), "validation_loss": search.best_loss}


def load(request: Request) -> Predict:
    search = pickle.loads((request.folder / "model.pickle").read_bytes())
    if request.is_regression:
        return lambda rows: Answer(search.predict(rows))
    names = [str(name) for name in search.classes_]
    return lambda rows: Answer(np.asarray(search.predict_proba(rows)), names)


if __name__ == "__main__":
    serve(fit, load, "flaml", "lightgbm", "xgboost", "catboost", "scikit-learn")
