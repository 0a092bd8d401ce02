"""Sessions of the web page: each belongs to an API key and is worth what the key is worth. A one-time code opens one.

Both are kept as hashes in the key's own aggregate, so that a code is spent in one atomic step, whoever is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automl.core.clock import Clock
from automl.core.errors import AuthenticationError, NotFoundError
from automl.registry.credentials import mint, parse
from automl.registry.tenants import Principal, Tenants

CODE_S = 600.0
SESSION_S = 14 * 24 * 3600.0
# Of one key; the ones that would end first go.
_SESSIONS_AT_MOST = 50
_CODES_AT_MOST = 10


@dataclass(frozen=True)
class Opened:
    """A new code or session: its raw text, given this once, and when it ends (epoch seconds)."""

    raw: str
    expires_at: float


class Sessions:
    """Opens and closes sessions. `Tenants.authenticate` is what takes them."""

    def __init__(self, tenants: Tenants, clock: Clock) -> None:
        self._tenants = tenants
        self._clock = clock

    def make_code(self, owner: Principal, valid_s: float = CODE_S) -> Opened:
        """A code that opens one session of this key within `valid_s` seconds."""
        raw, kept = mint("amc", owner.key_id)
        now = self._clock.now()

        def added(document: Mapping[str, Any]) -> Mapping[str, Any]:
            return _with(document, "codes", {kept.secret_sha256: now + valid_s}, now, _CODES_AT_MOST)

        self._tenants.change(owner.tenant, owner.key_id, "code.made", added)
        return Opened(raw, now + valid_s)

    def open(self, owner: Principal) -> Opened:
        """A session of this key."""
        raw, kept = mint("ams", owner.key_id)
        now = self._clock.now()

        def added(document: Mapping[str, Any]) -> Mapping[str, Any]:
            return _with(document, "sessions", {kept.secret_sha256: now + SESSION_S}, now, _SESSIONS_AT_MOST)

        self._tenants.change(owner.tenant, owner.key_id, "session.opened", added)
        return Opened(raw, now + SESSION_S)

    def exchange(self, code: str) -> Opened:
        """A session for a code, which is spent by it. AuthenticationError, in the same words for every reason."""
        given = parse(code)
        tenant = None if given is None or given.kind != "amc" else self._tenants.tenant_of(given.key_id)
        if given is None or tenant is None:
            raise _refused()
        raw, kept = mint("ams", given.key_id)
        now = self._clock.now()

        def spent(document: Mapping[str, Any]) -> Mapping[str, Any]:
            codes = dict(document.get("codes", {}))
            if now >= codes.pop(given.secret_sha256, 0.0):
                raise _refused()
            changed = {**document, "codes": codes}
            return _with(changed, "sessions", {kept.secret_sha256: now + SESSION_S}, now, _SESSIONS_AT_MOST)

        try:
            self._tenants.change(tenant, given.key_id, "session.opened", spent)
        except NotFoundError as error:
            raise _refused() from error
        return Opened(raw, now + SESSION_S)

    def close(self, raw: str) -> None:
        """The session opens nothing any more, within 2 s everywhere; an unknown one changes nothing."""
        given = parse(raw)
        tenant = None if given is None or given.kind != "ams" else self._tenants.tenant_of(given.key_id)
        if given is None or tenant is None:
            return

        def without(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
            sessions = dict(document.get("sessions", {}))
            if sessions.pop(given.secret_sha256, None) is None:
                return None
            return {**document, "sessions": sessions}

        self._tenants.change(tenant, given.key_id, "session.closed", without)


def _with(
    document: Mapping[str, Any], field: str, new: Mapping[str, float], now: float, at_most: int
) -> Mapping[str, Any]:
    """The document with these entries, less the ones that have ended and the oldest beyond the limit."""
    kept = {digest: until for digest, until in document.get(field, {}).items() if until > now}
    ordered = sorted({**kept, **new}.items(), key=lambda item: item[1])
    return {**document, field: dict(ordered[-at_most:])}


def _refused() -> AuthenticationError:
    return AuthenticationError(
        "The code is not valid: it was used already, is too old, or is mistyped.",
        code="code_refused",
        hint="Type an API key, or ask for a new address with 'automl serve --open'.",
    )
