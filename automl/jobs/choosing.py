"""Which recorded folds become the model: members that share the same rows, weighted by the search's selection."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from automl.core.trials import Configuration, FoldResult, Task
from automl.jobs.shelf import FoldShelf
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.estimators.catalog import family
from automl.pipelines.scoring import score
from automl.search.blending import is_capped
from automl.search.calibration import Wishes, adjust
from automl.search.ensemble import OofMember, select

# A choice from fewer folds averages fewer models and was made on the very rows it is compared on: it must be better by
# this share of the loss, and by more than the luckiest of its members would be by chance in one case of a hundred
# (Student's t with Bonferroni's correction). Measured in docs/quality.md.
_FEWER_FOLDS_GAIN = 0.03
_FEWER_FOLDS_CHANCE = 0.01


@dataclass(frozen=True)
class Chosen:
    """weights: trial → share; folds: the folds whose models are averaged; score: the metric, higher is better, over
    out-of-fold rows; score_std: over folds; method: how the weights came about; adjustment: what is done to the
    ensemble's answers, already counted in the score; is_last: made of everything there is, at the end."""

    weights: Mapping[int, float]
    folds: tuple[int, ...]
    score: float
    score_std: float | None
    method: str
    adjustment: Adjustment = field(default_factory=Adjustment)
    is_last: bool = False


@dataclass(frozen=True)
class Question:
    """What stays the same while a study runs. y, fold: as in `training.study_data.StudyData`; k: folds of a full
    member."""

    y: NDArray[Any]
    fold: NDArray[np.int16]
    k: int
    task: Task
    metric: str
    wishes: Wishes = field(default_factory=Wishes)


def choose(shelf: FoldShelf, configurations: Mapping[int, Configuration], ask: Question) -> Chosen | None:
    """The best model that the folds at hand give, or None when there is no usable fold.

    Members with all folds come first; those with fewer are used only when they are clearly better on the rows that
    both have predicted. Raises UnavailableError when predictions cannot be read.
    """
    usable = shelf.usable()
    best: tuple[Chosen, NDArray[Any]] | None = None
    answers: NDArray[Any] = np.empty(0)
    first = _rows(ask, (0,))
    for count in range(ask.k, 0, -1):
        # By number: sums of fractions depend on their order.
        trials = [trial for trial, folds in sorted(usable.items()) if all(fold in folds for fold in range(count))]
        # Between all folds and the first one alone nothing is worth the comparison.
        if not trials or (best is not None and count > 1):
            continue
        found = _select(shelf, usable, trials, configurations, ask, tuple(range(count)))
        if found is None:
            continue
        chosen, prediction = found
        # Compared where everybody has predictions.
        losses = _row_losses(ask, first, prediction[: len(first)])
        if best is None or _is_clearly_better(losses, best[1], len(trials)):
            best, answers = (chosen, losses), prediction
    return None if best is None else _adjusted(best[0], answers, ask)


def _adjusted(chosen: Chosen, prediction: NDArray[Any], ask: Question) -> Chosen:
    y = ask.y[_rows(ask, chosen.folds)]
    found = adjust(prediction, y, ask.task, ask.metric, ask.wishes)
    if found.adjustment == Adjustment(interval=found.adjustment.interval):
        return replace(chosen, adjustment=found.adjustment)
    return replace(
        chosen,
        adjustment=found.adjustment,
        score=score(ask.metric, y, found.prediction, ask.task),
        score_std=_spread(_fold_scores(found.prediction, ask, chosen.folds)),
    )


def choose_member(
    shelf: FoldShelf, trial: int, folds: tuple[int, ...], configurations: Mapping[int, Configuration], ask: Question
) -> Chosen | None:
    """One trial's fold models alone, adjusted like an ensemble; None when a fold's predictions are gone.

    Raises UnavailableError when predictions cannot be read.
    """
    usable = shelf.usable()
    if any(fold not in usable.get(trial, {}) for fold in folds):
        return None
    found = _select(shelf, usable, [trial], configurations, ask, folds)
    return None if found is None else _adjusted(*found, ask)


