"""Rows of results: one JSON line each; those that exist are not measured again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.plan import Cell
from benchmarks.results import stamped

# Seconds beside the budget before the first row of a framework tells better: imports, prediction, speed.
_FIRST_GUESS_S = 45.0


def read(*paths: Path) -> list[dict[str, Any]]:
    """All rows of these files; of a repeated key the last. A line that was cut while writing is left out."""
    found: dict[str, dict[str, Any]] = {}
    for path in filter(Path.exists, paths):
        for line in path.read_text().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            found[row["key"]] = row
    return list(found.values())


def append(path: Path, row: dict[str, Any]) -> None:
    """Keep one row, with where and when it was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A line that was cut while writing must not swallow the next one.
    begin = "\n" if path.exists() and not path.read_bytes().endswith(b"\n") else ""
    with path.open("a") as file:
        file.write(begin + json.dumps(stamped(row)) + "\n")


def missing(cells: Iterable[Cell], done: Iterable[dict[str, Any]]) -> list[Cell]:
    """Those without a row."""
    known = {row["key"] for row in done}
    return [cell for cell in cells if cell.key not in known]


def drawn(rows: Sequence[dict[str, Any]], share: float, seed: int = 0) -> list[dict[str, Any]]:
    """A share of the rivals' rows, at least one, to be measured again."""
    rivals = [row for row in rows if row["framework"] != "ours" and not row["spot_check"]]
    count = min(len(rivals), max(1, round(share * len(rivals))))
    return random.Random(seed).sample(rivals, count)


def remaining_s(cells: Iterable[Cell], done: Sequence[dict[str, Any]]) -> float:
    """Seconds that these cells will take, to judge by rows of the same framework and budget."""
    total = 0.0
    for cell in cells:
        like = [
            row["row_s"]
            for row in done
            if row["framework"] == cell.framework.name and row["constraint"] == cell.constraint.name
        ]
        total += sum(like) / len(like) if like else cell.constraint.budget_s + _FIRST_GUESS_S
    return total
