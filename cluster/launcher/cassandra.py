"""Apache Cassandra 5: one JVM a node, started from jars; every node a seed with a fixed token."""

from __future__ import annotations

from cluster.launcher.ground import Ground
from cluster.launcher.readiness import cassandra_answers
from cluster.launcher.server import Address, Server
from cluster.launcher.templates import fill

_TOKENS = {1: (-(2**63),), 3: (-(2**63), -3074457345618258603, 3074457345618258602)}


def servers(ground: Ground) -> list[Server]:
    """One a node."""
    return [_server(ground, node) for node in range(1, ground.plan.nodes + 1)]


def clients(ground: Ground) -> list[Address]:
    """Where CQL clients connect."""
    return ground.addresses(ground.plan.ports.cql)


def metrics(ground: Ground) -> list[Address]:
    """Where Prometheus asks."""
    return ground.addresses(ground.plan.ports.cassandra_metrics)


def _server(ground: Ground, node: int) -> Server:
    name, ports = f"cassandra-{node}", ground.plan.ports
    folder = ground.folder / name
    at, internode = clients(ground)[node - 1], ground.addresses(ports.storage)
    jmx = Address("127.0.0.1", ports.jmx + node - 1)
    yaml = {
        "CLUSTER": ground.plan.cluster,
        "HOST": at.host,
        "STORAGE_PORT": ports.storage,
        "CQL_PORT": ports.cql,
        "SEEDS": ",".join(str(each) for each in internode),
        "TOKEN": _TOKENS[ground.plan.nodes][node - 1],
    }
    jvm = {
        "FOLDER": folder,
        "JMX_PORT": jmx.port,
        "CLASSES": ":".join(str(each) for each in ground.libraries.cassandra),
    }
    command = (
        ground.java(),
        *ground.archives.get("cassandra", ()),
        *ground.agent(metrics(ground)[node - 1], folder),
        f"@{folder / 'jvm.options'}",
        "org.apache.cassandra.service.CassandraDaemon",
    )
    return Server(
        name=name,
        product="cassandra",
        group=node,
        folder=folder,
        command=command,
        address=at,
        listens=(at, internode[node - 1], jmx, *(metrics(ground)[node - 1 : node] if ground.metrics else ())),
        answers=lambda: cassandra_answers(at),
        log=folder / "log" / "system.log",
        files={
            "cassandra.yaml": fill("cassandra/cassandra.yaml", yaml),
            "jvm.options": fill("cassandra/jvm.options", jvm),
            "logback.xml": fill("cassandra/logback.xml", {}),
            "jmx.yaml": fill("cassandra/jmx.yaml", {}),
        },
        folders=("data", "log"),
        scratch=("tmp",),
        # glibc would keep an arena for each of many threads.
        environment={"MALLOC_ARENA_MAX": "4"},
    )
