"""The whole flow on each kind of store: upload, block reads, commit to event stream, and what the ledger costs.

    python -m benchmarks.speed.flow [--profile single] [--budget 60] [--megabytes 200] [--stores embedded]

The same upload and the same job run on the embedded stores and on Cassandra, Kafka and Redis. `idle_share` is the part
of worker seconds between preparation and the end of fitting in which no fold ran; `sse_ms` is from the time that an
event carries to its arrival at a client of the stream.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from automl.client import flows
from automl.client.fit import fit
from automl.client.sources import Source
from benchmarks.fold_times import fold_times
from benchmarks.results import TABLES, append, public_tables, show
from benchmarks.service import service
from benchmarks.speed.upload import make
from cluster.launcher import api

COLUMNS = ["stores", "upload_mb_s", "job_s", "queue_s", "first_fold_s", "folds", "idle_share", "sse_ms", "sse_p99_ms"]
COLUMNS += ["self_test"]


def main() -> None:
    """Both kinds of store, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="single", choices=("single", "three"))
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--table", default="telco_churn")
    parser.add_argument("--stores", default="embedded,cluster", help="which of them, by comma")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="automl-flow-", ignore_cleanup_errors=True) as folder:
        if "embedded" in asked.stores:
            rows.append(one("embedded", Path(folder) / "embedded", asked))
        if "cluster" in asked.stores:
            home = Path(folder) / "cluster"
            home.mkdir()
            try:
                api.up(home, api.Wish(profile=asked.profile, without=("prometheus",), free_ports=True))
                rows.append(one("cluster", home, asked))
            finally:
                api.down(home, now=True)
    for row in rows:
        append("flow", row | {"profile": asked.profile, "budget_s": asked.budget})
    show(COLUMNS, rows)
    if len(rows) > 1:
        cost = rows[1]["idle_share"] - rows[0]["idle_share"]
        print(f"Cassandra, Kafka and Redis cost {cost:.2%} of the worker seconds more than the embedded stores.")


def one(profile: str, home: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """One kind of store."""
    home.mkdir(exist_ok=True)
    settings = {"AUTOML_STORE_PROFILE": profile}
    with service(home=home, settings=settings) as running, running.client() as client:
        path = home / "big.csv"
        make(path, asked.megabytes)
        began = time.monotonic()
        client.run(flows.upload(Source("big", "big.csv", path=path).parts(), "big", "big.csv", None))
        upload_s = time.monotonic() - began
        known = public_tables()
        table = known[asked.table]
        job = fit(
            str(TABLES / table["file"]),
            table["target"],
            budget=asked.budget,
            exclude=table["drop_columns"],
            wait=False,
            client=client,
        )
        late: list[float] = []

        def follow() -> None:
            for event in client.jobs.events(job.id):
                late.append(1e3 * (dt.datetime.now(dt.UTC) - event.at).total_seconds())

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        job.wait(quiet=True)
        thread.join(30)
        times = fold_times(list(client.jobs.events(job.id)), job.view.cpus or 1)
        steps = client.system.self_test()
        return {
            "stores": profile,
            "upload_mb_s": path.stat().st_size / 1e6 / upload_s,
            "job_s": job.view.times.job_s,
            "queue_s": job.view.times.queue_s,
            "first_fold_s": times.first_fold_s,
            "folds": times.folds,
            "idle_share": times.idle_share,
            "sse_ms": statistics.median(late),
            "sse_p99_ms": statistics.quantiles(late, n=100)[98],
            "self_test": {name: value for name, value in steps.items() if name.endswith("_ms")},
        }


if __name__ == "__main__":
    main()
