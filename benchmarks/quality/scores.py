"""Scores of predictions, as in the AutoML benchmark: AUC, log loss, RMSE; and what a constant would have scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score, root_mean_squared_error

_PREFIX = "proba_"


class BadPredictionsError(Exception):
    """A predictions file that cannot be scored; says why."""


@dataclass(frozen=True)
class Score:
    """score: in the metric's own sign; loss: lower is better, 1 - AUC for AUC."""

    score: float
    loss: float


def of_file(task: str, path: Path, labels: pd.Series) -> Score:
    """Score a predictions file of the contract. labels: text for classes, numbers for regression."""
    try:
        # Class names stay as they are written in the header.
        frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise BadPredictionsError(f"the predictions cannot be read: {error}") from error
    if len(frame) != len(labels):
        raise BadPredictionsError(f"{len(frame)} predictions for {len(labels)} rows")
    if task == "regression":
        return regression(_finite(frame[["prediction"]]).ravel(), labels)
    shares = frame[[name for name in frame if str(name).startswith(_PREFIX)]]
    classes = [str(name).removeprefix(_PREFIX) for name in shares]
    return classification(task, _finite(shares), classes, labels)


def of_constant(task: str, train: pd.Series, labels: pd.Series) -> Score:
    """What class shares or the mean of the training rows score."""
    if task == "regression":
        return regression(np.full(len(labels), float(train.mean())), labels)
    shares = train.value_counts(normalize=True)
    return classification(task, np.tile(shares.to_numpy(), (len(labels), 1)), shares.index.tolist(), labels)


def regression(values: NDArray[np.float64], labels: pd.Series) -> Score:
    """RMSE."""
    value = float(root_mean_squared_error(labels.to_numpy(float), values))
    return Score(value, value)


def classification(task: str, shares: NDArray[np.float64], classes: list[str], labels: pd.Series) -> Score:
    """AUC of the class that comes last in the alphabet (binary), or log loss.

    A class that the model does not know has probability 0 before the usual clipping.
    """
    every = sorted({*classes, *labels})
    full = np.zeros((len(labels), len(every)))
    for column, name in enumerate(classes):
        full[:, every.index(name)] = shares[:, column]
    sums = full.sum(axis=1, keepdims=True)
    full = np.divide(full, sums, out=np.full_like(full, 1 / len(every)), where=sums > 0)
    if task == "binary":
        value = float(roc_auc_score(labels == every[-1], full[:, -1]))
        return Score(value, 1 - value)
    full = np.clip(full, 1e-15, 1)
    value = float(log_loss(labels, full / full.sum(axis=1, keepdims=True), labels=every))
    return Score(value, value)


def read_labels(path: Path, target: str, task: str) -> pd.Series:
    """One column of a file: text for classes, numbers for regression."""
    kind: type = float if task == "regression" else str
    return pd.read_csv(path, usecols=[target], dtype={target: kind}, keep_default_na=False)[target]


def _finite(frame: pd.DataFrame) -> NDArray[np.float64]:
    if not frame.shape[1]:
        raise BadPredictionsError("no column of probabilities")
    values = frame.to_numpy(float)
    if not np.isfinite(values).all():
        raise BadPredictionsError(f"{int((~np.isfinite(values)).any(axis=1).sum())} predictions are not finite")
    return values
