"""Starting, finding and ending a cluster from Python; the command line is a thin face of it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path

from cluster.launcher import archives, jars, programs, state
from cluster.launcher.cluster import CLUSTERED, Cluster, take_down
from cluster.launcher.errors import LauncherError
from cluster.launcher.ground import Ground
from cluster.launcher.plan import OPTIONAL, PROFILES, Plan, new_plan
from cluster.launcher.ports import Reservations, choose
from cluster.launcher.programs import Programs


def _silent(text: str) -> None:
    """Says nothing."""


@dataclasses.dataclass(frozen=True)
class Wish:
    """What `up` shall bring about.

    profile: None keeps the home's own, `single` in a new one; without: parts to leave out (`prometheus`);
    free_ports: never the products' own ports, for a home beside others; groups: each node runs under a group id of
    its own, 50000 + node, so that a firewall can tell nodes apart (needs root).
    """

    profile: str | None = None
    without: tuple[str, ...] = ()
    free_ports: bool = False
    groups: bool = False


def up(home: Path, wish: Wish | None = None, say: Callable[[str], None] = _silent) -> Cluster:
    """Make all servers of a home answer: start what does not run, keep what does. LauncherError: why it cannot be."""
    wish = wish or Wish()
    _check(wish)
    folder = state.folder_of(home)
    found = programs.look()
    programs.require(found, jars=not jars.have(), prometheus="prometheus" not in wish.without)
    with state.locked(folder, say), Reservations(jars.cache() / "ports") as reservations:
        kept = state.read_plan(folder)
        plan = _plan(folder, kept, wish, reservations)
        if "prometheus" not in plan.without:
            _tell_missing(found, say)
        ground = Ground(folder, plan, found, jars.fetch(found.mvn, say))
        archives.make(ground, say)
        cluster = Cluster(dataclasses.replace(ground, archives=archives.options(ground)), say, wish.groups)
        started = cluster.raise_servers()
        if started and plan.nodes == 1:
            say("profile single keeps one copy of everything: what is lost with its node stays lost")
        if kept is not None and set(kept.without) > set(plan.without):
            bare = [name for name in cluster.servers if name.startswith(CLUSTERED) and name not in started]
            if bare:
                say(f"{', '.join(bare)} ran before Prometheus and may show metrics only after the next start")
    return cluster


def attach(home: Path, say: Callable[[str], None] = _silent) -> Cluster | None:
    """The cluster of a home as it is, running or not; None when there never was one."""
    folder = state.folder_of(home)
    plan = state.read_plan(folder)
    if plan is None:
        return None
    ground = Ground(folder, plan, programs.look(), jars.libraries())
    return Cluster(dataclasses.replace(ground, archives=archives.options(ground)), say, groups=False)


def down(home: Path, *, now: bool = False, wipe: bool = False, say: Callable[[str], None] = _silent) -> list[str]:
    """End all servers of a home: SIGTERM, SIGKILL after 30 s; now: kill -9; wipe: remove data and ports too."""
    return take_down(state.folder_of(home), say, now=now, wipe=wipe)


def _check(wish: Wish) -> None:
    if wish.profile is not None and wish.profile not in PROFILES:
        raise LauncherError(f"There is no profile {wish.profile}; there are {', '.join(PROFILES)}.", code="bad_wish")
    unknown = sorted(set(wish.without) - set(OPTIONAL))
    if unknown:
        raise LauncherError(f"{', '.join(unknown)} cannot be left out; {', '.join(OPTIONAL)} can.", code="bad_wish")


def _plan(folder: Path, kept: Plan | None, wish: Wish, reservations: Reservations) -> Plan:
    if kept is None:
        nodes = PROFILES[wish.profile or "single"]
        ports = choose(nodes, reservations.take, not wish.free_ports, random.SystemRandom())
        plan = new_plan(wish.profile or "single", ports, wish.without)
    elif wish.profile not in (None, kept.profile):
        raise LauncherError(
            f"This home holds a cluster of profile {kept.profile}, not {wish.profile}.",
            code="other_profile",
            hint="Take another --home, or remove it and its data with 'down --wipe'.",
        )
    else:
        plan = dataclasses.replace(kept, without=wish.without)
    if plan != kept:
        state.write_plan(folder, plan)
    return plan


def _tell_missing(found: Programs, say: Callable[[str], None]) -> None:
    exporters = {"prometheus-redis-exporter": found.redis_exporter, "prometheus-node-exporter": found.node_exporter}
    missing = [name for name, path in exporters.items() if path is None]
    if missing:
        say(f"some metrics will be missing: {programs.missing_sentence(missing)}")
