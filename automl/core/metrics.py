"""Operations metrics as a handed-in object. Names and label sets are closed: the catalogue below is all there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class MetricKind(StrEnum):
    """How values of a metric add up."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class MetricSpec:
    """One metric. `labels` have closed sets of values, never ids; `buckets` are upper bounds for a histogram."""

    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_C, _G, _H = MetricKind.COUNTER, MetricKind.GAUGE, MetricKind.HISTOGRAM

CATALOGUE: Mapping[str, MetricSpec] = {
    spec.name: spec
    for spec in (
        MetricSpec("automl_http_requests_total", _C, "HTTP requests answered.", ("route", "method", "status")),
        MetricSpec("automl_http_request_seconds", _H, "Time to answer.", ("route", "method"), _SECONDS),
        MetricSpec("automl_http_shed_total", _C, "Requests refused because too many wait.", ("class", "reason")),
        MetricSpec("automl_sse_streams", _G, "Open event streams."),
        MetricSpec("automl_jobs_total", _C, "Jobs that ended.", ("kind", "state")),
        MetricSpec("automl_jobs_active", _G, "Jobs not ended.", ("kind", "state")),
        MetricSpec("automl_job_queue_seconds", _H, "Time from submission to admission.", ("kind",), _SECONDS),
        MetricSpec("automl_job_seconds", _H, "Time from admission to the end.", ("kind",), _SECONDS),
        MetricSpec("automl_job_overrun_seconds", _H, "Time past the deadline.", (), (0.0, 0.5, 1.0, 2.0, 5.0, 30.0)),
        MetricSpec("automl_folds_total", _C, "Folds that ended.", ("family", "status")),
        MetricSpec("automl_fold_seconds", _H, "Time to fit one fold.", ("family",), _SECONDS),
        MetricSpec("automl_block_reads_total", _C, "Feature block reads by the level that answered.", ("level",)),
        MetricSpec("automl_store_seconds", _H, "Time of a store call.", ("port", "call"), _SECONDS),
        MetricSpec("automl_store_errors_total", _C, "Store calls that failed.", ("port", "call")),
        MetricSpec("automl_cache_requests_total", _C, "Cache look-ups.", ("result",)),
        MetricSpec("automl_events_published_total", _C, "Hints handed to the bus.", ("topic", "result")),
        MetricSpec("automl_events_read_total", _C, "Hints read from the bus.", ("topic", "result")),
        MetricSpec("automl_events_reconnects_total", _C, "Clients of the bus made anew.", ("client",)),
        MetricSpec("automl_ingest_bytes_total", _C, "Uploaded bytes made durable."),
        MetricSpec("automl_ingest_total", _C, "Uploads that became datasets or were refused.", ("state",)),
        MetricSpec("automl_predictions_total", _C, "Rows predicted.", ("result",)),
        MetricSpec("automl_predict_seconds", _H, "Time to score one request.", (), _SECONDS),
        MetricSpec("automl_models_loaded", _G, "Model versions held in memory."),
    )
}


class Metrics(Protocol):
    """Records values. Unknown names and wrong labels raise ValueError in every adapter; nothing else ever raises."""

    def inc(self, name: str, labels: Mapping[str, str] | None = None, by: float = 1.0) -> None:
        """Add to a counter."""

    def set(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        """Set a gauge."""

    def observe(self, name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        """Add one value to a histogram."""


def checked(name: str, kind: MetricKind, labels: Mapping[str, str] | None) -> MetricSpec:
    """The catalogue's entry, or ValueError when name, kind or labels do not fit it."""
    spec = CATALOGUE.get(name)
    if spec is None:
        raise ValueError(f"unknown metric {name!r}")
    if spec.kind is not kind:
        raise ValueError(f"{name} is a {spec.kind}, not a {kind}")
    if set(labels or {}) != set(spec.labels):
        raise ValueError(f"{name} takes labels {spec.labels}, got {sorted(labels or {})}")
    return spec
