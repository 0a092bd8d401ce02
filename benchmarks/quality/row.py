"""One row: fit and predict under the stopwatch, score, and the reason where the constant predictor has to stand in."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality import measure, scores
from benchmarks.quality.contract import Request
from benchmarks.quality.environments import python
from benchmarks.quality.plan import Cell, Limits
from benchmarks.quality.tables import Split
from benchmarks.service import service

_ROOT = Path(__file__).resolve().parents[2]
_LOG_CHARACTERS = 400
_RAISED = re.compile(r"^[\w.]+(?:Error|Exception|Interrupt|Exit)\b.*", re.MULTILINE)


@dataclass(frozen=True)
class Surroundings:
    """Where rows are measured. work: environments, tables, scratch files, logs."""

    work: Path
    limits: Limits


def measured(cell: Cell, split: Split, where: Surroundings) -> dict[str, Any]:
    """The row of one cell. Failures of the framework are part of it, never raised."""
    place = where.work / "scratch" / cell.key.replace("/", "-")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    log = where.work / "logs" / f"{place.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    row: dict[str, Any] = {
        "key": cell.key,
        "framework": cell.framework.name,
        "table": cell.table.name,
        "task": cell.table.task,
        "metric": cell.table.metric,
        "constraint": cell.constraint.name,
        "budget_s": cell.constraint.budget_s,
        "asked_s": cell.constraint.budget_s * cell.framework.ask,
        "cores": cell.constraint.cores,
        "seed": cell.seed,
        "spot_check": cell.spot_check,
        "train_sha256": split.made["train_sha256"],
        "train_rows": split.made["train_rows"],
        "columns": split.made["columns"],
    }
    try:
        row |= _steps(cell, split, where, place, log)
        row |= _scored(cell, split, place / "predictions.csv", row.pop("failure"))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return row


def _steps(cell: Cell, split: Split, where: Surroundings, place: Path, log: Path) -> dict[str, Any]:
    with _service(cell, place) as (home, pid, start_s):
        env = runner_environment(os.environ, home)
        fit = _step(cell, split, place, log, "fit", where.limits.fit_s(cell.constraint.budget_s), env, pid)
        budget_s = cell.constraint.budget_s
        row: dict[str, Any] = {
            "service_start_s": start_s,
            "fit_s": fit.wall_s,
            "call_s": _between(fit),
            "over_s": fit.wall_s - budget_s,
            "call_over_s": None if _between(fit) is None else (_between(fit) or 0.0) - budget_s,
            "fit_peak_mb": fit.peak_mb,
            "model_mb": sum(path.stat().st_size for path in (place / "model").rglob("*") if path.is_file()) / 1e6,
            "left": fit.left,
            "failure": _failure("fit", fit, log),
        }
        if row["failure"] is not None:
            return row
        row["said"] = _said(place, "fit")
        predict = _step(cell, split, place, log, "predict", where.limits.predict_s, env, pid)
    said = _said(place, "predict")
    return row | {
        "predict_s": predict.marks.get("predicted"),
        "predict_peak_mb": predict.peak_mb,
        "predict_us_1": said.get("predict_us_1"),
        "predict_us_1000": said.get("predict_us_1000"),
        "versions": said.get("versions"),
        # Predictions that are there count, whatever came after them.
        "failure": None if "predicted" in predict.marks else _failure("predict", predict, log) or "predict: no end",
    }


def _step(
    cell: Cell, split: Split, place: Path, log: Path, word: str, kill_s: float, env: dict[str, str], pid: int | None
) -> measure.Step:
    request = Request(
        step=word,
        train=str(split.train) if word == "fit" else "",
        test=str(split.test) if word == "predict" else "",
        target=cell.table.target,
        task=cell.table.task,
        metric=cell.table.metric,
        budget_s=cell.constraint.budget_s * cell.framework.ask,
        cores=cell.constraint.cores,
        seed=cell.seed,
        model=str(place / "model"),
        predictions=str(place / "predictions.csv"),
        says=str(place / f"{word}-says.json"),
        options=cell.framework.options,
    )
    request.write(place / f"{word}.json")
    module = f"benchmarks.quality.frameworks.{cell.framework.folder}.runner"
    command = [str(python(cell.framework.folder, _work(place))), "-m", module, str(place / f"{word}.json")]
    return measure.step(
        command, env=env, folder=place, log=log, cores=cell.constraint.cores, kill_s=kill_s, service=pid
    )


def runner_environment(around: Mapping[str, str], home: Path | None) -> dict[str, str]:
    """The same for all: OpenMP threads wait passively, nobody is told a number of threads, no accelerator."""
    ours = ("AUTOML_", "RAY_", "OMP_", "PYTHON", "VIRTUAL_ENV")
    env = {name: value for name, value in around.items() if not name.startswith(ours)}
    env |= {"OMP_WAIT_POLICY": "PASSIVE", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(_ROOT)}
    return env if home is None else env | {"AUTOML_HOME": str(home)}


@contextlib.contextmanager
def _service(cell: Cell, place: Path) -> Iterator[tuple[Path | None, int | None, float | None]]:
    """Our service, for us alone and new for each row; nothing of it runs while others are measured."""
    if not cell.framework.service:
        yield None, None, None
        return
    home = place / "home"
    home.mkdir()
    with contextlib.ExitStack() as stack:
        with measure.pinned(cell.constraint.cores):
            running = stack.enter_context(service(home, settings={"AUTOML_RAY_CPUS": str(cell.constraint.cores)}))
        yield running.home, running.pid, running.start_s


def _scored(cell: Cell, split: Split, predictions: Path, failure: str | None) -> dict[str, Any]:
    table = cell.table
    labels = scores.read_labels(split.labels, table.target, table.task)
    constant = scores.of_constant(table.task, scores.read_labels(split.train, table.target, table.task), labels)
    score = constant
    if failure is None:
        try:
            score = scores.of_file(table.task, predictions, labels)
        except scores.BadPredictionsError as error:
            failure = str(error)
    return {
        "score": score.score,
        "loss": score.loss,
        "constant_loss": constant.loss,
        "failed": failure is not None,
        "reason": failure,
    }


def _failure(word: str, step: measure.Step, log: Path) -> str | None:
    if step.is_killed:
        return f"{word}: killed after {step.wall_s:.0f} s"
    if step.exit_code == 0:
        return None
    return f"{word}: exit code {step.exit_code}: {said_last(log.read_text(errors='replace'))}"


def said_last(log: str) -> str:
    """The last error of a log, or its end where none is named."""
    raised = _RAISED.findall(log)
    return str(raised[-1])[:_LOG_CHARACTERS] if raised else log.strip()[-_LOG_CHARACTERS:]


def _between(step: measure.Step) -> float | None:
    if not {"begin", "end"} <= step.marks.keys():
        return None
    return step.marks["end"] - step.marks["begin"]


def _said(place: Path, word: str) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads((place / f"{word}-says.json").read_text())
    except (OSError, ValueError):
        return {}
    return said


def _work(place: Path) -> Path:
    return place.parents[1]
