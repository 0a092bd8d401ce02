"""The constant predictor: class shares, or the mean. Failures of the others are counted as this."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.contract import Answer, Predict, Request, mark, serve


def fit(request: Request, train: pd.DataFrame) -> dict[str, Any]:
    mark("begin")
    target = train[request.target]
    model: Any = float(target.mean()) if request.is_regression else target.value_counts(normalize=True).to_dict()
    (request.folder / "constant.json").write_text(json.dumps(model))
    mark("end")
    return {}


def load(request: Request) -> Predict:
    model = json.loads((request.folder / "constant.json").read_text())
    if request.is_regression:
        return lambda rows: Answer(np.full(len(rows), model))
    return lambda rows: Answer(np.tile(list(model.values()), (len(rows), 1)), list(model))


if __name__ == "__main__":
    serve(fit, load, "pandas")
