"""What routes are given: the services of this process, the caller, and the request's idempotency."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Header, Request

from automl.api.feed import FeedHub
from automl.api.frames import Permits
from automl.api.resolving import ModelResolver
from automl.api.streams import StreamHub
from automl.core.clock import Clock
from automl.core.explain_views import ExplanationView
from automl.core.metrics import Metrics
from automl.core.report_views import ReportView
from automl.core.views import ModelVersionView, PredictionView
from automl.datasets.idempotency import Idempotency
from automl.datasets.service import Datasets
from automl.jobs.predictions import Predictions
from automl.jobs.service import Jobs
from automl.registry.models import Models
from automl.registry.tenants import Principal, Tenants


class Scorer(Protocol):
    """Answers predictions; in another process or in this one."""

    async def predict(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], proba: bool
    ) -> PredictionView:
        """Predictions in input order. InvalidInputError: names column or row; OverloadedError: its queue is full."""

    async def report(self, tenant: str, version: ModelVersionView, costs: tuple[float, float] | None) -> ReportView:
        """What there is of a version's report; begins what is missing. costs: of a missed positive, a false alarm."""

    async def explain(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], top: int
    ) -> ExplanationView:
        """Contributions of features, in input order. Raises as `predict`."""


class System(Protocol):
    """What the service knows of itself and of the catalogues below it."""

    def info(self) -> dict[str, Any]:
        """Versions, addresses, adapters, CPUs."""

    def components(self) -> dict[str, dict[str, Any]]:
        """Each component with `state` (ok, degraded, down), `latency_ms` and whether it is `essential`."""

    def self_test(self, tenant: str) -> dict[str, Any]:
        """Milliseconds of a message through the bus and of a block down to a worker. UnavailableError: what is away."""

    def families(self) -> list[dict[str, Any]]:
        """Estimator families with their hyperparameters as JSON Schema."""

    def package(self, tenant: str, version: ModelVersionView) -> tuple[bytes, str]:
        """A model's package (a zip) and a file name for it. NotFoundError, CorruptDataError."""

    def metrics_text(self) -> bytes:
        """This process's metrics in the Prometheus text format."""


@dataclass(frozen=True)
class Services:
    """Everything that routes call."""

    datasets: Datasets
    jobs: Jobs
    models: Models
    predictions: Predictions
    tenants: Tenants
    resolver: ModelResolver
    scorer: Scorer
    system: System
    streams: StreamHub
    feeds: FeedHub
    clock: Clock
    metrics: Metrics
    permits: Permits = field(default_factory=Permits)


# The framework runs plain functions in threads; these only look something up.
async def services_of(request: Request) -> Services:
    """The services of the app that answers."""
    return cast(Services, request.app.state.services)


def principal_of(request: Request) -> Principal:
    """Who asks; set by the default-deny guard before routing."""
    return cast(Principal, request.state.principal)


async def tenant_of(request: Request) -> str:
    """The caller's tenant, from the key alone."""
    return principal_of(request).tenant


async def idempotency_of(
    request: Request, idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None
) -> Idempotency | None:
    """The request's Idempotency-Key with the hash of its body and query; None when it has none."""
    if idempotency_key is None:
        return None
    digest = hashlib.sha256(bytes(request.scope["query_string"]) + b"\0" + await request.body())
    return Idempotency(idempotency_key, digest.hexdigest())


Service = Annotated[Services, Depends(services_of)]
Tenant = Annotated[str, Depends(tenant_of)]
IdempotencyOf = Annotated[Idempotency | None, Depends(idempotency_of)]
