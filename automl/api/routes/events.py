"""What happens to anything of the tenant, as one feed for pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response, StreamingResponse

from automl.api.auth import credential
from automl.api.dependencies import Service, Tenant
from automl.api.frames import streaming
from automl.api.strict_json import StrictRoute

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=StrictRoute)


@router.get("", summary="Jobs, datasets and models as they change (server-sent)", response_class=StreamingResponse)
async def events(
    request: Request,
    services: Service,
    tenant: Tenant,
    last_event_id: Annotated[str | None, Header(max_length=4000)] = None,
) -> Response:
    """`event:` job, dataset or model; `data:` id, seq, type, state, at and what a list shows of it (progress of a job).

    States, not histories: each frame is the newest state of one thing, changes in between are left out, and what comes
    to rest is always told. Behind Last-Event-ID comes everything that changed since, once; where very much changed,
    some comes again with the same `seq`, which a reader drops. `event: reload`: read your lists again, things may have
    been deleted. Frames without an id (`seq` null) are progress on its way. Ends when the key is revoked, and now and
    then to be opened again."""
    raw = credential(request)
    last = last_event_id.strip() if last_event_id and last_event_id.strip() else None
    frames = services.feeds.follow(tenant, last)
    return await streaming(frames, services.permits, raw, lambda: services.tenants.authenticate(raw))
