"""What a model is worth and why it answers as it does: its report, and explanations of single rows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from automl.api.dependencies import Service, Tenant
from automl.api.strict_json import StrictRoute
from automl.core.errors import TooLargeError
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView

router = APIRouter(prefix="/v1/models", tags=["models"], route_class=StrictRoute)

MAX_ROWS = 200
Cost = Annotated[float | None, Query(gt=0.0, le=1e9, allow_inf_nan=False)]


class ExplainRows(BaseModel):
    """Rows by column name, in any order; null is a missing value. top: features listed for a row."""

    model_config = ConfigDict(extra="forbid")

    rows: list[dict[str, Any]]
    top: int = Field(default=5, ge=1, le=100)


@router.get("/{model}/report", summary="Scores, curves, importances, checks and lineage of a version")
async def report(
    services: Service,
    tenant: Tenant,
    model: str,
    version: Annotated[str | None, Query(min_length=1, max_length=80)] = None,
    fn_cost: Cost = None,
    fp_cost: Cost = None,
) -> ReportView:
    """What exists, at once. What takes longer (importance, dependence, contributions) is begun by the first request and
    is `pending` until it is there. With `fn_cost` or `fp_cost` (the other one is 1) a binary report also names the
    cheapest threshold."""
    resolved = await services.resolver.version(tenant, model if version is None else f"{_plain(model)}@{version}")
    costs = None if fn_cost is None and fp_cost is None else (fn_cost or 1.0, fp_cost or 1.0)
    return await services.scorer.report(tenant, resolved, costs)


@router.post("/{model}/explain", summary="Why the model predicts what it predicts for these rows")
async def explain(services: Service, tenant: Tenant, model: str, body: ExplainRows) -> ExplanationView:
    """Exact contributions of the members that allow it, averaged by weight; `covered_weight` says how much that is."""
    if len(body.rows) > MAX_ROWS:
        raise TooLargeError(f"At most {MAX_ROWS} rows are explained at once.", hint="Send them in several requests.")
    resolved = await services.resolver.version(tenant, model)
    return await services.scorer.explain(tenant, resolved, body.rows, body.top)


def _plain(model: str) -> str:
    # `?version=` says it more plainly than what may stand behind the model's own @.
    return model.rpartition("@")[0] or model
