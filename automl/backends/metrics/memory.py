"""Metrics in this process's memory, for tests and for reading back. Grows with every observed value."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping

from automl.core.metrics import MetricKind, checked

Labels = tuple[tuple[str, str], ...]


class MemoryMetrics:
    """Contract: automl.core.metrics.Metrics."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[tuple[str, Labels], list[float]] = {}

    def inc(self, name: str, labels: Mapping[str, str] | None = None, by: float = 1.0) -> None:
        checked(name, MetricKind.COUNTER, labels)
        if math.isfinite(by) and by > 0:
            with self._lock:
                self._values.setdefault(_key(name, labels), [0.0])[0] += by

    def set(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        checked(name, MetricKind.GAUGE, labels)
        if math.isfinite(value):
            with self._lock:
                self._values[_key(name, labels)] = [value]

    def observe(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        checked(name, MetricKind.HISTOGRAM, labels)
        if math.isfinite(value):
            with self._lock:
                self._values.setdefault(_key(name, labels), []).append(value)

    def values(self, name: str, labels: Mapping[str, str] | None = None) -> list[float]:
        """A counter's total, a gauge's value, or everything a histogram observed; empty if never recorded."""
        with self._lock:
            return list(self._values.get(_key(name, labels), []))


def _key(name: str, labels: Mapping[str, str] | None) -> tuple[str, Labels]:
    return (name, tuple(sorted((labels or {}).items())))
