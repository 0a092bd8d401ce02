"""Whole jobs: ingest, queue, job and wall seconds and scores at 10, 30 and 60 s on public tables.

python -m benchmarks.budget.jobs [--budgets 10,30,60] [--tables titanic,adult] [--seed 0]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.results import TABLES, append, calibration_s, public_tables, show
from benchmarks.service import Running, environment, service

DEFAULT_TABLES = "titanic,telco_churn,students_dropout,california_housing,adult,hflights"
COLUMNS = ["table", "budget_s", "state", "metric", "score", "test_score", "ingest_s", "queue_s", "job_s", "wall_s"]
COLUMNS += ["command_s", "over_s", "trials", "folds", "first_fold_s"]


def main() -> None:
    """Run the suite and print its table; exit code 1 when a deadline was missed or a job failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budgets", default="10,30,60")
    parser.add_argument("--tables", default=DEFAULT_TABLES)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    known = public_tables()
    rows = []
    print(f"calibration {calibration_s()} s", flush=True)
    with service() as running:
        for name in asked.tables.split(","):
            for budget in asked.budgets.split(","):
                row = one(running, known[name], float(budget), asked.seed)
                append("budget", row)
                rows.append(row)
                show(COLUMNS, [row])
    print()
    show(COLUMNS, rows)
    if any(row["state"] != "succeeded" or row["over_s"] > 2.0 for row in rows):
        sys.exit(1)


def one(running: Running, table: dict[str, Any], budget_s: float, seed: int) -> dict[str, Any]:
    """One table at one budget, as a user would ask for it."""
    command = [sys.executable, "-m", "automl.cli.main", "fit", str(TABLES / table["file"]), "--json"]
    command += ["--target", table["target"], "--metric", table["metric"], "--budget", f"{budget_s:g}s"]
    command += ["--seed", str(seed)]
    if table["drop_columns"]:
        command += ["--exclude", ",".join(table["drop_columns"])]
    began = time.monotonic()
    done = subprocess.run(
        command, env=environment(running.home), capture_output=True, text=True, timeout=budget_s + 300, check=False
    )
    row = {"table": table["name"], "budget_s": budget_s, "seed": seed, "command_s": time.monotonic() - began}
    if done.returncode != 0:
        return row | {"state": "failed", "over_s": 0.0, "error": done.stderr[-500:]}
    row |= json.loads(done.stdout)
    row["over_s"] = row["job_s"] - budget_s
    row["first_fold_s"] = first_fold_s(running, row["job_id"])
    return row


def first_fold_s(running: Running, job_id: str) -> float | None:
    """Seconds from admission to the first recorded fold, read from the job's own events."""
    with running.client() as client:
        events = list(client.jobs.events(job_id))
    admitted = next((event.at for event in events if event.type == "job.admitted"), None)
    first = next((event.at for event in events if event.type == "fold.done"), None)
    return (first - admitted).total_seconds() if admitted and first else None


if __name__ == "__main__":
    assert Path(TABLES).is_dir(), f"the public tables are not at {TABLES}"
    main()
