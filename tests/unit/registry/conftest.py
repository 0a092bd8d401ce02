"""A clock that tests own, and stores in memory."""

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.memory import MemoryRecords


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def blobs(clock: HandClock) -> MemoryBlobs:
    return MemoryBlobs(clock)
