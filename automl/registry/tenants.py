"""Tenants and their API keys. A key is `aml_<id>_<secret><checksum>`; only the SHA-256 of the secret is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automl.backends.records.base import Aggregate, Append, Key, Kind, NewEvent, Records
from automl.core.clock import Clock
from automl.core.errors import (
    AuthenticationError,
    ErrorItem,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    VersionConflictError,
)
from automl.core.failpoint import failpoint
from automl.core.ids import KEY, checked_id, derive_id, new_id
from automl.registry.credentials import Credential, mint, parse

# `admin` includes the others; `metrics` opens /metrics beyond loopback.
SCOPES = ("admin", "read", "write", "predict", "metrics")

_TENANT = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")
KNOWN_FOR_S = 2.0
# Older than this it is looked up again while it still serves, so that nobody waits who asks all the time.
_RENEWED_AFTER_S = 1.0
_KNOWN_AT_MOST = 1024


@dataclass(frozen=True)
class Principal:
    """Who asks: the tenant and what the key may do."""

    tenant: str
    key_id: str
    scopes: tuple[str, ...]

    def require(self, scope: str) -> None:
        """PermissionDeniedError: the key lacks this scope."""
        if scope not in self.scopes and "admin" not in self.scopes:
            raise PermissionDeniedError(
                f"This API key lacks the scope {scope!r}.", hint="Ask for a key with that scope, or use another one."
            )


@dataclass(frozen=True)
class Recalled:
    """Who asks, as known from a moment ago. ageing: to be looked up again soon."""

    principal: Principal
    ageing: bool


@dataclass(frozen=True)
class KeyInfo:
    """One API key without its secret. Times are epoch seconds."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: float
    expires_at: float | None = None
    revoked_at: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "scopes": list(self.scopes),
            "created_at": self.created_at,
            "expires_at": self.expires_at,
            "revoked_at": self.revoked_at,
        }


