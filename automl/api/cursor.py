"""How far a reader of a tenant's feed has come: a time, and what it was told that happened later."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from automl.core.errors import InvalidInputError
from automl.jobs.changes import Changed

_FORMAT = 1
_HEAD, _TOLD = struct.Struct(">BQB"), struct.Struct(">8sI")
# Entries; more things that change within the margin may be told again.
MOST_TOLD = 64
_LONGEST = 4 * ((_HEAD.size + 255 * _TOLD.size) // 3 + 1)


@dataclass(frozen=True)
class Cursor:
    """Everything that happened up to `at` (epoch seconds) was told; of later things those in `told` (a short name of
    each, the number of its event, and when it happened)."""

    at: float
    told: Mapping[bytes, tuple[int, float]] = field(default_factory=dict)

    def has(self, changed: Changed) -> bool:
        """Whether its reader was told of this."""
        seq, _ = self.told.get(_short(changed), (0, 0.0))
        return changed.at <= self.at or seq >= changed.seq

    def plus(self, changed: Changed, at: float) -> Cursor:
        """After this was told, everything up to `at` being told too."""
        # Whole milliseconds, as they are sent.
        at = max(self.at, math.floor(at * 1000) / 1000)
        told = {name: each for name, each in self.told.items() if each[1] > at}
        name = _short(changed)
        # Last in order: the first ones are dropped where there are too many.
        told.pop(name, None)
        if changed.at > at:
            told[name] = (changed.seq, changed.at)
        for extra in list(told)[: max(0, len(told) - MOST_TOLD)]:
            del told[extra]
        return Cursor(at, told)

    def encode(self) -> str:
        """The text that a reader sends back."""
        parts = [_HEAD.pack(_FORMAT, round(self.at * 1000), len(self.told))]
        parts += [_TOLD.pack(name, min(seq, 2**32 - 1)) for name, (seq, _) in self.told.items()]
        return base64.urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, now: float) -> Cursor:
        """InvalidInputError `event_id`: not one of ours."""
        wrong = InvalidInputError("Last-Event-ID is of no event of this feed.", code="event_id")
        if not text.isascii() or len(text) > _LONGEST:
            raise wrong
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            form, at, count = _HEAD.unpack_from(raw)
            if form != _FORMAT or len(raw) != _HEAD.size + count * _TOLD.size:
                raise wrong
            told = {name: (seq, now) for name, seq in _TOLD.iter_unpack(raw[_HEAD.size :])}
        except (binascii.Error, struct.error, ValueError) as error:
            raise wrong from error
        return cls(min(at / 1000, now), told)


def _short(changed: Changed) -> bytes:
    return hashlib.sha256(f"{changed.kind}/{changed.id}".encode()).digest()[:8]
