"""Holds hints against the published JSON Schemas of their topics."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from automl.backends.events.base import TOPICS, Hint
from automl.backends.events.kafka.envelope import Envelopes

_URN = "urn:automl:events:"


def schema(name: str) -> dict[str, Any]:
    """The schema of a topic, or of every `event`, as it is shipped."""
    text = resources.files("automl.backends.events").joinpath("schemas", f"{name}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@functools.cache
def validator(name: str) -> Draft202012Validator:
    """Checks events of a topic, or every `event`."""
    resources_ = [(f"{_URN}{each}", Resource.from_contents(schema(each))) for each in ("event", *TOPICS)]
    return Draft202012Validator(schema(name), registry=Registry().with_resources(resources_))


def assert_fits_schema(hint: Hint) -> None:
    """AssertionError: the event that this hint becomes on the bus is not what its topic's schema promises."""
    event = json.loads(Envelopes("/test").encode(hint, 0.0))
    wrong = [f"{error.json_path}: {error.message}" for error in validator(hint.topic).iter_errors(event)]
    assert not wrong, f"{hint}: {wrong}"
