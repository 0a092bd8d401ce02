"""What Ray Tune and Serve cost a job against the plain loop over worker processes, on the same work.

    python -m benchmarks.speed.loop [--table telco_churn] [--budget 60]

Both run under the same service, ledger and study; only what carries folds out differs. `idle_share` is the part of
worker seconds between preparation and the end of fitting in which no fold ran.
"""

from __future__ import annotations

import argparse
from typing import Any

from automl.client.fit import fit
from automl.client.flows import get_json
from benchmarks.fold_times import fold_times
from benchmarks.results import TABLES, append, public_tables, show
from benchmarks.service import service

COLUMNS = ["adapter", "table", "budget_s", "job_s", "queue_s", "first_fold_s", "folds", "fold_s", "idle_share", "score"]


def main() -> None:
    """One job on each loop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="telco_churn")
    parser.add_argument("--budget", type=float, default=60.0)
    asked = parser.parse_args()
    known = public_tables()
    rows = [one(adapter, known[asked.table], asked.budget) for adapter in ("ray_tune", "processes")]
    for row in rows:
        append("loop", row)
    show(COLUMNS, rows)
    print(f"Tune's share of worker seconds above the plain loop: {rows[0]['idle_share'] - rows[1]['idle_share']:.2%}")


def one(adapter: str, table: dict[str, Any], budget_s: float) -> dict[str, Any]:
    """One job on one loop."""
    with service(settings={"AUTOML_COMPUTE_ADAPTER": adapter}) as running, running.client() as client:
        path = str(TABLES / table["file"])
        job = fit(path, table["target"], budget=budget_s, exclude=table["drop_columns"], client=client)
        times = fold_times(list(client.jobs.events(job.id)), job.view.cpus or 1)
        trials = client.run(get_json(f"/v1/jobs/{job.id}/leaderboard"))["items"]
        return {
            "adapter": adapter,
            "table": table["name"],
            "budget_s": budget_s,
            "job_s": job.view.times.job_s,
            "queue_s": job.view.times.queue_s,
            "first_fold_s": times.first_fold_s,
            "folds": times.folds,
            "trials": len(trials),
            "fold_s": times.fold_s,
            "idle_share": times.idle_share,
            "score": job.score,
        }


if __name__ == "__main__":
    main()
