"""Datasets: look at them, read them anew, download, rename, delete."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from automl.api.dependencies import IdempotencyOf, Service, Tenant
from automl.api.paging import Cursor, Limit, Search
from automl.api.strict_json import StrictRoute
from automl.core.spec import ReadOptions
from automl.core.views import DatasetView, Page

router = APIRouter(prefix="/v1/datasets", tags=["datasets"], route_class=StrictRoute)

# Beyond what any table has; a row number travels as 64 bits.
MAX_OFFSET = 2**53


class Rename(BaseModel):
    """What may change of a dataset."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)


@router.get("", summary="Datasets, newest first")
def list_datasets(
    services: Service, tenant: Tenant, cursor: Cursor = None, limit: Limit = 50, search: Search = None
) -> Page[DatasetView]:
    return services.datasets.list(tenant, cursor, limit, search)


@router.get("/{dataset_id}", summary="One dataset with its ingest report")
def get(services: Service, tenant: Tenant, dataset_id: str) -> DatasetView:
    return services.datasets.get(tenant, dataset_id)


@router.patch("/{dataset_id}", summary="Rename")
def rename(services: Service, tenant: Tenant, dataset_id: str, body: Rename) -> DatasetView:
    return services.datasets.rename(tenant, dataset_id, body.name)


@router.delete("/{dataset_id}", status_code=204, summary="Remove for good")
def delete(services: Service, tenant: Tenant, dataset_id: str) -> Response:
    services.jobs.delete_dataset(tenant, dataset_id)
    return Response(status_code=204)


@router.post("/{dataset_id}:reread", status_code=202, summary="Read the stored bytes anew, in another way")
def reread(
    services: Service, tenant: Tenant, idempotency: IdempotencyOf, dataset_id: str, body: ReadOptions
) -> DatasetView:
    """Makes a new dataset from the same bytes; the first one stays."""
    return services.jobs.reread(tenant, dataset_id, body, idempotency)


@router.get("/{dataset_id}/profile", summary="Each column: type, missing, distinct, distribution")
def profile(services: Service, tenant: Tenant, dataset_id: str) -> dict[str, Any]:
    return services.datasets.profile(tenant, dataset_id)


@router.get("/{dataset_id}/checks", summary="What a target needs you to know: leakage, duplicates, rare classes")
def checks(
    services: Service, tenant: Tenant, dataset_id: str, target: Annotated[str, Query(max_length=255)]
) -> dict[str, Any]:
    return {"checks": services.datasets.checks(tenant, dataset_id, target)}


@router.get("/{dataset_id}/associations", summary="Which columns go together, from a bounded sample of rows")
def associations(services: Service, tenant: Tenant, dataset_id: str) -> dict[str, Any]:
    return services.datasets.associations(tenant, dataset_id)


@router.get("/{dataset_id}/versions", summary="Every reading of the same bytes, newest first")
def versions(services: Service, tenant: Tenant, dataset_id: str) -> Page[DatasetView]:
    return Page[DatasetView](items=services.datasets.versions(tenant, dataset_id), cursor=None)


@router.get("/{dataset_id}/rows", summary="Rows as read")
def rows(
    services: Service,
    tenant: Tenant,
    dataset_id: str,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    return {"offset": offset, "rows": services.datasets.rows(tenant, dataset_id, offset, limit)}


@router.get("/{dataset_id}/download", summary="The file exactly as uploaded", response_class=StreamingResponse)
def download(services: Service, tenant: Tenant, dataset_id: str) -> StreamingResponse:
    services.datasets.get(tenant, dataset_id)
    headers = {"Content-Disposition": f'attachment; filename="{dataset_id}.bin"'}
    return StreamingResponse(services.datasets.raw(tenant, dataset_id), 200, headers, "application/octet-stream")
