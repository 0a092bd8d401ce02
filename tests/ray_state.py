"""What a service's Ray cluster holds: actors with their processes, placement groups, CPUs.

Asked of Ray in a process of its own, because a process joins one cluster in its life. Run as a module it takes the
service's home and answers each line of its input with one JSON line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Actor:
    """A living or starting actor. name: empty when it has none; kind: its class."""

    name: str
    kind: str
    state: str
    pid: int


@dataclass(frozen=True)
class RayState:
    """groups: placement groups that were not removed; cpus and free: of the cluster."""

    actors: tuple[Actor, ...]
    groups: int
    cpus: float
    free: float

    def leftovers(self) -> list[str]:
        """What should be gone when no job runs, in words."""
        found = [f"the actor {each.name or each.kind}" for each in self.actors if _is_of_a_job(each)]
        if self.groups:
            found.append(f"{self.groups} placement groups")
        if self.free != self.cpus:
            found.append(f"{self.cpus - self.free:g} CPUs that are taken")
        return found


def _is_of_a_job(actor: Actor) -> bool:
    return actor.kind.startswith("Fold_") or actor.name.startswith("job-")


class RayLook:
    """Looks at the cluster of the service in a home, as long as that one lives. For one thread."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> RayLook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def look(self) -> RayState | None:
        """What there is now; None: the cluster does not answer, and the next look joins it anew."""
        try:
            body = self._asked()
        except (OSError, ValueError):
            self.close()
            return None
        return RayState(tuple(Actor(**each) for each in body["actors"]), body["groups"], body["cpus"], body["free"])

    def close(self) -> None:
        """End the process that looks."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _asked(self) -> Any:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.ray_state", str(self._home)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                bufsize=1,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("look\n")
        return json.loads(self._process.stdout.readline())


def main(home: Path) -> None:
    """Answer until the input ends."""
    import ray
    from ray._private import state

    from automl.backends.compute.ray_tune.cluster import attach

    address = json.loads((home / "service.json").read_text())["ray_address"]
    attach(address, home / "ray_token")
    for _line in sys.stdin:
        actors = [
            {"name": row["Name"], "kind": row["ActorClassName"], "state": row["State"], "pid": row["Pid"]}
            for row in state.actors().values()
            if row["State"] != "DEAD"
        ]
        groups = [row for row in ray.util.placement_group_table().values() if row["state"] != "REMOVED"]
        cpus, free = ray.cluster_resources().get("CPU", 0.0), ray.available_resources().get("CPU", 0.0)
        print(json.dumps({"actors": actors, "groups": len(groups), "cpus": cpus, "free": free}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