class Tenants:
    """API keys of all tenants; the only writer of tenant aggregates. Safe for many threads."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        # Digest of a raw key → (aggregate, when read): spares a look-up per request; revocation is seen within 2 s.
        self._known: dict[bytes, tuple[Aggregate, float]] = {}

    def create_key(
        self,
        tenant: str,
        *,
        name: str = "",
        scopes: Sequence[str] = ("admin",),
        expires_at: float | None = None,
    ) -> tuple[KeyInfo, str]:
        """A new key and its raw text, which is shown this once. InvalidInputError: tenant, scope or expiry."""
        return self._create(tenant, new_id(KEY), name, tuple(scopes), expires_at)

    def first_key(self, tenant: str) -> tuple[KeyInfo, str] | None:
        """A key with all scopes for a tenant that has none yet; None when it has one, also an expired one."""
        if self._records.list(tenant, Kind.TENANT, limit=1).items:
            return None
        try:
            # The same id from every process that starts at this moment: one of them wins.
            return self._create(tenant, derive_id(KEY, tenant, "first"), "first key", ("admin",), None)
        except (VersionConflictError, NotFoundError):
            return None

    def authenticate(self, raw: str) -> Principal:
        """Whose key or session this is; a session is worth what its key is worth now. AuthenticationError, in the same
        words for malformed, unknown, expired and revoked."""
        given, digest = _read(raw)
        known = self._recent(digest)
        return self._judged(given, self._look_up(digest, given.key_id) if known is None else known[0])

    def renewed(self, raw: str) -> Principal:
        """As `authenticate`, always by a look at the store."""
        given, digest = _read(raw)
        return self._judged(given, self._look_up(digest, given.key_id))

    def recalled(self, raw: str) -> Recalled | None:
        """As `authenticate`, without a look at the store; None where that would take one."""
        given, digest = _read(raw)
        known = self._recent(digest)
        return None if known is None else Recalled(self._judged(given, known[0]), known[1] >= _RENEWED_AFTER_S)

    def _judged(self, given: Credential, aggregate: Aggregate | None) -> Principal:
        now = self._clock.now()
        # Compared also for an unknown id, so that both take the same time.
        stored = str(aggregate.document["secret_sha256"]) if aggregate else "0" * 64
        if aggregate is not None and given.kind == "ams":
            until = aggregate.document.get("sessions", {}).get(given.secret_sha256, 0.0)
            stored = given.secret_sha256 if now < until else "0" * 64
        fits = hmac.compare_digest(stored, given.secret_sha256)
        if aggregate is None or not fits:
            raise _refused()
        info = _info(aggregate)
        if info.revoked_at is not None or (info.expires_at is not None and now >= info.expires_at):
            raise _refused()
        return Principal(aggregate.key.tenant, info.id, info.scopes)

    def revoke(self, tenant: str, key_id: str) -> KeyInfo:
        """The key and its sessions open nothing any more, within 2 s everywhere; revoking twice changes nothing.
        NotFoundError."""
        now = self._clock.now()
        return self.change(
            tenant,
            key_id,
            "key.revoked",
            lambda document: None if document["revoked_at"] is not None else {**document, "revoked_at": now},
        )

    def tenant_of(self, key_id: str) -> str | None:
        """Whose key has this id; for credentials that name it, whose secret is checked in the next step."""
        found = self._records.find(Kind.TENANT, key_id)
        return None if found is None else found.tenant

    def change(
        self,
        tenant: str,
        key_id: str,
        event: str,
        decide: Callable[[Mapping[str, Any]], Mapping[str, Any] | None],
    ) -> KeyInfo:
        """Change what is kept of a key in one atomic step. decide: the document as it is → as it shall be, None to
        leave it; asked again when somebody else was first; what it raises ends the change. NotFoundError."""
        key = Key(tenant, Kind.TENANT, checked_id(key_id, KEY))
        while True:
            found = self._records.read(key)
            if found is None:
                raise NotFoundError("There is no API key with this id.")
            document = decide(found.document)
            if document is None:
                # Perhaps another process has changed it, or this one, whose answer was lost.
                self._forget()
                return _info(found)
            change = Append(key, found.version, document, self._clock.now(), events=(NewEvent(event),))
            try:
                failpoint("tenants.append.before")
                stored = self._records.append(change)
                failpoint("tenants.append.after")
            except VersionConflictError:
                continue
            self._forget()
            return _info(stored)

    def _create(
        self, tenant: str, key_id: str, name: str, scopes: tuple[str, ...], expires_at: float | None
    ) -> tuple[KeyInfo, str]:
        now = self._clock.now()
        _check(tenant, scopes, expires_at, now)
        raw, kept = mint("aml", key_id)
        document = {
            "name": name[:200],
            "scopes": list(scopes),
            "secret_sha256": kept.secret_sha256,
            "expires_at": expires_at,
            "revoked_at": None,
        }
        key = Key(tenant, Kind.TENANT, key_id)
        failpoint("tenants.append.before")
        stored = self._records.append(Append(key, 0, document, now, events=(NewEvent("key.created"),)))
        failpoint("tenants.append.after")
        return _info(stored), raw

    def _forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _recent(self, digest: bytes) -> tuple[Aggregate, float] | None:
        """What was read of a key, and how many seconds ago."""
        with self._lock:
            known = self._known.get(digest)
        if known is None:
            return None
        age_s = self._clock.monotonic() - known[1]
        return (known[0], age_s) if age_s < KNOWN_FOR_S else None

    def _look_up(self, digest: bytes, key_id: str) -> Aggregate | None:
        now = self._clock.monotonic()
        key = self._records.find(Kind.TENANT, key_id)
        aggregate = None if key is None else self._records.read(key)
        if aggregate is not None:
            with self._lock:
                if len(self._known) >= _KNOWN_AT_MOST:
                    self._known.clear()
                self._known[digest] = (aggregate, now)
        return aggregate

    # Last in the class: below it, `list` would mean this method.
    def list(self, tenant: str) -> list[KeyInfo]:
        """All keys of a tenant, newest first, revoked ones too."""
        found: list[KeyInfo] = []
        cursor = None
        while True:
            page = self._records.list(tenant, Kind.TENANT, cursor, limit=200)
            found += [_info(each) for each in page.items]
            cursor = page.cursor
            if cursor is None:
                return found


def _info(aggregate: Aggregate) -> KeyInfo:
    body = aggregate.document
    return KeyInfo(
        id=aggregate.key.id,
        name=body["name"],
        scopes=tuple(body["scopes"]),
        created_at=aggregate.created_at,
        expires_at=body["expires_at"],
        revoked_at=body["revoked_at"],
    )


def _check(tenant: str, scopes: tuple[str, ...], expires_at: float | None, now: float) -> None:
    items = []
    if not _TENANT.match(tenant):
        items.append(ErrorItem("use 1 to 63 of a-z, 0-9 and -", field="tenant", sample=tenant[:64]))
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        items.append(ErrorItem(f"choose from {', '.join(SCOPES)}", field="scopes", sample=", ".join(unknown)[:64]))
    if expires_at is not None and expires_at <= now:
        items.append(ErrorItem("lies in the past", field="expires_at"))
    if items:
        fields = ", ".join(item.field or "" for item in items)
        raise InvalidInputError(f"The API key cannot be made: {fields}.", code="key_invalid", errors=items)


def _read(raw: str) -> tuple[Credential, bytes]:
    """A key or session and what it is remembered by. AuthenticationError: it is neither."""
    given = parse(raw)
    if given is None or given.kind == "amc":
        raise _refused()
    return given, hashlib.sha256(raw.encode()).digest()


def _refused() -> AuthenticationError:
    return AuthenticationError("The API key is not valid.")
