"""What harness and runners agree on. Runners run in environments of their own: standard library, numpy and pandas only.

A runner is started twice, as `python -m benchmarks.quality.frameworks.<folder>.runner REQUEST.json`:
  fit      learn `train` within `budget_s` on `cores` and leave a model in `model`, from which another process predicts
  predict  write `predictions`, a CSV in the order of `test`: `prediction` (regression) or one `proba_<class>` each
The harness's stopwatch runs from exec; marks ("begin" and "end" of the framework's own call) are stamped by it too.
What a runner says of itself goes to `says` as JSON and is shown, never used for a score.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

MARKS = "QUALITY_MARKS"
_SPEED_S = 3.0
_SPEED_CALLS = 30


@dataclass(frozen=True)
class Request:
    """One step. test is "" while fitting: the framework never sees a file that it did not ask for, nor test labels."""

    step: str
    train: str
    test: str
    target: str
    task: str
    metric: str
    budget_s: float
    cores: int
    seed: int
    model: str
    predictions: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the model goes."""
        return Path(self.model)

    @property
    def is_regression(self) -> bool:
        return self.task == "regression"

    def write(self, path: Path) -> None:
        """As a file for a runner."""
        path.write_text(json.dumps(asdict(self), indent=1))


@dataclass(frozen=True)
class Answer:
    """Predictions in input order: numbers (n_rows,) where classes is None, else probabilities (n_rows, n_classes)."""

    values: Any
    classes: Sequence[str] | None = None


Fit = Callable[[Request, pd.DataFrame], dict[str, Any]]
Predict = Callable[[pd.DataFrame], Answer]
Load = Callable[[Request], Predict]


def read_request() -> Request:
    """The request named by the command line."""
    return Request(**json.loads(Path(sys.argv[1]).read_text()))


def mark(word: str) -> None:
    """Tell the harness that something happens now; it reads its own clock."""
    if MARKS in os.environ:
        os.write(int(os.environ[MARKS]), f"{word}\n".encode())


def say(request: Request, what: dict[str, Any]) -> None:
    """Leave a runner's own words."""
    Path(request.says).write_text(json.dumps(what, indent=1, default=str))


def versions(*packages: str) -> dict[str, str]:
    """What is installed here of these."""
    return {name: importlib.metadata.version(name) for name in packages}


def serve(fit: Fit, load: Load, *packages: str) -> None:
    """Do the step that is asked for, with whole tables in memory. packages: whose versions are said."""
    # Frameworks differ in whether they know the string columns of newer pandas; all know objects.
    pd.set_option("future.infer_string", False)
    request = read_request()
    request.folder.mkdir(parents=True, exist_ok=True)
    if request.step == "fit":
        said = fit(request, read_train(request))
    else:
        test = read_test(request)
        predict = load(request)
        write_predictions(request, predict(test))
        mark("predicted")
        said = speed(predict, test)
    say(request, said | {"versions": versions(*packages)})


def read_train(request: Request) -> pd.DataFrame:
    """The training table, labels as text; leaves its types for `read_test`."""
    as_text = {} if request.is_regression else {request.target: str}
    frame = pd.read_csv(request.train, keep_default_na=False, na_values=[""], dtype=as_text, low_memory=False)
    kinds = {name: str(dtype) for name, dtype in frame.drop(columns=request.target).dtypes.items()}
    (request.folder / "types.json").write_text(json.dumps(kinds))
    return frame


def read_test(request: Request) -> pd.DataFrame:
    """The test table with the types of the training table: nobody stumbles over a column that reads otherwise."""
    kinds: dict[str, str] = json.loads((request.folder / "types.json").read_text())
    text = {name: str for name, kind in kinds.items() if kind == "object"}
    frame = pd.read_csv(request.test, keep_default_na=False, na_values=[""], dtype=text, low_memory=False)
    for name, kind in kinds.items():
        if kind.startswith(("int", "float")):
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
            if kind.startswith("float"):
                frame[name] = frame[name].astype(np.dtype(kind))
    return frame[list(kinds)]


def write_predictions(request: Request, answer: Answer) -> None:
    """As the contract says."""
    values = np.asarray(answer.values, dtype=float)
    if answer.classes is None:
        frame = pd.DataFrame({"prediction": values.ravel()})
    else:
        frame = pd.DataFrame(values, columns=[f"proba_{name}" for name in answer.classes])
    frame.to_csv(request.predictions, index=False)


def speed(predict: Predict, test: pd.DataFrame) -> dict[str, Any]:
    """Microseconds a row at 1 and at 1,000 rows with the model loaded: the median call, within a few seconds."""
    many = pd.concat([test] * -(-1000 // len(test)), ignore_index=True).head(1000)
    return {
        "predict_us_1": 1e6 * median_s(lambda: predict(test.head(1))),
        "predict_us_1000": 1e6 * median_s(lambda: predict(many)) / 1000,
    }


def median_s(call: Callable[[], Any]) -> float:
    """Median seconds of a call, after one that does not count."""
    call()
    times: list[float] = []
    end = time.perf_counter() + _SPEED_S
    while not times or (len(times) < _SPEED_CALLS and time.perf_counter() < end):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return float(np.median(times))
