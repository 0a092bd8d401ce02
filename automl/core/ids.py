"""Ids: opaque, URL-safe, with a prefix that names the kind. Derived ids make twice into once."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from automl.core.errors import NotFoundError

DATASET, JOB, MODEL, KEY, REQUEST, TOKEN = "ds", "job", "mdl", "key", "req", "tok"

_LENGTH = 20
_PATTERN = re.compile(r"^[a-z]{2,3}_[a-z2-7]{20}$")


def new_id(prefix: str) -> str:
    """A random id such as `job_4k2m…` with 100 bits."""
    return f"{prefix}_{_letters(secrets.token_bytes(16))}"


def derive_id(prefix: str, *parts: str) -> str:
    """The id that these parts always give: SHA-256 over the length-prefixed parts."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return f"{prefix}_{_letters(digest.digest())}"


def checked_id(value: str, prefix: str) -> str:
    """The id itself when it is well formed; otherwise NotFoundError, as for an unknown one."""
    if not _PATTERN.match(value) or not value.startswith(prefix + "_"):
        raise NotFoundError(f"There is no {_NAMES.get(prefix, 'thing')} with this id.")
    return value


_NAMES = {DATASET: "dataset", JOB: "job", MODEL: "model", KEY: "API key"}


def _letters(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower()[:_LENGTH]
