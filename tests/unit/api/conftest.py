"""The HTTP application in process over real services and stores in memory; only the scorer and the system are stubs."""

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pyarrow as pa
import pytest
from fastapi import FastAPI

from automl.api.app import ApiConfig, bind, create_app
from automl.api.dependencies import Services
from automl.api.feed import FeedHub
from automl.api.places import Places
from automl.api.resolving import ModelResolver
from automl.api.streams import StreamHub
from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.events.local import LocalEvents
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import NewEvent
from automl.backends.records.memory import MemoryRecords
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import ErrorItem, InvalidInputError
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView
from automl.core.spec import ReadOptions
from automl.core.states import JobState
from automl.core.views import ModelVersionView, PredictionView
from automl.datasets.service import Datasets
from automl.datasets.uploading import UploadLimits
from automl.jobs.aggregate import Change, append, ended, read_job
from automl.jobs.changes import Changes
from automl.jobs.predictions import Predictions
from automl.jobs.service import Jobs
from automl.registry.models import Models
from automl.registry.tenants import Tenants
from automl.registry.versions import NewVersion, package_blob
from automl.testing.clock import ManualClock

BODY_BYTES = 4096
PART_BYTES = 1024
ROWS = 40
# Whether the web page was built must not matter here.
CONFIG = ApiConfig(BODY_BYTES, page=Path("nothing-built"))
FEATURES = ({"name": "age", "type": "integer"},)


@functools.cache
def _routes() -> FastAPI:
    nothing: Any = SimpleNamespace(tenants=None, metrics=None)
    return create_app(nothing, CONFIG)


