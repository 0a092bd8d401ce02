"""Default-deny: every request needs a key, unless its route is named public here."""

from __future__ import annotations

import ipaddress

from fastapi import Request

from automl.api.dependencies import services_of
from automl.core.errors import AuthenticationError
from automl.registry.tenants import Principal

# Path → why it needs no key.
PUBLIC = {
    "/": "sends to the documents",
    "/health/live": "for supervisors",
    "/health/ready": "for load balancers",
    "/docs": "documents",
    "/openapi.json": "documents",
}
# Open on loopback alone; elsewhere by the scope of the same name.
METRICS = "/metrics"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


async def guard(request: Request) -> None:
    """Set who asks on the request. AuthenticationError: no valid key; PermissionDeniedError: its scopes do not do."""
    path = request.url.path
    if path in PUBLIC or (path == METRICS and _is_loopback(request)):
        return
    principal = _authenticated(request)
    principal.require(_scope(request.method, path))
    request.state.principal = principal


def _authenticated(request: Request) -> Principal:
    scheme, _, raw = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not raw:
        raise AuthenticationError("This needs an API key.")
    return services_of(request).tenants.authenticate(raw.strip())


def _scope(method: str, path: str) -> str:
    if path == METRICS:
        return "metrics"
    if path.endswith("/predict"):
        return "predict"
    return "read" if method in _READING else "write"


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
