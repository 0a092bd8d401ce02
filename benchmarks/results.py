"""Where measured rows go: one JSON line each, with the commit and the machine's own calibration."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
TABLES = ROOT.parent.parent / "shared" / "datasets"


def public_tables() -> dict[str, dict[str, Any]]:
    """Name → what the manifest says of each public table."""
    found = json.loads((TABLES / "manifest.json").read_text())["tabular"]
    return {table["name"]: table for table in found}


def commit() -> str:
    """The short hash of the code that is measured, with + when it differs from that commit."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def calibration_s() -> float:
    """Seconds this machine needs for a fixed piece of single-thread work; compares machines and quiet with loaded."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        total = 0
        for number in range(2_000_000):
            total += number * number % 7
        best = min(best, time.perf_counter() - began)
    return round(best, 4)


@functools.cache
def folder() -> Path:
    """The folder of today's rows for this commit; one for a whole run, though it may be committed to meanwhile."""
    path = ROOT / "results" / f"{dt.datetime.now(dt.UTC):%Y-%m-%d}-{commit().rstrip('+')}"
    path.mkdir(parents=True, exist_ok=True)
    return path


def stamped(row: dict[str, Any]) -> dict[str, Any]:
    """The row with where and when it was measured, and how busy the machine was."""
    return row | {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


def append(suite: str, row: dict[str, Any]) -> None:
    """Keep one row."""
    with (folder() / f"{suite}.jsonl").open("a") as file:
        file.write(json.dumps(stamped(row)) + "\n")


def newest(suite: str) -> tuple[Path, list[dict[str, Any]]] | None:
    """The file of a suite's last measurement, and its rows."""
    found = [(path, read) for path in (ROOT / "results").glob(f"*/{suite}.jsonl") if (read := _rows(path))]
    return max(found, key=lambda each: each[1][-1]["at"], default=None)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def show(columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Print rows as a Markdown table."""
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        cells = (row.get(column) for column in columns)
        print("| " + " | ".join(f"{c:.4g}" if isinstance(c, float) else str(c) for c in cells) + " |")
