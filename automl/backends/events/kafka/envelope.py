"""Hints as CloudEvents 1.0 in structured JSON, and back. The shapes are in `automl/backends/events/schemas`."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from automl.backends.events.base import Hint

#: The header by which other readers know the mode (Kafka protocol binding of CloudEvents).
CONTENT_TYPE = ("content-type", b"application/cloudevents+json; charset=UTF-8")

_TYPE = "automl."


class PoisonError(Exception):
    """A record that no worker will ever be able to read. reason: one of a closed set of words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Envelopes:
    """Makes events of one process. source: a path that names this service; ids are unique within one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._prefix = uuid.uuid4().hex
        self._numbers = itertools.count()

    def encode(self, hint: Hint, now: float) -> bytes:
        """now: seconds since the epoch. TypeError: the body is not JSON; ValueError: it has numbers JSON lacks."""
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{self._prefix}-{next(self._numbers)}",
            "source": self._source,
            "type": _TYPE + hint.type,
            "subject": hint.key,
            "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "tenant": hint.tenant,
            "data": dict(hint.body),
        }
        if hint.seq is not None:
            # As text: an integer attribute of CloudEvents ends at 2³¹.
            event["seq"] = str(hint.seq)
        return json.dumps(event, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode(topic: str, value: bytes | None) -> Hint:
    """The hint in a record's value. topic: without prefix. PoisonError: `not_json` or `wrong_shape`."""
    try:
        event = json.loads(value or b"")
    except ValueError as error:
        raise PoisonError("not_json") from error
    match event:
        case {
            "specversion": "1.0",
            "id": str(id_),
            "source": str(source),
            "type": str(kind),
            "subject": str(key),
            "tenant": str(tenant),
            "data": dict(body),
        } if id_ and source and key and tenant and kind.startswith(_TYPE) and len(kind) > len(_TYPE):
            return Hint(topic, key, kind.removeprefix(_TYPE), tenant, _seq(event.get("seq")), body)
    raise PoisonError("wrong_shape")


def _seq(text: object) -> int | None:
    if text is None:
        return None
    if isinstance(text, str) and text.isascii() and text.isdigit():
        return int(text)
    raise PoisonError("wrong_shape")
