"""What each idea of the engine is worth: the same folds and seeds with it and without it, whatever the clock says.

    python -m benchmarks.quality.ablation [--tables titanic,telco_churn] [--half choose|confirm] [--rows 10000]

Every configuration of a short budget's portfolio is fitted on the same three folds of a table's training rows, with and
without its arithmetic features; what is left out decides which members the ensemble may choose from. Each row says how
much the loss on the held-out rows rises without the idea; rows go to ablation.jsonl of today's results.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from automl.core.trials import Configuration
from automl.search.portfolio import TableShape
from benchmarks.quality import candidates
from benchmarks.quality.plan import TableSpec, half, suite, tables
from benchmarks.quality.prepared import Member, prepared
from benchmarks.results import append, show

_COLUMNS = ["idea", "half", "tables", "worse_without", "better_without", "mean_rise_pct", "median_rise_pct"]

# Idea → the members that are left without it.
IDEAS: Mapping[str, Callable[[Sequence[Member]], Sequence[Member]]] = {
    "arithmetic": lambda members: [each for each in members if not each.has_arithmetic],
    **{
        name: lambda members, name=name: [each for each in _whole(members) if each.configuration.family != name]
        for name in ("catboost", "lightgbm", "mlp", "extra_trees", "linear", "nearest_neighbors")
    },
    "extra_trees_of_lightgbm": lambda members: [
        each for each in _whole(members) if not each.configuration.params.get("extra_trees")
    ],
    "log_target": lambda members: [each for each in _whole(members) if not each.configuration.params.get("log_target")],
    "additive": lambda members: [each for each in _whole(members) if each.configuration.params.get("num_leaves") != 2],
}


def main() -> None:
    """Every table asked for; what is stated at the end is read from this call's rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default="")
    parser.add_argument("--half", choices=("choose", "confirm"))
    parser.add_argument("--rows", type=int, default=10_000, help="training rows at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    known, to_choose_by = tables(), half("choose")
    names = asked.tables.split(",") if asked.tables else suite("full")[0]
    rows = []
    for name in names:
        side = "choose" if name in to_choose_by else "confirm"
        if asked.half in (None, side):
            for row in measured(known[name], asked.work, asked.rows):
                rows.append(row | {"half": side})
                append("ablation", rows[-1])
            print(f"{name}: measured", flush=True)
    show(_COLUMNS, list(summary(rows)))


def measured(spec: TableSpec, work: Path, most_rows: int) -> Iterator[dict[str, Any]]:
    """One row for each idea that changes which members there are."""
    table = prepared(spec, work, most_rows)
    members = [table.member(each) for each in _configurations(table.shape)]
    whole = table.ensemble_loss(_whole(members))
    for idea, without in IDEAS.items():
        rest = list(without(members))
        if {id(each) for each in rest} != {id(each) for each in _whole(members)} and rest:
            value = table.ensemble_loss(rest)
            yield {
                "table": spec.name,
                "idea": idea,
                "loss": whole,
                "loss_without": value,
                "rise_pct": 100 * (value / whole - 1),
            }


def summary(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each idea over the tables of each half. Fewer than 0.05 % are called equal."""
    for idea in IDEAS:
        for side in ("choose", "confirm"):
            rises = np.array([row["rise_pct"] for row in rows if (row["idea"], row["half"]) == (idea, side)])
            if len(rises):
                yield {
                    "idea": idea,
                    "half": side,
                    "tables": len(rises),
                    "worse_without": int((rises > 0.05).sum()),
                    "better_without": int((rises < -0.05).sum()),
                    "mean_rise_pct": round(float(rises.mean()), 2),
                    "median_rise_pct": round(float(np.median(rises)), 2),
                }


def _whole(members: Sequence[Member]) -> list[Member]:
    """As the portfolio has them: with arithmetic where it asks for it, without elsewhere."""
    replaced = {each.configuration.name for each in members if each.has_arithmetic}
    return [each for each in members if each.has_arithmetic or each.configuration.name not in replaced]


def _configurations(shape: TableShape) -> Iterator[Configuration]:
    for each in candidates.first(shape):
        yield each
        if each.params.get("arithmetic"):
            params = {key: value for key, value in each.params.items() if key != "arithmetic"}
            yield Configuration(each.family, params, name=each.name)


if __name__ == "__main__":
    main()
