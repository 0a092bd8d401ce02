"""What carries a job's folds out on workers: one runner a leg, another one when it ends too early."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from automl.backends.compute.base import RunPlan, StudyLoop, StudyRunner
from automl.core.errors import AutomlError
from automl.jobs.aggregate import JobRecord
from automl.jobs.budget import Spending
from automl.jobs.context import DriverContext
from automl.jobs.within import Errand

_log = logging.getLogger(__name__)

_OF_A_LEG_AT_MOST = 3
_RELEASE_S = 5.0


class Runners:
    """Those of one driver, for its main thread. scratch: the driver's own folder, which workers share."""

    def __init__(self, context: DriverContext, record: JobRecord, epoch: int, scratch: Path) -> None:
        self._context = context
        self._job = record
        self._epoch = epoch
        self._scratch = scratch
        self._runner: StudyRunner | None = None
        self._thread: threading.Thread | None = None
        self._made: list[StudyRunner] = []
        self._of_this_leg = 0

    @property
    def has_started(self) -> bool:
        """Whether this leg has one."""
        return self._thread is not None

    @property
    def needs_another(self) -> bool:
        """Whether this leg's has ended; no longer once a few of them did."""
        ended = self._thread is not None and not self._thread.is_alive()
        return ended and self._of_this_leg < _OF_A_LEG_AT_MOST

    def start(self, loop: StudyLoop, course: Spending) -> None:
        """Let workers start and take their units from the loop."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        plan = self._plan(course)
        runner = self._context.runner()
        self._of_this_leg += 1
        self._runner = runner
        self._made.append(runner)
        self._thread = threading.Thread(target=_carry_out, args=(runner, loop, plan), name="runner", daemon=True)
        self._thread.start()

    def extend(self, course: Spending) -> None:
        """The leg goes on for longer than was planned."""
        if self._runner is not None:
            self._runner.extend(course.fit_end_at, course.kill_at)

    def end_leg(self) -> None:
        """Kill what still runs, and wait for nothing."""
        if self._runner is not None and self._thread is not None and self._thread.is_alive():
            Errand("killing workers", self._runner.kill)
        self._runner = self._thread = None
        self._of_this_leg = 0

    def release(self) -> None:
        """Give back every process of every leg, in bounded time."""
        for runner in self._made:
            for name, call in (("kill", runner.kill), ("release", lambda each=runner: each.release(_RELEASE_S))):
                try:
                    Errand(name, call).result(_RELEASE_S + 1.0)
                except (AutomlError, OSError, RuntimeError) as error:
                    _log.warning("job %s: %s: %s", self._job.id, name, error)

    def _plan(self, course: Spending) -> RunPlan:
        mine = {"tenant": self._job.tenant, "job_id": self._job.id, "outlook": str(self._scratch)}
        return RunPlan(
            job_id=self._job.id,
            epoch=self._epoch,
            workers=max(1, self._job.cpus or 1),
            setup=self._context.fold_setup,
            setup_args={**self._context.setup_args, **mine},
            scratch=str(self._scratch),
            fit_end_at=course.fit_end_at,
            kill_at=course.kill_at,
            threads_per_worker=self._context.threads_per_worker,
        )


def _carry_out(runner: StudyRunner, loop: StudyLoop, plan: RunPlan) -> None:
    try:
        runner.run(loop, plan)
    # A runner may fail in ways of its own; the driver sees that its thread ended and starts another one.
    except Exception:  # noqa: BLE001
        _log.exception("job %s: the runner failed", plan.job_id)
