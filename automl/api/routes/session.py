"""Sign in and out of the web page: a one-time code or a key in exchange for a cookie. Public; checks for itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from automl.api.auth import credential
from automl.api.dependencies import Service, principal_of
from automl.api.sessions import cookie_of, drop_cookie, set_cookie
from automl.api.strict_json import StrictRoute
from automl.core.errors import AuthenticationError
from automl.core.views import moment
from automl.registry.sessions import Sessions

router = APIRouter(prefix="/v1/session", tags=["session"], route_class=StrictRoute)


class SignIn(BaseModel):
    """Either a one-time code or an API key."""

    model_config = ConfigDict(extra="forbid")

    code: str | None = Field(default=None, max_length=200)
    key: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.key is None):
            raise ValueError("give either code or key")
        return self


class SessionView(BaseModel):
    """Who asks. by: the cookie, or a key sent with the request."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    signed_in: bool
    by: Literal["session", "key"] | None = None
    scopes: list[str] = []
    expires_at: datetime | None = None


class CodeView(BaseModel):
    """A one-time code for `/#code=…`."""

    code: str
    expires_at: datetime | None


@router.get("", summary="Whether this browser is signed in")
def get(request: Request, services: Service) -> SessionView:
    try:
        raw = credential(request)
        principal = services.tenants.authenticate(raw)
    except AuthenticationError:
        return SessionView(signed_in=False)
    return SessionView(signed_in=True, by="session" if raw.startswith("ams_") else "key", scopes=list(principal.scopes))


@router.post("", summary="Exchange a one-time code or a key for the page's cookie")
def sign_in(request: Request, response: Response, services: Service, body: SignIn) -> SessionView:
    sessions = Sessions(services.tenants, services.clock)
    if body.code is not None:
        opened = sessions.exchange(body.code)
    else:
        assert body.key is not None
        # A session is no key: it cannot make itself last.
        if body.key.startswith("ams_"):
            raise AuthenticationError("The API key is not valid.")
        opened = sessions.open(services.tenants.authenticate(body.key))
    principal = services.tenants.authenticate(opened.raw)
    set_cookie(request, response, opened, services.clock.now())
    return SessionView(
        signed_in=True, by="session", scopes=list(principal.scopes), expires_at=moment(opened.expires_at)
    )


@router.delete("", status_code=204, summary="Sign out")
def sign_out(request: Request, services: Service) -> Response:
    raw = cookie_of(request)
    if raw is not None:
        Sessions(services.tenants, services.clock).close(raw)
    response = Response(status_code=204)
    drop_cookie(request, response)
    return response


@router.post("/codes", status_code=201, summary="A one-time code that signs a browser in as the owner of this key")
def make_code(request: Request, services: Service) -> CodeView:
    opened = Sessions(services.tenants, services.clock).make_code(principal_of(request))
    return CodeView(code=opened.raw, expires_at=moment(opened.expires_at))
