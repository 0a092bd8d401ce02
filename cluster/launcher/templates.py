"""Configuration files from `cluster/templates`: every `@NAME@` is replaced, none may stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TEMPLATES = CHECKOUT / "cluster" / "templates"
_PLACE = re.compile(r"@([A-Z_]+)@")


def fill(name: str, values: Mapping[str, object]) -> str:
    """The text of a template. KeyError: a place without a value; ValueError: a value without a place."""
    text = (TEMPLATES / name).read_text()
    unused = set(values) - set(_PLACE.findall(text))
    if unused:
        raise ValueError(f"{name} has no place for {', '.join(sorted(unused))}")
    return _PLACE.sub(lambda match: str(values[match[1]]), text)
