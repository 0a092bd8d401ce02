"""Hints become CloudEvents that fit the shipped schema, and only what fits it is read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from automl.backends.events.base import Hint
from automl.backends.events.kafka.envelope import Envelopes, PoisonError, decode
from tests.event_schemas import validator

NOW = 1_753_000_000.25
GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "a-1",
    "source": "/automl",
    "type": "automl.job.changed",
    "subject": "job_1",
    "time": "2025-07-20T08:26:40.250Z",
    "datacontenttype": "application/json",
    "tenant": "t",
    "seq": "7",
    "data": {},
}


def test_an_event_has_what_cloudevents_asks_for() -> None:
    event = json.loads(Envelopes("/automl").encode(Hint("jobs", "job_1", "job.changed", "ä", 2**53 + 1, {"a": 1}), NOW))
    assert {**event, "id": None} == {
        "specversion": "1.0",
        "id": None,
        "source": "/automl",
        "type": "automl.job.changed",
        "subject": "job_1",
        "time": "2025-07-20T08:26:40.250Z",
        "datacontenttype": "application/json",
        "tenant": "ä",
        "seq": "9007199254740993",
        "data": {"a": 1},
    }
    assert datetime.fromisoformat(event["time"]) == datetime.fromtimestamp(NOW, UTC)
    validator("event").validate(event)


def test_ids_differ_within_and_between_processes() -> None:
    one, other = Envelopes("/automl"), Envelopes("/automl")
    made = [each.encode(Hint("jobs", "k", "e", "t"), NOW) for each in (one, one, other, other)]
    assert len({json.loads(each)["id"] for each in made}) == 4


@pytest.mark.parametrize("seq", [None, 0, 12])
def test_a_hint_comes_back(seq: int | None) -> None:
    hint = Hint("signals", "k", "job.progress", "tenant", seq, {"deep": [{"x": None}], "text": "数\n"})
    assert decode("signals", Envelopes("/automl").encode(hint, NOW)) == hint


def test_numbers_json_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Envelopes("/automl").encode(Hint("jobs", "k", "e", "t", 1, {"x": float("nan")}), NOW)
    with pytest.raises(TypeError):
        Envelopes("/automl").encode(Hint("jobs", "k", "e", "t", 1, {"x": object()}), NOW)


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff\xfe", b"hello"])
def test_what_is_no_json_is_poison(value: bytes | None) -> None:
    with pytest.raises(PoisonError, match="not_json"):
        decode("jobs", value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"specversion": "0.3"},
        {"id": ""},
        {"id": 7},
        {"source": ""},
        {"type": "other.thing"},
        {"type": "automl."},
        {"subject": ""},
        {"subject": None},
        {"tenant": ""},
        {"tenant": ["t"]},
        {"seq": 7},
        {"seq": "-7"},
        {"seq": "٣"},
        {"data": []},
        {"data": "text"},
    ],
    ids=str,
)
def test_reader_and_schema_refuse_the_same(wrong: dict[str, Any]) -> None:
    event = GOOD | wrong
    assert not validator("event").is_valid(event)
    with pytest.raises(PoisonError, match="wrong_shape"):
        decode("jobs", json.dumps(event).encode())


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "tenant", "data"])
def test_reader_and_schema_ask_for_the_same(name: str) -> None:
    event = {key: value for key, value in GOOD.items() if key != name}
    assert not validator("event").is_valid(event)
    with pytest.raises(PoisonError, match="wrong_shape"):
        decode("jobs", json.dumps(event).encode())


@pytest.mark.parametrize("value", [[], "text", 7, None])
def test_other_json_is_poison(value: object) -> None:
    with pytest.raises(PoisonError, match="wrong_shape"):
        decode("jobs", json.dumps(value).encode())


def test_unknown_attributes_and_types_are_no_matter() -> None:
    event = GOOD | {"traceparent": "00-1", "type": "automl.job.invented"}
    validator("event").validate(event)
    assert decode("jobs", json.dumps(event).encode()) == Hint("jobs", "job_1", "job.invented", "t", 7, {})
