"""Where the CPU seconds of one job go while it fits: folds, its driver, the service around it.

python -m benchmarks.budget.cpu [--budget 60] [--seed 0]

Fits the Titanic example by the command line against a service of its own, on two cores, and looks once a second at what
each process has used.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.processes import command, cpu_s, tree
from benchmarks.results import append, calibration_s, show
from benchmarks.service import Running, environment, service

CORES = 2
TITANIC = Path(__file__).resolve().parents[2] / "examples" / "titanic.csv"
# Of a process's command line, what tells its role; the first that is found.
_ROLES = {
    "ray::Fold": "folds",
    "ray::IDLE": "idle processes being loaded",
    "ray::ServeReplica:automl:Api": "API",
    "ray::ServeReplica:automl:Scorer": "scorer",
    "ray::ServeController": "Serve's controller",
    "ray::ProxyActor": "Serve's proxy",
    "automl.cli.main fit": "the command",
    "automl.cli.main serve": "the service's own process",
}
_CONTROLLER, _DRIVER, _RAY = "controller", "the job's driver", "Ray's own"


def main() -> None:
    """Print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    print(f"calibration {calibration_s()} s", flush=True)
    with service() as running:
        used, seconds, code = measured(running, asked.budget, asked.seed)
    if not seconds:
        sys.exit("The job fitted nothing.")
    shares = {role: spent / (CORES * seconds) for role, spent in used.most_common()}
    append("cpu", {"budget_s": asked.budget, "seconds": seconds, "cores": CORES, "shares": shares})
    show(["who", "share"], [{"who": role, "share": share} for role, share in shares.items()])
    sys.exit(code)


def measured(running: Running, budget_s: float, seed: int) -> tuple[Counter[str], float, int]:
    """CPU seconds by role between the first fold process and the last, how long that was, the command's exit code."""
    before = drivers(running.pid)
    words = [sys.executable, "-m", "automl.cli.main", "fit", str(TITANIC), "--target", "Survived", "--quiet"]
    words += ["--budget", f"{budget_s:g}s", "--seed", str(seed)]
    job = subprocess.Popen(words, env=environment(running.home), stdout=subprocess.DEVNULL)
    used: Counter[str] = Counter()
    last: dict[int, float] = {}
    began = ended = 0.0
    while job.poll() is None:
        found = {pid: said for pid in tree(os.getpid()) if (said := command(pid))}
        is_fitting = any(said.startswith("ray::Fold") for said in found.values())
        now = time.monotonic()
        spent = {pid: seconds for pid in found if (seconds := cpu_s(pid)) is not None}
        if is_fitting and began:
            for pid, seconds in spent.items():
                used[role(pid, found[pid], before)] += seconds - last.get(pid, 0.0)
            ended = now
        elif is_fitting:
            began = now
        last = spent
        time.sleep(1.0)
    return used, ended - began, job.returncode


def drivers(service_pid: int) -> frozenset[int]:
    """Detached actors that are there before any job: the controllers."""
    return frozenset(pid for pid in tree(service_pid) if command(pid).startswith("ray::Driver"))


def role(pid: int, said: str, controllers: frozenset[int]) -> str:
    """What a process is there for."""
    if pid == os.getpid():
        return "this measurement"
    if said.startswith("ray::Driver"):
        return _CONTROLLER if pid in controllers else _DRIVER
    return next((name for part, name in _ROLES.items() if part in said), _RAY)


if __name__ == "__main__":
    main()
