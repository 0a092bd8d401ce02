"""Every metrics adapter keeps the contract. Ray's own checks run here too; what its agent exposes, tests/ray shows."""

from collections.abc import Mapping

import numpy as np
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from ray.util import metrics as ray_metrics

from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.backends.metrics.ray import RayMetrics
from automl.core.metrics import CATALOGUE, MetricKind, Metrics
from automl.testing.metrics import COUNTER, FOLD, HISTOGRAM, MetricsContract


class TestMemoryMetrics(MetricsContract):
    @pytest.fixture
    def metrics(self) -> Metrics:
        return MemoryMetrics()

    def value(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        assert isinstance(metrics, MemoryMetrics)
        found = metrics.values(name, labels)
        if CATALOGUE[name].kind is MetricKind.HISTOGRAM:
            return len(found) or None
        return found[0] if found else None

    def total(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        assert isinstance(metrics, MemoryMetrics)
        return sum(metrics.values(name, labels))


class TestPrometheusMetrics(MetricsContract):
    """Read back from the text that Prometheus scrapes."""

    @pytest.fixture
    def metrics(self) -> Metrics:
        return PrometheusMetrics()

    def value(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        return self.sample(metrics, name + "_count" * (CATALOGUE[name].kind is MetricKind.HISTOGRAM), labels)

    def total(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        return self.sample(metrics, f"{name}_sum", labels)

    def sample(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        assert isinstance(metrics, PrometheusMetrics)
        for family in text_string_to_metric_families(metrics.expose().decode()):
            for sample in family.samples:
                if sample.name == name and sample.labels == labels:
                    return float(sample.value)
        return None

    def test_buckets_are_those_of_the_catalogue(self) -> None:
        metrics = PrometheusMetrics()
        metrics.observe("automl_job_overrun_seconds", 0.7)
        lines = metrics.expose().decode().splitlines()
        assert 'automl_job_overrun_seconds_bucket{le="0.5"} 0.0' in lines
        assert 'automl_job_overrun_seconds_bucket{le="1.0"} 1.0' in lines
        assert sum("_bucket" in line for line in lines) == len(CATALOGUE["automl_job_overrun_seconds"].buckets) + 1
        assert "# TYPE automl_job_overrun_seconds histogram" in lines
        assert "# HELP automl_job_overrun_seconds Time past the deadline." in lines

    def test_two_adapters_do_not_meet_unless_they_share_a_registry(self) -> None:
        first, second = PrometheusMetrics(), PrometheusMetrics(CollectorRegistry())
        first.inc(COUNTER, FOLD)
        assert self.sample(second, COUNTER, FOLD) is None


class _Recorded:
    """Takes the place of Ray's native metric behind its Python face, which checks names, kinds and tags."""

    values: dict[tuple[str, tuple[tuple[str, str], ...]], list[float]]

    def __init__(self, name: str, *_: object) -> None:
        self._name = name

    def record(self, value: float, tags: dict[str, str]) -> None:
        type(self).values.setdefault((self._name, tuple(sorted(tags.items()))), []).append(value)


class TestRayMetrics(MetricsContract):
    @pytest.fixture
    def metrics(self, monkeypatch: pytest.MonkeyPatch) -> Metrics:
        monkeypatch.setattr(_Recorded, "values", {}, raising=False)
        for native in ("CythonCount", "CythonGauge", "CythonHistogram"):
            monkeypatch.setattr(ray_metrics, native, _Recorded)
        return RayMetrics()

    def value(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        found = self.recorded(name, labels)
        if not found:
            return None
        kind = CATALOGUE[name].kind
        return {MetricKind.COUNTER: sum(found), MetricKind.GAUGE: found[-1], MetricKind.HISTOGRAM: len(found)}[kind]

    def total(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        return sum(self.recorded(name, labels))

    def recorded(self, name: str, labels: Mapping[str, str]) -> list[float]:
        return _Recorded.values.get((name.removesuffix("_total"), tuple(sorted(labels.items()))), [])

    def test_numbers_and_labels_that_ray_is_strict_about(self, metrics: Metrics) -> None:
        metrics.observe(HISTOGRAM, np.float32(0.5), {"family": "linear"})
        metrics.inc(COUNTER, FOLD, by=np.int64(2))
        assert self.value(metrics, HISTOGRAM, {"family": "linear"}) == 1
        assert self.value(metrics, COUNTER, FOLD) == 2
