"""The session cookie: how it is named, set and read, and which requests it may not be used for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from automl.core.errors import PermissionDeniedError
from automl.registry.sessions import Opened

_NAME = "automl_session"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})


def cookie_name(request: Request) -> str:
    """Cookies know no ports: beside another service of this machine ours needs a name of its own."""
    _, _, port = request.headers.get("host", "").rpartition(":")
    return f"{_NAME}_{port}" if port.isdigit() else _NAME


def cookie_of(request: Request) -> str | None:
    """The session that a request carries. PermissionDeniedError: another site's page made the browser send it."""
    raw = request.cookies.get(cookie_name(request))
    if raw is None:
        return None
    # SameSite counts the services of one machine as one site; these headers do not, and no script can set them. Other
    # origins than ours were refused at the edge; browsers of the kind that sends none with a POST are not served.
    site = request.headers.get("sec-fetch-site")
    trusted = site is None or site in _OWN_SITE
    if request.method not in _READING:
        trusted = trusted and (site == "same-origin" or "origin" in request.headers)
    if not trusted:
        raise PermissionDeniedError(
            "A page of another site may not use your session.", code="origin", hint="Open the service's own page."
        )
    return raw


def set_cookie(request: Request, response: Response, opened: Opened, now: float) -> None:
    """Let the browser keep the session, where no script can read it."""
    response.set_cookie(
        cookie_name(request),
        opened.raw,
        max_age=max(0, int(opened.expires_at - now)),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def drop_cookie(request: Request, response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )
