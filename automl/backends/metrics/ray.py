"""Metrics by Ray's own agent, which every node of a Ray cluster exposes to Prometheus (names get the prefix `ray_`)."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from typing import Any

from ray.util import metrics as ray_metrics

from automl.core.metrics import MetricKind, MetricSpec, checked


class RayMetrics:
    """Contract: automl.core.metrics.Metrics."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, Any] = {}

    def inc(self, name: str, labels: Mapping[str, str] | None = None, by: float = 1.0) -> None:
        metric = self._metric(checked(name, MetricKind.COUNTER, labels))
        # Ray raises for zero and below.
        if math.isfinite(by) and by > 0:
            metric.inc(float(by), tags=_tags(labels))

    def set(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        metric = self._metric(checked(name, MetricKind.GAUGE, labels))
        if math.isfinite(value):
            metric.set(float(value), tags=_tags(labels))

    def observe(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        metric = self._metric(checked(name, MetricKind.HISTOGRAM, labels))
        if math.isfinite(value):
            metric.observe(float(value), tags=_tags(labels))

    def _metric(self, spec: MetricSpec) -> Any:
        with self._lock:
            made = self._made.get(spec.name)
            if made is None:
                made = self._made[spec.name] = _make(spec)
            return made


def _tags(labels: Mapping[str, str] | None) -> dict[str, str]:
    # Ray raises for anything but text, and for numbers that are not quite `float` (numpy).
    return {name: str(value) for name, value in (labels or {}).items()}


def _make(spec: MetricSpec) -> Any:
    # Ray adds `_total` to a counter's name itself.
    name = spec.name.removesuffix("_total")
    if spec.kind is MetricKind.COUNTER:
        return ray_metrics.Counter(name, description=spec.help, tag_keys=spec.labels)
    if spec.kind is MetricKind.GAUGE:
        return ray_metrics.Gauge(name, description=spec.help, tag_keys=spec.labels)
    # Ray refuses a boundary of zero.
    bounds = [bound for bound in spec.buckets if bound > 0]
    return ray_metrics.Histogram(name, description=spec.help, tag_keys=spec.labels, boundaries=bounds)
