"""Uploads: a dataset in the making, sent at once or in hashed parts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from automl.api.dependencies import IdempotencyOf, Service, Tenant
from automl.api.strict_json import StrictRoute, is_json, parse
from automl.core.errors import InvalidInputError
from automl.core.spec import ReadOptions
from automl.core.views import DatasetView
from automl.datasets.examples import example

router = APIRouter(prefix="/v1/datasets", tags=["datasets"], route_class=StrictRoute)


class OpenUpload(BaseModel):
    """Begin an upload, or take an example."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=200)
    filename: str | None = Field(default=None, max_length=5000)
    options: ReadOptions = ReadOptions()
    example: str | None = Field(default=None, max_length=64)


class Complete(BaseModel):
    """What the client sent in all; checked where given."""

    model_config = ConfigDict(extra="forbid")

    size_bytes: Annotated[int, Field(ge=0)] | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


Digest = Annotated[str | None, Header(alias="X-Content-SHA256", pattern=r"^[0-9a-f]{64}$")]


@router.post("", status_code=201, summary="Open an upload, take an example, or send a small file at once")
async def create(
    request: Request,
    services: Service,
    tenant: Tenant,
    idempotency: IdempotencyOf,
    name: Annotated[str | None, Query(max_length=200)] = None,
    filename: Annotated[str | None, Query(max_length=5000)] = None,
) -> DatasetView:
    """A JSON body opens an upload (`name`, `filename`, `options`) or makes a dataset of an example (`example`). Any
    other content type is the file itself, read at once."""
    body, options = await request.body(), ReadOptions()
    if is_json(request):
        asked = _opened(parse(body))
        if asked.example is None:
            return await run_in_threadpool(
                services.datasets.open,
                tenant,
                name=asked.name or asked.filename or "dataset",
                filename=asked.filename,
                options=asked.options,
                idempotency=idempotency,
            )
        table, options = example(asked.example), asked.options
        name, filename, body = asked.name or table.name, table.path.name, table.path.read_bytes()

    def whole() -> DatasetView:
        opened = services.datasets.open(
            tenant,
            name=name or filename or "dataset",
            filename=filename,
            options=options,
            idempotency=idempotency,
        )
        services.datasets.put_part(tenant, opened.id, 0, body, None)
        return services.jobs.complete_upload(tenant, opened.id, len(body), None)

    return await run_in_threadpool(whole)


@router.put("/{dataset_id}/parts/{number}", summary="Send one part; repeatable")
async def put_part(
    request: Request, services: Service, tenant: Tenant, dataset_id: str, number: int, sha256: Digest = None
) -> DatasetView:
    """The part's raw bytes, at most 8 MiB. It is durable when this answers. The same bytes again change nothing."""
    body = await request.body()
    return await run_in_threadpool(services.datasets.put_part, tenant, dataset_id, number, body, sha256)


@router.get("/{dataset_id}/parts", summary="Parts that have arrived, for resuming")
def parts(services: Service, tenant: Tenant, dataset_id: str) -> list[dict[str, Any]]:
    return services.datasets.parts(tenant, dataset_id)


@router.post("/{dataset_id}/complete", status_code=202, summary="All parts are sent: read the file")
def complete(services: Service, tenant: Tenant, dataset_id: str, body: Complete | None = None) -> DatasetView:
    said = body or Complete()
    return services.jobs.complete_upload(tenant, dataset_id, said.size_bytes, said.sha256)


def _opened(body: Any) -> OpenUpload:
    if not isinstance(body, dict):
        raise InvalidInputError("The body must be a JSON object.", code="json_root")
    try:
        return OpenUpload.model_validate(body)
    except ValidationError as error:
        # As for a body that the framework itself has read.
        raise RequestValidationError(error.errors()) from error
