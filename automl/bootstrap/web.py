"""What Serve's processes are made of: the HTTP application and the scorer. Started by name."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI

from automl.api.admission import AdmissionLimits
from automl.api.app import ApiConfig, create_app
from automl.api.dependencies import Scorer, Services
from automl.api.feed import FeedHub
from automl.api.notices import Notice
from automl.api.places import Places
from automl.api.resolving import ModelResolver
from automl.api.streams import StreamHub
from automl.backends.compute.base import EntryPoint
from automl.backends.events.base import Events, Hint
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.bootstrap.adapters import Adapters, make_adapters, worker_metrics
from automl.bootstrap.allocator import give_back_big_blocks
from automl.bootstrap.facts import Facts
from automl.bootstrap.services import make_services
from automl.core.views import ModelVersionView
from automl.jobs.changes import Changes
from automl.jobs.story import job_story
from automl.serving.explaining import explain_rows
from automl.serving.loader import PackageLoader
from automl.serving.reporting import ReportDesk
from automl.settings import LOOPBACK, Settings

API_APP = EntryPoint("automl.bootstrap.web:api_app")
SCORER = EntryPoint("automl.bootstrap.web:scorer")

# Beside the rows of a part: JSON around them.
_BODY_MARGIN = 64 * 1024
_HINT_POLL_S = 1.0
_SWITCH_S = 0.0005
_SIGNALS = "signals"
# Topic of the bus → what its keys name.
_KINDS = {"jobs": "job", "datasets": "dataset", _SIGNALS: "job"}


def api_app(scorer: Scorer, settings: str) -> FastAPI:
    """The HTTP application of one API replica. settings: as JSON; scorer: answers predictions."""
    # Requests change between the event loop and threads many times, and each change may wait for as long as this.
    sys.setswitchinterval(_SWITCH_S)
    give_back_big_blocks()
    loaded = Settings.model_validate_json(settings)
    metrics = PrometheusMetrics()
    adapters = make_adapters(loaded, metrics)
    kept = make_services(loaded, adapters)
    places = Places(loaded.server.max_streams, metrics)
    services = Services(
        datasets=kept.datasets,
        jobs=kept.jobs,
        models=kept.models,
        predictions=kept.predictions,
        tenants=kept.tenants,
        resolver=ModelResolver(kept.models, adapters.clock),
        scorer=scorer,
        system=Facts(loaded, adapters, metrics),
        streams=StreamHub(kept.jobs.events, places, loaded.server.stream_bytes),
        feeds=FeedHub(Changes(adapters.records, adapters.clock), adapters.clock, places, loaded.server.stream_bytes),
        clock=adapters.clock,
        metrics=metrics,
    )
    hosts = frozenset({*LOOPBACK, "[::1]", loaded.server.host, *loaded.server.allowed_hosts})
    limits = loaded.server.body_bytes + _BODY_MARGIN
    server = loaded.server
    admission = AdmissionLimits(server.max_running, server.max_waiting, server.max_wait_s)
    return create_app(services, ApiConfig(limits, hosts, _listen(adapters.events), admission=admission))


def _listen(events: Events) -> Callable[[Callable[[Iterable[Notice]], None], threading.Event], None]:
    def listen(hear: Callable[[Iterable[Notice]], None], stop: threading.Event) -> None:
        with events.tail(tuple(_KINDS)) as hints:
            while not stop.is_set():
                hear(_notices(hints.poll(_HINT_POLL_S)))

    return listen


def _notices(hints: Sequence[Hint]) -> list[Notice]:
    # Of several hints of one thing one is enough; of its signals the newest.
    found = {
        (each.key, each.type if each.topic == _SIGNALS else ""): Notice(
            each.tenant, _KINDS[each.topic], each.key, each.type, each.topic == _SIGNALS, each.body
        )
        for each in hints
    }
    return list(found.values())


def scorer(settings: str) -> LocalScorer:
    """What a scorer replica wraps."""
    loaded = Settings.model_validate_json(settings)
    return LocalScorer(make_adapters(loaded, worker_metrics(loaded)), loaded.store.loaded_models_bytes)


class LocalScorer:
    """Predicts in this process; blocking. Takes and gives JSON values, because it is called across processes."""

    def __init__(self, adapters: Adapters, max_bytes: int) -> None:
        self._metrics = adapters.metrics
        self._clock = adapters.clock
        self._loader = PackageLoader(adapters.blobs, adapters.folders.packages, max_bytes)
        self._desk = ReportDesk(
            adapters.blobs,
            self._loader,
            adapters.clock,
            lambda tenant, job_id: job_story(adapters.records, adapters.clock, tenant, job_id),
        )

    def predict(self, tenant: str, version: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        """One request: `rows` and `proba`. Raises InvalidInputError, NotFoundError, CorruptDataError."""
        began = self._clock.monotonic()
        view = ModelVersionView.model_validate(version)
        rows: Sequence[dict[str, Any]] = request["rows"]
        batch = self._loader.predictor_of(tenant, view).predict_rows(rows)
        probabilities = None
        if request["proba"] and batch.probabilities is not None and batch.classes is not None:
            names = batch.classes
            probabilities = [dict(zip(names, row, strict=True)) for row in batch.probabilities.tolist()]
        self._metrics.inc("automl_predictions_total", {"result": "ok"}, by=len(rows))
        self._metrics.observe("automl_predict_seconds", self._clock.monotonic() - began)
        return {
            "model_id": view.model_id,
            "version": view.version,
            "predictions": batch.values,
            "probabilities": probabilities,
            "intervals": None if batch.ranges is None else batch.ranges.tolist(),
            "flags": batch.flags,
            "warnings": batch.warnings,
        }

    def explain(self, tenant: str, version: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        """One request: `rows` and `top`. Raises as `predict`."""
        view = ModelVersionView.model_validate(version)
        predictor = self._loader.predictor_of(tenant, view)
        return explain_rows(predictor, view, request["rows"], request["top"]).model_dump(mode="json")

    def report(self, tenant: str, version: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        """One request: `costs`, of a missed positive and of a false alarm, or None. Raises as `predict`."""
        costs = request["costs"]
        view = ModelVersionView.model_validate(version)
        return self._desk.report(tenant, view, None if costs is None else (costs[0], costs[1])).model_dump(mode="json")
