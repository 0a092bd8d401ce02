"""Pictures of the newest rows of `streams` and `overload`, beside the rows they are made from.

python -m benchmarks.load.plots
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

from benchmarks.results import newest

# No screen is needed. Matplotlib is there because catboost needs it.
mpl.use("svg")
_INK = {"bare": "#8a8f98", "automl": "#1f5fbf"}


def overload(path: Path, rows: list[dict[str, Any]]) -> None:
    """Goodput and the second tenant's p99 over the load, of the calls that took the same load for what fits."""
    fits = {each["clients"] / each["multiple"] for each in rows if each["target"] == "bare"}
    rows = [each for each in rows if each["clients"] / each["multiple"] in fits]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for name, ink in _INK.items():
        mine = list({each["multiple"]: each for each in rows if each["target"] == name}.values())
        if not mine:
            continue
        load = [each["multiple"] for each in mine]
        left.plot(load, [each["goodput"] for each in mine], "o-", color=ink, label=name)
        right.plot(load, [each["second_p99_s"] for each in mine], "o-", color=ink, label=name)
        right.axhline(mine[0]["second_alone_p99_s"], color=ink, linestyle=":", linewidth=1)
    _labelled(left, "load, multiples of what fits", "good answers a second")
    _labelled(right, "load, multiples of what fits", "another tenant's p99, s (dotted: alone)")
    figure.savefig(path.with_suffix(".svg"))


def streams(path: Path, rows: list[dict[str, Any]]) -> None:
    """Lag by percentile, for each shape of the load."""
    figure, axis = plt.subplots(figsize=(5, 3.4), layout="constrained")
    for row in {each["jobs"]: each for each in rows if "jobs" in each}.values():
        lags = [row[f"lag_{name}_s"] for name in ("p50", "p90", "p99", "max")]
        axis.plot(["p50", "p90", "p99", "max"], lags, "o-", label=f"{row['streams']} streams of {row['jobs']} jobs")
    axis.axhline(2.0, color="#b3261e", linestyle=":", linewidth=1, label="promised p99")
    _labelled(axis, "percentile", "event lag, s")
    figure.savefig(path.with_suffix(".svg"))


def _labelled(axis: Any, x: str, y: str) -> None:
    axis.set(xlabel=x, ylabel=y)
    axis.set_ylim(bottom=0)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False, fontsize=8)


def main() -> None:
    """Both."""
    for suite, draw in (("overload", overload), ("streams", streams)):
        found = newest(suite)
        if found is not None:
            draw(*found)
            print(found[0].with_suffix(".svg"))


if __name__ == "__main__":
    main()
