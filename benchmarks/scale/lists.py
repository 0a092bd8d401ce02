"""How long pages of long lists take over HTTP: a seeded service, one reader, every page to the end.

python -m benchmarks.scale.lists [--jobs 10000] [--trials 5000] [--models 300] [--rounds 3]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

from automl.client.local import read_key
from benchmarks.load.measuring import percentile
from benchmarks.results import append, calibration_s, show
from benchmarks.scale.seed import Seeded, seed
from benchmarks.service import Running, service

_SHOWN = ["list", "pages", "items", "first_ms", "p50_ms", "p99_ms", "max_ms"]
# Pages of one walk at most: what a person turns.
_PAGES = 60


def lists(seeded: Seeded) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is asked for, by name: path and query."""
    job = f"/v1/jobs/{seeded.long_job}"
    return {
        "jobs": ("/v1/jobs", {"limit": 50}),
        "jobs, 200 a page": ("/v1/jobs", {"limit": 200}),
        "jobs that failed": ("/v1/jobs", {"limit": 50, "state": "failed"}),
        "jobs that go on (none)": ("/v1/jobs", {"limit": 50, "state": ["queued", "running"]}),
        "jobs by a common text": ("/v1/jobs", {"limit": 50, "search": "column_7"}),
        "jobs by a text nobody has": ("/v1/jobs", {"limit": 50, "search": "nobody has this"}),
        "models": ("/v1/models", {"limit": 50}),
        "versions of one model": (f"/v1/models/{seeded.versioned}/versions", {}),
        "leaderboard": (f"{job}/leaderboard", {"limit": 50}),
        "leaderboard, 200 a page": (f"{job}/leaderboard", {"limit": 200}),
        "trials": (f"{job}/trials", {"limit": 200}),
        "log": (f"{job}/logs", {"limit": 200, "level": "debug"}),
        "log, warnings alone (none)": (f"{job}/logs", {"limit": 200, "level": "warning"}),
        "log, tail": (f"{job}/logs", {"limit": 100, "level": "debug", "tail": True}),
    }


def measure(running: Running, seeded: Seeded, rounds: int) -> list[dict[str, Any]]:
    """One row for each list. first_ms: the very first page, with nothing remembered."""
    headers = {"Authorization": f"Bearer {read_key(running.home)}"}
    rows = []
    with httpx2.Client(base_url=running.url, headers=headers, timeout=60.0) as http:
        for _ in range(5):
            http.get("/v1/jobs", params={"limit": 1})
        for name, (path, query) in lists(seeded).items():
            took: list[float] = []
            items = pages = 0
            for _ in range(rounds):
                cursor, items, pages = None, 0, 0
                while pages < _PAGES:
                    began = time.perf_counter()
                    answer = http.get(path, params=query | ({"cursor": cursor} if cursor else {}))
                    took.append(1e3 * (time.perf_counter() - began))
                    answer.raise_for_status()
                    body = answer.json()
                    items, pages, cursor = items + len(body["items"]), pages + 1, body["cursor"]
                    if cursor is None:
                        break
            rows.append(
                {
                    "list": name,
                    "pages": pages,
                    "items": items,
                    "first_ms": took[0],
                    "p50_ms": percentile(took, 0.5),
                    "p99_ms": percentile(took, 0.99),
                    "max_ms": max(took),
                }
            )
    return rows


def main() -> None:
    """Seed, serve, measure, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=5_000)
    parser.add_argument("--models", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="automl-scale-") as folder:
        seeded = seed(Path(folder), given.jobs, given.trials, given.models)
        with service(Path(folder)) as running:
            rows = measure(running, seeded, given.rounds)
    size = {"jobs": seeded.jobs, "trials": seeded.trials, "models": seeded.models, "seed_s": seeded.seconds}
    speed = calibration_s()
    for row in rows:
        append("scale", row | {"size": size, "calibration_s": speed})
    show(_SHOWN, rows)


if __name__ == "__main__":
    main()
