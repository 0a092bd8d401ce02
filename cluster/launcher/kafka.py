"""Apache Kafka 4 (KRaft): each node is broker and controller, formatted once with the plan's cluster id."""

from __future__ import annotations

from cluster.launcher.ground import Ground
from cluster.launcher.readiness import kafka_brokers
from cluster.launcher.server import Address, Server
from cluster.launcher.templates import fill


def servers(ground: Ground) -> list[Server]:
    """One a node."""
    return [_server(ground, node) for node in range(1, ground.plan.nodes + 1)]


def clients(ground: Ground) -> list[Address]:
    """Where clients connect."""
    return ground.addresses(ground.plan.ports.kafka)


def metrics(ground: Ground) -> list[Address]:
    """Where Prometheus asks."""
    return ground.addresses(ground.plan.ports.kafka_metrics)


def _server(ground: Ground, node: int) -> Server:
    name, plan = f"kafka-{node}", ground.plan
    folder = ground.folder / name
    at, controllers = clients(ground)[node - 1], ground.addresses(plan.ports.controller)
    properties = {
        "NODE": node,
        "HOST": at.host,
        "KAFKA_PORT": plan.ports.kafka,
        "CONTROLLER_PORT": plan.ports.controller,
        "VOTERS": ",".join(f"{number}@{each}" for number, each in enumerate(controllers, start=1)),
        "DATA": folder / "data",
        "COPIES": plan.nodes,
        "IN_SYNC": plan.in_sync,
    }
    jvm = {"FOLDER": folder, "CLASSES": ":".join(str(each) for each in ground.libraries.kafka)}
    options, config = f"@{folder / 'jvm.options'}", str(folder / "server.properties")
    return Server(
        name=name,
        product="kafka",
        group=node,
        folder=folder,
        command=(
            ground.java(),
            *ground.archives.get("kafka", ()),
            *ground.agent(metrics(ground)[node - 1], folder),
            options,
            "kafka.Kafka",
            config,
        ),
        address=at,
        listens=(at, controllers[node - 1], *(metrics(ground)[node - 1 : node] if ground.metrics else ())),
        answers=lambda: kafka_brokers(at) > 0,
        log=folder / "log" / "server.log",
        files={
            "server.properties": fill("kafka/server.properties", properties),
            "jvm.options": fill("kafka/jvm.options", jvm),
            "log4j2.xml": fill("kafka/log4j2.xml", {}),
            "jmx.yaml": fill("kafka/jmx.yaml", {}),
        },
        folders=("data", "log"),
        scratch=("tmp",),
        environment={"MALLOC_ARENA_MAX": "4"},
        first=(ground.java(), options, "kafka.tools.StorageTool", "format", "-t", plan.kafka_id, "-c", config),
        made=folder / "data" / "meta.properties",
    )
