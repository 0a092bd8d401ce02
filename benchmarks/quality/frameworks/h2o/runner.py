"""H2O AutoML on a Java server of its own, whose start the stopwatch sees and the call's marks do not."""

from __future__ import annotations

import json
import socket
from typing import Any

import h2o
import pandas as pd
from h2o.automl import H2OAutoML

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve

_METRICS = {"roc_auc": "AUC", "log_loss": "logloss", "rmse": "RMSE"}


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    _start(request)
    mark("begin")
    # By upload: the server refuses to read from hidden folders, where caches lie.
    frame = h2o.upload_file(request.train)
    if not request.is_regression:
        frame[request.target] = frame[request.target].asfactor()
    search = H2OAutoML(
        max_runtime_secs=int(request.budget_s),
        seed=request.seed,
        sort_metric=_METRICS[request.metric],
        nfolds=-1,
    )
    search.train(y=request.target, training_frame=frame)
    if search.leader is None:
        raise RuntimeError("H2O ended without a model")
    path = h2o.download_model(search.leader, path=str(request.folder))
    mark("end")
    types = {name: kind for name, kind in frame.types.items() if name != request.target}
    (request.folder / "h2o.json").write_text(json.dumps({"path": path, "types": types}))
    said = {"trials": search.leaderboard.nrow, "best": search.leader.algo}
    h2o.cluster().shutdown()
    return said


def load(request: Request) -> Predict:
    _start(request)
    known = json.loads((request.folder / "h2o.json").read_text())
    model = h2o.upload_model(known["path"])
    names = {"int": "numeric", "real": "numeric"}
    types = {name: names.get(kind, kind) for name, kind in known["types"].items()}

    def predict(rows: pd.DataFrame) -> Answer:
        # An empty cell is missing to it; "nan" would be a level.
        text = {name: rows[name].fillna("") for name in rows if rows[name].dtype == object}
        given = h2o.H2OFrame(rows.assign(**text), column_types={name: types[name] for name in rows})
        answer = model.predict(given).as_data_frame(use_pandas=True, use_multi_thread=False)
        h2o.remove(given)
        if request.is_regression:
            return Answer(answer["predict"].to_numpy())
        classes = model._model_json["output"]["domains"][-1]
        return Answer(answer.iloc[:, 1:].to_numpy(), [str(name) for name in classes])

    return predict


def _start(request: Request) -> None:
    # Beside the model, whose size is measured.
    scratch = request.folder.parent / "h2o"
    scratch.mkdir(exist_ok=True)
    h2o.init(
        nthreads=request.cores,
        max_mem_size=request.options.get("memory", "8g"),
        ice_root=str(scratch),
        name=f"quality_{request.folder.parent.name}".replace("-", "_"),
        port=_free_port(),
        enable_assertions=False,
        verbose=False,
    )
    h2o.no_progress()


def _free_port() -> int:
    # It needs two in a row, and would join whoever already answers on its usual one.
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


if __name__ == "__main__":
    serve(fit, load, "h2o")
