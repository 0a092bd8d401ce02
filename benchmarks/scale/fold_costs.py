"""What folds of a real job cost, by family, and how long its two workers stood idle: what the simulation draws from,
and what it is checked against.

    python -m benchmarks.scale.fold_costs [--table telco_churn] [--budget 60]

A minute and a half. Needs the public tables; the simulation itself reads the rows that are kept.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from automl.client.fit import fit
from automl.client.flows import get_json
from benchmarks.fold_times import idle_share
from benchmarks.results import TABLES, append, calibration_s, newest, public_tables, show
from benchmarks.service import service

SUITE = "fold-costs"
_COLUMNS = ["table", "workers", "folds", "fold_s", "idle_share", "store_ms", "calibration_s"]


@dataclass(frozen=True)
class Measured:
    """families: family → seconds of each usable fold; idle_share: of the worker seconds between preparation and the end
    of fitting; store_s: to make a fold durable."""

    families: dict[str, list[float]]
    workers: int
    idle_share: float
    budget_s: float
    store_s: float


def last() -> Measured:
    """What was measured last. FileNotFoundError: nothing was."""
    found = newest(SUITE)
    if found is None:
        raise FileNotFoundError("no fold costs are kept: run python -m benchmarks.scale.fold_costs")
    row = found[1][-1]
    return Measured(row["families"], row["workers"], row["idle_share"], row["budget_s"], row["store_ms"] / 1e3)


def main() -> None:
    """One job with nobody beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="telco_churn")
    parser.add_argument("--budget", type=float, default=60.0)
    asked = parser.parse_args()
    known = public_tables()
    row = one(known[asked.table], asked.budget)
    append(SUITE, row)
    show(_COLUMNS, [row])


def one(table: dict[str, Any], budget_s: float) -> dict[str, Any]:
    """The row of one job."""
    with service() as running, running.client() as client:
        path = str(TABLES / table["file"])
        stored = [client.system.self_test()["store_write_ms"] for _ in range(3)]
        job = fit(path, table["target"], budget=budget_s, exclude=table["drop_columns"], client=client)
        events = list(client.jobs.events(job.id))
        family: dict[int, str] = {}
        following = ""
        while following is not None:
            page = client.run(get_json(f"/v1/jobs/{job.id}/trials?limit=200{following}"))
            family |= {each["trial"]: each["family"] for each in page["items"]}
            following = f"&cursor={page['cursor']}" if page["cursor"] else None
    done = [event.body for event in events if event.type == "fold.done" and event.body["status"] in ("ok", "cut")]
    costs: dict[str, list[float]] = defaultdict(list)
    for body in done:
        costs[family[body["trial"]]].append(round(float(body["total_s"]), 4))
    workers = job.view.cpus or 1
    spent = sum(map(sum, costs.values()))
    return {
        "table": table["name"],
        "workers": workers,
        "budget_s": budget_s,
        "folds": len(done),
        "fold_s": spent / max(1, len(done)),
        "idle_share": idle_share(events, workers, spent),
        "store_ms": statistics.median(stored),
        "families": dict(costs),
        "calibration_s": calibration_s(),
    }


if __name__ == "__main__":
    main()
