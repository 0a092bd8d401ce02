"""Seconds that recoveries took, against what is promised for a machine with nothing else to do."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

# What is promised on a quiet machine; a busy one is given this many times as long before a test fails.
SLACK = 6.0


@dataclass(frozen=True)
class Recovery:
    """One measurement. bound_s: the promise."""

    what: str
    seconds: float
    bound_s: float


@dataclass
class Times:
    """slack: a test fails beyond so many times its bound; the table shows what passed the bound itself."""

    slack: float
    found: list[Recovery] = field(default_factory=list)

    def add(self, what: str, seconds: float, bound_s: float, *, slack: float | None = None) -> None:
        """Keep one. slack: instead of the table's own. AssertionError: far beyond its bound."""
        self.found.append(Recovery(what, round(seconds, 2), bound_s))
        assert seconds <= (slack or self.slack) * bound_s, f"{what}: {seconds:.1f} s, promised are {bound_s:.0f} s"

    def table(self) -> str:
        """For people."""
        lines = [f"{'recovery':<55} {'seconds':>8} {'bound':>6}"]
        for each in self.found:
            mark = "" if each.seconds <= each.bound_s else "  late"
            lines.append(f"{each.what:<55} {each.seconds:>8.2f} {each.bound_s:>6.0f}{mark}")
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """For programs."""
        path.write_text(json.dumps([asdict(each) for each in self.found], indent=2) + "\n")
