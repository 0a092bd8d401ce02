"""Ten times the load that fits: goodput, refusals, recovery, and what one tenant's flood does to another one.

python -m benchmarks.load.overload [--seconds 32] [--fits 16]

The same clients flood a bare Serve no-op first, because its proxy stands before us and has limits of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from automl.backends.metrics.memory import MemoryMetrics
from automl.bootstrap.adapters import make_adapters
from automl.client.local import read_key
from automl.registry.tenants import Tenants
from automl.settings import Settings
from benchmarks.load.event_writer import EventWriter
from benchmarks.load.flood import Seen, Target, flood, recovery_s
from benchmarks.load.measuring import finite, percentile
from benchmarks.results import append, calibration_s, show
from benchmarks.service import end, environment, service

# An answer that comes later helps nobody.
IN_TIME_S = 2.0
_MULTIPLES = (1, 2, 5, 10)
_ROUNDS = 4
_SHOWN = ["target", "clients", "goodput", "share", "good_p99_s", "refused", "inside_p99_ms", "second_p99_s"]


async def ramp(name: str, mine: Target, second: Target, fits: int, seconds: float) -> list[dict[str, Any]]:
    """The load that fits (`fits` clients without a pause), then its multiples; a second tenant asks beside them.

    Each of them for `seconds`, in several rounds over all: what else a shared machine does would otherwise fall on one.
    """
    await flood(mine, 4, 2.0)
    alone = await flood(second, 2, max(4.0, seconds / 2), pause_s=0.1)
    seen, beside = dict.fromkeys(_MULTIPLES, Seen()), dict.fromkeys(_MULTIPLES, Seen())
    for multiple in _MULTIPLES * _ROUNDS:
        flooding = asyncio.create_task(flood(mine, fits * multiple, seconds / _ROUNDS))
        beside[multiple] += await flood(second, 2, seconds / _ROUNDS, pause_s=0.1)
        seen[multiple] += await flooding
    back_s = await recovery_s(mine, max(0.05, percentile(alone.good, 0.9)))
    peak = max(each.goodput(IN_TIME_S) for each in seen.values())
    rows = [
        {"target": name, "multiple": multiple, "rounds": _ROUNDS}
        | _row(seen[multiple], fits * multiple)
        | _beside(beside[multiple], alone)
        | {"share": seen[multiple].goodput(IN_TIME_S) / peak if peak else 0.0}
        for multiple in _MULTIPLES
    ]
    rows[-1]["recovery_s"] = back_s
    return rows


def _row(seen: Seen, clients: int) -> dict[str, Any]:
    return {
        "clients": clients,
        "seconds": seen.seconds,
        "goodput": seen.goodput(IN_TIME_S),
        "good_p50_s": percentile(seen.good, 0.5),
        "good_p99_s": percentile(seen.good, 0.99),
        "late": sum(each > IN_TIME_S for each in seen.good),
        "refused": len(seen.refused),
        "refused_p99_s": percentile(seen.refused, 0.99),
        "inside_p50_ms": percentile(seen.inside_ms, 0.5),
        "inside_p99_ms": percentile(seen.inside_ms, 0.99),
        "without_retry_after": seen.without_retry_after,
        "other": seen.other,
        "broken": seen.broken,
    }


def _beside(seen: Seen, alone: Seen) -> dict[str, Any]:
    return {
        "second_alone_p99_s": percentile(alone.good, 0.99),
        "second_p50_s": percentile(seen.good, 0.5),
        "second_p99_s": percentile(seen.good, 0.99),
        "second_refused": len(seen.refused),
    }


@contextlib.contextmanager
def bare() -> Iterator[int]:
    """The bare no-op; its port."""
    with tempfile.TemporaryDirectory(prefix="automl-bare-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "benchmarks.load.bare_service", folder, str(port)]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(
                command, env=environment(Path(folder)), stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip() == b"ready":
                    break
            else:
                raise RuntimeError((Path(folder) / "log").read_text()[-2000:])
            yield port
        finally:
            end(process)


def second_key(home: Path) -> str:
    """A key of another tenant of the service in this home."""
    adapters = make_adapters(Settings(home=home), MemoryMetrics())
    return Tenants(adapters.records, adapters.clock).create_key("second")[1]


def main() -> None:
    """The no-op, then the service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=32.0, help="of each load")
    parser.add_argument("--fits", type=int, default=16, help="clients without a pause that the service bears")
    parser.add_argument("--without-bare", action="store_true")
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if not asked.without_bare:
        with bare() as port:
            target = Target(port, "/noop")
            rows += asyncio.run(ramp("bare", target, target, asked.fits, asked.seconds))
    with service() as running:
        port = int(urlsplit(running.url).port or 0)
        mine, second = EventWriter(running.home, 1), EventWriter(running.home, 1, tenant="second")
        first = Target(port, f"/v1/jobs/{mine.ids[0]}", read_key(running.home))
        other = Target(port, f"/v1/jobs/{second.ids[0]}", second_key(running.home))
        rows += asyncio.run(ramp("automl", first, other, asked.fits, asked.seconds))
    calibration = calibration_s()
    for row in rows:
        append("overload", finite(row) | {"calibration_s": calibration, "load_after": os.getloadavg()[0]})
    show(_SHOWN, rows)
    print({row["target"]: row["recovery_s"] for row in rows if "recovery_s" in row})


if __name__ == "__main__":
    main()
