"""The compute port: host a driver, and run a study's folds somewhere.

`StudyLoop` is what `automl.search` satisfies by shape: it decides; a `StudyRunner` carries its decisions out.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from automl.core.trials import Decision, FoldResult, Unit

FoldRunner = Callable[[Unit], FoldResult]


@dataclass(frozen=True)
class EntryPoint:
    """A function by name, `package.module:function`, so that processes are started without importing upward."""

    path: str

    def load(self) -> Callable[..., Any]:
        """Import and return it. ImportError, AttributeError: there is none."""
        module, _, name = self.path.partition(":")
        return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


class StudyLoop(Protocol):
    """Decides what runs next. Every method is thread-safe, quick (no I/O) and never blocks."""

    def next_unit(self, resumable: frozenset[int] = frozenset()) -> Unit | None:
        """The unit worth most now, or None when there is nothing to start at present.

        resumable: trials that are paused in the runner (a worker may pick them up). A unit of a trial that is neither
        new nor resumable is never returned. A returned unit is reserved: it counts as running until `tell` or `lose`.
        """

    def prefer(self, trial: int) -> Unit | None:
        """The next unit for a worker that already holds this trial, if staying is right; reserved when returned."""

    def tell(self, result: FoldResult) -> Decision:
        """Take a result in: CONTINUE (ask `prefer` for the unit), PAUSE or STOP the trial."""

    def lose(self, trial: int, fold: int, reason: str) -> bool:
        """The worker died during this unit. True: the unit stays reserved and is to be run again; False: give it up, as
        a study does after the third death: the trial is quarantined and the others go on."""

    def finished_trials(self) -> frozenset[int]:
        """Trials that get no further unit; a runner stops those it holds paused."""

    def is_over(self) -> bool:
        """Nothing further will be asked of this study: time is up, it was stopped, or nothing more helps."""


@dataclass(frozen=True)
class RunPlan:
    """What a runner needs besides the study.

    job_id names actors and folders; workers: folds at once; setup: called once in each worker process with
    `setup_args`, returns the FoldRunner; scratch: a local folder of this job that the runner may fill and must empty;
    fit_end_at / kill_at: epoch seconds when no new fold starts, and when what still runs is killed.
    """

    job_id: str
    epoch: int
    workers: int
    setup: EntryPoint
    setup_args: Mapping[str, Any]
    scratch: str
    fit_end_at: float
    kill_at: float
    threads_per_worker: int = 1


class StudyRunner(Protocol):
    """Runs one study's folds.

    Guarantees: at most `workers` units run at once; each reserved unit ends in exactly one `tell`, or in `lose`; a
    worker process that dies costs only its unit and is replaced; a unit's exception becomes a failed FoldResult.
    `run` returns when `study.is_over()` and no unit runs, or when `kill` was called, or at `kill_at`, within 1 s; then
    no process, actor or placement group of the study is left or it is released by `release`.
    """

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        """Carry the study out; blocks. Called once."""

    def extend(self, fit_end_at: float, kill_at: float) -> None:
        """The job got more time: later moments in place of the plan's, from another thread, before `run` or during it;
        earlier ones change nothing. Units under way keep their own deadlines."""

    def kill(self) -> None:
        """Kill the workers now, from another thread; units that ran are told to nobody. `run` returns soon after."""

    def release(self, timeout_s: float) -> None:
        """Give back whatever is left: actors, groups, scratch files. Idempotent."""


@dataclass(frozen=True)
class DriverStatus:
    """One hosted driver. error: last words of one that died, if known."""

    name: str
    alive: bool
    error: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class DriverHost(Protocol):
    """Starts drivers that outlive their starter and are found again by name."""

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        """Run `entry(**args)` in a process of its own, detached. A driver of this name that is alive is left alone;
        args are JSON values. UnavailableError: it could not be started within 30 s."""

    def status(self, name: str) -> DriverStatus | None:
        """What is known of it; None when there never was one or it ended and was collected."""

    def stop(self, name: str) -> None:
        """Kill it and everything it started; unknown names change nothing."""

    def names(self) -> list[str]:
        """Drivers that are alive, whoever started them; for the sweep of orphans."""

    def idle(self, want: int) -> int:
        """Keep `want` preloaded idle processes where the adapter has such a pool; how many are idle now."""

    def capacity(self) -> int:
        """CPUs that folds may use in all."""

    def close(self) -> None:
        """Stop what only this object needs; detached drivers go on."""
