"""Jobs: submit, look at, steer, follow."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from automl.api.auth import credential
from automl.api.dependencies import IdempotencyOf, Service, Tenant
from automl.api.frames import streaming
from automl.api.paging import Cursor, Limit
from automl.api.strict_json import StrictRoute
from automl.core.errors import InvalidInputError
from automl.core.spec import MAX_SECONDS, REFIT_S, FitSpec
from automl.core.states import JobKind, JobState
from automl.core.views import JobView, LeaderboardRow, LogLevel, LogLine, Page
from automl.jobs.listing import JobFilter

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=StrictRoute)


class Update(BaseModel):
    """What may change of a job."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    priority: Annotated[int, Field(ge=0, le=9)] | None = None


class Extend(BaseModel):
    """How much later it may end."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    seconds: float = Field(gt=0, le=MAX_SECONDS)


class Refit(BaseModel):
    """How long the fit on all rows may take."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    seconds: float = Field(default=REFIT_S, gt=0, le=MAX_SECONDS)


@router.post("", status_code=202, summary="Submit a fit")
def submit(services: Service, tenant: Tenant, body: FitSpec, idempotency: IdempotencyOf) -> JobView:
    return services.jobs.submit(tenant, body, idempotency)


@router.get("", summary="Jobs, newest first")
def list_jobs(
    services: Service,
    tenant: Tenant,
    cursor: Cursor = None,
    limit: Limit = 50,
    kind: Annotated[JobKind | None, Query()] = JobKind.FIT,
    state: Annotated[list[JobState] | None, Query(max_length=6, description="Of any of these states.")] = None,
    search: Annotated[
        str | None, Query(max_length=200, description="A part of the name, id, target or the dataset's name.")
    ] = None,
) -> Page[JobView]:
    """A page may hold fewer than `limit`, or none, though `cursor` says that more may follow."""
    wish = JobFilter(() if kind is None else (kind,), tuple(state or ()), (search or "").strip())
    return services.jobs.list(tenant, cursor, limit, wish)


@router.get("/{job_id}", summary="One job")
def get(services: Service, tenant: Tenant, job_id: str) -> JobView:
    return services.jobs.get(tenant, job_id)


@router.patch("/{job_id}", summary="Rename, or change the priority")
def update(services: Service, tenant: Tenant, job_id: str, body: Update) -> JobView:
    return services.jobs.update(tenant, job_id, name=body.name, priority=body.priority)


@router.delete("/{job_id}", status_code=204, summary="Remove an ended job for good; its model stays")
def delete(services: Service, tenant: Tenant, job_id: str) -> Response:
    services.jobs.delete(tenant, job_id)
    return Response(status_code=204)


@router.post("/{job_id}:stop", status_code=202, summary="End now, keep the best so far")
def stop(services: Service, tenant: Tenant, job_id: str) -> JobView:
    return services.jobs.stop(tenant, job_id)


@router.post("/{job_id}:cancel", status_code=202, summary="End now, discard everything")
def cancel(services: Service, tenant: Tenant, job_id: str) -> JobView:
    return services.jobs.cancel(tenant, job_id)


@router.post("/{job_id}:extend", status_code=202, summary="More time; an ended fit is continued by a new job")
def extend(services: Service, tenant: Tenant, job_id: str, body: Extend, idempotency: IdempotencyOf) -> JobView:
    """A waiting fit's budget grows, a running one's deadline moves. One that ends or has ended is continued by a new
    job, which is the answer: it has an id of its own, `continues` names the first, and its folds count."""
    return services.jobs.extend(tenant, job_id, body.seconds, idempotency)


@router.post("/{job_id}:refit", status_code=202, summary="The fast variant of an ended fit's model, by a new job")
def refit(services: Service, tenant: Tenant, job_id: str, body: Refit, idempotency: IdempotencyOf) -> JobView:
    """The best member of a fit that has succeeded is fitted again on all rows, and becomes the next version of the same
    model. The answer is the new job: it searches nothing, and ends as soon as its model is there."""
    return services.jobs.refit(tenant, job_id, body.seconds, idempotency)


@router.get("/{job_id}/trials", summary="Trials in the order they began")
def trials(
    services: Service, tenant: Tenant, job_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[LeaderboardRow]:
    return services.jobs.trials(tenant, job_id, cursor, limit)


@router.get("/{job_id}/leaderboard", summary="Every configuration tried, best first")
def leaderboard(
    services: Service, tenant: Tenant, job_id: str, cursor: Cursor = None, limit: Limit = 200
) -> Page[LeaderboardRow]:
    return services.jobs.leaderboard(tenant, job_id, cursor, limit)


@router.get("/{job_id}/logs", summary="What was said about the job")
def logs(
    services: Service,
    tenant: Tenant,
    job_id: str,
    level: Annotated[LogLevel, Query(description="This level and above.")] = "info",
    tail: Annotated[bool, Query(description="The last lines instead of the first; without a cursor.")] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[LogLine]:
    """Lines of driver, controller and workers, oldest first. `cursor` also leads to what is yet to be said: ask again
    with it a second later; it is null once the job has ended and all was told."""
    if tail and cursor is None:
        return services.jobs.log_tail(tenant, job_id, level, limit)
    return services.jobs.logs(tenant, job_id, level, cursor, limit)


@router.get("/{job_id}/events", summary="Events as they happen (server-sent)", response_class=StreamingResponse)
async def events(
    request: Request,
    services: Service,
    tenant: Tenant,
    job_id: str,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Replays durable events behind Last-Event-ID without gap or repetition, then follows; ends with the job's
    terminal event, or when the key is revoked. 204: there is nothing behind that id any more."""
    after = _after(last_event_id)
    state = await run_in_threadpool(services.jobs.state, tenant, job_id)
    if state.is_terminal and not await services.streams.ends_behind(tenant, job_id, after):
        return Response(status_code=204)
    if after and not await run_in_threadpool(services.jobs.events, tenant, job_id, after - 1, 1):
        raise InvalidInputError("Last-Event-ID is of no event of this job.", code="event_id")
    raw = credential(request)
    frames = services.streams.follow(tenant, job_id, after)
    return await streaming(frames, services.permits, raw, lambda: services.tenants.authenticate(raw))


def _after(last_event_id: str | None) -> int:
    if last_event_id is None or not last_event_id.strip():
        return 0
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 12):
        raise InvalidInputError("Last-Event-ID must be the id of an event.", code="event_id")
    return int(last_event_id)
