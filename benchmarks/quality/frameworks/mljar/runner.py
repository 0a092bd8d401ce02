"""MLJAR; its mode is an option."""

from __future__ import annotations

from typing import Any

import pandas as pd
from supervised.automl import AutoML

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve

_TASKS = {"binary": "binary_classification", "multiclass": "multiclass_classification", "regression": "regression"}
_METRICS = {"roc_auc": "auc", "log_loss": "logloss", "rmse": "rmse"}


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    mark("begin")
    search = AutoML(
        results_path=str(request.folder / "mljar"),
        mode=request.options.get("mode", "Compete"),
        ml_task=_TASKS[request.task],
        eval_metric=_METRICS[request.metric],
        total_time_limit=int(request.budget_s),
        n_jobs=request.cores,
        random_state=request.seed,
    )
    search.fit(train.drop(columns=request.target), train[request.target])
    mark("end")
    board = search.get_leaderboard()
    return {"trials": len(board), "best": board.sort_values("metric_value").iloc[0]["model_type"]}


def load(request: Request) -> Predict:
    search = AutoML(results_path=str(request.folder / "mljar"))
    if request.is_regression:
        return lambda rows: Answer(search.predict(rows))

    def predict(rows: pd.DataFrame) -> Answer:
        shares = search.predict_all(rows).filter(regex="^prediction_")
        return Answer(shares.to_numpy(), [str(name).removeprefix("prediction_") for name in shares])

    return predict


if __name__ == "__main__":
    serve(fit, load, "mljar-supervised", "lightgbm", "xgboost", "catboost", "scikit-learn")
