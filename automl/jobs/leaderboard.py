"""Every configuration tried, from the trial and fold rows of a job."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from automl.backends.records.base import Records
from automl.core.scores import CATALOGUE
from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.core.views import LeaderboardRow
from automl.jobs.aggregate import FOLDS, TRIALS, JobRecord
from automl.jobs.ledger import all_rows


def leaderboard(records: Records, record: JobRecord) -> list[LeaderboardRow]:
    """Best first; complete trials before partial ones, then what failed or was skipped, in trial order."""
    return ranked(trial_rows(records, record), record)


def place_of(row: LeaderboardRow, sign: float) -> tuple[int, float, int]:
    """Where a trial stands: the lower, the better. sign: of the job's metric."""
    if row.score is None:
        return (2, 0.0, row.trial)
    value = -sign * row.score
    return (0 if row.state is TrialState.COMPLETE else 1, value, row.trial)


def ranked(rows: Iterable[LeaderboardRow], record: JobRecord) -> list[LeaderboardRow]:
    """Rows of a job in the order of its leaderboard, with their ranks."""
    sign = sign_of(record)
    ordered = sorted(rows, key=lambda row: place_of(row, sign))
    return [
        row.model_copy(update={"rank": number if row.score is not None else None})
        for number, row in enumerate(ordered, start=1)
    ]


def trial_rows(records: Records, record: JobRecord) -> list[LeaderboardRow]:
    """One row for each trial, in trial order, not ranked."""
    folds: dict[int, list[FoldResult]] = defaultdict(list)
    for row in all_rows(records, record, FOLDS):
        result = FoldResult.from_json(row.body)
        folds[result.trial].append(result)
    trials = {int(row.key): row.body for row in all_rows(records, record, TRIALS)}
    weights = {int(trial): weight for trial, weight in (record.result.get("weights") or {}).items()}
    sign = sign_of(record)
    return [
        _row(number, trials.get(number, {}), folds.get(number, []), weights.get(number, 0.0), sign, record)
        for number in sorted({*trials, *folds})
    ]


def trial_body(
    configuration: Configuration,
    state: TrialState,
    reason: str | None = None,
    deaths: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """The body of a trial's row. deaths: fold → worker processes that died with it."""
    body = {**configuration.to_json(), "state": str(state), "reason": reason}
    return {**body, "deaths": {str(fold): count for fold, count in deaths.items()}} if deaths else body


def trial_state(results: Sequence[FoldResult], folds_wanted: int, running: bool) -> TrialState:
    """What has become of a trial with these folds."""
    usable = sum(each.is_usable for each in results)
    if usable >= folds_wanted > 0:
        return TrialState.COMPLETE
    if any(not each.is_usable for each in results):
        return TrialState.PARTIAL if usable else TrialState.FAILED
    if running:
        return TrialState.RUNNING
    return TrialState.PARTIAL if usable else TrialState.SKIPPED


def _row(
    number: int,
    trial: Mapping[str, Any],
    folds: Sequence[FoldResult],
    weight: float,
    sign: float,
    record: JobRecord,
) -> LeaderboardRow:
    usable = [each for each in folds if each.is_usable]
    scores = [sign * each.score for each in usable if each.score is not None]
    wanted = int(record.progress.get("folds_per_trial") or record.result.get("folds_per_trial") or 0)
    state = TrialState(trial["state"]) if "state" in trial else TrialState.RUNNING
    if state in (TrialState.RUNNING, TrialState.PAUSED):
        state = trial_state(folds, wanted, running=not record.state.is_terminal)
    errors = [each.error for each in folds if each.error]
    reason = trial.get("reason") or (errors[0] if errors else None)
    if reason is None and any(each.status is FoldStatus.CUT for each in folds):
        reason = "Cut by the clock; what was fitted by then counts."
    return LeaderboardRow(
        rank=None,
        trial=number,
        family=trial.get("family", ""),
        name=trial.get("name") or trial.get("family", ""),
        state=state,
        score=math.fsum(scores) / len(scores) if scores else None,
        score_std=_std(scores),
        folds=len(usable),
        weight=weight,
        fit_s=math.fsum(each.fit_s for each in folds),
        predict_us_row=max((each.predict_us_row for each in usable), default=None),
        size_bytes=sum(each.size_bytes for each in usable) if usable else None,
        params=dict(trial.get("params", {})),
        origin=trial.get("origin", "portfolio"),
        reason=reason,
    )


def _std(scores: Sequence[float]) -> float | None:
    if len(scores) < 2:
        return None
    mean = math.fsum(scores) / len(scores)
    return math.sqrt(math.fsum((each - mean) ** 2 for each in scores) / (len(scores) - 1))


def sign_of(record: JobRecord) -> float:
    """1 where more of the job's metric is better, otherwise -1."""
    metric = record.plan.get("metric")
    return 1.0 if metric is None or CATALOGUE[metric].greater_is_better else -1.0
