"""A chaos run: a whole service, clients that do random things, and a killer; then I1-I10 are proved from what the
clients saw, and nothing may be left behind. `python -m tests.chaos.main --minutes 10 --seed 7`
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automl.backends.metrics.memory import MemoryMetrics
from automl.bootstrap.adapters import make_adapters
from automl.registry.tenants import Tenants
from automl.settings import Settings
from benchmarks.results import commit, folder
from tests.chaos.caller import Caller
from tests.chaos.checker import Line, check, read
from tests.chaos.ending import settle
from tests.chaos.killer import Killer
from tests.chaos.player import Player
from tests.chaos.recorder import History
from tests.chaos.world import World
from tests.service_process import Service

_PLAYERS = 4
_JOIN_S = 400.0


@dataclass
class Threads:
    """Threads whose failure is kept."""

    errors: list[str] = field(default_factory=list)
    living: list[threading.Thread] = field(default_factory=list)

    def start(self, name: str, play: Callable[[threading.Event], None], stop: threading.Event) -> None:
        def run() -> None:
            try:
                play(stop)
            except BaseException:
                self.errors.append(f"{name} broke:\n{traceback.format_exc()}")

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        self.living.append(thread)

    def join(self) -> None:
        for each in self.living:
            each.join(_JOIN_S)
            if each.is_alive():
                self.errors.append(f"{each.name} never ended")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def rival_key(home: Path) -> str:
    """A key of another tenant, made beside the service."""
    adapters = make_adapters(Settings.model_validate({"home": home}), MemoryMetrics())
    try:
        return Tenants(adapters.records, adapters.clock).create_key("rival")[1]
    finally:
        adapters.events.close()


def chaos(home: Path, minutes: float, seed: int, apart: tuple[float, float], kills: int | None) -> dict[str, Any]:
    """One run in a home of its own; its summary. kills: end as soon as so many are done."""
    port = free_port()
    service = Service(home, command=("serve", "--port", str(port)))
    history, world, draw = History(home / "history.jsonl"), World(), random.Random(seed)
    try:
        first_start = service.start()
        key = (home / "api_key").read_text().strip()
        url, rival = f"http://127.0.0.1:{port}", rival_key(home)
        killer = Killer(service, history, draw.randrange(2**31), apart)
        stop_kills, stop_plays, killing, playing = threading.Event(), threading.Event(), Threads(), Threads()
        for number in range(_PLAYERS):
            player = Player(history, world, url, key, rival, draw.randrange(2**31))
            playing.start(f"player {number}", player.play, stop_plays)
        killing.start("killer", killer.play, stop_kills)
        end = time.monotonic() + 60.0 * minutes
        while time.monotonic() < end and not killing.errors and (kills is None or killed(killer) < kills):
            time.sleep(1.0)
        stop_kills.set()
        killing.join()
        stop_plays.set()
        playing.join()
        caller = Caller(history, url, key)
        ending = settle(service, caller, world, history.path)
        caller.close()
    finally:
        history.close()
        service.stop()
    errors = killing.errors + playing.errors
    violations = check(read(history.path))
    return {
        "seed": seed,
        "commit": commit(),
        "minutes": round(history.now() / 60.0, 1),
        "operations": sum(count for (op, _), count in history.counts.items() if op not in ("kill", "pause", "start")),
        "outcomes": _totals(history),
        "kills": dict(killer.kills.most_common()),
        "kills_in_all": killed(killer),
        "starts_s": [round(first_start, 1), *killer.starts],
        "jobs": ending.states,
        "failures": dict(Counter(line["error"] for line in last_looks(read(history.path)) if line.get("error"))),
        "unnamed_blobs_before_the_sweep": len(ending.unnamed),
        "violations": violations,
        "leaks": ending.leaks,
        "broken": errors,
    }


def killed(killer: Killer) -> int:
    """How many there were; what was paused goes on, so it does not count."""
    return killer.kills.total() - killer.kills["paused"]


def last_looks(lines: list[Line]) -> list[Line]:
    """The newest look at each job."""
    return list({line["resource"]: line for line in lines if line["op"] == "job" and line["outcome"] == "ok"}.values())


def _totals(history: History) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for (op, outcome), count in sorted(history.counts.items()):
        found.setdefault(op, Counter())[outcome] += count
    return {op: dict(counts) for op, counts in found.items()}


def show(summary: dict[str, Any]) -> None:
    """For people."""
    print(f"seed {summary['seed']}, {summary['minutes']} minutes, {summary['operations']} operations")
    print("kills      " + ", ".join(f"{count} {kind}" for kind, count in summary["kills"].items()))
    print("jobs       " + ", ".join(f"{count} {state}" for state, count in summary["jobs"].items()))
    for why, count in summary["failures"].items():
        print(f"  {count} failed: {why}")
    for op, outcomes in summary["outcomes"].items():
        print(f"  {op:<14}" + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    for kind in ("violations", "leaks", "broken"):
        print(f"{kind:<11}{len(summary[kind])}")
        for each in summary[kind][:40]:
            print(f"  {each}")


def main() -> int:
    """0: nothing was violated, nothing leaked."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.main")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--kills", type=int, help="end as soon as so many are done")
    parser.add_argument("--apart", type=float, nargs=2, default=(1.0, 4.0), metavar="S", help="seconds between kills")
    parser.add_argument("--keep", type=Path, help="a folder for the service's home, which then stays")
    given = parser.parse_args()
    home = given.keep or Path(tempfile.mkdtemp(prefix="automl-chaos-"))
    home.mkdir(parents=True, exist_ok=True)
    print(f"chaos of {given.minutes:g} minutes, seed {given.seed}, in {home}", flush=True)
    summary = chaos(home, given.minutes, given.seed, tuple(given.apart), given.kills)
    show(summary)
    target = folder() / "chaos.json"
    target.write_text(json.dumps(summary, indent=1) + "\n")
    bad = bool(summary["violations"] or summary["leaks"] or summary["broken"])
    print(f"written to {target}; the history " + (f"lies in {home}" if bad or given.keep else "is removed"))
    if not bad and given.keep is None:
        shutil.rmtree(home, ignore_errors=True)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
