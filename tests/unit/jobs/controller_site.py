"""A controller over stores in memory, on a host whose drivers are names."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.errors import UnavailableError
from automl.jobs.aggregate import Change, JobRecord, append, read_job
from automl.jobs.controller import Controller, ControllerConfig
from automl.jobs.sweeps import Sweeps
from automl.registry.models import Models


class FakeHost:
    """Drivers are names; tests decide when one dies."""

    def __init__(self, cpus: int = 2) -> None:
        self.cpus = cpus
        self.alive: dict[str, Mapping[str, Any]] = {}
        self.dead: dict[str, str] = {}
        self.stopped: list[str] = []
        self.idle_processes = 99
        self.refuse = False

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        if self.refuse:
            raise UnavailableError("no room")
        self.alive.setdefault(name, args)

    def status(self, name: str) -> DriverStatus | None:
        if name in self.alive:
            return DriverStatus(name, True)
        return DriverStatus(name, False, self.dead[name]) if name in self.dead else None

    def kill(self, name: str, words: str = "killed") -> None:
        del self.alive[name]
        self.dead[name] = words

    def stop(self, name: str) -> None:
        self.stopped.append(name)
        self.alive.pop(name, None)

    def names(self) -> list[str]:
        return list(self.alive)

    def idle(self, want: int) -> int:
        return min(want, self.idle_processes)

    def capacity(self) -> int:
        return self.cpus

    def close(self) -> None:
        pass


class NoIngest:
    def reconcile(self, record: JobRecord) -> None:
        raise AssertionError("no ingest job here")

    def recover(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def make_controller(
    records: MemoryRecords, blobs: MemoryBlobs, events: Any, clock: Any, metrics: MemoryMetrics, host: FakeHost
) -> Callable[[], Controller]:
    def make(owner: str = "me") -> Controller:
        sweeps = Sweeps(records, blobs, Models(records, blobs, clock), clock)
        config = ControllerConfig(EntryPoint("a:b"), {"settings": "{}"}, max_attempts=3)
        ingest: Any = NoIngest()
        return Controller(records, events, host, clock, metrics, ingest, ingest, sweeps, config, owner)

    return make


@pytest.fixture
def controller(make_controller: Callable[[], Controller]) -> Controller:
    return make_controller()


def name(job: JobRecord, epoch: int = 1) -> str:
    return f"job-{job.id}-{epoch}"


def now(records: MemoryRecords, job: JobRecord) -> JobRecord:
    return read_job(records, job.tenant, job.id)


def renew(records: MemoryRecords, clock: Any, job: JobRecord, epoch: int = 1) -> None:
    """As the driver of this epoch does it while it lives."""
    record = now(records, job)
    assert record.lease is not None
    append(records, clock, Change(replace(record, lease=record.lease.renew(clock.now(), 8.0)), epoch=epoch))
