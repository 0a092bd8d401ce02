"""Metrics by prometheus-client, for processes that are no part of a Ray cluster."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from automl.core.metrics import MetricKind, MetricSpec, checked

_Made = Counter | Gauge | Histogram


class PrometheusMetrics:
    """Contract: automl.core.metrics.Metrics. `registry`: of this adapter alone unless given."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._registry = registry or CollectorRegistry()
        self._lock = threading.Lock()
        self._made: dict[str, _Made] = {}

    def inc(self, name: str, labels: Mapping[str, str] | None = None, by: float = 1.0) -> None:
        made = self._metric(checked(name, MetricKind.COUNTER, labels), labels)
        assert isinstance(made, Counter)
        if math.isfinite(by) and by > 0:
            made.inc(by)

    def set(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        made = self._metric(checked(name, MetricKind.GAUGE, labels), labels)
        assert isinstance(made, Gauge)
        if math.isfinite(value):
            made.set(value)

    def observe(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        made = self._metric(checked(name, MetricKind.HISTOGRAM, labels), labels)
        assert isinstance(made, Histogram)
        if math.isfinite(value):
            made.observe(value)

    def expose(self) -> bytes:
        """Everything recorded, in the Prometheus text format."""
        return generate_latest(self._registry)

    def _metric(self, spec: MetricSpec, labels: Mapping[str, str] | None) -> _Made:
        with self._lock:
            made = self._made.get(spec.name)
            if made is None:
                made = self._made[spec.name] = _make(spec, self._registry)
        return made.labels(**dict(labels)) if labels else made


def _make(spec: MetricSpec, registry: CollectorRegistry) -> _Made:
    if spec.kind is MetricKind.COUNTER:
        return Counter(spec.name, spec.help, spec.labels, registry=registry)
    if spec.kind is MetricKind.GAUGE:
        return Gauge(spec.name, spec.help, spec.labels, registry=registry)
    return Histogram(spec.name, spec.help, spec.labels, registry=registry, buckets=spec.buckets)