def is_clearly_better(shelf: FoldShelf, trial: int, than: int, ask: Question) -> bool:
    """Whether one trial answers the rows of fold 0 better than another, by more than chance.

    Raises UnavailableError when predictions cannot be read.
    """
    rows = _rows(ask, (0,))
    pair = [shelf.prediction(each, 0) for each in (trial, than)]
    losses = [_row_losses(ask, rows, each) for each in pair if each is not None and len(each) == len(rows)]
    return len(losses) == 2 and _is_clearly_better(losses[0], losses[1], 1)


def best_single(shelf: FoldShelf, ask: Question) -> Chosen | None:
    """The trial with most folds and the best mean score, from the rows of the ledger alone."""
    ranked = []
    for trial, folds in shelf.usable().items():
        count = next((fold for fold in range(ask.k) if fold not in folds), ask.k)
        scores = [folds[fold].score for fold in range(count)]
        values = [each for each in scores if each is not None]
        if values:
            ranked.append((count == ask.k, math.fsum(values) / len(values), trial, count, values))
    if not ranked:
        return None
    _, mean, trial, count, values = max(ranked)
    return Chosen({trial: 1.0}, tuple(range(count)), mean, _spread(values), "best single")


def _select(
    shelf: FoldShelf,
    usable: Mapping[int, Mapping[int, FoldResult]],
    trials: list[int],
    configurations: Mapping[int, Configuration],
    ask: Question,
    folds: tuple[int, ...],
) -> tuple[Chosen, NDArray[Any]] | None:
    members = []
    for trial in trials:
        parts = [shelf.prediction(trial, fold) for fold in folds]
        sizes = [int((ask.fold == fold).sum()) for fold in folds]
        if any(part is None or len(part) != size for part, size in zip(parts, sizes, strict=True)):
            continue  # damaged meanwhile: the shelf has dropped it
        configuration = configurations[trial]
        prediction = np.concatenate([part for part in parts if part is not None])
        n_classes = prediction.shape[1] if ask.task.is_classification else 0
        members.append(
            OofMember(
                trial=trial,
                family=configuration.family,
                prediction=prediction,
                # Every fold model of a member predicts each row.
                predict_us_row=math.fsum(usable[trial][fold].predict_us_row for fold in folds),
                is_capped=is_capped(family(configuration.family).is_neural, n_classes),
            )
        )
    if not members:
        return None
    y = ask.y[_rows(ask, folds)]
    selection = select(members, y, ask.task, ask.metric, score)
    weights = {trial: float(weight) for trial, weight in selection.weights.items() if weight > 0}
    spread = _spread(_fold_scores(selection.prediction, ask, folds))
    return Chosen(weights, folds, float(selection.score), spread, selection.method), selection.prediction


def _row_losses(ask: Question, rows: NDArray[np.intp], prediction: NDArray[Any]) -> NDArray[np.float64]:
    y = ask.y[rows]
    if ask.task is Task.REGRESSION:
        return np.asarray((y - prediction) ** 2, dtype=np.float64)
    own = prediction[np.arange(len(y)), y] / prediction.sum(axis=1)
    return np.asarray(-np.log(np.clip(own, 1e-15, 1.0)), dtype=np.float64)


def _is_clearly_better(losses: NDArray[np.float64], than: NDArray[np.float64], n_choices: int) -> bool:
    # n_choices: members that the better one was chosen from.
    gain = than - losses
    if len(gain) < 2:
        return False
    error = float(gain.std(ddof=1)) / math.sqrt(len(gain))
    by_chance = float(stdtrit(len(gain) - 1, 1.0 - _FEWER_FOLDS_CHANCE / n_choices)) * error
    return bool(gain.mean() > max(_FEWER_FOLDS_GAIN * than.mean(), by_chance))


def _rows(ask: Question, folds: tuple[int, ...]) -> NDArray[np.intp]:
    # Positions fold by fold, each in row order: how out-of-fold predictions are put together.
    return np.concatenate([np.flatnonzero(ask.fold == fold) for fold in folds])


def _fold_scores(prediction: NDArray[Any], ask: Question, folds: tuple[int, ...]) -> list[float]:
    scores, start = [], 0
    for fold in folds:
        rows = np.flatnonzero(ask.fold == fold)
        scores.append(score(ask.metric, ask.y[rows], prediction[start : start + len(rows)], ask.task))
        start += len(rows)
    return scores


def _spread(values: list[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None