class FakeScorer:
    """Knows one feature, `age`; answers its own input."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.fails_with: Exception | None = None

    async def predict(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], proba: bool
    ) -> PredictionView:
        if self.fails_with is not None:
            raise self.fails_with
        self.asked.append((tenant, f"{version.model_id}@{version.version}", len(rows)))
        if any("age" not in row for row in rows):
            items = [ErrorItem("is missing", column="age")]
            raise InvalidInputError("Columns are missing: age.", code="missing_columns", errors=items)
        return PredictionView(
            model_id=version.model_id,
            version=version.version,
            predictions=["yes" for _ in rows],
            probabilities=[{"no": 0.25, "yes": 0.75} for _ in rows] if proba else None,
            flags=[["unseen_category:town"] if row.get("town") == "Atlantis" else [] for row in rows],
            warnings=["Columns that the model does not know were left out: extra."] if "extra" in str(rows) else [],
        )

    async def report(self, tenant: str, version: ModelVersionView, costs: tuple[float, float] | None) -> ReportView:
        raise NotImplementedError

    async def explain(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], top: int
    ) -> ExplanationView:
        raise NotImplementedError


class StubSystem:
    """What the service says of itself."""

    def __init__(self, blobs: MemoryBlobs) -> None:
        self.blobs = blobs
        self.state = "ok"
        self.fails_with: Exception | None = None

    def info(self) -> dict[str, Any]:
        if self.fails_with is not None:
            raise self.fails_with
        return {"version": "0"}

    def components(self) -> dict[str, dict[str, Any]]:
        return {"records": {"state": self.state, "latency_ms": 0.1, "essential": True}}

    def self_test(self, tenant: str) -> dict[str, Any]:
        return {"bus_ms": 1.0, "intact": True}

    def families(self) -> list[dict[str, Any]]:
        return [{"name": "linear"}]

    def package(self, tenant: str, version: ModelVersionView) -> tuple[bytes, str]:
        return b"".join(self.blobs.read(BlobKey(tenant, package_blob(version.job_id)))), f"{version.label}.zip"

    def metrics_text(self) -> bytes:
        return b"automl_up 1\n"


class Site:
    """One service with two tenants, and what a test needs to use it."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(wakes_itself=True)
        self.records, self.blobs = MemoryRecords(), MemoryBlobs(self.clock)
        self.metrics, self.events = MemoryMetrics(), LocalEvents(folder)
        self.datasets = Datasets(
            self.records, self.blobs, self.clock, self.metrics, UploadLimits(PART_BYTES, 4 * PART_BYTES, 8)
        )
        self.jobs = Jobs(self.records, self.blobs, self.events, self.datasets, self.clock, self.metrics)
        self.models = Models(self.records, self.blobs, self.clock)
        self.predictions = Predictions(
            self.records, self.blobs, self.events, self.datasets, self.models, self.jobs, self.clock
        )
        self.tenants = Tenants(self.records, self.clock)
        self.scorer, self.system = FakeScorer(), StubSystem(self.blobs)
        places = Places(8, self.metrics)
        self.streams = StreamHub(self.jobs.events, places)
        self.feeds = FeedHub(Changes(self.records, self.clock), self.clock, places)
        self.key = self.tenants.create_key("acme")[1]
        self.other = self.tenants.create_key("rival")[1]
        services = Services(
            datasets=self.datasets,
            jobs=self.jobs,
            models=self.models,
            predictions=self.predictions,
            tenants=self.tenants,
            resolver=ModelResolver(self.models, self.clock),
            scorer=self.scorer,
            system=self.system,
            streams=self.streams,
            feeds=self.feeds,
            clock=self.clock,
            metrics=self.metrics,
        )
        # Routes take a while to be built and hold nothing of a test.
        self.app = _routes()
        bind(self.app, services, CONFIG)

    def ask(
        self,
        method: str,
        path: str,
        *,
        key: str | None = "acme",
        client: str = "127.0.0.1",
        url: str = "http://localhost:8400",
        **sent: Any,
    ) -> httpx2.Response:
        """One request. key: a raw one, the name of a tenant, or None for no key."""

        async def send() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app, client=(client, 5))
            async with httpx2.AsyncClient(transport=transport, base_url=url) as http:
                headers = dict(sent.pop("headers", {}))
                if key is not None:
                    raw = {"acme": self.key, "rival": self.other}.get(key, key)
                    headers.setdefault("Authorization", f"Bearer {raw}")
                return await http.request(method, path, headers=headers, **sent)

        return asyncio.run(send())

    def shorten_bodies(self, seconds: float) -> None:
        """Have less patience for bodies."""
        bind(self.app, self.app.state.services, replace(CONFIG, body_wait_s=seconds))

    def raw(self, scope: Mapping[str, Any], messages: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
        """What the application sends for a scope that no HTTP client would make."""
        base = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/v1/jobs",
            "raw_path": b"/v1/jobs",
            "query_string": b"",
            "root_path": "",
            "client": ("10.0.0.9", 5),
            "server": ("localhost", 8400),
            "headers": [(b"host", b"localhost:8400")],
        }
        coming = list(messages) or [{"type": "http.request", "body": b"", "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            if coming:
                return coming.pop(0)
            return await asyncio.get_running_loop().create_future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self.app({**base, **scope}, receive, send))
        return sent

    def dataset(self, tenant: str = "acme", *, ready: bool = True) -> str:
        """A dataset of one part, read or being read."""
        opened = self.datasets.open(tenant, name="people", filename="people.csv", options=ReadOptions())
        self.datasets.put_part(tenant, opened.id, 0, b"age,left\n1,no\n", None)
        self.datasets.check_complete(tenant, opened.id)
        if ready:
            writer = self.datasets.writer(tenant, opened.id)
            left = pa.array(["no", "yes"] * (ROWS // 2))
            for batch in pa.table({"age": pa.array(range(ROWS), pa.int64()), "left": left}).to_batches():
                writer.add(batch)
            names = {"age": ColumnType.INTEGER, "left": ColumnType.CATEGORY}
            schema = TableSchema(columns=tuple(ColumnSpec(name=n, type=t) for n, t in names.items()))
            self.datasets.mark_ready(tenant, opened.id, writer.finish(schema), "0" * 64, (), 0.1)
        return opened.id

    def fit(self, dataset_id: str) -> dict[str, Any]:
        """The body of a fit job."""
        return {"dataset_id": dataset_id, "target": "left", "budget": {"seconds": 60}}

    def job(self, tenant: str = "acme") -> str:
        """A waiting fit job."""
        answer = self.ask("POST", "/v1/jobs", key=tenant, json=self.fit(self.dataset(tenant)))
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def happen(self, job_id: str, *kinds: str, tenant: str = "acme") -> None:
        """Append events to a job, as its driver does."""
        record = read_job(self.records, tenant, job_id)
        append(self.records, self.clock, Change(record, tuple(NewEvent(kind) for kind in kinds)))

    def finish(self, job_id: str, tenant: str = "acme") -> None:
        """End a job well, with its terminal event."""
        record = read_job(self.records, tenant, job_id)
        if record.state is JobState.QUEUED:
            record = replace(record, state=JobState.RUNNING, admitted_at=self.clock.now())
        change = Change(ended(record, JobState.SUCCEEDED, self.clock.now()), (NewEvent("job.succeeded"),))
        append(self.records, self.clock, change)

    def model(self, tenant: str = "acme", name: str = "churn", features: Sequence[Mapping[str, Any]] = FEATURES) -> str:
        """A model of one shown version."""
        job_id = self.job(tenant)
        self.blobs.put(BlobKey(tenant, package_blob(job_id)), b"a zip")
        new = NewVersion(
            job_id=job_id, dataset_id="ds_a", name=name, family="linear", target="left", task="binary",
            metric="roc_auc", score=0.8, test_score=None, size_bytes=5, digest="d" * 64, members=[{"family": "linear"}],
            features=features, classes=["no", "yes"],
        )  # fmt: skip
        made = self.models.register(tenant, new)
        self.models.confirm(tenant, made.model_id, made.version)
        return made.model_id


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def problem_of() -> Callable[..., dict[str, Any]]:
    """Check that an answer is a problem of this status, and give it back."""

    def check(answer: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        body: dict[str, Any] = answer.json()
        assert set(body) == {"type", "title", "status", "code", "detail", "hint", "errors", "request_id"}
        assert body["status"] == status
        assert body["request_id"] == answer.headers["x-request-id"]
        assert "Traceback" not in answer.text
        if code is not None:
            assert body["code"] == code, answer.text
        return body

    return check
