"""Which single member is fitted again on all rows, with how many rounds, and whether there is time for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from automl.core.trials import Configuration, FoldResult
from automl.search.costs import UNINTERRUPTIBLE

# Of the budget, kept for it by a job that plans to ship it.
REFIT_SHARE = 0.15
# Boosters have more to learn from more rows; what else counts rounds (trees, epochs) stays as large as it was.
ROUNDS_FACTOR = 1.1
_BOOSTERS = frozenset({"lightgbm", "catboost", "xgboost"})
# Rounds after the best one that a booster's fold made at least, to see that no better one comes.
_WAITED = 60
# A machine is not always equally fast; the model must be written, too. What is begun in vain costs only kept time.
_MARGIN, _AFTER_S = 1.15, 0.2
# Folds were measured while others were fitted beside them: alone, a fit may take as little as half of its time.
_HOPE = 2.0
# A member that fits into the time may be worse than the best one by this share of the loss.
_LOSS_SLACK = 0.05


@dataclass(frozen=True)
class Refit:
    """trial: the member; folds: that it is judged by; rounds: to make, None where its family counts none; choices: what
    its folds chose by their validation rows; seconds: that it will take, about; better: a trial that there was no time
    for, though its score is better."""

    trial: int
    folds: tuple[int, ...]
    rounds: int | None
    choices: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    better: int | None = None


@dataclass(frozen=True)
class Declined:
    """reason: why nothing is fitted again; it goes on from `The fast model was not made: `."""

    reason: str


def plan_refit(
    folds: Mapping[int, Mapping[int, FoldResult]],
    configurations: Mapping[int, Configuration],
    k: int,
    growth: float,
    left_s: float,
    is_clearly_better: Callable[[int, int], bool],
) -> Refit | Declined:
    """The best member whose fit on all rows fits into `left_s` seconds; the quickest one where that is only likely.

    folds: trial → fold → usable result; k: folds of a full member; growth: all rows by the rows of one fold's fit.
    Members with all folds come before those with fewer, unless these are clearly better than the best of them
    (`is_clearly_better(trial, than)`: on the rows of fold 0, by more than chance); then the score decides. One that is
    clearly worse than the best is not taken for want of time: an ensemble is the better answer then.
    """
    ranked = _ranked(folds, k, is_clearly_better)
    if not ranked:
        return Declined("no member has a model")
    best = ranked[0]
    able = [each for each in ranked if each is best or not _is_worse(each, best)]
    seconds = {each.trial: refit_s(each.results, configurations[each.trial].family, growth) for each in able}
    taken = next((each for each in able if seconds[each.trial] <= left_s), None)
    if taken is None:
        taken = min(able, key=lambda each: seconds[each.trial])
        may_be_cut = configurations[taken.trial].family not in UNINTERRUPTIBLE
        if not may_be_cut or seconds[taken.trial] > _HOPE * left_s:
            return Declined(
                f"it would have needed about {seconds[best.trial]:.1f} s and {max(0.0, left_s):.1f} s were left"
            )
    return Refit(
        trial=taken.trial,
        folds=tuple(range(len(taken.results))),
        rounds=_rounds(taken.results, configurations[taken.trial].family),
        choices=_choices(taken.results),
        seconds=seconds[taken.trial],
        better=None if taken is best else best.trial,
    )


def refit_s(results: Sequence[FoldResult], family: str, growth: float) -> float:
    """Seconds that a fit on all rows takes, about."""
    mean = math.fsum(each.fit_s for each in results) / len(results)
    # What cannot be interrupted may cost by the square of the rows.
    more = growth * growth if family in UNINTERRUPTIBLE else growth
    made = _rounds(results, family)
    if family in _BOOSTERS and made is not None:
        more *= made / (made / ROUNDS_FACTOR + _WAITED)
    return _MARGIN * mean * more + _AFTER_S


@dataclass(frozen=True)
class _Member:
    trial: int
    score: float
    results: tuple[FoldResult, ...]

    def loss(self, folds: int) -> float:
        """The mean over its first folds."""
        losses = [each.loss for each in self.results[:folds] if each.loss is not None]
        return math.fsum(losses) / len(losses) if losses else math.inf


def _is_worse(one: _Member, best: _Member) -> bool:
    shared = min(len(one.results), len(best.results))
    return one.loss(shared) > best.loss(shared) * (1.0 + _LOSS_SLACK)


def _ranked(
    folds: Mapping[int, Mapping[int, FoldResult]], k: int, is_clearly_better: Callable[[int, int], bool]
) -> list[_Member]:
    full: list[_Member] = []
    partial: list[_Member] = []
    for trial, known in folds.items():
        count = next((fold for fold in range(k) if fold not in known), k)
        results = tuple(known[fold] for fold in range(count))
        # Those with fewer are compared where all of them have predictions.
        scores = [each.score for each in (results if count == k else results[:1]) if each.score is not None]
        if scores:
            member = _Member(trial, math.fsum(scores) / len(scores), results)
            (full if count == k else partial).append(member)
    for each in (full, partial):
        each.sort(key=lambda member: (-member.score, member.loss(k), member.trial))
    if not full:
        return partial
    better = [
        each for each in partial if each.loss(1) < full[0].loss(1) and is_clearly_better(each.trial, full[0].trial)
    ]
    return [*better, *full, *(each for each in partial if each not in better)]


def _rounds(results: Sequence[FoldResult], family: str) -> int | None:
    counts = [each.rounds for each in results if each.rounds is not None]
    if not counts:
        return None
    factor = ROUNDS_FACTOR if family in _BOOSTERS else 1.0
    return max(1, round(factor * math.fsum(counts) / len(counts)))


def _choices(results: Sequence[FoldResult]) -> dict[str, float]:
    # The middle of what the folds chose, and one that a fold did choose.
    chosen: dict[str, list[float]] = {}
    for result in results:
        for name, value in (result.extra.get("choices") or {}).items():
            chosen.setdefault(name, []).append(float(value))
    return {name: median_low(values) for name, values in sorted(chosen.items())}
