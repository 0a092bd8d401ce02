"""Kills, pauses and restarts processes of a service at random, by a seed, and writes down which."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping

import httpx2

from automl.client.local import find
from benchmarks.processes import command
from tests.chaos.recorder import History
from tests.processes import named, processes_below
from tests.ray_state import RayLook, RayState
from tests.service_process import Service

# Kind → how often it is chosen. Children live for a moment only, so they are taken whenever there is one.
WEIGHTS: Mapping[str, float] = {
    "worker": 40,
    "driver": 12,
    "controller": 6,
    "api": 4,
    "scorer": 6,
    "proxy": 2,
    "serve controller": 2,
    "idle process": 4,
    "paused": 8,
    "service": 1,
    "gcs": 1,
    "raylet": 1,
}
# After one of these all processes begin anew.
_WHOLE = {"service": "", "gcs": "gcs_server", "raylet": "raylet"}
_CHILDREN = {"ingest child": "automl.datasets.child", "predicting child": "automl.serving.child"}
# Killed faster than they start they would keep everything down, and nothing would be left to be tried.
_NEEDED = ("api", "scorer", "proxy", "serve controller", "controller", "idle process", "service", "gcs", "raylet")
_SERVICE_APART_S = 240.0
# Between two of those that are needed, at least, and until an answer has come.
_APART_S = 3.0
_START_S = 300.0


class Killer:
    """For one thread. apart: seconds between two kills, least and most."""

    def __init__(self, service: Service, history: History, seed: int, apart: tuple[float, float] = (1.0, 4.0)) -> None:
        self._service, self._history = service, history
        self._draw = random.Random(seed)
        self._apart = apart
        self._stop = threading.Event()
        self._whole_at = 0.0
        self._needed_at = 0.0
        #: Kind → how many.
        self.kills: Counter[str] = Counter()
        #: Seconds that each start of the whole service took.
        self.starts: list[float] = []

    def play(self, stop: threading.Event) -> None:
        """Until told to stop; nothing stays paused."""
        self._stop = stop
        look = RayLook(self._service.home)
        try:
            while not stop.wait(self._draw.uniform(*self._apart)):
                assert self._service.process is not None
                assert self._service.process.poll() is None, f"the service ended by itself:\n{self._last_words()}"
                found = look.look()
                if found is None:
                    continue
                kind = self._choice(victims := self._victims(found))
                if kind == "service":
                    look.close()
                    self._restart()
                elif kind in _WHOLE:
                    self._behead(_WHOLE[str(kind)])
                elif kind == "paused":
                    self._pause(victims)
                elif kind is not None:
                    self._kill(kind, victims[kind])
                if kind in _NEEDED:
                    self._needed_at = self._history.now() + _APART_S
        finally:
            look.close()

    def _last_words(self) -> str:
        return (self._service.home / "test-service.log").read_text()[-3000:]

    def _victims(self, found: RayState) -> dict[str, list[int]]:
        victims: dict[str, list[int]] = {}
        for actor in found.actors:
            kind = _kind_of(actor.name, actor.kind)
            if kind is not None and actor.pid:
                victims.setdefault(kind, []).append(actor.pid)
        assert self._service.process is not None
        below = processes_below(self._service.process.pid)
        for kind, module in _CHILDREN.items():
            victims[kind] = named(below, module)
        victims["idle process"] = named(below, "ray::IDLE")
        return victims

    def _choice(self, victims: Mapping[str, list[int]]) -> str | None:
        for kind in _CHILDREN:
            if victims[kind] and self._draw.random() < 0.3:
                return kind
        possible = [kind for kind in WEIGHTS if victims.get(kind) or (kind == "paused" and len(victims) > 3)]
        if self._history.now() - self._whole_at > _SERVICE_APART_S:
            possible += _WHOLE
        if self._history.answered_at <= self._needed_at:
            possible = [kind for kind in possible if kind not in _NEEDED]
        weights = [WEIGHTS[kind] for kind in possible]
        return self._draw.choices(possible, weights)[0] if possible else None

    def _kill(self, kind: str, pids: list[int]) -> None:
        # Now and then all workers of the moment, as when a node is lost.
        all_of_them = kind == "worker" and self._draw.random() < 0.3
        for pid in pids if all_of_them else [self._draw.choice(pids)]:
            now = self._history.now()
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[kind] += 1
                self._history.add("kill", now, "ok", what=kind, pid=pid)

    def _pause(self, victims: Mapping[str, list[int]]) -> None:
        kind = self._draw.choice(["driver", "worker", "controller", "api", "scorer"])
        if not victims.get(kind):
            return
        pid, now = self._draw.choice(victims[kind]), self._history.now()
        # Sometimes beyond the lease, so that a successor meets a zombie.
        seconds = self._draw.choice([0.5, 2.0, 5.0, 40.0 if kind == "driver" else 8.0])
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            try:
                self._stop.wait(seconds)
            finally:
                os.kill(pid, signal.SIGCONT)
            self.kills["paused"] += 1
            self._history.add("pause", now, "ok", what=kind, pid=pid)

    def _restart(self) -> None:
        now = self._history.now()
        self._service.stop(signal.SIGKILL)
        self.kills["service"] += 1
        self._history.add("kill", now, "ok", what="service")
        self.starts.append(round(self._service.start(_START_S), 1))
        self._whole_at = self._history.now()
        self._history.add("start", now, "ok", seconds=self.starts[-1])

    def _behead(self, program: str) -> None:
        """Kill what all of Ray needs; the service has to come back by itself."""
        assert self._service.process is not None
        now = self._history.now()
        below = processes_below(self._service.process.pid)
        heads = [pid for pid in below if command(pid).split(" ")[0].endswith(f"/{program}")]
        for pid in heads:
            os.kill(pid, signal.SIGKILL)
        self.kills[program] += len(heads)
        self._history.add("kill", now, "ok", what=program)
        began = time.monotonic()
        while time.monotonic() - began < _START_S and not self._stop.is_set() and self._service.process.poll() is None:
            found = find(self._service.home)
            if found is not None and not set(heads) & processes_below(found.pid) and self._answers():
                break
            time.sleep(0.2)
        self.starts.append(round(time.monotonic() - began, 1))
        self._whole_at = self._history.now()
        self._history.add("start", now, "ok", seconds=self.starts[-1], after=program)

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self._service.url}/health/live", timeout=2.0).status_code == 200
        except (httpx2.HTTPError, AssertionError):
            return False


def _kind_of(name: str, kind: str) -> str | None:
    """What an actor is by its name and class; None: it is left alone."""
    if kind.startswith("Fold_"):
        return "worker"
    if name.startswith("job-"):
        return "driver"
    if name.startswith("controller"):
        return "controller"
    if "ServeReplica" in kind or "ServeReplica" in name:
        return "api" if ":Api" in kind or "#Api#" in name else "scorer"
    if "ProxyActor" in kind:
        return "proxy"
    return "serve controller" if "ServeController" in kind else None
