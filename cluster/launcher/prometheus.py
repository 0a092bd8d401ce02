"""Prometheus and the exporters of Redis and of this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cluster.launcher import cassandra, kafka, redis
from cluster.launcher.ground import Ground
from cluster.launcher.readiness import http_answers
from cluster.launcher.server import Address, Server
from cluster.launcher.templates import CHECKOUT, fill

RULES = CHECKOUT / "cluster" / "prometheus" / "rules"


def targets_folder(folder: Path) -> Path:
    """Where the service names its own processes to Prometheus, as `*.json` of file_sd."""
    return folder / "prometheus" / "targets"


def client(ground: Ground) -> Address:
    """Where people and Grafana ask."""
    return Address("127.0.0.1", ground.plan.ports.prometheus)


def servers(ground: Ground) -> list[Server]:
    """Prometheus, then the exporters that are on this machine."""
    found, exporters = ground.programs, []
    if found.redis_exporter:
        at = Address("127.0.0.1", ground.plan.ports.redis_exporter)
        options = ("-redis.addr", f"redis://{redis.client(ground)}", "-web.listen-address", str(at))
        exporters.append(_exporter(ground, "redis-exporter", (str(found.redis_exporter), *options), at))
    if found.node_exporter:
        at = Address("127.0.0.1", ground.plan.ports.node_exporter)
        option = f"--web.listen-address={at}"
        exporters.append(_exporter(ground, "node-exporter", (str(found.node_exporter), option), at))
    return [_prometheus(ground, {each.name: each.address for each in exporters}), *exporters]


def _prometheus(ground: Ground, exporters: dict[str, Address]) -> Server:
    folder, at = ground.folder / "prometheus", client(ground)
    values = {
        "RULES": RULES,
        "PROMETHEUS": at,
        "CASSANDRA": _quoted(cassandra.metrics(ground)),
        "KAFKA": _quoted(kafka.metrics(ground)),
        "REDIS": _quoted([exporters[name] for name in ("redis-exporter",) if name in exporters]),
        "NODES": _quoted([exporters[name] for name in ("node-exporter",) if name in exporters]),
        "TARGETS": targets_folder(ground.folder),
    }
    command = (
        str(ground.programs.prometheus or "prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=15d",
        "--storage.tsdb.retention.size=1GB",
        f"--web.listen-address={at}",
    )
    return Server(
        name="prometheus",
        product="prometheus",
        group=1,
        folder=folder,
        command=command,
        address=at,
        listens=(at,),
        answers=lambda: http_answers(at, "/-/ready"),
        log=folder / "output.log",
        files={"prometheus.yml": fill("prometheus/prometheus.yml", values)},
        folders=("data", "targets"),
    )


def _exporter(ground: Ground, name: str, command: tuple[str, ...], at: Address) -> Server:
    folder = ground.folder / name
    return Server(
        name=name,
        product=name,
        group=1,
        folder=folder,
        command=command,
        address=at,
        listens=(at,),
        answers=lambda: http_answers(at, "/"),
        log=folder / "output.log",
    )


def _quoted(addresses: Sequence[Address]) -> str:
    return ", ".join(json.dumps(str(each)) for each in addresses)
