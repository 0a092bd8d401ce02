"""Writes a history: what was asked, when, and what was answered, one JSON object a line. `checker.py` reads it."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any


class History:
    """Lines in the order they ended. Safe for many threads; the file is whole after each line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._file = path.open("a")
        #: When a client last got a good answer.
        self.answered_at = 0.0
        #: (operation, outcome) → how often.
        self.counts: Counter[tuple[str, str]] = Counter()

    def now(self) -> float:
        """Seconds since the history began."""
        return round(time.monotonic() - self._began, 4)

    def add(self, op: str, start: float, outcome: str, **fields: Any) -> None:
        """Keep one operation that has just ended."""
        with self._lock:
            line = {"op": op, "start": start, "end": self.now(), "outcome": outcome, **fields}
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            self.counts[op, outcome] += 1
            if outcome == "ok" and "status" in fields:
                self.answered_at = line["end"]

    def close(self) -> None:
        """Nothing is added any more."""
        self._file.close()


def outcome_of(status: int) -> str:
    """What a status means for the checker: `ok`, `busy`, `refused`, or the status itself, which should not be."""
    if status < 400:
        return "ok"
    if status in (429, 503, 507):
        return "busy"
    return "refused" if status < 500 else str(status)
