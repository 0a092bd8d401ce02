"""Pictures of the newest rows of `workers` and `growth`, beside the rows they are made from.

python -m benchmarks.scale.plots
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import ScalarFormatter

from benchmarks.results import newest
from benchmarks.scale.slopes import points, slope

# No screen is needed. Matplotlib is there because catboost needs it.
mpl.use("svg")
GOAL = 0.85
WORK = "a job's work, the controller free"
_AXES = ("rows", "columns", "classes")
_INKS = plt.get_cmap("tab20")


def draw_workers() -> Path | None:
    """Efficiency over workers: the loop's own limit and a job's, then what moves it. None: nothing was measured."""
    found = newest("workers")
    if found is None:
        return None
    path, rows = found
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained", sharey=True)
    curves = by_variant(rows)
    plain = curves.pop("as it is", [])
    _curve(left, plain, "efficiency", "work without end", "#1f5fbf")
    _curve(left, plain, "steady", "the same, start and end left out", "#1f5fbf", "--")
    _curve(left, curves.pop(WORK, []), "efficiency", WORK, "#b36b00")
    _curve(right, plain, "steady", "as it is", "#1f5fbf", "--")
    for name, mine in curves.items():
        if name != "check":
            _curve(right, mine, "steady", name, None)
    for axis, title in ((left, "busy worker seconds / all"), (right, "what would move it (start and end left out)")):
        axis.axhline(GOAL, color="#b3261e", linestyle=":", linewidth=1)
        axis.set_xscale("log", base=2)
        axis.xaxis.set_major_formatter(ScalarFormatter())
        axis.set(xlabel="workers", title=title, ylim=(0, 1.02))
        _finish(axis)
    return _save(figure, path)


def draw_growth() -> Path | None:
    """Seconds of each step over rows, columns and classes, both axes logarithmic."""
    found = newest("growth")
    if found is None:
        return None
    path, rows = found
    figure, axes = plt.subplots(2, 3, figsize=(17, 9), layout="constrained", sharey="row")
    steps = list(dict.fromkeys(row["step"] for row in rows))
    halves = [step for step in steps if not step.startswith("predict")], [step for step in steps if "predict" in step]
    for line, shown in zip(axes, halves, strict=True):
        for axis, name in zip(line, _AXES, strict=True):
            _grown(axis, rows, name, shown)
        line[0].set_ylabel("CPU seconds")
    return _save(figure, path)


def _grown(axis: Any, rows: Sequence[Mapping[str, Any]], name: str, steps: Sequence[str]) -> None:
    for number, step in enumerate(steps):
        at = points(rows, name, step)
        if at:
            label = step if (rise := slope(at)) is None else f"{step} ({rise:.2f})"
            axis.plot(*zip(*at, strict=True), "o-", color=_INKS(number), markersize=3, linewidth=1, label=label)
    axis.set(xscale="log", yscale="log", xlabel=name, title=f"over {name} (slope at the upper end)")
    _finish(axis)
    if axis.get_legend() is not None:
        axis.legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def by_variant(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of each variant, in order of workers, the last measurement of each."""
    curves: dict[str, dict[int, Mapping[str, Any]]] = {}
    for row in rows:
        curves.setdefault(row["variant"], {})[row["workers"]] = row
    return {name: [mine[count] for count in sorted(mine)] for name, mine in curves.items()}


def _curve(
    axis: Any, rows: Sequence[Mapping[str, Any]], key: str, label: str, ink: str | None, line: str = "-"
) -> None:
    at = [row["workers"] for row in rows]
    axis.plot(at, [row[key] for row in rows], f"o{line}", color=ink, label=label, markersize=4, linewidth=1.4)


def _finish(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    if axis.get_legend_handles_labels()[1]:
        axis.legend(frameon=False, fontsize=7)


def _save(figure: Any, path: Path) -> Path:
    target = path.with_suffix(".svg")
    figure.savefig(target)
    plt.close(figure)
    return target


if __name__ == "__main__":
    print(draw_workers())
    print(draw_growth())
