"""Stored predictions: answer a whole dataset, look at the answers, download and delete them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from automl.api.dependencies import IdempotencyOf, Service, Tenant
from automl.api.paging import Cursor, Limit
from automl.api.strict_json import StrictRoute
from automl.core.spec import PredictSpec
from automl.core.views import JobView, Page, StoredPredictionView
from automl.jobs.predictions import Format

router = APIRouter(prefix="/v1/predictions", tags=["predictions"], route_class=StrictRoute)


@router.post("", status_code=202, summary="Predict every row of a dataset, as a job")
def submit(services: Service, tenant: Tenant, body: PredictSpec, idempotency: IdempotencyOf) -> JobView:
    """Answers with a job of the kind `predict`, whose id is the prediction's. A column that the model needs and the
    dataset lacks is refused here. The answers are kept until they are deleted."""
    return services.predictions.submit(tenant, body, idempotency)


@router.get("", summary="Stored predictions, newest first")
def list_predictions(
    services: Service, tenant: Tenant, cursor: Cursor = None, limit: Limit = 50
) -> Page[StoredPredictionView]:
    return services.predictions.list(tenant, cursor, limit)


@router.get("/{prediction_id}", summary="One stored prediction: rows done, times, what was handled")
def get(services: Service, tenant: Tenant, prediction_id: str) -> StoredPredictionView:
    return services.predictions.get(tenant, prediction_id)


@router.get("/{prediction_id}/download", summary="The answers in input order", response_class=StreamingResponse)
def download(
    services: Service,
    tenant: Tenant,
    prediction_id: str,
    form: Annotated[Format, Query(alias="format", description="csv or parquet")] = "csv",
) -> StreamingResponse:
    """Column `prediction`; with `proba` one column `proba_<class>` for each class. Text that a spreadsheet would run
    as a formula gets a leading apostrophe in CSV, and stays as it is in Parquet."""
    file = services.predictions.download(tenant, prediction_id, form)
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return StreamingResponse(file.pieces, 200, headers, file.media_type)


@router.delete("/{prediction_id}", status_code=204, summary="Remove an ended prediction for good")
def delete(services: Service, tenant: Tenant, prediction_id: str) -> Response:
    services.predictions.delete(tenant, prediction_id)
    return Response(status_code=204)
