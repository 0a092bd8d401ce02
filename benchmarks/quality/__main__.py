"""Measure quality, row by row; a second call goes on where the first one ended.

    python -m benchmarks.quality --suite develop
    python -m benchmarks.quality --tables titanic --budget 60 --frameworks ours,flaml --seeds 0
    python -m benchmarks.quality --results FOLDER --spot-check 0.1

Machines differ: every row carries a calibration of the machine at that time, and a spot check measures a share of the
rivals' rows of earlier days again, here and now.
"""

from __future__ import annotations

import argparse
import datetime as dt
import signal
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.quality import plan, rows
from benchmarks.quality.calibrate import measured as calibrated
from benchmarks.quality.environments import default_work, is_ready
from benchmarks.quality.measure import adopted_orphans
from benchmarks.quality.plan import Cell
from benchmarks.quality.row import Surroundings, measured
from benchmarks.quality.tables import split
from benchmarks.results import TABLES, folder


def main() -> None:
    """Exit code 1 when an environment is missing; failures of frameworks are results."""
    asked = _arguments()
    path = (asked.results or folder()) / "quality.jsonl"
    done = rows.read(path)
    wanted = _spot_checks(done, asked.spot_check) if asked.spot_check else _cells(asked)
    todo = rows.missing(wanted, done)
    lacking = sorted({each.framework.folder for each in todo if not is_ready(each.framework.folder, asked.work)})
    if lacking:
        sys.exit(f"No environment for {', '.join(lacking)}: `make bench-quality-setup` makes them.")
    print(f"{path}: {len(wanted)} rows, {len(wanted) - len(todo)} are there", flush=True)
    # As for Ctrl-C: what was started is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    where = Surroundings(asked.work, plan.limits())
    for number, cell in enumerate(todo):
        began = time.monotonic()
        parts = split(cell.table, cell.seed, asked.work, asked.public)
        calibration = calibrated(cell.constraint.cores)
        with adopted_orphans():
            row = measured(cell, parts, where) | {"calibration": calibration}
        row["row_s"] = time.monotonic() - began
        rows.append(path, row)
        done.append(row)
        left_s = rows.remaining_s(todo[number + 1 :], done)
        print(f"{number + 1}/{len(todo)} {_line(row)}  left {dt.timedelta(seconds=round(left_s))}", flush=True)
    if asked.spot_check:
        _show_spot_checks(rows.read(path))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="develop")
    parser.add_argument("--tables", help="instead of the suite's: names, comma-separated")
    parser.add_argument("--half", choices=["choose", "confirm"], help="only the suite's tables of this half")
    parser.add_argument("--budget", help="instead of the suite's: constraints or seconds, comma-separated")
    parser.add_argument("--seeds", help="instead of the suite's: comma-separated")
    parser.add_argument("--cores", type=int, help="instead of the constraint's")
    parser.add_argument("--frameworks", default="default", help="names or lists of suites/frameworks.toml")
    parser.add_argument("--work", type=Path, default=default_work(), help="environments, tables, scratch files, logs")
    parser.add_argument("--public", type=Path, default=TABLES, help="folder of the public tables")
    parser.add_argument("--results", type=Path, help="folder of quality.jsonl")
    parser.add_argument("--spot-check", type=float, default=0.0, metavar="SHARE", help="measure rivals' rows again")
    return parser.parse_args()


def _cells(asked: argparse.Namespace) -> list[Cell]:
    names, constraints, seeds = plan.suite(asked.suite)
    if asked.tables:
        names = asked.tables.split(",")
    if asked.half:
        names = [name for name in names if name in plan.half(asked.half)]
    constraints = asked.budget.split(",") if asked.budget else constraints
    seeds = [int(seed) for seed in asked.seeds.split(",")] if asked.seeds else seeds
    tables, known = plan.tables(), plan.frameworks()
    return plan.cells(
        [known[name] for name in plan.framework_names(asked.frameworks)],
        [tables[name] for name in names],
        [plan.constraint(name, asked.cores) for name in constraints],
        seeds,
    )


def _spot_checks(done: list[dict[str, Any]], share: float) -> list[Cell]:
    tables, known = plan.tables(), plan.frameworks()
    return [
        Cell(
            known[row["framework"]],
            tables[row["table"]],
            plan.constraint(row["constraint"], row["cores"]),
            row["seed"],
            spot_check=True,
        )
        for row in rows.drawn(done, share)
    ]


def _show_spot_checks(done: list[dict[str, Any]]) -> None:
    first = {row["key"]: row for row in done}
    for row in done:
        if row["spot_check"]:
            before = first[row["key"].removesuffix("/again")]
            print(
                f"{row['key']}: {row['metric']} {before['score']:.5g} then, {row['score']:.5g} now; "
                f"calibration {before['calibration']} then, {row['calibration']} now"
            )


def _line(row: dict[str, Any]) -> str:
    words = f"{row['key']}  {row['metric']} {row['score']:.5g}  fit {row['fit_s']:.1f} s  {row['fit_peak_mb']:.0f} MB"
    return f"{words}  FAILED {row['reason'][:160]!r}" if row["failed"] else words


if __name__ == "__main__":
    main()
