"""Unit tests may neither start Ray nor open a socket. They have a clock that they own, and stores in memory."""

import socket
from collections.abc import Iterator

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.testing.clock import ManualClock


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a unit test connects to {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _disarm() -> Iterator[None]:
    yield
    failpoint.disarm()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(wakes_itself=True)


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def blobs(clock: ManualClock) -> MemoryBlobs:
    return MemoryBlobs(clock)


@pytest.fixture
def metrics() -> MemoryMetrics:
    return MemoryMetrics()
