"""The service in two halves over real servers: two Ray clusters that share nothing but the stores."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from automl.client.client import Client
from tests.servers import Servers
from tests.service_process import Service


@dataclass(frozen=True)
class Halves:
    """api answers; tuning runs controllers, drivers and folds. Each has a home and a Ray cluster of its own."""

    api: Service
    tuning: Service

    def client(self) -> Client:
        return self.api.client()

    def tuning_pid(self) -> int:
        assert self.tuning.process is not None
        return self.tuning.process.pid


def named_servers(servers: Servers, copies: int) -> Mapping[str, str]:
    """The settings that name them, as a deployment would give them."""
    return {
        "AUTOML_STORE_PROFILE": "cluster",
        "AUTOML_CASSANDRA_HOSTS": json.dumps(servers.cassandra),
        "AUTOML_CASSANDRA_REPLICATION": str(copies),
        "AUTOML_CASSANDRA_CHUNK_REPLICATION": str(copies),
        "AUTOML_KAFKA_SERVERS": json.dumps(servers.kafka),
        "AUTOML_KAFKA_REPLICATION": str(copies),
        "AUTOML_REDIS_SERVER": servers.redis,
    }


@contextmanager
def running_halves(servers: Servers, copies: int, keyspace: str, controllers: int = 2) -> Iterator[Halves]:
    """Both halves, ended with the block. keyspace: also the prefix in Kafka and Redis."""
    settings = {
        **named_servers(servers, copies),
        "AUTOML_CASSANDRA_KEYSPACE": keyspace,
        "AUTOML_KAFKA_PREFIX": f"{keyspace}.",
        "AUTOML_REDIS_PREFIX": f"{keyspace}:",
    }
    with tempfile.TemporaryDirectory(prefix="aml-api-") as one, tempfile.TemporaryDirectory(prefix="aml-tun-") as two:
        api = Service(Path(one), command=("serve", "--port", "0", "--api-only"), settings=settings)
        tuning = Service(
            Path(two), command=("controller", "--copies", str(controllers)), settings=settings, place="tuning"
        )
        try:
            api.start()
            tuning.start()
            yield Halves(api, tuning)
        finally:
            try:
                api.stop()
            finally:
                tuning.stop()
