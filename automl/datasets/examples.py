"""The example tables that travel with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automl.core.errors import ErrorItem, NotFoundError

_PACKAGE = Path(__file__).resolve().parent.parent
# A wheel carries the tables inside the package; a checkout has them at its root.
_FOLDERS = (_PACKAGE / "examples", _PACKAGE.parent / "examples")


@dataclass(frozen=True)
class Example:
    """One table with what to learn from it. path, test_path: the files; rows: data rows of `path`."""

    name: str
    title: str
    path: Path
    test_path: Path | None
    target: str
    task: str
    metric: str
    exclude: tuple[str, ...]
    rows: int
    licence: str
    origin: str


def examples() -> tuple[Example, ...]:
    """All example tables; empty where the package was installed without them."""
    for folder in _FOLDERS:
        manifest = folder / "manifest.json"
        if manifest.is_file():
            return tuple(_example(folder, body) for body in json.loads(manifest.read_text())["examples"])
    return ()


def example(name: str) -> Example:
    """The example of this name. NotFoundError: there is none; names those there are."""
    known = {each.name: each for each in examples()}
    if name not in known:
        raise NotFoundError(
            f"There is no example {name[:40]!r}.",
            code="example_unknown",
            hint=f"Examples: {', '.join(known) or 'none are installed'}.",
            errors=[ErrorItem("unknown example", field="example", sample=name[:64])],
        )
    return known[name]


def _example(folder: Path, body: Mapping[str, Any]) -> Example:
    test = body["test_file"]
    return Example(
        name=body["name"],
        title=body["title"],
        path=folder / body["file"],
        test_path=folder / test if test else None,
        target=body["target"],
        task=body["task"],
        metric=body["metric"],
        exclude=tuple(body["exclude"]),
        rows=body["rows"],
        licence=body["licence"],
        origin=body["origin"],
    )
