"""Fake folds of given cost on simulated time: the study and any number of workers, without waiting."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from automl.core.states import FoldStatus
from automl.core.trials import Decision, FoldResult, Task, Unit
from automl.search.costs import prior_s
from automl.search.settings import StudySettings
from automl.search.study import Study

Queue = list[tuple[float, int, Unit]]


class SimulatedClock:
    """Time that moves when the simulation says so."""

    def __init__(self, now: float = 0.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Outcome:
    """What a simulated study did. units: (trial, fold, start, end); waste_s: worker seconds idle before the end."""

    units: list[tuple[int, int, float, float]] = field(default_factory=list)
    results: list[FoldResult] = field(default_factory=list)
    idle_s: float = 0.0
    ended_at: float = 0.0

    def folds_of(self, trial: int) -> list[int]:
        return [fold for number, fold, _, _ in self.units if number == trial]


def settings(**changes: object) -> StudySettings:
    values: dict[str, object] = {
        "task": Task.BINARY, "metric": "roc_auc", "n_rows": 5000, "n_columns": 20, "n_classes": 2, "k": 5,
        "validated_rows": 1000, "workers": 2, "admitted_at": 0.0, "fit_end_at": 57.6, "deadline_at": 60.0,
        "capped": frozenset({"mlp"}),
    }  # fmt: skip
    return StudySettings(**(values | changes))  # type: ignore[arg-type]


def quality(unit: Unit) -> float:
    """A loss that depends on the configuration alone."""
    name = f"{unit.configuration.family}{sorted(unit.configuration.params.items())}"
    return 0.3 + 0.2 * random.Random(name).random()


def simulate(
    study: Study,
    clock: SimulatedClock,
    workers: int,
    cost_of: Callable[[Unit], float],
    stop_at: float = float("inf"),
    loss_of: Callable[[Unit], float] | None = None,
) -> Outcome:
    """Run to the end: each worker holds a trial, as Tune's actors do."""
    outcome = Outcome()
    queue: Queue = []
    free, paused, idle_since = workers, set[int](), [clock.time] * workers
    number = 0
    while True:
        while free:
            unit = study.next_unit(frozenset(paused))
            if unit is None:
                break
            paused.discard(unit.trial)
            number = begin(unit, clock, cost_of, queue, number)
            outcome.idle_s += clock.time - idle_since.pop()
            free -= 1
        if not queue or clock.time > stop_at:
            break
        clock.time, _, unit = heapq.heappop(queue)
        outcome.units.append((unit.trial, unit.fold, clock.time - spent(unit, cost_of), clock.time))
        result = finished(unit, cost_of, loss_of or quality)
        outcome.results.append(result)
        decision = study.tell(result)
        following = study.prefer(unit.trial) if decision is Decision.CONTINUE else None
        if decision is not Decision.STOP and following is None:
            paused.add(unit.trial)
        if following is not None:
            number = begin(following, clock, cost_of, queue, number)
        else:
            free += 1
            idle_since.append(clock.time)
    outcome.ended_at = clock.time
    return outcome


def begin(
    unit: Unit,
    clock: SimulatedClock,
    cost_of: Callable[[Unit], float],
    queue: list[tuple[float, int, Unit]],
    number: int,
) -> int:
    heapq.heappush(queue, (clock.time + spent(unit, cost_of), number, unit))
    return number + 1


def spent(unit: Unit, cost_of: Callable[[Unit], float]) -> float:
    return min(cost_of(unit), unit.slice_s)


def finished(unit: Unit, cost_of: Callable[[Unit], float], loss_of: Callable[[Unit], float]) -> FoldResult:
    cut = cost_of(unit) > unit.slice_s
    value = loss_of(unit)
    return FoldResult(
        unit.trial,
        unit.fold,
        FoldStatus.CUT if cut else FoldStatus.OK,
        score=-value,
        loss=value,
        total_s=spent(unit, cost_of),
    )


def honest(rows: int = 4000, columns: int = 20, factor: float = 1.0) -> Callable[[Unit], float]:
    """Costs as the priors expect them, times a factor."""
    return lambda unit: factor * prior_s(unit.configuration, rows, columns, 0)
