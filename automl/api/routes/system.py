"""Health, metrics, documents and what the service says of itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from automl.api.dependencies import Service, Tenant
from automl.api.documents import page

router = APIRouter(tags=["system"])


@router.get("/health/live", summary="This process answers")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/ready", summary="Every component with state and latency")
def ready(services: Service) -> JSONResponse:
    components = services.system.components()
    down = [name for name, each in components.items() if each["state"] == "down" and each["essential"]]
    weak = [name for name, each in components.items() if each["state"] != "ok"]
    body = {"status": "unavailable" if down else "degraded" if weak else "ok", "components": components}
    return JSONResponse(body, 503 if down else 200, {"Retry-After": "2"} if down else None)


@router.get("/v1/system", summary="Versions, addresses, adapters")
def info(services: Service) -> dict[str, Any]:
    return services.system.info() | {"components": services.system.components()}


@router.post("/v1/system/selftest", summary="A message through the bus and a block down to a worker, timed")
def self_test(services: Service, tenant: Tenant) -> dict[str, Any]:
    return services.system.self_test(tenant)


@router.get("/metrics", summary="Metrics for Prometheus")
def metrics(services: Service) -> Response:
    return Response(services.system.metrics_text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(page(request.app.openapi()))
