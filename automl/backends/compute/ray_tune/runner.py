"""Ray Tune as the loop of a study: trial = configuration, step = fold, workers = Tune's trial actors."""

from __future__ import annotations

import itertools
import logging
import shutil
import threading
import time
from pathlib import Path

from ray import tune

from automl.backends.compute.base import RunPlan, StudyLoop
from automl.backends.compute.moments import Moments
from automl.backends.compute.ray_tune import internals
from automl.backends.compute.ray_tune.bridge import Bridge
from automl.backends.compute.ray_tune.environment import pass_on_tune
from automl.backends.compute.ray_tune.parts import (
    RUNS,
    Run,
    StudyEvents,
    StudyScheduler,
    StudySearcher,
    StudyStopper,
    trial_folder,
    trial_label,
)
from automl.backends.compute.ray_tune.trial import trial_class
from automl.core.clock import Clock, SystemClock
from automl.core.errors import UnavailableError

_LOG = logging.getLogger(__name__)
_POLL_S = 0.02
# Tune itself failing is a defect of Tune; units that were recorded are not run again.
_MOST_TUNERS = 3
_NUMBERS = itertools.count()


class TuneRunner:
    """A StudyRunner on the Ray cluster that this process has joined. Use one for each study.

    Run it inside a detached actor: Ray then takes placement groups back when the driver dies, otherwise never.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._killed = False
        self._moments = Moments()
        self._runs: list[tuple[str, Run, threading.Thread]] = []
        self._scratch: Path | None = None

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        """See StudyRunner. UnavailableError: Tune failed several times while the study went on."""
        self._scratch = Path(plan.scratch)
        self._moments.reach(plan.fit_end_at, plan.kill_at)
        bridge = Bridge(study, plan, self._clock, moments=self._moments)
        for _ in range(_MOST_TUNERS):
            run = self._start(bridge, plan)
            if self._follow(run):
                return
            _LOG.error("Ray Tune stopped unexpectedly; it is started again.", exc_info=run.error)
            run.kill_workers()
            again = bridge.abandon("the search loop broke")
            bridge = Bridge(study, plan, self._clock, again, self._moments)
        raise UnavailableError("Ray Tune stopped unexpectedly several times.", code="tune_failed")

    def extend(self, fit_end_at: float, kill_at: float) -> None:
        """See StudyRunner."""
        self._moments.reach(fit_end_at, kill_at)

    def kill(self) -> None:
        """See StudyRunner."""
        with self._lock:
            self._killed = True
            runs = list(self._runs)
        for _, run, _ in runs:
            # In this order: a worker that dies while the bridge lives would be replaced.
            run.bridge.kill()
            run.kill_workers()

    def release(self, timeout_s: float) -> None:
        """See StudyRunner."""
        end = time.monotonic() + timeout_s
        with self._lock:
            runs, self._runs = self._runs, []
        for name, run, thread in runs:
            run.bridge.kill()
            # Tune ends idle workers itself, politely and quicker than a kill is noticed.
            thread.join(max(0.0, end - time.monotonic()))
            run.kill_workers()
            if run.controller is not None:
                if thread.is_alive():
                    internals.free_groups(run.controller)
                shutil.rmtree(internals.staging_folder(run.controller), ignore_errors=True)
            if not thread.is_alive():
                RUNS.pop(name, None)
            if self._scratch is not None:
                shutil.rmtree(self._scratch / name, ignore_errors=True)

    def _start(self, bridge: Bridge, plan: RunPlan) -> Run:
        # A job may have several runs in one process, and an ending one may overlap with the next.
        name = f"{plan.job_id}_{plan.epoch}_{next(_NUMBERS)}"
        run = Run(bridge, plan.workers)
        with self._lock:
            RUNS[name] = run
            thread = threading.Thread(target=_fit, args=(name, run, plan), name=f"tune-{name}", daemon=True)
            self._runs.append((name, run, thread))
            if self._killed:
                bridge.kill()
        thread.start()
        return run

    def _follow(self, run: Run) -> bool:
        """Until the run has ended; False: Tune ended before the study did. Never waits for Tune itself."""
        thread = self._runs[-1][2]
        while not run.bridge.is_closed():
            if self._clock.now() >= self._moments.kill_at:
                self.kill()
            elif not thread.is_alive():
                return run.bridge.is_closed()
            else:
                run.bridge.wait(_POLL_S)
        return True


def _fit(name: str, run: Run, plan: RunPlan) -> None:
    """Tune's loop; a thread of its own, because it takes up to 15 s to come back after its end."""
    pass_on_tune()
    internals.match_default_environment()
    internals.keep_starting_actors()
    try:
        tune.Tuner(
            trial_class(f"Fold_{name}", plan.setup, plan.setup_args, plan.threads_per_worker),
            tune_config=tune.TuneConfig(
                search_alg=StudySearcher(name),
                scheduler=StudyScheduler(name),
                # The bridge counts; Tune takes from it how many trials may be pending.
                max_concurrent_trials=plan.workers,
                num_samples=-1,
                reuse_actors=True,
                trial_name_creator=trial_label,
                trial_dirname_creator=trial_folder,
            ),
            run_config=tune.RunConfig(
                name=name,
                storage_path=str(Path(plan.scratch).resolve()),
                verbose=0,
                # Only dead processes count as failures, and the study says how often is enough.
                failure_config=tune.FailureConfig(max_failures=-1),
                # Tune would save each trial at its end, which costs a call and three files.
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
                stop=StudyStopper(name),
                callbacks=[StudyEvents(name)],
            ),
        ).fit()
    except BaseException as error:  # noqa: BLE001  # A thread has nobody above it; the runner's loop reads it.
        run.error = error
    finally:
        # Tune writes its last files after everybody has stopped waiting for it.
        if run.controller is not None:
            shutil.rmtree(internals.staging_folder(run.controller), ignore_errors=True)
        shutil.rmtree(Path(plan.scratch) / name, ignore_errors=True)
