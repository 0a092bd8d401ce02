"""Searcher, scheduler, stopper and callback for Tune. They decide nothing: each asks the run's bridge.

Tune pickles all of them to disk, so they hold the run's name alone and look the bridge up in this process.
"""

from __future__ import annotations

import json
from typing import Any

import ray
from ray.tune import Callback, Stopper
from ray.tune.experiment import Trial
from ray.tune.schedulers import TrialScheduler
from ray.tune.search import Searcher

from automl.backends.compute.ray_tune import internals
from automl.backends.compute.ray_tune.bridge import Bridge
from automl.backends.compute.ray_tune.trial import RESULT, UNIT
from automl.core.trials import Decision, FoldResult, Unit


class Run:
    """What lives only in the driver's process: the bridge, Tune's loop and handles of all workers seen."""

    def __init__(self, bridge: Bridge, workers: int) -> None:
        self.bridge = bridge
        self.workers = workers
        self.controller: Any = None
        self.handles: dict[str, Any] = {}
        self.error: BaseException | None = None

    def kill_workers(self) -> None:
        """End the processes of all trial actors; dead ones are skipped."""
        for handle in list(self.handles.values()):
            ray.kill(handle)


RUNS: dict[str, Run] = {}


def unit_text(unit: Unit | None) -> str:
    """The unit as it travels in a trial's config; empty for a trial that only warms a worker up."""
    return "" if unit is None else json.dumps(unit.to_json())


def trial_label(trial: Trial) -> str:
    """Tune's name for a trial: `t00012-lightgbm`."""
    text = trial.config[UNIT]
    if not text:
        return f"warm-up-{trial.trial_id}"
    unit = Unit.from_json(json.loads(text))
    return f"t{unit.trial:05d}-{unit.configuration.family}"


def trial_folder(trial: Trial) -> str:
    """Short, because Tune would build it from the whole config."""
    return str(trial.trial_id)


class StudySearcher(Searcher):  # type: ignore[misc]
    """Starts trials. A suggestion is a commitment: Tune starts what is pending by itself."""

    def __init__(self, name: str) -> None:
        super().__init__(metric=None, mode=None)
        self._name = name

    def set_max_concurrency(self, max_concurrent: int) -> bool:
        # Tune's own limiter counts paused trials too and would let nothing start.
        return True

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        bridge = RUNS[self._name].bridge
        if bridge.is_closed():
            return str(Searcher.FINISHED)
        start, unit = bridge.new_trial(trial_id)
        return {UNIT: unit_text(unit)} if start else None

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        if error:
            RUNS[self._name].bridge.gone(trial_id)

    def save(self, checkpoint_path: str) -> None:
        """Nothing to save: the ledger and the fold blobs are the truth."""

    def restore(self, checkpoint_path: str) -> None:
        """Nothing to restore."""

    def get_state(self) -> dict[str, Any]:
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Nothing to set."""


class StudyScheduler(TrialScheduler):  # type: ignore[misc]
    """Says what becomes of a trial after each fold, and which paused one goes on."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @property
    def _run(self) -> Run:
        return RUNS[self._name]

    def on_trial_add(self, tune_controller: Any, trial: Trial) -> None:
        run = self._run
        if run.controller is None:
            run.controller = internals.tune_controller(tune_controller)
            # Otherwise Tune ends a process whenever two trials pause at once.
            internals.keep_actors(run.controller, trial.placement_group_factory, run.workers)

    def on_trial_error(self, tune_controller: Any, trial: Trial) -> None:
        self._run.bridge.died(trial.trial_id, "its worker process died")

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        text = result[RESULT]
        outcome = FoldResult.from_json(json.loads(text)) if text else None
        decision, unit = self._run.bridge.report(trial.trial_id, outcome)
        if decision is Decision.STOP:
            return str(TrialScheduler.STOP)
        if decision is Decision.CONTINUE:
            # The live worker is told, and the config too, for a worker that takes over after a death.
            trial.config[UNIT] = unit_text(unit)
            trial.temporary_state.ray_actor.assign.remote(trial.config[UNIT])
            return str(TrialScheduler.CONTINUE)
        # With a checkpoint, which nobody needs, a pause costs three times as much.
        tune_controller.pause_trial(trial, should_checkpoint=False)
        return str(TrialScheduler.NOOP)

    def on_trial_complete(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> None:
        """Nothing is kept of a trial."""

    def on_trial_remove(self, tune_controller: Any, trial: Trial) -> None:
        """Nothing is kept of a trial."""

    def choose_trial_to_run(self, tune_controller: Any, **_: Any) -> Trial | None:
        bridge = self._run.bridge
        unwanted = set(bridge.unwanted())
        chosen = bridge.resume()
        if not unwanted and chosen is None:
            return None
        by_id = {trial.trial_id: trial for trial in tune_controller.get_trials()}
        for tune_id in unwanted & by_id.keys():
            # A paused trial is never ended by Tune itself, and the run would wait for it.
            tune_controller.stop_trial(by_id[tune_id])
        if chosen is None:
            return None
        tune_id, unit = chosen
        trial = by_id[tune_id]
        trial.config[UNIT] = unit_text(unit)
        return trial

    def debug_string(self) -> str:
        return self._name


class StudyStopper(Stopper):  # type: ignore[misc]
    """Ends Tune's loop when the study is over and nothing runs, or at once when it was killed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        return RUNS[self._name].bridge.is_closed()


class StudyEvents(Callback):  # type: ignore[misc]
    """Learns which worker took which trial up, and keeps Tune's loop from spinning while there is nothing to do."""

    def __init__(self, name: str) -> None:
        self._name = name

    def on_step_begin(self, iteration: int, trials: list[Trial], **_: Any) -> None:
        RUNS[self._name].bridge.wait_if_idle()

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **_: Any) -> None:
        run = RUNS[self._name]
        handle = trial.temporary_state.ray_actor
        run.handles[handle._actor_id.hex()] = handle
        run.bridge.started(trial.trial_id)
