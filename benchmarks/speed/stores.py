"""Cassandra, Redis and Kafka through our adapters, each beside the product's own ceiling in the same run.

    python -m benchmarks.speed.stores [--profile single] [--only cache,events]

Starts the servers by the launcher in a folder of its own. `share` is ours divided by the ceiling (aim: 0.7).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.cassandra.blobs import CassandraBlobs
from automl.backends.cache.redis.cache import RedisCache
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.connection import CassandraConnection
from automl.backends.cassandra.migrations import migrate
from automl.backends.events.base import Hint
from automl.backends.events.kafka.bus import KafkaEvents
from automl.backends.events.kafka.config import KafkaConfig
from automl.backends.events.kafka.envelope import CONTENT_TYPE, Envelopes
from automl.backends.events.kafka.subscription import KafkaSubscription
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Append, Key, Kind, NewEvent
from automl.backends.records.cassandra.records import CassandraRecords
from automl.core.clock import SystemClock
from benchmarks.results import append, show
from benchmarks.speed import ceilings
from cluster.launcher import api

COLUMNS = ["what", "ours", "ceiling", "share", "unit"]
_BLOB_MB = 128
# Ours and the ceiling take turns; the median of each counts.
_ROUNDS = 5
_TRIES = 4 * _ROUNDS
_TENANT = "bench"


def main() -> None:
    """Measure all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="single", choices=("single", "three"))
    parser.add_argument("--only", default="blobs,records,cache,events", help="which of them, by comma")
    asked = parser.parse_args()
    only = asked.only.split(",")
    copies = 1 if asked.profile == "single" else 3
    with tempfile.TemporaryDirectory(prefix="automl-stores-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        try:
            found = api.up(home, api.Wish(profile=asked.profile, without=("prometheus",), free_ports=True)).endpoints
            rows = [
                *(blobs(found.cassandra, copies) if "blobs" in only else ()),
                *(records(found.cassandra, copies) if "records" in only else ()),
                *(cache(found.redis) if "cache" in only else ()),
                *(events(found.kafka, copies) if "events" in only else ()),
            ]
        finally:
            api.down(home, now=True)
    for row in rows:
        append("stores", row | {"profile": asked.profile})
    show(COLUMNS, rows)


def _row(what: str, ours: float, ceiling: float | None, unit: str) -> dict[str, Any]:
    return {
        "what": what,
        "ours": ours,
        "ceiling": ceiling,
        "share": None if ceiling is None else ours / ceiling,
        "unit": unit,
    }


def blobs(hosts: list[str], copies: int) -> list[dict[str, Any]]:
    """Bytes that do not compress, so that the wire carries as many as in the ceiling."""
    session = ceilings.cassandra_session(hosts, copies)
    data = os.urandom(_BLOB_MB * 1_000_000)
    rows = []
    for chunk_bytes in (1_000_000, 5_000_000):
        config = CassandraConfig(tuple(hosts), "bench", copies, copies, chunk_bytes=chunk_bytes)
        connection = CassandraConnection(config)
        migrate(connection)
        store = CassandraBlobs(connection, SystemClock())
        # Both once for warmth: the server compiles its own code on the way.
        for turn in ("cold", "warm"):
            key = BlobKey(_TENANT, f"{turn}/{chunk_bytes}")
            began = time.perf_counter()
            store.put(key, data)
            written = time.perf_counter() - began
            began = time.perf_counter()
            got = sum(len(piece) for piece in store.read(key))
            read = time.perf_counter() - began
            assert got == len(data)
            ceiling = ceilings.cassandra_chunks(session, chunk_bytes, len(data) // chunk_bytes)
        connection.close()
        size = f"{chunk_bytes // 1_000_000} MB chunks"
        rows.append(_row(f"blobs to Cassandra, {size}", len(data) / 1e6 / written, ceiling[0], "MB/s"))
        rows.append(_row(f"blobs from Cassandra, {size}", len(data) / 1e6 / read, ceiling[1], "MB/s"))
    session.cluster.shutdown()
    return rows


def records(hosts: list[str], copies: int, count: int = 600) -> list[dict[str, Any]]:
    """Appends of one aggregate, each decided on the one before, as a driver's ledger makes them."""
    session = ceilings.cassandra_session(hosts, copies)
    connection = CassandraConnection(CassandraConfig(tuple(hosts), "bench", copies, copies))
    store = CassandraRecords(connection, SystemClock())
    key = Key(_TENANT, Kind.JOB, "job_aaaaaaaaaaaaaaaaaaaa")
    for turn in range(2):
        began = time.perf_counter()
        for number in range(count):
            version = turn * count + number
            store.append(Append(key, version, {"text": "x" * 1000}, time.time(), events=(NewEvent("fold.done"),)))
        ours = count / (time.perf_counter() - began)
        ceiling = ceilings.cassandra_updates(session, count)
    connection.close()
    session.cluster.shutdown()
    return [_row("appends of one aggregate", ours, ceiling, "1/s")]


def cache(server: str, count: int = 2000) -> list[dict[str, Any]]:
    """Values of 1 MB; the share of CPU rows is the ceiling's time divided by ours."""
    config = RedisConfig(f"redis://{server}/0")
    store = RedisCache(config, MemoryMetrics())
    value = os.urandom(1_000_000)
    puts, gets, servers, plain_puts, plain_gets = [], [], [], [], []
    for _ in range(_TRIES):
        before = store.stats()
        put = ceilings.paced(count, lambda number: store.put(str(number % ceilings.KEYS), value))
        got = ceilings.paced(count, lambda number: store.get(str(number % ceilings.KEYS)))
        after = store.stats()
        if (after.errors, after.misses) != (before.errors, before.misses):
            # On a busy machine a call takes longer than a cache may, and the next ones are not asked at all.
            time.sleep(config.breaker_open_s)
            continue
        puts.append(put)
        gets.append(got)
        servers.append(ceilings.redis_benchmark(server, len(value), count))
        plain_put, plain_got = ceilings.redis_client(server, value, count)
        plain_puts.append(plain_put)
        plain_gets.append(plain_got)
        if len(puts) == _ROUNDS:
            break
    assert puts, "Redis never answered a whole round in time"
    rows = []
    for way, ours, plain, of_server in (("to", puts, plain_puts, 0), ("from", gets, plain_gets, 1)):
        rate = statistics.median(each.per_s for each in ours)
        bare = statistics.median(each[of_server] for each in servers)
        rows.append(_row(f"1 MB {way} Redis, against redis-benchmark", rate, bare, "MB/s"))
        client = statistics.median(each.per_s for each in plain)
        rows.append(_row(f"1 MB {way} Redis, against redis-py", rate, client, "MB/s"))
        cpu, least = (statistics.median(each.cpu_us for each in some) for some in (ours, plain))
        rows.append(_row(f"CPU of 1 MB {way} Redis, against redis-py", cpu, least, "us") | {"share": least / cpu})
    return rows


def events(servers: list[str], copies: int, count: int = 5000) -> list[dict[str, Any]]:
    """Hints published until a tail has seen the last; and one at a time, publish to seen.

    The ceiling passes the very bytes of such hints on, ready made.
    """
    config = KafkaConfig(tuple(servers), "bench.", partitions=6, replication_factor=copies, min_insync_replicas=1)
    hints = [Hint("jobs", f"job_{number % 50}", "job.changed", _TENANT, number) for number in range(count)]
    envelopes = Envelopes("/automl")
    records = [(hint.key.encode(), envelopes.encode(hint, time.time())) for hint in hints]
    bus = KafkaEvents(config, SystemClock(), MemoryMetrics())
    rates, plain, latencies = [], [], []
    with bus.tail(("jobs",)) as tail:
        for _ in range(_ROUNDS):
            rates.append(_told(bus, tail, hints))
            plain.append(ceilings.kafka_through(servers, copies, records, CONTENT_TYPE))
        for hint in hints[:200]:
            began = time.perf_counter()
            bus.publish(hint)
            while not tail.poll(1.0):
                pass
            latencies.append(1e3 * (time.perf_counter() - began))
    bus.close()
    return [
        _row("events through Kafka to a tail", statistics.median(rates), statistics.median(plain), "1/s"),
        _row("publish to seen, median", statistics.median(latencies), None, "ms"),
        _row("publish to seen, p99", statistics.quantiles(latencies, n=100)[98], None, "ms"),
    ]


def _told(bus: KafkaEvents, tail: KafkaSubscription, hints: list[Hint]) -> float:
    """Hints a second, until the last is seen."""
    seen = [0]

    def read() -> None:
        while seen[0] < len(hints):
            seen[0] += len(tail.poll(0.5))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    began = time.perf_counter()
    for hint in hints:
        bus.publish(hint)
    thread.join(60)
    assert seen[0] >= len(hints), f"{seen[0]} of {len(hints)} hints were seen"
    return len(hints) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
