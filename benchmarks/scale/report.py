"""docs/scale.md from the newest rows of `workers`, `fold-costs` and `growth`: every figure in it is read from a row.

python -m benchmarks.scale.report
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import ROOT, newest
from benchmarks.scale import words
from benchmarks.scale.plots import GOAL, WORK, by_variant, draw_growth, draw_workers
from benchmarks.scale.slopes import falls_below, points, slope

PAGE = ROOT.parent / "docs" / "scale.md"
_AXES = ("rows", "columns", "classes")
Row = Mapping[str, Any]


def main() -> None:
    """Write the page and the pictures."""
    parts = [words.HEAD]
    if (found := newest("workers")) is not None:
        draw_workers()
        parts += _workers(*found)
    if (found := newest("growth")) is not None:
        draw_growth()
        parts += _growth(*found)
    PAGE.write_text("\n\n".join(parts) + "\n")
    print(PAGE)


def _workers(path: Path, rows: Sequence[Row]) -> list[str]:
    curves = by_variant(rows)
    plain, check = curves.get("as it is", []), curves.get("check", [])
    job = curves.get(WORK, [])
    calls = rows[-1]["ray"]
    said = [words.WORKERS, f"![Efficiency over workers]({_link(path.with_suffix('.svg'))})", _machine(rows)]
    if check:
        one = check[-1]
        said.append(
            words.CHECK.format(
                workers=one["workers"],
                budget=one["budget_s"],
                measured=one["measured_idle_share"],
                simulated=1 - one["efficiency"],
            )
        )
    said.append(
        words.CALLS.format(
            submit=1e6 * calls["submit_s"],
            event=1e6 * calls["event_s"],
            each=1e6 * calls["event_future_s"],
            start=1e3 * calls["start_s"],
            trip=1e3 * calls["trip_s"],
        )
    )
    said += ["### The loop's own limit", words.LIMIT, _table(plain, words.WORKER_COLUMNS), _frontier(plain)]
    said += ["### A job's own limit", words.JOB, _table(job, words.WORKER_COLUMNS), _frontier(job)]
    said += ["### What moves it", words.MOVES, _moved(curves, plain)]
    return said


def _frontier(rows: Sequence[Row]) -> str:
    whole = falls_below([(row["workers"], row["efficiency"]) for row in rows], GOAL)
    steady = falls_below([(row["workers"], row["steady"]) for row in rows], GOAL)
    told = [f"Below {GOAL:.0%}: " + _from(whole) + " over the whole run, " + _from(steady) + " in its middle part"]
    # What a worker's second asks of the controller says where it must end, whatever the deadline does.
    if rows and rows[-1]["controller_busy"]:
        last = rows[-1]
        told.append(
            f"at {last['workers']} workers the controller is busy {last['controller_busy']:.0%} of the time, "
            f"{last['controller_ms_unit']:.1f} ms for each unit of {last['unit_s']:.2f} s"
        )
    return "; ".join(told) + "."


def _from(workers: float | None) -> str:
    return "nowhere" if workers is None else f"from about {workers:.0f} workers on"


def _moved(curves: Mapping[str, Sequence[Row]], plain: Sequence[Row]) -> str:
    names = [name for name in curves if name not in ("check", WORK)]
    counts = sorted({row["workers"] for name in names if name != "as it is" for row in curves[name]})
    if not counts:
        return "Not measured yet."
    lines = ["| variant | " + " | ".join(f"{count} workers" for count in counts) + " |"]
    lines.append("|---|" + "---|" * len(counts))
    for name in names:
        by_count = {row["workers"]: row for row in curves[name]}
        cells = [
            f"{row['steady']:.0%}, {row['controller_ms_unit']:.1f} ms" if (row := by_count.get(count)) else ""
            for count in counts
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _growth(path: Path, rows: Sequence[Row]) -> list[str]:
    said = [words.GROWTH, f"![Seconds of each step]({_link(path.with_suffix('.svg'))})", _machine(rows)]
    lines = ["| step | " + " | ".join(f"slope over {axis} | s at most" for axis in _AXES) + " |"]
    lines.append("|---|" + "---|" * 2 * len(_AXES))
    for step in dict.fromkeys(row["step"] for row in rows):
        cells = []
        for axis in _AXES:
            at = points(rows, axis, step)
            rise = slope(at)
            cells.append("" if rise is None else f"{rise:.2f}")
            cells.append(f"{at[-1][1]:.3g} ({at[-1][0]:,})" if at else "")
        lines.append(f"| {step} | " + " | ".join(cells) + " |")
    return [*said, "\n".join(lines), words.GROWTH_READ]


def _table(rows: Sequence[Row], columns: Mapping[str, tuple[str, str]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(f"{row[key]:{form}}" for key, form in columns.values()) + " |" for row in rows]
    return "\n".join(lines)


def _machine(rows: Sequence[Row]) -> str:
    last, loads = rows[-1], [row["load"] for row in rows]
    busy = " The machine was busy with other work, which CPU seconds feel by a fifth or so: provisional."
    noise = busy if max(loads) > last["cpus"] + 1 else ""
    return (
        f"Measured {last['at'][:10]} at commit {last['commit']}, {last['cpus']} CPUs, calibration "
        f"{last['calibration_s']:.3f} s, load {min(loads):.1f} to {max(loads):.1f}.{noise}"
    )


def _link(path: Path) -> str:
    return f"../benchmarks/{path.relative_to(ROOT)}"


if __name__ == "__main__":
    main()
