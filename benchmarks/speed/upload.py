"""Upload speed and peak memory for a big CSV made by this script.

python -m benchmarks.speed.upload [--megabytes 1000]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from automl.client import flows
from automl.client.sources import Source
from benchmarks.processes import peak_mb
from benchmarks.results import append, show
from benchmarks.service import service

COLUMNS = [
    "megabytes",
    "rows",
    "upload_s",
    "upload_mb_s",
    "ingest_s",
    "ingest_mb_s",
    "peak_service_mb",
    "peak_child_mb",
]


def make(path: Path, megabytes: int, seed: int = 0) -> int:
    """Write a CSV of about this size with numbers, categories, dates and gaps; its rows."""
    rng = random.Random(seed)
    cities = [f"city {number}" for number in range(200)]
    block = []
    for number in range(20_000):
        gap = "" if number % 17 == 0 else f"{rng.gauss(0, 1):.6f}"
        date = f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}"
        numbers = ",".join(f"{rng.gauss(0, 100):.4f}" for _ in range(8))
        block.append(f"{number},{rng.choice(cities)},{date},{gap},{numbers},{int(rng.random() < 0.3)}\n")
    text = "".join(block).encode()
    rows = 0
    with path.open("wb") as file:
        file.write(b"n,city,day,gap," + b",".join(b"x%d" % i for i in range(8)) + b",target\n")
        while file.tell() < megabytes * 1_000_000:
            file.write(text)
            rows += len(block)
    return rows


def main() -> None:
    """Upload once, watching memory from outside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="automl-upload-") as folder:
        path = Path(folder) / "big.csv"
        rows = make(path, asked.megabytes)
        size = path.stat().st_size / 1e6
        with service() as running, running.client() as client:
            watch = Watch(running.pid)
            began = time.monotonic()
            source = Source("big", "big.csv", path=path)
            dataset = client.run(flows.upload(source.parts(), "big", "big.csv", None))
            upload_s = time.monotonic() - began
            ready = client.run(flows.wait_ready(dataset.id))
            watch.stop()
            assert ready.rows == rows, f"{ready.rows} rows read, {rows} written"
            row: dict[str, Any] = {
                "megabytes": size,
                "rows": rows,
                "upload_s": upload_s,
                "upload_mb_s": size / upload_s,
                "ingest_s": ready.ingest_s,
                "ingest_mb_s": size / (ready.ingest_s or 1),
                "peak_service_mb": watch.service_mb,
                "peak_child_mb": watch.child_mb,
            }
    append("upload", row)
    show(COLUMNS, [row])


class Watch:
    """Samples the memory of a process tree until stopped: the largest sums seen."""

    def __init__(self, pid: int) -> None:
        self.service_mb = 0.0
        self.child_mb = 0.0
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def _loop(self) -> None:
        while not self._end.wait(0.2):
            whole, child = peak_mb(self._pid, "automl.datasets.child")
            self.service_mb, self.child_mb = max(self.service_mb, whole), max(self.child_mb, child)

    def stop(self) -> None:
        """No more samples."""
        self._end.set()
        self._thread.join()


if __name__ == "__main__":
    main()
