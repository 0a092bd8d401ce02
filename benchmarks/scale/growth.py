"""What each step of a job costs as rows, columns and classes grow, on one thread, in CPU seconds.

    python -m benchmarks.scale.growth [--axes rows,columns,classes] [--limit 30]

Five to eight minutes on a quiet machine. A step that took more than half of --limit seconds is left out at larger
sizes of its axis. Fits make a fixed number of rounds (`benchmarks.speed.steps.FAMILIES`), so that seconds compare;
how many rounds a table needs is another matter. Rows go to growth.jsonl, the picture beside them; slopes are log-log,
over the upper three sizes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence

from benchmarks.results import append, calibration_s, show
from benchmarks.scale.plots import draw_growth
from benchmarks.scale.slopes import points, slope
from benchmarks.speed.made import Shape
from benchmarks.speed.steps import measured

SUITE = "growth"
AXES: Mapping[str, Sequence[Shape]] = {
    "rows": [Shape(rows) for rows in (1000, 3000, 10_000, 30_000, 100_000, 300_000)],
    "columns": [Shape(2000, columns) for columns in (10, 30, 100, 300, 1000)],
    "classes": [Shape(5000, 20, classes) for classes in (2, 5, 10, 30, 100)],
}
_REPEATS, _ENOUGH_S = 3, 1.5


def main() -> None:
    """Every axis asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--axes", default=",".join(AXES))
    parser.add_argument("--limit", type=float, default=30.0)
    parser.add_argument("--sizes", type=int, default=6, help="so many sizes of each axis, from the smallest")
    asked = parser.parse_args()
    began, facts, rows = time.monotonic(), {"calibration_s": calibration_s()}, []
    for axis in asked.axes.split(","):
        dear: set[str] = set()
        for shape in AXES[axis][: asked.sizes]:
            size = getattr(shape, axis)
            for each in measured(shape, _REPEATS, _ENOUGH_S, frozenset(dear)):
                row = {"axis": axis, "size": size, "step": each.step, "seconds": each.timed.median_s}
                row |= {"iqr_s": each.timed.iqr_s, "repeats": each.timed.repeats, **vars(shape)}
                rows.append(row)
                append(SUITE, row | facts)
                # Three times the size takes about three times as long.
                if each.timed.median_s > asked.limit / 2:
                    dear.add(each.step)
            print(f"{axis} {size}: measured after {time.monotonic() - began:.0f} s", flush=True)
    found = []
    for step in dict.fromkeys(row["step"] for row in rows):
        found.append({"step": step, **{axis: slope(points(rows, axis, step)) for axis in AXES}})
    show(["step", *AXES], found)
    print(draw_growth())


if __name__ == "__main__":
    main()
