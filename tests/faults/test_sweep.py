"""The counted sweep: at each failpoint, at its first, middle and last visit, the process dies or the step fails.

A life (`life.py`) is cut there, another process goes on in the same home, and I1-I8 and I10 are checked on the way and
at the end. `make test` runs a fixed sample, `make faults-sweep` all of it. Every kill is a kill -9 of a whole service.
Homes are in memory where the system has such a place: what a disk does with its own cache is not asked here.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.failures import KINDS, embedded_failpoints
from tests.faults.forks import COUNTS, FIRED, LOG, Fault, Forks, Request, forking
from tests.faults.sweep_book import HELD, MISSED, SAME, VIOLATED, VISITS, SweepBook
from tests.memory_folder import memory_folder

pytestmark = pytest.mark.faults

POINTS = embedded_failpoints()
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
# Until a late visit is reached.
ATTEMPTS = 6


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


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="automl-life-", dir=memory_folder(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def visits(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How often a life without faults comes by each point."""
    home = tmp_path_factory.mktemp("counted")
    code = forks.life(Request(str(home), count=tuple(POINTS)))
    assert code == 0, said(home)
    found: dict[str, int] = json.loads((home / COUNTS).read_text())
    return found


@pytest.fixture(scope="module")
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SweepBook:
    """Of all processes of this run: what lasts longer than it is where `--sweep-book` says."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    path = request.config.getoption("--sweep-book")
    return SweepBook(Path(path) if path else shared / "sweep.jsonl", shared / "claims")


def said(home: Path) -> str:
    return (home / LOG).read_text()[-6000:]


def test_each_failpoint_is_visited(visits: dict[str, int]) -> None:
    assert [name for name, count in visits.items() if count == 0] == [], "no life comes by here: extend life.py"


@pytest.mark.parametrize(("point", "kind", "visit"), cases())
def test_a_life_goes_on(
    point: str, kind: str, visit: str, visits: dict[str, int], forks: Forks, home: Path, book: SweepBook
) -> None:
    if (point, kind, visit) in book.done:
        pytest.skip("an earlier run of the same code did it")
    count = visits[point]
    number = {"first": 1, "middle": (count + 1) // 2, "last": count}[visit]
    for attempt in range(ATTEMPTS):
        fault = Fault(point, kind, number)
        if not book.claim(fault):
            book.add(fault, visit, count, SAME, 0.0)
            pytest.skip("this very visit is another case")
        began, outcome = time.monotonic(), VIOLATED
        (life := home / str(attempt)).mkdir()
        try:
            fired = cut(fault, forks, life)
            assert fired or number > 1, f"{fault} never acted"
            outcome = HELD if fired else MISSED
        finally:
            book.add(fault, visit, count, outcome, time.monotonic() - began)
        if fired:
            return
        # How often group commits come by depends on time: a late visit may not be reached, an earlier one is.
        number = max(1, number - 1 - number // 8)


def cut(fault: Fault, forks: Forks, home: Path) -> bool:
    """Live with the fault, and on after a kill; whether it acted. AssertionError: an invariant is broken."""
    forgiving = fault.kind == "full"
    code = forks.life(Request(str(home), fault, forgiving=forgiving))
    fired = (home / FIRED).exists()
    if fault.kind == "kill" and fired:
        assert code == -9, f"{fault}: ended with {code}\n{said(home)}"
        code = forks.life(Request(str(home), forgiving=forgiving))
    assert code == 0, f"{fault}: ended with {code}\n{said(home)}"
    return fired
