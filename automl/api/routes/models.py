"""Models: look at them, move aliases, predict, download. A model is named `id`, `id@alias`, `id@version` or by name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from automl.api.dependencies import Service, Tenant
from automl.api.paging import Cursor, Limit, Search
from automl.api.strict_json import StrictRoute
from automl.core.errors import TooLargeError
from automl.core.views import ModelVersionView, ModelView, Page, PredictionView

router = APIRouter(prefix="/v1/models", tags=["models"], route_class=StrictRoute)

MAX_ROWS = 100_000


class Rename(BaseModel):
    """What may change of a model."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)


class RollBack(BaseModel):
    """The version that the alias means now; when it means another one already, nothing happens: so a request that is
    sent again goes back once."""

    model_config = ConfigDict(extra="forbid")

    version: str | None = Field(default=None, min_length=1, max_length=80)


class AliasTo(BaseModel):
    """The version an alias shall mean."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1, max_length=80)


class PredictRows(BaseModel):
    """Rows by column name, in any order; null is a missing value."""

    model_config = ConfigDict(extra="forbid")

    rows: list[dict[str, Any]]
    proba: bool = False


@router.get("", summary="Models, newest first")
def list_models(
    services: Service, tenant: Tenant, cursor: Cursor = None, limit: Limit = 50, search: Search = None
) -> Page[ModelView]:
    return services.models.list(tenant, cursor, limit, search)


@router.get("/{model}", summary="One model with its newest version")
def get(services: Service, tenant: Tenant, model: str) -> ModelView:
    return services.models.get(tenant, services.models.resolve(tenant, model).model_id)


@router.patch("/{model}", summary="Rename")
def rename(services: Service, tenant: Tenant, model: str, body: Rename) -> ModelView:
    return services.models.rename(tenant, model, body.name)


@router.delete("/{model}", status_code=204, summary="Remove for good, with all versions")
def delete(services: Service, tenant: Tenant, model: str) -> Response:
    services.models.delete(tenant, model)
    return Response(status_code=204)


@router.get("/{model}/versions", summary="All versions, newest first")
def versions(services: Service, tenant: Tenant, model: str) -> Page[ModelVersionView]:
    return Page[ModelVersionView](items=services.models.versions(tenant, model))


@router.get("/{model}/versions/{version}", summary="One version")
def version(services: Service, tenant: Tenant, model: str, version: str) -> ModelVersionView:
    return services.models.version(tenant, model, version)


@router.delete("/{model}/versions/{version}", status_code=204, summary="Remove a version that no alias means")
def delete_version(services: Service, tenant: Tenant, model: str, version: str) -> Response:
    services.models.delete_version(tenant, model, version)
    return Response(status_code=204)


@router.put("/{model}/aliases/{alias}", summary="Let an alias mean a version")
def set_alias(services: Service, tenant: Tenant, model: str, alias: str, body: AliasTo) -> ModelView:
    return services.models.set_alias(tenant, model, alias, body.version)


@router.delete("/{model}/aliases/{alias}", summary="Forget an alias; a model keeps its champion")
def drop_alias(services: Service, tenant: Tenant, model: str, alias: str) -> ModelView:
    return services.models.drop_alias(tenant, model, alias)


@router.post("/{model}/aliases/{alias}:rollback", summary="Let an alias mean what it meant before")
def roll_back(services: Service, tenant: Tenant, model: str, alias: str, body: RollBack | None = None) -> ModelView:
    return services.models.roll_back(tenant, model, alias, None if body is None else body.version)


@router.post("/{model}/predict", summary="Predict rows")
async def predict(services: Service, tenant: Tenant, model: str, body: PredictRows) -> PredictionView:
    """Answers in input order. A missing column is refused, an unseen category is handled and flagged per row."""
    if len(body.rows) > MAX_ROWS:
        raise TooLargeError(f"At most {MAX_ROWS} rows are predicted at once.", hint="Send them in several requests.")
    resolved = await services.resolver.version(tenant, model)
    return await services.scorer.predict(tenant, resolved, body.rows, body.proba)


@router.get("/{model}/download", summary="The model's package: native files, arrays and JSON in a zip")
def download(services: Service, tenant: Tenant, model: str) -> Response:
    data, filename = services.system.package(tenant, services.models.resolve(tenant, model))
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(data, 200, headers, "application/zip")
