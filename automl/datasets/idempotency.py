"""The same creating request twice is one resource: its id comes from the key, its body's hash is kept inside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idempotency:
    """key: the caller's Idempotency-Key; body_sha256: of the request, hex."""

    key: str
    body_sha256: str
