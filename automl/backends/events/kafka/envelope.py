"""Hints as CloudEvents 1.0 in structured JSON, and back. The shapes are in `automl/backends/events/schemas`."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

from pydantic_core import from_json

from automl.backends.events.base import Hint

#: The header by which other readers know the mode (Kafka protocol binding of CloudEvents).
CONTENT_TYPE = ("content-type", b"application/cloudevents+json; charset=UTF-8")

_TYPE = "automl."
# Made once: making one costs more than writing an event.
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class PoisonError(Exception):
    """A record that no worker will ever be able to read. reason: one of a closed set of words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Envelopes:
    """Makes events of one process. source: a path that names this service; ids are unique within one source."""

    def __init__(self, source: str) -> None:
        # Written by hand round the body: of thousands of events a second only few parts differ.
        self._start = f'{{"specversion":"1.0","source":{_text(source)},"datacontenttype":"application/json","id":'
        self._prefix = uuid.uuid4().hex
        self._numbers = itertools.count()
        self._second = (-1, "")

    def encode(self, hint: Hint, now: float) -> bytes:
        """now: seconds since the epoch. TypeError: the body is not JSON; ValueError: it has numbers JSON lacks."""
        # As text: an integer attribute of CloudEvents ends at 2³¹.
        seq = "" if hint.seq is None else f',"seq":"{hint.seq:d}"'
        data = _JSON.encode(dict(hint.body)) if hint.body else "{}"
        return (
            f'{self._start}"{self._prefix}-{next(self._numbers)}","time":"{self._time(now)}"{seq}'
            f',"type":{_text(_TYPE + hint.type)},"subject":{_text(hint.key)},"tenant":{_text(hint.tenant)}'
            f',"data":{data}}}'
        ).encode()

    def _time(self, now: float) -> str:
        whole, ms = divmod(int(now * 1000), 1000)
        second, text = self._second
        if second != whole:
            text = f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}"
            self._second = (whole, text)
        return f"{text}.{ms:03d}Z"


def decode(topic: str, value: bytes | None) -> Hint:
    """The hint in a record's value. topic: without prefix. PoisonError: `not_json` or `wrong_shape`."""
    try:
        event = from_json(value or b"")
    except ValueError as error:
        raise PoisonError("not_json") from error
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        raise PoisonError("wrong_shape")
    kind: Any = event.get("type")
    key: Any = event.get("subject")
    tenant: Any = event.get("tenant")
    body: Any = event.get("data")
    # Not by a pattern: matching one costs more than all the rest.
    for each in (event.get("id"), event.get("source"), kind, key, tenant):
        if not each or not isinstance(each, str):
            raise PoisonError("wrong_shape")
    if not kind.startswith(_TYPE) or kind == _TYPE or not isinstance(body, dict):
        raise PoisonError("wrong_shape")
    return Hint(topic, key, kind[len(_TYPE) :], tenant, _seq(event.get("seq")), body)


def _text(value: str) -> str:
    return encode_basestring(value)


def _seq(text: object) -> int | None:
    if text is None:
        return None
    if isinstance(text, str) and text.isascii() and text.isdigit():
        return int(text)
    raise PoisonError("wrong_shape")
