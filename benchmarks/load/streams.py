"""Event streams of one API replica: lag, memory for each stream, resuming, readers that do not read.

python -m benchmarks.load.streams [--streams 1000] [--seconds 20] [--jobs 1,50] [--events-a-second 1]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from typing import Any
from urllib.parse import urlsplit

from automl.client.local import read_key
from benchmarks.load.event_writer import EventWriter
from benchmarks.load.measuring import finite, percentile
from benchmarks.load.sse_readers import Reader, opened
from benchmarks.processes import rss_mb
from benchmarks.results import append, calibration_s, show
from benchmarks.service import Running, service

API, PROXY = "ServeReplica:automl:Api", "ProxyActor"
_SHOWN = ["jobs", "streams", "lag_p50_s", "lag_p99_s", "lag_max_s", "kb_a_stream", "other_p99_ms", "gaps", "repeats"]


async def measure(running: Running, jobs: int, streams: int, seconds: float, rate: float) -> dict[str, Any]:
    """`streams` readers spread over `jobs`, each of which says something `rate` times a second."""
    target = urlsplit(running.url)
    host, port, key = target.netloc, int(target.port or 0), read_key(running.home) or ""
    writer = await asyncio.to_thread(EventWriter, running.home, jobs)
    before = rss_mb(running.pid, (API, PROXY))
    began = time.perf_counter()
    readers = await _open_all(writer, key, host, port, streams)
    open_s = time.perf_counter() - began
    await asyncio.sleep(1.0)
    others = asyncio.create_task(_others(host, port, key, writer.ids[0], seconds))
    wrote, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        due = time.monotonic() + 1.0 / rate
        await asyncio.to_thread(writer.write)
        wrote += 1
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    other = await others
    after = rss_mb(running.pid, (API, PROXY))
    # Half of them break off and come back behind their last id.
    again = await _resumed(readers[: streams // 2], port)
    await asyncio.to_thread(writer.write)
    await asyncio.to_thread(writer.end)
    everyone = again + readers[streams // 2 :]
    await _until_ended(everyone)
    lags = [lag for each in (*readers, *again) for lag in each.lags]
    grown = {name: after[name] - before[name] for name in before}
    return {
        "jobs": jobs,
        "streams": streams,
        "refused": sum(each.status != 200 for each in readers),
        "seconds": seconds,
        "events_a_second": rate,
        "open_s": open_s,
        "begun_p99_s": percentile([each.begun_s or 0.0 for each in readers], 0.99),
        "lags": len(lags),
        "expected": wrote * streams,
        "lag_p50_s": percentile(lags, 0.5),
        "lag_p90_s": percentile(lags, 0.9),
        "lag_p99_s": percentile(lags, 0.99),
        "lag_max_s": max(lags, default=-1.0),
        "kb_a_stream": 1024 * sum(grown.values()) / streams,
        "api_grew_mb": grown[API],
        "proxy_grew_mb": grown[PROXY],
        "other_p50_ms": 1e3 * percentile(other, 0.5),
        "other_p99_ms": 1e3 * percentile(other, 0.99),
        "gaps": sum(each.gaps for each in (*readers, *again)),
        "repeats": sum(each.repeats for each in (*readers, *again)),
        "unended": sum(not each.ended.is_set() for each in everyone),
        "behind": sum(each.last != max(one.last for one in everyone) for each in everyone),
    }


async def slow(running: Running, streams: int, megabytes: float) -> dict[str, Any]:
    """Readers that take nothing from their sockets while their job says `megabytes`."""
    target = urlsplit(running.url)
    host, port, key = target.netloc, int(target.port or 0), read_key(running.home) or ""
    writer = await asyncio.to_thread(EventWriter, running.home, 1)
    readers = [Reader(f"/v1/jobs/{writer.ids[0]}/events", key, host) for _ in range(streams)]
    for each in readers:
        await opened(each, port, slow=True)
    await asyncio.sleep(2.0)
    before = rss_mb(running.pid, (API, PROXY))
    for each in readers:
        each.stop_reading()
    filler = "x" * 4000
    for _ in range(int(megabytes * 2**20 / 10 / 4200)):
        await asyncio.to_thread(writer.write, 10, filler)
        await asyncio.sleep(0.02)
    await asyncio.sleep(3.0)
    after = rss_mb(running.pid, (API, PROXY))
    for each in readers:
        each.close()
    grown = {name: after[name] - before[name] for name in before}
    return {
        "slow_readers": streams,
        "said_mb": megabytes,
        "api_grew_mb": grown[API],
        "proxy_grew_mb": grown[PROXY],
        "proxy_mb_a_reader": grown[PROXY] / streams,
    }


async def _open_all(writer: EventWriter, key: str, host: str, port: int, count: int) -> list[Reader]:
    ids = writer.ids
    readers = [Reader(f"/v1/jobs/{ids[number % len(ids)]}/events", key, host) for number in range(count)]
    for start in range(0, count, 50):
        await asyncio.gather(*(opened(each, port) for each in readers[start : start + 50]))
        await _until(lambda start=start: all(each.begun_s for each in readers[start : start + 50]), 60.0)
    return readers


async def _resumed(readers: list[Reader], port: int) -> list[Reader]:
    found = []
    for each in readers:
        each.close()
        reader = Reader(each.path, each.key, each.host, after=each.last)
        found.append(await opened(reader, port))
    await _until(lambda: all(each.begun_s for each in found), 60.0)
    return found


async def _until_ended(readers: list[Reader], timeout_s: float = 30.0) -> None:
    # The terminal event closes the stream; the connection itself may live on.
    last = max(each.last for each in readers)
    await _until(lambda: all(each.last >= max(last, _newest(readers)) for each in readers), timeout_s)
    for each in readers:
        each.close()
    await asyncio.sleep(0)


def _newest(readers: list[Reader]) -> int:
    return max(each.last for each in readers)


async def _until(condition: Any, timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.02)


async def _others(host: str, port: int, key: str, job: str, seconds: float) -> list[float]:
    """Seconds of an ordinary GET beside the streams, four a second."""
    asked = f"GET /v1/jobs/{job} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        found.append(time.perf_counter() - began)
        await asyncio.sleep(0.25)
    writer.close()
    return found


def main() -> None:
    """One service for each shape: many readers of one job, and of many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--jobs", default="1,50")
    parser.add_argument("--events-a-second", type=float, default=1.0)
    parser.add_argument("--slow", type=int, default=20, help="readers that do not read; 0: leave it out")
    parser.add_argument("--slow-megabytes", type=float, default=8.0)
    asked = parser.parse_args()
    rows = []
    calibration = calibration_s()
    for jobs in (int(each) for each in asked.jobs.split(",")):
        with service() as running:
            row = asyncio.run(measure(running, jobs, asked.streams, asked.seconds, asked.events_a_second))
        row |= {"calibration_s": calibration, "load_after": os.getloadavg()[0]}
        append("streams", finite(row))
        rows.append(row)
        print(row, flush=True)
    show(_SHOWN, rows)
    if asked.slow:
        with service() as running:
            row = asyncio.run(slow(running, asked.slow, asked.slow_megabytes))
        append("streams", row)
        show(list(row), [row])


if __name__ == "__main__":
    main()
