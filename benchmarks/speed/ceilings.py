"""What each product gives without us: the same bytes and the same number of requests, by its own client."""

from __future__ import annotations

import asyncio
import csv
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import redis
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from cassandra import ConsistencyLevel
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable, Session

Header: TypeAlias = tuple[str, bytes]

KEYSPACE = "bench_ceiling"
# Of the cache: what is set and got takes turns over so many.
KEYS = 20
_RETRY_S = 0.005


def cassandra_session(hosts: list[str], replication: int) -> Session:
    """A plain session with a table of chunks and one of versions."""
    name, _, port = hosts[0].rpartition(":")
    profile = ExecutionProfile(consistency_level=ConsistencyLevel.LOCAL_QUORUM, request_timeout=30)
    profile.serial_consistency_level = ConsistencyLevel.LOCAL_SERIAL
    cluster = Cluster([name], port=int(port), compression=False, execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    session = cluster.connect()
    session.execute(
        f"CREATE KEYSPACE IF NOT EXISTS {KEYSPACE} WITH replication = "
        f"{{'class': 'NetworkTopologyStrategy', 'datacenter1': {replication}}}"
    )
    session.set_keyspace(KEYSPACE)
    session.execute(
        "CREATE TABLE IF NOT EXISTS chunk (id int PRIMARY KEY, data blob) WITH compression = {'enabled': false}"
    )
    session.execute("CREATE TABLE IF NOT EXISTS version (id text PRIMARY KEY, version int, document text)")
    return session


def cassandra_chunks(session: Session, chunk_bytes: int, count: int, at_once: int = 4) -> tuple[float, float]:
    """MB/s written and read."""
    data = os.urandom(chunk_bytes)
    put = session.prepare("INSERT INTO chunk (id, data) VALUES (?, ?)")
    get = session.prepare("SELECT data FROM chunk WHERE id = ?")
    get.consistency_level = ConsistencyLevel.LOCAL_ONE
    with ThreadPoolExecutor(at_once) as threads:
        began = time.perf_counter()
        list(threads.map(lambda number: _patiently(session, put, (number, data)), range(count)))
        written = time.perf_counter() - began
        began = time.perf_counter()
        list(threads.map(lambda number: _patiently(session, get, (number,)), range(count)))
        read = time.perf_counter() - began
    megabytes = chunk_bytes * count / 1e6
    return megabytes / written, megabytes / read


def _patiently(session: Session, statement: object, values: tuple[object, ...]) -> None:
    while True:
        try:
            session.execute(statement, values)
        except NoHostAvailable:
            time.sleep(_RETRY_S)
        else:
            return


def cassandra_updates(session: Session, count: int) -> float:
    """Conditional updates of one partition, one after the other, a second."""
    session.execute("INSERT INTO version (id, version, document) VALUES ('a', 0, '')")
    update = session.prepare("UPDATE version SET version = ?, document = ? WHERE id = 'a' IF version = ?")
    document = "x" * 1500
    began = time.perf_counter()
    for number in range(count):
        session.execute(update, (number + 1, document, number))
    return count / (time.perf_counter() - began)


def redis_benchmark(server: str, value_bytes: int, count: int) -> tuple[float, float]:
    """MB/s set and got, by redis-benchmark with one connection, over as many keys as ours: one key alone would be the
    same memory, and in the processor's cache, each time."""
    host, _, port = server.partition(":")
    command = ["redis-benchmark", "-h", host, "-p", port, "-c", "1", "-n", str(count), "-d", str(value_bytes)]
    command += ["-r", str(KEYS)]
    done = subprocess.run([*command, "-t", "set,get", "--csv"], capture_output=True, text=True, check=True)
    rates = {row["test"]: float(row["rps"]) for row in csv.DictReader(done.stdout.splitlines())}
    return rates["SET"] * value_bytes / 1e6, rates["GET"] * value_bytes / 1e6


@dataclass(frozen=True)
class Pace:
    """How quickly something went. per_s: by the wall clock; cpu_us: microseconds of this process for each, which a
    machine with other work tells just as well."""

    per_s: float
    cpu_us: float


def paced(count: int, work: Callable[[int], object]) -> Pace:
    """Call `work` with 0, 1, … count - 1."""
    began, used = time.perf_counter(), time.process_time()
    for number in range(count):
        work(number)
    return Pace(count / (time.perf_counter() - began), 1e6 * (time.process_time() - used) / count)


def redis_client(server: str, value: bytes, count: int) -> tuple[Pace, Pace]:
    """Values set and got by the Python client alone."""
    host, _, port = server.partition(":")
    with redis.Redis(host, int(port)) as client:
        written = paced(count, lambda number: client.set(f"plain{number % KEYS}", value))
        return written, paced(count, lambda number: client.get(f"plain{number % KEYS}"))


def kafka_through(
    servers: list[str], replication: int, records: Sequence[tuple[bytes, bytes]], header: Header
) -> float:
    """Records a second through a plain idempotent producer and a plain consumer of one process.

    records: key and value of each: the bytes that our events have; nothing is made or read here, they only pass.
    """
    return asyncio.run(_through(servers, replication, records, header))


async def _through(
    servers: list[str], replication: int, records: Sequence[tuple[bytes, bytes]], header: Header
) -> float:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.create_topics([NewTopic("bench_ceiling", 6, replication)])
    await admin.close()
    partitions = [TopicPartition("bench_ceiling", number) for number in range(6)]
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(
        bootstrap_servers=servers,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        max_batch_size=256 * 1024,
    )
    await producer.start()
    await consumer.start()
    consumer.assign(partitions)
    await consumer.seek_to_end(*partitions)
    try:
        began = time.perf_counter()
        reading = asyncio.create_task(_read(consumer, len(records)))
        sent = [await producer.send("bench_ceiling", value, key=key, headers=[header]) for key, value in records]
        await asyncio.gather(*sent)
        await reading
        return len(records) / (time.perf_counter() - began)
    finally:
        await consumer.stop()
        await producer.stop()


async def _read(consumer: AIOKafkaConsumer, count: int) -> None:
    seen = 0
    while seen < count:
        found = await consumer.getmany(timeout_ms=500)
        seen += sum(len(records) for records in found.values())
