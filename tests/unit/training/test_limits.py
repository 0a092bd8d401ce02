"""Fits that cannot fit in memory or time are refused before they start, with the reason."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from automl.pipelines.estimators.catalog import family
from automl.training import limits


def test_threads_are_capped() -> None:
    before, arrow = threadpool_limits(), pa.cpu_count()
    try:
        np.ones((2, 2)) @ np.ones((2, 2))
        limits.cap_threads(1)
        assert {pool["num_threads"] for pool in threadpool_info()} <= {1}
        assert pa.cpu_count() == 1
    finally:
        before.restore_original_limits()
        pa.set_cpu_count(arrow)


def test_free_memory_is_the_smallest_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    4000 kB\n")
    (tmp_path / "max").write_text("3000000\n")
    (tmp_path / "current").write_text("1000000\n")
    monkeypatch.setattr(limits, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(limits, "_CGROUPS", ((tmp_path / "max", tmp_path / "current"),))
    assert limits.free_memory() == 2_000_000
    (tmp_path / "max").write_text("max\n")
    assert limits.free_memory() == 4000 * 1024
    monkeypatch.setattr(limits, "_MEMINFO", tmp_path / "none")
    assert limits.free_memory() is None


def test_memory_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "free_memory", lambda: 1 << 30)
    assert limits.memory_reason(family("lightgbm"), 1000, 10, 2) is None
    reason = limits.memory_reason(family("lightgbm"), 1_000_000, 1000, 2)
    assert reason is not None
    assert "MB" in reason
    assert "1024 MB free" in reason
    assert limits.memory_needed("catboost", 10**6, 100, 2) > limits.memory_needed("lightgbm", 10**6, 100, 2)
    monkeypatch.setattr(limits, "free_memory", lambda: None)
    assert limits.memory_reason(family("lightgbm"), 1_000_000, 1000, 2) is None


def test_time_reason() -> None:
    neighbours = family("nearest_neighbors")
    assert limits.time_reason(neighbours, 1000, 300, 10, 2, {}, 5.0) is None
    reason = limits.time_reason(neighbours, 10**6, 10**6, 200, 2, {}, 5.0)
    assert reason is not None
    assert "cannot be interrupted" in reason
    # What can be interrupted starts as long as any time is left.
    assert limits.time_reason(family("lightgbm"), 10**6, 10**6, 200, 2, {}, 0.1) is None
    assert limits.time_reason(family("lightgbm"), 10, 10, 2, 2, {}, 0.0) == "No time was left to start it."


def test_libraries_of_a_family_are_capped_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    capped: list[int] = []
    monkeypatch.setattr(limits, "_capped", {})
    monkeypatch.setattr(limits, "cap_threads", capped.append)
    for threads in (1, 1, 2, 2):
        limits.cap_family(family("lightgbm"), threads)
    limits.cap_family(family("linear"), 2)
    assert capped == [1, 2, 2]
