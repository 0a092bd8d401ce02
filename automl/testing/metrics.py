"""The contract of the metrics port as tests; every adapter passes them unchanged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest

from automl.core.metrics import CATALOGUE, MetricKind, Metrics
from automl.testing.threads import together

COUNTER, GAUGE, HISTOGRAM = "automl_folds_total", "automl_sse_streams", "automl_fold_seconds"
FOLD = {"family": "lightgbm", "status": "done"}
ODD_NUMBERS = [0.0, -1.0, math.nan, math.inf, -math.inf]


class MetricsContract:
    """A subclass supplies the fixture `metrics` and reads back in `value`."""

    @pytest.fixture
    def metrics(self) -> Metrics:
        """The adapter under test, with nothing recorded."""
        raise NotImplementedError

    def value(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        """A counter's total, a gauge's value, or the number of values a histogram got; None if never recorded."""
        raise NotImplementedError

    def total(self, metrics: Metrics, name: str, labels: Mapping[str, str]) -> float | None:
        """The sum of what a histogram got; None if never recorded."""
        raise NotImplementedError

    def test_counters_add_up_per_label(self, metrics: Metrics) -> None:
        metrics.inc(COUNTER, FOLD)
        metrics.inc(COUNTER, dict(reversed(FOLD.items())), by=2.5)
        metrics.inc(COUNTER, {**FOLD, "status": "failed"})
        assert self.value(metrics, COUNTER, FOLD) == 3.5
        assert self.value(metrics, COUNTER, {**FOLD, "status": "failed"}) == 1.0
        assert not self.value(metrics, COUNTER, {**FOLD, "family": "linear"})

    def test_gauges_keep_the_last_value(self, metrics: Metrics) -> None:
        for value in (3.0, 7.0, -2.0):
            metrics.set(GAUGE, value)
            assert self.value(metrics, GAUGE, {}) == value

    def test_histograms_keep_count_and_sum(self, metrics: Metrics) -> None:
        for value in (0.0, 0.3, 1000.0):
            metrics.observe(HISTOGRAM, value, {"family": "linear"})
        assert self.value(metrics, HISTOGRAM, {"family": "linear"}) == 3
        assert self.total(metrics, HISTOGRAM, {"family": "linear"}) == pytest.approx(1000.3)

    def test_everything_in_the_catalogue_can_be_recorded(self, metrics: Metrics) -> None:
        for spec in CATALOGUE.values():
            labels = dict.fromkeys(spec.labels, "x")
            calls: dict[MetricKind, Callable[[], None]] = {
                MetricKind.COUNTER: lambda spec=spec, labels=labels: metrics.inc(spec.name, labels),  # type: ignore[misc]
                MetricKind.GAUGE: lambda spec=spec, labels=labels: metrics.set(spec.name, 1.0, labels),  # type: ignore[misc]
                MetricKind.HISTOGRAM: lambda spec=spec, labels=labels: metrics.observe(spec.name, 1.0, labels),  # type: ignore[misc]
            }
            calls[spec.kind]()
            assert self.value(metrics, spec.name, labels) == 1.0, spec.name

    def test_unknown_names_and_wrong_kinds_are_refused(self, metrics: Metrics) -> None:
        wrong: list[Callable[[], None]] = [
            lambda: metrics.inc("automl_unknown_total"),
            lambda: metrics.set("automl_unknown", 1.0),
            lambda: metrics.observe("automl_unknown_seconds", 1.0),
            lambda: metrics.inc(GAUGE),
            lambda: metrics.set(COUNTER, 1.0, FOLD),
            lambda: metrics.observe(COUNTER, 1.0, FOLD),
        ]
        for call in wrong:
            with pytest.raises(ValueError, match="automl_"):
                call()

    @pytest.mark.parametrize(
        "labels", [None, {}, {"family": "linear"}, {**FOLD, "trial": "7"}, {"family": "linear", "state": "done"}]
    )
    def test_wrong_labels_are_refused(self, metrics: Metrics, labels: Mapping[str, str] | None) -> None:
        with pytest.raises(ValueError, match="labels"):
            metrics.inc(COUNTER, labels)
        assert not self.value(metrics, COUNTER, FOLD)

    @pytest.mark.parametrize("number", ODD_NUMBERS)
    def test_odd_numbers_never_raise_nor_spoil_what_is_there(self, metrics: Metrics, number: float) -> None:
        metrics.inc(COUNTER, FOLD, by=2.0)
        metrics.inc(COUNTER, FOLD, by=number)
        assert self.value(metrics, COUNTER, FOLD) == 2.0
        metrics.set(GAUGE, 5.0)
        metrics.set(GAUGE, number)
        assert self.value(metrics, GAUGE, {}) == (number if math.isfinite(number) else 5.0)
        metrics.observe(HISTOGRAM, 1.0, {"family": "linear"})
        metrics.observe(HISTOGRAM, number, {"family": "linear"})
        total = self.total(metrics, HISTOGRAM, {"family": "linear"})
        assert total is not None
        assert math.isfinite(total)

    def test_label_values_may_be_any_text(self, metrics: Metrics) -> None:
        labels = {**FOLD, "status": 'a "quoted"\\\n ä 数'}
        metrics.inc(COUNTER, labels)
        assert self.value(metrics, COUNTER, labels) == 1.0

    def test_nothing_is_lost_between_threads(self, metrics: Metrics) -> None:
        def work() -> None:
            for _ in range(500):
                metrics.inc(COUNTER, FOLD)
                metrics.observe(HISTOGRAM, 0.5, {"family": "linear"})

        together([work] * 4)
        assert self.value(metrics, COUNTER, FOLD) == 2000
        assert self.value(metrics, HISTOGRAM, {"family": "linear"}) == 2000
