"""AutoGluon; its presets are an option."""

from __future__ import annotations

from typing import Any

import pandas as pd
from autogluon.tabular import TabularPredictor

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve

_METRICS = {"roc_auc": "roc_auc", "log_loss": "log_loss", "rmse": "root_mean_squared_error"}


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    mark("begin")
    predictor = TabularPredictor(
        label=request.target,
        problem_type=request.task,
        eval_metric=_METRICS[request.metric],
        path=str(request.folder / "autogluon"),
    )
    predictor.fit(
        train,
        presets=request.options["presets"],
        time_limit=request.budget_s,
        num_cpus=request.cores,
        num_gpus=0,
    )
    mark("end")
    board = predictor.leaderboard(silent=True)
    return {"trials": len(board), "best": predictor.model_best, "models": board["model"].tolist()}


def load(request: Request) -> Predict:
    predictor = TabularPredictor.load(str(request.folder / "autogluon"))
    # As its documentation advises for repeated predictions.
    predictor.persist()
    if request.is_regression:
        return lambda rows: Answer(predictor.predict(rows))

    def predict(rows: pd.DataFrame) -> Answer:
        shares = predictor.predict_proba(rows)
        return Answer(shares.to_numpy(), [str(name) for name in shares])

    return predict


if __name__ == "__main__":
    serve(fit, load, "autogluon.tabular", "torch", "lightgbm", "xgboost-cpu", "catboost", "scikit-learn")
