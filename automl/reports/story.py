"""What was tried and why the winner won, in sentences; phases of the job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from automl.core.report_views import Phase, TimesData, TriedData, TriedRow
from automl.core.scores import CATALOGUE

_REASONS = 4


@dataclass(frozen=True)
class JobStory:
    """What a job's record tells as long as it is kept. trials: of its leaderboard, best first; phases in order."""

    trials: Sequence[TriedRow]
    phases: Sequence[Phase]
    job_s: float | None = None
    wall_s: float | None = None
    end_reason: str | None = None


def tried_data(
    trials: Sequence[TriedRow],
    metric: str,
    score: float | None,
    weights: int,
    end_reason: str | None = None,
    shipped: str | None = None,
) -> TriedData:
    """trials: in any order; score: the model's, own sign; weights: members of the model; shipped: what was shipped and
    why, in a sentence, where the job asked for a certain variant."""
    spec = CATALOGUE[metric]
    sign = 1.0 if spec.greater_is_better else -1.0
    # One that the model is made of counts, though it may have fewer folds than the others.
    complete = [each for each in trials if each.score is not None and (each.state == "complete" or each.weight > 0.0)]
    scored = complete or [each for each in trials if each.score is not None]
    ranked = sorted(scored, key=lambda each: -sign * (each.score or 0.0))
    rest = sorted(
        [each for each in trials if each not in ranked],
        key=lambda each: (each.score is None, -sign * (each.score or 0.0)),
    )
    best = ranked[0] if ranked else None
    gain = None if best is None or best.score is None or score is None else sign * (score - best.score)
    story = [_counted(trials)]
    if best is not None and best.score is not None:
        story.append(f"The best single configuration was {best.name} with {metric} {best.score:.5g}.")
    story += [
        f"{each.name} was validated on fewer folds than planned; on rows that all predicted it was clearly better."
        for each in ranked
        if each.weight > 0.0 and each.state == "partial"
    ]
    # A member that was asked for alone says nothing of what an ensemble would have been worth.
    story += _won(best, score, gain, weights, metric) if shipped is None or weights > 1 else []
    story += [] if shipped is None else [shipped]
    story += _left_out(trials)
    if end_reason:
        story.append(end_reason)
    return TriedData(
        story=story,
        trials=[*ranked, *rest],
        best_single=None if best is None else best.name,
        best_single_score=None if best is None else best.score,
        ensemble_gain=gain,
    )


def times_data(job: JobStory | None, trials: Sequence[TriedRow], cpus: int | None, budget_s: float | None) -> TimesData:
    """Seconds; phases only while the job is kept."""
    return TimesData(
        phases=[] if job is None else list(job.phases),
        job_s=None if job is None else job.job_s,
        wall_s=None if job is None else job.wall_s,
        budget_s=budget_s,
        cpus=cpus,
        trials=sum(each.state != "skipped" for each in trials),
        folds=sum(each.folds for each in trials),
        fit_s=sum(each.fit_s for each in trials),
    )


def _counted(trials: Sequence[TriedRow]) -> str:
    states = Counter(each.state for each in trials)
    families = sorted({each.family for each in trials if each.folds})
    parts = [f"{count} {state}" for state, count in sorted(states.items())]
    return f"{len(trials)} configurations of {len(families)} families: {', '.join(parts)}."


def _won(best: TriedRow | None, score: float | None, gain: float | None, weights: int, metric: str) -> list[str]:
    if best is None or score is None:
        return []
    if weights == 1:
        return ["It stands alone: no weighted average of several was better on rows it was not chosen on."]
    if gain is None or gain <= 0.0:
        return [
            f"A weighted average of {weights} members was chosen; scored on rows its weights were not chosen on it has "
            f"{metric} {score:.5g}, no better than the best single one, but steadier."
        ]
    return [f"A weighted average of {weights} members is better by {gain:.3g}: {metric} {score:.5g}."]


def _left_out(trials: Sequence[TriedRow]) -> list[str]:
    reasons = Counter(
        (each.state, each.reason) for each in trials if each.reason and each.state in ("skipped", "failed", "partial")
    )
    return [f"{count} {state}: {str(reason).rstrip('.')}." for (state, reason), count in reasons.most_common(_REASONS)]
