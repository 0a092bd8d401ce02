"""A whole service in one process over the embedded stores: no Ray, no HTTP; folds and drivers run in threads."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from automl.backends.compute.base import EntryPoint, FoldRunner
from automl.backends.compute.inline import InlineHost, InlineRunner
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Key, Kind
from automl.bootstrap.adapters import Adapters, make_adapters
from automl.bootstrap.controller import make_controller
from automl.bootstrap.services import make_services
from automl.core.errors import UnavailableError
from automl.core.states import JobState
from automl.core.trials import FoldResult, Unit
from automl.core.views import JobView
from automl.jobs.aggregate import FOLDS
from automl.jobs.context import DriverContext
from automl.jobs.driver import drive
from automl.jobs.sweeps import YOUNG_S, Sweeps
from automl.jobs.waiting import fold_key
from automl.serving.loader import PackageLoader
from automl.settings import Settings
from automl.testing.clock import ManualClock
from automl.training.runner import make_fold_runner

_log = logging.getLogger(__name__)
LEASE_S = 1.0
# Longer than anything unnamed is spared.
LATER_S = 48 * YOUNG_S
# What entry points of this process reach: they are named, so they can be handed nothing but JSON values.
_LIVING: dict[str, WholeService] = {}


class WholeService:
    """Everything of one process. A second one in the same home stands for the process after a crash."""

    def __init__(self, home: Path) -> None:
        self.home = home
        settings = {"home": home, "compute": {"adapter": "processes", "lease_s": LEASE_S}}
        self.settings = Settings.model_validate(settings)
        self.metrics = MemoryMetrics()
        self.adapters: Adapters = make_adapters(self.settings, self.metrics)
        self.records, self.blobs, self.clock = self.adapters.records, self.adapters.blobs, self.adapters.clock
        kept = make_services(self.settings, self.adapters)
        self.datasets, self.jobs, self.models = kept.datasets, kept.jobs, kept.models
        self.predictions, self.tenants = kept.predictions, kept.tenants
        self.host = _Host(str(home))
        self.controller = make_controller(self.settings, self.adapters, self.host)
        self.loader = PackageLoader(self.blobs, self.adapters.folders.packages, 1 << 28)
        #: Folds that were begun although the store had their result.
        self.begun_again: list[str] = []
        #: Jobs whose folds are slow after the first, so that there is time to do something to them.
        self.slow: set[str] = set()
        _LIVING[str(home)] = self

    def close(self) -> None:
        """Let go of the stores."""
        _LIVING.pop(str(self.home), None)
        self.adapters.events.close()

    def step(self) -> None:
        """One pass of the controller. A store that is away is waited for, as its loop does; other errors are ours."""
        try:
            self.controller.step()
        except UnavailableError as error:
            _log.warning("the controller waits: %s", error.detail)

    def ended(self, tenant: str, job_id: str, timeout_s: float = 60.0) -> JobView:
        """The job once it has ended. AssertionError: not in time."""
        end = self.clock.monotonic() + timeout_s
        while self.clock.monotonic() < end:
            self.step()
            view = self.asked(lambda: self.jobs.get(tenant, job_id))
            if view.state.is_terminal:
                return view
            self.clock.sleep(0.02)
        raise AssertionError(f"I2: the job {job_id} did not end; it is {view.state}")

    def asked(self, call: Any) -> Any:
        """What a client gets that asks again when the answer is 503."""
        for _ in range(50):
            try:
                return call()
            except UnavailableError as error:
                _log.warning("asked again: %s", error.detail)
                self.clock.sleep(0.02)
        raise AssertionError("I9: it is not answered")

    def settled(self, timeout_s: float = 60.0) -> None:
        """Reconcile until nothing is active. AssertionError: something stays."""
        end = self.clock.monotonic() + timeout_s
        kinds = (Kind.JOB, Kind.MODEL, Kind.DATASET)
        while active := [key for kind in kinds for key in self.records.active(kind) if not self._is_upload(key)]:
            assert self.clock.monotonic() < end, f"never settled: {active}"
            self.step()
            self.clock.sleep(0.02)

    def _is_upload(self, key: Key) -> bool:
        found = self.records.read(key)
        return key.kind is Kind.DATASET and found is not None and found.document["state"] == "uploading"

    def swept(self) -> list[str]:
        """Names of blobs that are left once all that nobody names is old enough to go."""
        later = ManualClock(now=self.clock.now() + LATER_S)
        sweeps = Sweeps(self.records, self.blobs, self.models, later)
        sweeps.blob_page([])
        return [info.key.name for info in self.blobs.names().items]

    def fold_runner(self, tenant: str, job_id: str) -> FoldRunner:
        """The real one, watched: no unit may begin whose result is recorded (I4)."""
        blobs, blocks = self.adapters.blobs, self.adapters.blocks
        run = make_fold_runner(blobs, blocks, tenant, job_id, self.clock, worker="inline")
        key = Key(tenant, Kind.JOB, job_id)

        def watched(unit: Unit) -> FoldResult:
            name = fold_key(unit.trial, unit.fold)
            if name in {row.key for row in self.records.rows(key, FOLDS)}:
                self.begun_again.append(f"{job_id} {name}")
            if job_id in self.slow and (unit.trial, unit.fold) != (0, 0):
                self.clock.sleep(0.3)
            return run(unit)

        return watched

    def context(self) -> DriverContext:
        """What its drivers get."""
        return DriverContext(
            records=self.records,
            blobs=self.blobs,
            events=self.adapters.events,
            block_store=self.adapters.blocks,
            clock=self.clock,
            metrics=self.metrics,
            runner=partial(InlineRunner, self.clock),
            scratch=self.adapters.folders.scratch,
            fold_setup=EntryPoint(f"{__name__}:build_fold_runner"),
            setup_args={"home": str(self.home)},
            lease_s=LEASE_S,
        )

    def drive(self, tenant: str, job_id: str, epoch: int) -> None:
        """Drive a job in this thread."""
        drive(self.context(), tenant, job_id, epoch)

    def history(self, tenant: str, job_id: str) -> list[str]:
        """Types of a job's events. AssertionError: I2 or I7 is broken."""
        events = self.asked(lambda: self.jobs.events(tenant, job_id))
        assert [event.seq for event in events] == list(range(1, len(events) + 1)), "I7: gaps in the sequence"
        types = [event.type for event in events]
        ends = [kind for kind in types if kind in ENDS]
        view = self.asked(lambda: self.jobs.get(tenant, job_id))
        assert ends == ([f"job.{view.state}"] if view.state.is_terminal else []), f"I2: {ends}, {view.state}"
        folds = [(event.body["trial"], event.body["fold"]) for event in events if event.type == "fold.done"]
        assert len(folds) == len(set(folds)), "I4: a fold was recorded twice"
        return types


ENDS = {f"job.{state}" for state in JobState if state.is_terminal}


class _Host(InlineHost):
    """Drivers as threads, whatever process the controller asks for."""

    def __init__(self, home: str) -> None:
        super().__init__(cpus=1)
        self._home = home
        self._numbers = itertools.count()

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        given = {"home": self._home} | {each: args[each] for each in ("tenant", "job_id", "epoch")}
        super().start(name, EntryPoint(f"{__name__}:run_driver"), given)


def run_driver(home: str, tenant: str, job_id: str, epoch: int) -> None:
    """Started by name, as every driver."""
    _LIVING[home].drive(tenant, job_id, epoch)


def build_fold_runner(home: str, tenant: str, job_id: str, outlook: str) -> FoldRunner:
    """Called by name in the worker, which is this process."""
    return _LIVING[home].fold_runner(tenant, job_id)
