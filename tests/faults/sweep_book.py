"""What the sweep found, one JSON line a case, in a file that its processes share and that a later run goes on from."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.faults.forks import ROOT, Fault

HELD, VIOLATED, SAME, MISSED = "held", "violated", "same", "missed"
VISITS = ("first", "middle", "last")


@dataclass(frozen=True)
class Row:
    """One case. number: of the visit, of `visits` that a life without faults makes; code: digest of what was tested.

    outcome: held, violated; same: another case of this point and kind is this very visit; missed: a late visit that
    this life, whose group commits depend on time, did not come to.
    """

    point: str
    kind: str
    visit: str
    number: int
    visits: int
    outcome: str
    seconds: float
    code: str


class SweepBook:
    """path: of the lines; claims: a folder that the processes of one run share and that begins empty."""

    def __init__(self, path: Path, claims: Path) -> None:
        self._path = path
        self._claims = claims
        self.code = code()
        claims.mkdir(parents=True, exist_ok=True)
        #: Cases that need not be run again.
        self.done: set[tuple[str, str, str]] = set()
        for row in rows(path):
            if row.code == self.code and row.outcome != VIOLATED:
                self.done.add((row.point, row.kind, row.visit))
                if row.outcome != SAME:
                    self.claim(Fault(row.point, row.kind, row.number))

    def claim(self, fault: Fault) -> bool:
        """Whether nobody runs it, or has run it."""
        with contextlib.suppress(FileExistsError):
            (self._claims / str(fault)).touch(exist_ok=False)
            return True
        return False

    def add(self, fault: Fault, visit: str, visits: int, outcome: str, seconds: float) -> None:
        """Keep one."""
        row = Row(fault.point, fault.kind, visit, fault.visit, visits, outcome, round(seconds, 2), self.code)
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(row)) + "\n")


def rows(path: Path) -> list[Row]:
    """What a file holds; the last line of a case counts."""
    lines = path.read_text().splitlines() if path.exists() else []
    found = (Row(**json.loads(line)) for line in lines)
    return list({(each.code, each.point, each.kind, each.visit): each for each in found}.values())


def code() -> str:
    """Digest of the sources that a life runs."""
    digest = hashlib.sha256()
    own = [path for path in (ROOT / "tests" / "faults").glob("*.py") if not path.name.startswith("test_")]
    for path in sorted([*(ROOT / "automl").rglob("*.py"), *own]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def summary(found: list[Row]) -> dict[str, Any]:
    """Points by kinds by visits in one look, and each of them."""
    outcomes = Counter(row.outcome for row in found)
    table: dict[str, dict[str, dict[str, str]]] = {}
    for row in sorted(found, key=lambda each: (each.point, each.kind, each.number)):
        table.setdefault(row.point, {}).setdefault(row.kind, {})[f"{row.visit} {row.number}/{row.visits}"] = row.outcome
    return {
        "points": len({row.point for row in found}),
        "kinds": sorted({row.kind for row in found}),
        "cases": len(found),
        "run": outcomes[HELD] + outcomes[VIOLATED],
        "violations": outcomes[VIOLATED],
        "same_visit": outcomes[SAME],
        "not_reached": outcomes[MISSED],
        "kills": sum(row.kind == "kill" and row.outcome in (HELD, VIOLATED) for row in found),
        "seconds_of_lives": round(sum(row.seconds for row in found), 1),
        "seconds_of_a_case": _quantiles([row.seconds for row in found if row.outcome == HELD]),
        "table": table,
    }


def _quantiles(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {name: ordered[int(share * (len(ordered) - 1))] for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1))}
