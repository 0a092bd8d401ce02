"""One simulated run: the service's own study, bridge, searcher and scheduler in Tune's own loop, over workers that work
in simulated time."""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import logging
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from automl.backends.compute.base import RunPlan
from automl.backends.compute.moments import Moments
from automl.backends.compute.ray_tune import runner as tune_runner
from automl.backends.compute.ray_tune.bridge import Bridge
from automl.backends.compute.ray_tune.parts import RUNS, Run
from automl.core.trials import FoldResult, Task, Unit
from automl.jobs.loop import JobLoop
from automl.search.portfolio import TableShape, portfolio
from automl.search.settings import StudySettings
from automl.search.study import Study
from automl.training.fold_blob import unpack
from benchmarks.scale.charged_clock import ChargedClock
from benchmarks.scale.leisure import take_leisure
from benchmarks.scale.ray_calls import RayCosts
from benchmarks.scale.stand_in_actors import StandInActors, standing_in
from benchmarks.scale.stand_in_folds import ROWS, SETUP, StandInFolds, first_y, offer, stored
from benchmarks.scale.usage import Usage

_NUMBERS = itertools.count()
# Of the table whose folds were measured (telco_churn).
_ROWS, _COLUMNS, _K = 5634, 19, 5
# What a job keeps for the ensemble and the report, as the driver's budget has it.
_RESERVE_SHARE = 0.04


@dataclass(frozen=True)
class Variant:
    """units: folds that each unit of a trial stands for, in order; drivers: that share the workers; times: what a fold
    takes longer than a measured one; endless: refinement always finds something better (False: it ends as in a job);
    at_leisure: admission is decided anew only while that takes a twentieth of the time, not at each result; is_free:
    the controller's work costs no time, so that only the work there is sets a limit."""

    name: str
    units: tuple[int, ...] = (1,) * _K
    drivers: int = 1
    times: float = 1.0
    endless: bool = True
    at_leisure: bool = False
    is_free: bool = False


PLAIN = Variant("as it is")


@dataclass(frozen=True)
class Costs:
    """What was measured: folds by family, storing one, Ray's calls."""

    folds: Mapping[str, Sequence[float]]
    store_s: float
    ray: RayCosts


def simulate(workers: int, variant: Variant, budget_s: float, costs: Costs) -> dict[str, Any]:
    """One row. Of several drivers one is simulated: they share nothing but the table."""
    mine = max(1, workers // variant.drivers)
    gc.collect()
    clock, usage = ChargedClock(work_s=_nothing) if variant.is_free else ChargedClock(), Usage(mine)
    name = f"frontier{next(_NUMBERS)}"
    folds = StandInFolds(
        costs.folds, clock.now, variant.times, dict(enumerate(variant.units)), fruitful=variant.endless
    )
    offer(name, folds)
    calls = RayCosts(0.0, 0.0, 0.0, 0.0, costs.ray.trip_s) if variant.is_free else costs.ray
    actors = StandInActors(mine, clock, calls, usage, costs.store_s)
    began = clock.now()
    # Tune prints a line for each trial that ends before it has reported.
    with contextlib.redirect_stdout(io.StringIO()):
        told = _carry_out(name, mine, variant, budget_s, clock, actors)
    spent = actors.controller_s
    shares = usage.shares(began)
    gaps = usage.gaps_s()
    return {
        "variant": variant.name,
        "workers": workers,
        "drivers": variant.drivers,
        "times": variant.times,
        "budget_s": budget_s,
        "units": usage.folds,
        "trials": told,
        "unit_s": usage.fold_s,
        "efficiency": shares.efficiency,
        "steady": shares.steady,
        "start": shares.start,
        "between": shares.between,
        "end": shares.end,
        "makespan_s": shares.makespan_s,
        "gap_p50_ms": 1e3 * statistics.median(gaps) if gaps else None,
        "controller_busy": min(1.0, spent / shares.makespan_s),
        "controller_ms_unit": 1e3 * spent / max(1, usage.folds),
        "events": actors.handled,
    }


def _carry_out(
    name: str,
    workers: int,
    variant: Variant,
    budget_s: float,
    clock: ChargedClock,
    actors: StandInActors,
) -> int:
    now = clock.now()
    end, reserve = now + budget_s, max(1.5, _RESERVE_SHARE * budget_s)
    loop, study = _loop(workers, variant, budget_s, clock, (now, end - reserve, end))
    scratch = tempfile.mkdtemp(prefix="automl-frontier-")
    plan = RunPlan(name, 1, workers, SETUP, {"run": name}, scratch, end - reserve, end)
    run = Run(Bridge(loop, plan, clock, moments=Moments()), workers)
    RUNS[name] = run
    logging.getLogger("ray.tune").setLevel(logging.ERROR)
    try:
        with standing_in(actors):
            # Tune's loop exactly as the adapter starts it; its runner only adds a thread that watches the end.
            tune_runner._fit(name, run, plan)
    finally:
        RUNS.pop(name, None)
        shutil.rmtree(scratch, ignore_errors=True)
    if run.error is not None:
        raise run.error
    return sum(bool(view.folds) for view in study.trials())


def _loop(
    workers: int, variant: Variant, budget_s: float, clock: ChargedClock, moments: tuple[float, float, float]
) -> tuple[JobLoop, Study]:
    """The study behind the driver's loop, which reads each first fold's predictions as a driver does."""
    y = first_y()
    held: dict[tuple[int, int], NDArray[Any]] = {}
    shape = TableShape(Task.BINARY, _ROWS, _COLUMNS, 2, 0.8)
    begun, fit_end, end = moments
    settings = StudySettings(
        Task.BINARY,
        "roc_auc",
        _ROWS,
        _COLUMNS,
        2,
        len(variant.units),
        ROWS,
        workers,
        begun,
        fit_end,
        end,
        capped=frozenset({"mlp"}),
    )
    first = portfolio(shape, budget_s)
    study = Study(settings, clock, first, predictions=lambda trial, fold: held.get((trial, fold)), first_y=y)

    def started(unit: Unit) -> None:
        """The ledger's rows are written by a thread of its own, which is not simulated."""

    def ended(result: FoldResult) -> None:
        if result.fold == 0 and result.is_usable:
            with clock.elsewhere():
                blob = stored(result, y)
            held[result.trial, 0] = unpack(blob).oof

    if variant.at_leisure:
        take_leisure(study, clock)
    loop = JobLoop(started, ended)
    loop.attach(study)
    return loop, study


def _nothing() -> float:
    return 0.0
