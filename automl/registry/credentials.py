"""How credentials are written: `aml_` an API key, `ams_` a session, `amc_` a one-time code; each with its key's id, 160
random bits and a checksum. Only the SHA-256 of the secret is ever kept."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass
from typing import Literal

from automl.core.ids import KEY

CredentialKind = Literal["aml", "ams", "amc"]

_RAW = re.compile(r"^(aml|ams|amc)_([a-z2-7]{20})_([a-z2-7]{32})([a-z2-7]{7})$")


@dataclass(frozen=True)
class Credential:
    """What a raw credential names and proves. secret_sha256: hexadecimal."""

    kind: CredentialKind
    key_id: str
    secret_sha256: str


def mint(kind: CredentialKind, key_id: str) -> tuple[str, Credential]:
    """A new credential of this API key: its raw text, shown once, and what is kept of it."""
    letters = key_id.removeprefix(f"{KEY}_")
    secret = base64.b32encode(secrets.token_bytes(20)).decode().lower()
    return f"{kind}_{letters}_{secret}{_checksum(letters, secret)}", Credential(kind, key_id, _digest(secret))


def parse(raw: str) -> Credential | None:
    """A credential from its raw text; None when it is malformed or mistyped."""
    match = _RAW.match(raw)
    if match is None or _checksum(match[2], match[3]) != match[4]:
        return None
    kind: CredentialKind = "aml" if match[1] == "aml" else "ams" if match[1] == "ams" else "amc"
    return Credential(kind, f"{KEY}_{match[2]}", _digest(match[3]))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(letters: str, secret: str) -> str:
    """Seven letters that find a mistyped or cut key, and let secret scanners recognise one, without a look-up."""
    return base64.b32encode(zlib.crc32(f"{letters}_{secret}".encode()).to_bytes(4, "big")).decode().lower()[:7]
