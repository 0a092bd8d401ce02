"""What every recipe stands on: the folder, the plan, the programs and jars of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cluster.launcher.jars import Libraries
from cluster.launcher.plan import Plan
from cluster.launcher.ports import hosts
from cluster.launcher.programs import Programs
from cluster.launcher.server import Address


@dataclass(frozen=True)
class Ground:
    """folder: of the whole cluster; archives: product → JVM options that use, or make, its class-data archive."""

    folder: Path
    plan: Plan
    programs: Programs
    libraries: Libraries
    archives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def metrics(self) -> bool:
        """Whether servers show metrics to Prometheus."""
        return "prometheus" not in self.plan.without

    def addresses(self, port: int) -> list[Address]:
        """The same port on each node's address."""
        return [Address(host, port) for host in hosts(self.plan.nodes)]

    def java(self) -> str:
        """The JVM; a bare name where there is none, for recipes that are read and not run."""
        return str(self.programs.java or "java")

    def agent(self, at: Address, folder: Path) -> tuple[str, ...]:
        """JVM options that show the product's metrics at an address; none when nobody asks for them."""
        return (f"-javaagent:{self.libraries.agent}={at}:{folder / 'jmx.yaml'}",) if self.metrics else ()
