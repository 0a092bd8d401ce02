"""A study of few rows, stores in memory, and a clock that tests own."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from automl.backends.blobs.base import BlobInfo, BlobKey
from automl.core.errors import NotFoundError
from automl.core.trials import Configuration, Task, Unit
from automl.training.study_data import PlanColumn, StudyData, StudyPlan


class HandClock:
    """Stands still unless someone sleeps or a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds - 500.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.on_sleep()


class DictBlobs:
    """Insert-if-absent in a dictionary; `fail` holds errors that the next calls of a method raise."""

    def __init__(self) -> None:
        self.held: dict[BlobKey, bytes] = {}
        self.fail: dict[str, list[Exception]] = {}
        self.before_put: Callable[[BlobKey], None] = lambda key: None

    def put(self, key: BlobKey, data: bytes | Iterable[bytes]) -> BlobInfo:
        self._fail("put")
        self.before_put(key)
        created = key not in self.held
        if created:
            self.held[key] = data if isinstance(data, bytes) else b"".join(data)
        return self._info(key, created)

    def stat(self, key: BlobKey) -> BlobInfo | None:
        self._fail("stat")
        return self._info(key, False) if key in self.held else None

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self._fail("read")
        if key not in self.held:
            raise NotFoundError("no such blob")
        yield self.held[key]

    def _fail(self, method: str) -> None:
        if self.fail.get(method):
            raise self.fail[method].pop(0)

    def _info(self, key: BlobKey, created: bool) -> BlobInfo:
        data = self.held[key]
        return BlobInfo(key, len(data), hashlib.sha256(data).hexdigest(), 0.0, created)


class DictBlocks:
    def __init__(self, blocks: Mapping[str, Mapping[str, np.ndarray]]) -> None:
        self.blocks = blocks
        self.asked: list[str] = []

    def get(self, tenant: str, name: str) -> Mapping[str, np.ndarray]:
        self.asked.append(name)
        return self.blocks[name]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def blobs() -> DictBlobs:
    return DictBlobs()


@pytest.fixture
def make_study() -> Callable[..., tuple[StudyPlan, DictBlocks]]:
    def make(task: Task = Task.BINARY, rows: int = 120, k: int = 3) -> tuple[StudyPlan, DictBlocks]:
        random = np.random.default_rng(3)
        X = random.normal(size=(rows, 4)).astype(np.float32)
        signal = X[:, 0] - X[:, 1] + 0.3 * random.normal(size=rows)
        if task is Task.REGRESSION:
            y: np.ndarray = signal
        else:
            y = np.digitize(signal, [0.0] if task is Task.BINARY else [-0.7, 0.7]).astype(np.int32)
        fold = (np.arange(rows) % k).astype(np.int16)
        fold[:5] = -1
        tree = X.copy()
        tree[::7, 2] = np.nan
        columns = tuple(PlanColumn(f"f{number}", f"column {number}", False, 0) for number in range(4))
        plan = StudyPlan(
            "job_1", "tenant", "ds_1", task, "rmse" if task is Task.REGRESSION else "log_loss",
            {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 0}[task], 11, k,
            {"tree": "b/tree", "linear": "b/linear", "terms": "b/terms", "target": "b/target"},
            {"tree": columns, "linear": columns, "terms": columns}, ("lightgbm", "linear"),
        )  # fmt: skip
        blocks = {"b/tree": {"X": tree}, "b/linear": {"X": X}, "b/terms": {"X": X}, "b/target": {"y": y, "fold": fold}}
        return plan, DictBlocks(blocks)

    return make


@pytest.fixture
def make_data(make_study: Callable[..., Any]) -> Callable[..., StudyData]:
    def make(*args: Any, **named: Any) -> StudyData:
        plan, blocks = make_study(*args, **named)
        return StudyData.load(plan, blocks)

    return make


@pytest.fixture
def unit_of() -> Callable[..., Unit]:
    def make(
        family: str = "linear", params: Mapping[str, Any] | None = None, *, trial: int = 0, fold: int = 0,
        slice_s: float = 100.0, deadline_at: float = 2000.0,
    ) -> Unit:  # fmt: skip
        return Unit(trial, fold, Configuration(family, params or {}), slice_s, deadline_at)

    return make
