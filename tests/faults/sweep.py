"""The whole sweep: `python -m tests.faults.sweep`. Broken off it goes on where it was while the code is the same."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.results import commit, folder
from tests.faults.failures import KINDS, embedded_failpoints
from tests.faults.sweep_book import VISITS, code, rows, summary


def main() -> int:
    """0: every case was run and held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.sweep")
    parser.add_argument("--book", type=Path, default=Path("fault-sweep.jsonl"), help="where lines go, and are read")
    parser.add_argument("--processes", type=int, default=4, help="a life waits more than it computes")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    given, others = parser.parse_known_args()
    if given.fresh:
        given.book.unlink(missing_ok=True)
    # Processes load everything as they begin: what is edited meanwhile is not what is run.
    began, tested = time.monotonic(), code()
    options = ["--long", "-n", str(given.processes), "--sweep-book", str(given.book), *others]
    result = subprocess.run([sys.executable, "-m", "pytest", "-q", *options, "tests/faults/test_sweep.py"], check=False)
    found = summary([row for row in rows(given.book) if row.code == tested])
    left = len(embedded_failpoints()) * len(KINDS) * len(VISITS) - found["cases"]
    said = {
        "commit": commit(),
        "code": tested,
        "left": left,
        "minutes": round((time.monotonic() - began) / 60, 1),
    } | found
    target = folder() / "fault-sweep.json"
    target.write_text(json.dumps(said, indent=1) + "\n")
    print(", ".join(f"{name} {value}" for name, value in said.items() if name != "table"))
    print(f"written to {target}")
    return result.returncode or int(bool(left or found["violations"]))


if __name__ == "__main__":
    sys.exit(main())
