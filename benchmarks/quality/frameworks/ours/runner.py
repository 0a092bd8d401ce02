"""This product as a user has it: `automl fit FILE` against a service that already runs, then `automl predict FOLDER`.

Within the stopwatch: the command's start, upload, reading of the file, queueing, the job, and writing the model folder.
Outside: the start of the service (AUTOML_HOME names it), as for any service that people share.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from automl.core.spec import ReadOptions
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import read_table
from automl.registry.package import read_package
from benchmarks.quality.contract import Request, mark, median_s, read_request, say, versions

if TYPE_CHECKING:
    from automl.serving.predictor import Predictor

_COMMAND = [sys.executable, "-m", "automl.cli.main"]
_PACKAGES = ("automl", "ray", "lightgbm", "xgboost-cpu", "catboost", "scikit-learn")


def main() -> None:
    """Do the step that is asked for."""
    request = read_request()
    said = fit(request) if request.step == "fit" else predict(request)
    say(request, said | {"versions": versions(*_PACKAGES)})


def fit(request: Request) -> dict[str, Any]:
    """One job."""
    command = [*_COMMAND, "fit", request.train, "--target", request.target, "--task", request.task]
    command += ["--metric", request.metric, "--budget", f"{request.budget_s:g}s", "--seed", str(request.seed)]
    for name, value in request.options.items():
        command += [f"--{name}", str(value)]
    mark("begin")
    done = subprocess.run([*command, "--out", request.model, "--json"], stdout=subprocess.PIPE, text=True, check=False)
    mark("end")
    if done.returncode != 0:
        # With --json it says on stdout why; the log's last words are the reason of the row.
        print(done.stdout, flush=True)
        sys.exit(done.returncode)
    said: dict[str, Any] = json.loads(done.stdout)
    # A folder of this run, on this machine.
    said.pop("out", None)
    # Who is in the ensemble, for whom two rows of one table that differ are a riddle.
    members = read_package(request.folder).manifest.members
    return said | {"members": {each.name: round(each.weight, 3) for each in members}}


def predict(request: Request) -> dict[str, Any]:
    """The whole file by the command line, then a loaded model for its speed."""
    command = [*_COMMAND, "predict", request.model, request.test, "--out", request.predictions]
    subprocess.run(command if request.is_regression else [*command, "--proba"], check=True)
    mark("predicted")
    # What fits loads no learners: the command does not, and its stopwatch runs.
    from automl.serving.predictor import Predictor

    predictor = Predictor.from_package(read_package(request.folder))
    test = _read(predictor, Path(request.test))
    one, many = test.slice(0, 1), pa.concat_tables([test] * -(-1000 // test.num_rows)).slice(0, 1000)
    return {
        "predict_us_1": 1e6 * median_s(lambda: predictor.predict(one)),
        "predict_us_1000": 1e6 * median_s(lambda: predictor.predict(many)) / 1000,
    }


def _read(predictor: Predictor, path: Path) -> pa.Table:
    batches: list[pa.RecordBatch] = []
    read_table(
        iter([path.read_bytes()]),
        filename=path.name,
        options=ReadOptions(),
        limits=ReadLimits(min_rows=0),
        on_batch=batches.append,
        schema=predictor.schema,
    )
    return pa.Table.from_batches(batches)


if __name__ == "__main__":
    main()
