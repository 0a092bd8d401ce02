"""The worker's side: a Tune trainable whose step is one fold. Runs in Tune's trial actors."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from typing import Any, ClassVar

from ray.tune import PlacementGroupFactory, Trainable

from automl.backends.compute.base import EntryPoint, FoldRunner
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit

UNIT = "unit"
RESULT = "fold"
# One process does folds of one job; a second entry appears only in tests.
_RUNNERS: dict[tuple[str, str], FoldRunner] = {}


class FoldTrial(Trainable):  # type: ignore[misc]
    """One configuration; each step runs the unit that was assigned last and never raises.

    A job uses a subclass of its own with a unique name: Ray's registry knows trainables by their class's name alone,
    and two jobs of one name would run each other's code and data.
    """

    setup_path: ClassVar[str]
    setup_args: ClassVar[str]
    cpus: ClassVar[int]
    _unit: Unit | None

    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory:
        return PlacementGroupFactory([{"CPU": cls.cpus}])

    def setup(self, config: dict[str, Any]) -> None:
        self._take(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Take another trial up in the same process."""
        self._take(new_config)
        return True

    def assign(self, unit: str) -> None:
        """The unit of the next step, as JSON; Ray keeps the order of calls."""
        self._unit = Unit.from_json(json.loads(unit))

    def step(self) -> dict[str, Any]:
        """Run the unit; without one, only load what folds need."""
        if self._unit is None:
            self._prepare()
            return {RESULT: ""}
        return {RESULT: json.dumps(self._run(self._unit).to_json())}

    def _take(self, config: Mapping[str, Any]) -> None:
        text = config[UNIT]
        self._unit = Unit.from_json(json.loads(text)) if text else None

    def _prepare(self) -> FoldRunner | str:
        """The process's fold runner, or why there is none."""
        key = (self.setup_path, self.setup_args)
        runner = _RUNNERS.get(key)
        if runner is None:
            try:
                runner = EntryPoint(self.setup_path).load()(**json.loads(self.setup_args))
            except Exception as error:  # noqa: BLE001  # An escaping one costs this process; said in each result.
                return f"{type(error).__name__}: {error}"
            _RUNNERS[key] = runner
        return runner

    def _run(self, unit: Unit) -> FoldResult:
        runner = self._prepare()
        if isinstance(runner, str):
            return self._failed(unit, f"The worker could not be set up: {runner}")
        try:
            return runner(unit)
        except Exception as error:  # noqa: BLE001  # An escaping one costs this process and two seconds.
            return self._failed(unit, f"{type(error).__name__}: {error}")

    def _failed(self, unit: Unit, why: str) -> FoldResult:
        return FoldResult(unit.trial, unit.fold, FoldStatus.FAILED, worker=f"pid {os.getpid()}", error=why)

    def _setup_logdir(self) -> None:
        # Tune would make a folder per trial on each node, which nobody uses or removes.
        self._logdir = tempfile.gettempdir()


def trial_class(name: str, setup: EntryPoint, setup_args: Mapping[str, Any], cpus: int) -> type[FoldTrial]:
    """The trainable of one run. name: unique in the cluster; shown by the Ray dashboard for each worker."""
    body = {"setup_path": setup.path, "setup_args": json.dumps(dict(setup_args), sort_keys=True), "cpus": cpus}
    return type(name, (FoldTrial,), {**body, "__module__": FoldTrial.__module__})
