"""What a report is computed from: out-of-fold predictions of the very model that was kept, and what its job knew.

Kept beside the model, because a job's folds go with the job. It holds no feature values beyond those that a package
holds (`contains_training_rows`): a deleted dataset is deleted.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from automl.core.errors import CorruptDataError
from automl.core.report_views import TriedRow
from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.estimators.arrays import load_arrays, save_arrays

_FACTS, _ARRAYS, _MODELS = "facts.json", "arrays.npz", "models/"
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Of the predictions: rows beyond are left out evenly. Above the first number they are kept in float32.
_EXACT_CELLS, MOST_CELLS = 1_000_000, 8_000_000


class MemberFolds(BaseModel):
    """Which folds the packed models of a member are of, in the package's order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    folds: list[int]
    score_std: float | None = None
    fit_s: float | None = None
    predict_us_row: float | None = None
    size_bytes: int | None = None


class Facts(BaseModel):
    """What the job knew at its end. rows: with out-of-fold predictions, before any were left out; adjustment: already
    in the predictions as far as probabilities go; trials: scores in the metric's own sign; costs: of a missed positive
    and of a false alarm."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task: Task
    metric: str
    target: str
    classes: list[str] | None = None
    rows: int
    folds: list[int]
    score: float | None = None
    adjustment: Adjustment = Adjustment()
    members: list[MemberFolds] = Field(default_factory=list)
    trials: list[TriedRow] = Field(default_factory=list)
    features: list[str] = Field(default_factory=list)
    dataset_digest: str | None = None
    test_dataset_id: str | None = None
    costs: tuple[float, float] | None = None
    cpus: int | None = None
    budget_s: float | None = None
    warnings: list[str] = Field(default_factory=list)


@dataclass(frozen=True)
class HeldOutEvidence:
    """Held-out rows. y, prediction as in `Evidence`; row: their place in the test dataset, or in the dataset itself
    where a share of it was held out."""

    y: NDArray[Any]
    prediction: NDArray[np.float64]
    row: NDArray[np.int64]


@dataclass(frozen=True)
class Evidence:
    """y: (n,) values or class codes; prediction: (n,) values or (n, n_classes) probabilities, each row's by models that
    were not fitted on it; fold: (n,) the fold it validates; row: (n,) its place in the dataset; models: fold → files of
    the model that predicted its rows, of a package that holds one model of all rows instead."""

    facts: Facts
    y: NDArray[Any]
    prediction: NDArray[np.float64]
    fold: NDArray[np.int64]
    row: NDArray[np.int64]
    test: HeldOutEvidence | None = None
    models: Mapping[int, Mapping[str, bytes]] = field(default_factory=dict)


def pack(evidence: Evidence) -> bytes:
    """The blob's bytes: a plain zip of JSON and arrays; rows beyond the limit are left out evenly."""
    step = max(1, -(-evidence.prediction.size // MOST_CELLS))
    arrays = {
        "y": evidence.y[::step],
        "prediction": _compact(evidence.prediction[::step]),
        "fold": evidence.fold[::step].astype(np.int16),
        "row": evidence.row[::step].astype(np.int64),
    }
    if evidence.test is not None:
        step = max(1, -(-evidence.test.prediction.size // MOST_CELLS))
        arrays["test_y"] = evidence.test.y[::step]
        arrays["test_prediction"] = _compact(evidence.test.prediction[::step])
        arrays["test_row"] = evidence.test.row[::step].astype(np.int64)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_FACTS, _EPOCH), evidence.facts.model_dump_json())
        archive.writestr(zipfile.ZipInfo(_ARRAYS, _EPOCH), save_arrays(arrays))
        for fold, files in sorted(evidence.models.items()):
            for name, content in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(f"{_MODELS}{fold:02d}/{name}", _EPOCH), content)
    return out.getvalue()


def unpack(data: bytes) -> Evidence:
    """The evidence of `pack`. CorruptDataError: other bytes, or damaged ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            facts = Facts.model_validate(json.loads(archive.read(_FACTS)))
            arrays = load_arrays(archive.read(_ARRAYS))
            models = _models(archive)
        test = None
        if "test_y" in arrays:
            test = HeldOutEvidence(arrays["test_y"], _wide(arrays["test_prediction"]), arrays["test_row"])
        return Evidence(
            facts,
            arrays["y"],
            _wide(arrays["prediction"]),
            arrays["fold"].astype(np.int64),
            arrays["row"],
            test,
            models,
        )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, ValidationError) as error:
        raise CorruptDataError("The kept predictions of this model cannot be read.") from error


def _models(archive: zipfile.ZipFile) -> dict[int, dict[str, bytes]]:
    found: dict[int, dict[str, bytes]] = {}
    for name in archive.namelist():
        if name.startswith(_MODELS):
            fold, _, file = name.removeprefix(_MODELS).partition("/")
            found.setdefault(int(fold), {})[file] = archive.read(name)
    return found


def _compact(prediction: NDArray[np.float64]) -> NDArray[Any]:
    return prediction.astype(np.float32) if prediction.size > _EXACT_CELLS else prediction.astype(np.float64)


def _wide(prediction: NDArray[Any]) -> NDArray[np.float64]:
    return prediction.astype(np.float64, copy=False)
