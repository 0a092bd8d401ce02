"""Start-up time and memory of `automl serve`, and single-row predict latency over HTTP.

python -m benchmarks.speed.service [--requests 500]
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from typing import Any

import httpx2

from automl.client.fit import fit
from automl.client.local import read_key
from automl.datasets.examples import example
from benchmarks.memory import peak_mb
from benchmarks.results import append, show
from benchmarks.service import service


def main() -> None:
    """Start a service, train 10 s, ask for one row at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    asked = parser.parse_args()
    table = example("titanic")
    with service() as running, running.client() as client:
        idle_mb, _ = peak_mb(running.pid, "-")
        job = fit(str(table.path), table.target, budget="10s", client=client)
        with table.path.open(newline="") as file:
            row = {name: value or None for name, value in next(csv.DictReader(file)).items() if name != table.target}
        url = f"{running.url}/v1/models/{job.view.model_id}/predict"
        key = read_key(running.home)
        times, ping = [], []
        with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False) as http:
            for _ in range(20):
                http.post(url, json={"rows": [row]}).raise_for_status()
            for _ in range(asked.requests):
                began = time.perf_counter()
                http.post(url, json={"rows": [row]}).raise_for_status()
                times.append(time.perf_counter() - began)
                began = time.perf_counter()
                http.get(f"{running.url}/health/live").raise_for_status()
                ping.append(time.perf_counter() - began)
        after_mb, _ = peak_mb(running.pid, "-")
        result: dict[str, Any] = {
            "start_s": running.start_s,
            "idle_mb": idle_mb,
            "after_job_mb": after_mb,
            "members": len(client.models.get(str(job.view.model_id)).latest.members),  # type: ignore[union-attr]
            "predict_p50_ms": 1e3 * statistics.median(times),
            "predict_p99_ms": 1e3 * sorted(times)[int(0.99 * len(times))],
            "live_p50_ms": 1e3 * statistics.median(ping),
            "live_p99_ms": 1e3 * sorted(ping)[int(0.99 * len(ping))],
        }
    append("service", result)
    show(list(result), [result])


if __name__ == "__main__":
    main()
