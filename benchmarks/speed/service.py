"""Start-up time and memory of `automl serve`, and single-row predict latency over HTTP, at rest and while a job fits.

python -m benchmarks.speed.service [--requests 500]
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from collections.abc import Callable
from typing import Any

import httpx2

from automl.client.fit import fit
from automl.client.local import read_key
from automl.datasets.examples import example
from benchmarks.processes import peak_mb
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
        with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False) as http:

            def predict() -> None:
                http.post(url, json={"rows": [row]}).raise_for_status()

            def live() -> None:
                http.get(f"{running.url}/health/live").raise_for_status()

            times, ping = _timed(asked.requests, predict, live)
            other = fit(str(table.path), table.target, budget="60s", wait=False, client=client)
            while not other.refresh().view.progress.folds:
                time.sleep(0.1)
            busy, busy_ping = _timed(asked.requests, predict, live)
            assert not other.refresh().state.is_terminal, "the job ended while requests were made: make fewer"
            client.jobs.cancel(other.id)
        after_mb, _ = peak_mb(running.pid, "-")
        result: dict[str, Any] = {
            "start_s": running.start_s,
            "idle_mb": idle_mb,
            "after_job_mb": after_mb,
            "members": len(client.models.get(str(job.view.model_id)).latest.members),  # type: ignore[union-attr]
            **_quantiles("predict", times),
            **_quantiles("live", ping),
            **_quantiles("busy_predict", busy),
            **_quantiles("busy_live", busy_ping),
        }
    append("service", result)
    show(list(result), [result])


def _timed(count: int, *calls: Callable[[], None]) -> list[list[float]]:
    """Milliseconds of each call; they take turns. After twenty rounds for warmth."""
    taken: list[list[float]] = [[] for _ in calls]
    for number in range(count + 20):
        for call, times in zip(calls, taken, strict=True):
            began = time.perf_counter()
            call()
            if number >= 20:
                times.append(1e3 * (time.perf_counter() - began))
    return taken


def _quantiles(name: str, times: list[float]) -> dict[str, float]:
    return {f"{name}_p50_ms": statistics.median(times), f"{name}_p99_ms": sorted(times)[int(0.99 * len(times))]}


if __name__ == "__main__":
    main()
