"""What the report says about one constraint, as values: a line for each framework, one for each table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.quality.comparison import Interval, Losses, Pair, better_than_all, gaps, interval, pair, ranks

OURS = "ours"
# The promise is the budget and two seconds.
_LATE_S = 2.0


@dataclass(frozen=True)
class Standing:
    """One framework over all tables. versus: us against it, None for ourselves or where we were not measured.

    per_minute: (1 - gap) by minutes of fit; late: share of fits whose own call took over the budget + 2 s.
    over_s, call_over_s: seconds over the budget of each fit as the stopwatch saw it, start and imports included, and of
    the framework's own call.
    """

    name: str
    gap: Interval
    rank: float
    versus: Pair | None
    fit_s: float
    per_minute: float
    over_s: tuple[float, ...]
    call_over_s: tuple[float, ...]
    late: float
    peak_mb: tuple[float, ...]
    model_mb: float | None
    predict_us_1: float | None
    predict_us_1000: float | None
    failures: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Told:
    """What one of our jobs said of its own model, and what the held-out rows say. ratio: of the losses, held-out by
    own; far above 1 means that what is shipped is not what was scored, or that a score cannot be trusted."""

    table: str
    seed: int
    own: float
    held_out: float
    ratio: float


@dataclass(frozen=True)
class Section:
    """One constraint. standings: best gap first. best_share: tables where ours beats the best of all others.

    told: our jobs' own scores beside those of the held-out rows, the worst first.
    job_over_s: seconds by which our jobs missed (or, below 0, kept) the budget that the service promises to keep.
    """

    constraint: str
    losses: Losses
    metrics: dict[str, str]
    standings: tuple[Standing, ...]
    best_share: Interval | None
    told: tuple[Told, ...]
    job_over_s: tuple[float, ...]
    left_out: int
    calibration: tuple[float, float]
    commits: tuple[str, ...]


def section(constraint: str, given: Losses, kept: Sequence[dict[str, Any]], left_out: int) -> Section:
    """kept: the rows that the losses come from; left_out: cells that some framework has no row for."""
    scaled, placed = gaps(given), ranks(given)
    is_ours = OURS in given.frameworks
    standings = []
    for column, name in enumerate(given.frameworks):
        own = [row for row in kept if row["framework"] == name]
        fit_s = statistics.mean(row["fit_s"] for row in own)
        gap = interval(scaled[:, column])
        standings.append(
            Standing(
                name=name,
                gap=gap,
                rank=float(placed[:, column].mean()),
                versus=pair(given, OURS, name) if is_ours and name != OURS else None,
                fit_s=fit_s,
                per_minute=(1 - gap.mean) / (fit_s / 60),
                over_s=_values(own, "over_s"),
                call_over_s=_values(own, "call_over_s"),
                late=statistics.mean(over > _LATE_S for over in _values(own, "call_over_s") or (float("inf"),)),
                peak_mb=_values(own, "fit_peak_mb"),
                model_mb=_median(own, "model_mb"),
                predict_us_1=_median(own, "predict_us_1"),
                predict_us_1000=_median(own, "predict_us_1000"),
                failures=tuple(f"{row['table']}, seed {row['seed']}: {row['reason']}" for row in own if row["failed"]),
                count=len(own),
            )
        )
    others = [name for name in given.frameworks if name not in (OURS, "constant")]
    speeds = [row["calibration"]["boosting_s"] for row in kept if "calibration" in row]
    return Section(
        constraint=constraint,
        losses=given,
        metrics={row["table"]: row["metric"] for row in kept},
        standings=tuple(sorted(standings, key=lambda each: (each.gap.mean, each.name))),
        best_share=better_than_all(given, OURS) if is_ours and others else None,
        told=_told(kept),
        job_over_s=tuple(
            row["said"]["job_s"] - row["budget_s"] for row in kept if row["framework"] == OURS and not row["failed"]
        ),
        left_out=left_out,
        calibration=(min(speeds, default=0.0), max(speeds, default=0.0)),
        commits=tuple(sorted({row.get("commit", "unknown") for row in kept})),
    )


def _told(kept: Sequence[dict[str, Any]]) -> tuple[Told, ...]:
    found = []
    for row in kept:
        # A fit that failed said nothing.
        own = row["said"].get("score") if row["framework"] == OURS and not row["failed"] else None
        if own is None:
            continue
        own_loss = 1 - own if row["metric"] == "roc_auc" else own
        ratio = row["loss"] / own_loss if own_loss else float("inf")
        found.append(Told(row["table"], row["seed"], own, row["score"], ratio))
    return tuple(sorted(found, key=lambda each: -each.ratio))


def _values(own: Sequence[dict[str, Any]], name: str) -> tuple[float, ...]:
    return tuple(row[name] for row in own if row.get(name) is not None)


def _median(own: Sequence[dict[str, Any]], name: str) -> float | None:
    # A model that a failed fit left half-written says nothing.
    values = _values([row for row in own if not row["failed"]], name)
    return statistics.median(values) if values else None
