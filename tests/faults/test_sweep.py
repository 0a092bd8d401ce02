"""The counted sweep: at each failpoint, at its first and its last visit, the process dies or the step fails.

A life (`life.py`) is cut there, another process goes on in the same home, and I1-I8 and I10 are checked on the way and
at the end. `make test` runs a fixed sample, `make faults` all of it. Every kill is a kill -9 of a whole service.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.failures import KINDS, embedded_failpoints
from tests.faults.forks import COUNTS, FIRED, LOG, Fault, Forks, Request, forking

pytestmark = pytest.mark.faults

POINTS = embedded_failpoints()
VISITS = ("first", "middle", "last")
# Always in the sample, because each of them cuts something that took more than one write to do.
ESSENTIAL = [
    ("records.append.written", "kill", "middle"),
    ("jobs.append.after", "kill", "last"),
    ("datasets.part.after", "kill", "first"),
    ("training.fold.after", "kill", "first"),
    ("jobs.package.after", "kill", "first"),
    ("models.append.after", "kill", "first"),
    ("models.erase.before", "kill", "first"),
    ("records.append.after", "timeout", "middle"),
    ("blobs.put.before", "full", "first"),
]
SAMPLE = 30


def cases() -> list[pytest.param]:  # type: ignore[valid-type]
    """All of them; those outside the sample are marked `long`."""
    everything = [(point, kind, visit) for point in POINTS for kind in KINDS for visit in VISITS]
    sample = {*ESSENTIAL, *random.Random(20260).sample(everything, SAMPLE)}
    return [
        pytest.param(*case, id="-".join(case), marks=() if case in sample else pytest.mark.long) for case in everything
    ]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with forking() as found:
        yield found


@pytest.fixture(scope="module")
def visits(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How often a life without faults comes by each point."""
    home = tmp_path_factory.mktemp("counted")
    code = forks.life(Request(str(home), count=tuple(POINTS)))
    assert code == 0, said(home)
    found: dict[str, int] = json.loads((home / COUNTS).read_text())
    return found


def said(home: Path) -> str:
    return (home / LOG).read_text()[-6000:]


def test_each_failpoint_is_visited(visits: dict[str, int]) -> None:
    assert [name for name, count in visits.items() if count == 0] == [], "no life comes by here: extend life.py"


@pytest.mark.parametrize(("point", "kind", "visit"), cases())
def test_a_life_goes_on(
    point: str, kind: str, visit: str, visits: dict[str, int], forks: Forks, tmp_path: Path
) -> None:
    count = visits[point]
    number = {"first": 1, "middle": (count + 1) // 2, "last": count}[visit]
    fault = Fault(point, kind, number)
    forgiving = kind == "full"
    code = forks.life(Request(str(tmp_path), fault, forgiving=forgiving))
    fired = (tmp_path / FIRED).exists()
    # How often group commits come by depends on time: a late visit may not be reached, a first one always is.
    assert fired or visit != "first", f"{fault} never acted"
    if kind == "kill" and fired:
        assert code == -9, f"{fault}: ended with {code}\n{said(tmp_path)}"
        code = forks.life(Request(str(tmp_path), forgiving=forgiving))
    assert code == 0, f"{fault}: ended with {code}\n{said(tmp_path)}"
