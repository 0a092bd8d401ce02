"""The end of a chaos run: everything is waited for, read once more, deleted, and looked for."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.processes import command
from tests.chaos.caller import Caller, Followed
from tests.chaos.checker import read
from tests.chaos.steps import delete, download, look_at, predict_with, state_of
from tests.chaos.world import World
from tests.leaks import after_a_sweep, leaks, unnamed_blobs
from tests.processes import processes_below
from tests.ray_state import RayLook
from tests.service_process import Service

_END_S = 400.0
_ENDED = ("succeeded", "failed", "cancelled")
_LISTED = ("predictions", "jobs", "models", "datasets")


@dataclass
class Ending:
    """leaks: what was left, in words; unnamed: blobs that the sweep would take an hour later, which is no leak."""

    leaks: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)


def settle(service: Service, caller: Caller, world: World, history: Path) -> Ending:
    """Ends the service. The lines it adds to the history are as any other's."""
    found = Ending()
    _until_it_answers(caller)
    accepted = sorted(
        {line["resource"] for line in read(history) if line["op"] == "submit" and line["outcome"] == "ok"}
    )
    for job, state in _ended(caller, world, accepted).items():
        found.states[state] = found.states.get(state, 0) + 1
        if state in _ENDED:
            seen = Followed()
            for _ in range(20):
                caller.follow(job, seen, lambda: False)
                if seen.is_whole:
                    break
    for each in world.snapshot(world.models):
        predict_with(caller, each)
    for each in world.snapshot(world.datasets):
        download(caller, f"/v1/datasets/{each}/download", each)
    for each in world.snapshot(world.predictions):
        download(caller, f"/v1/predictions/{each}/download", each)
    with RayLook(service.home) as look:
        found.leaks += leaks(service.home, look)
    found.unnamed = unnamed_blobs(service.home)
    found.leaks += _emptied(caller, world)
    found.leaks += _stopped(service)
    blobs, active = after_a_sweep(service.home)
    found.leaks += [f"the blob {name} of nothing" for name in blobs]
    found.leaks += [f"the active record {key} of nothing" for key in active]
    return found


def _until_it_answers(caller: Caller) -> None:
    end = time.monotonic() + _END_S
    while time.monotonic() < end:
        answer = caller.ask("ready", "GET", "/health/ready")
        if answer is not None and answer.status_code == 200:
            return
        time.sleep(0.5)


def _ended(caller: Caller, world: World, jobs: list[str]) -> dict[str, str]:
    """Job → its state, `deleted` or `unknown`, once all have ended or the time is up."""
    states, end = dict.fromkeys(jobs, "unknown"), time.monotonic() + _END_S
    while time.monotonic() < end:
        for job in [job for job, state in states.items() if state not in (*_ENDED, "deleted")]:
            answer = caller.ask("job", "GET", f"/v1/jobs/{job}", resource=job, note=state_of)
            if answer is not None and answer.status_code == 404:
                states[job] = "deleted"
            elif answer is not None and answer.status_code == 200:
                states[job] = answer.json()["state"]
                if states[job] in _ENDED:
                    look_at(caller, world, job)
        if all(state in (*_ENDED, "deleted") for state in states.values()):
            break
        time.sleep(0.5)
    return states


def _emptied(caller: Caller, world: World) -> list[str]:
    """Delete all there is; what cannot be deleted, in words."""
    end, left = time.monotonic() + _END_S, ["not asked"]
    while left and time.monotonic() < end:
        left = []
        for kind in _LISTED:
            for row in _listed(caller, kind):
                answer = delete(caller, world, kind, row["id"])
                if answer is None or answer.status_code not in (204, 404):
                    said = "no answer" if answer is None else answer.text[:200]
                    left.append(f"{kind} {row['id']} cannot be deleted: {said}")
        left += [f"{row['id']} is still listed" for kind in _LISTED for row in _listed(caller, kind)]
        time.sleep(0.2 if left else 0.0)
    return left


def _listed(caller: Caller, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = caller.ask("look", "GET", f"/v1/{kind}?limit=200" + (f"&cursor={cursor}" if cursor else ""))
        if answer is None or answer.status_code != 200:
            return [*found, {"id": f"(page of {kind} not answered)"}]
        page = json.loads(answer.text)
        found += page["items"]
        cursor = page["cursor"]
    return found


def _stopped(service: Service) -> list[str]:
    assert service.process is not None
    commands = {pid: command(pid) for pid in processes_below(service.process.pid)}
    service.stop()
    end = time.monotonic() + 30.0
    left = commands
    while left and time.monotonic() < end:
        # The same pid may be another process by now.
        left = {pid: text for pid, text in left.items() if command(pid) == text and text}
        time.sleep(0.1)
    return [f"the process {pid} {text[:80]}" for pid, text in left.items()]
