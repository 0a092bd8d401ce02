"""Proves I1-I10 of a recorded history: what clients asked, when, and what they were told, one JSON object a line.

Fields of a line: op, start, end (seconds), outcome (`ok`, `refused` (4xx), `busy` (503), `lost` (no answer)), and what
the operation adds: tenant, key, resource, resources, sha256, state, seq, types, folds, job, version, values, complete.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]
DEADLINE_S = 120.0
TERMINAL = {"succeeded", "failed", "cancelled"}
_RANK = {"queued": 0, "running": 1, "finishing": 2}


def read(path: Path) -> list[Line]:
    """Lines of a history in the order they ended; a line cut by the end of the recorder is left out."""
    found = []
    for text in path.read_text().splitlines():
        try:
            found.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return sorted(found, key=lambda line: line["end"])


def check(history: Iterable[Line]) -> list[str]:
    """What is violated; empty when all holds. Sentences begin with the invariant's name."""
    lines = list(history)
    checks = (_uploads, _jobs_end, _one_model, _folds, _keys, _tenants, _events, _served, _answers, _deletions)
    return [violation for each in checks for violation in each(lines)]


def _ok(lines: Iterable[Line], *ops: str) -> Iterator[Line]:
    return (line for line in lines if line["op"] in ops and line["outcome"] == "ok")


def _uploads(lines: list[Line]) -> Iterator[str]:
    sent = {line["resource"]: line["sha256"] for line in _ok(lines, "upload")}
    for line in _ok(lines, "download"):
        if line["sha256"] != sent.get(line["resource"], line["sha256"]):
            yield f"I1: {line['resource']} has other bytes than were sent"
    ended = _deletions_begun(lines)
    for line in lines:
        missing = line["op"] == "download" and line["outcome"] == "refused"
        if missing and line["resource"] in sent and line["end"] < ended.get(line["resource"], float("inf")):
            yield f"I1: {line['resource']} was acknowledged and is not there"


def _jobs_end(lines: list[Line]) -> Iterator[str]:
    accepted = {line["resource"] for line in _ok(lines, "submit")}
    ends: dict[str, set[str]] = defaultdict(set)
    for line in _ok(lines, "job"):
        if line["state"] in TERMINAL:
            ends[line["resource"]].add(line["state"])
    gone = _deletions_begun(lines)
    for job in sorted(accepted):
        if len(ends[job]) > 1:
            yield f"I2: {job} ended as {sorted(ends[job])}"
        elif not ends[job] and job not in gone:
            yield f"I2: {job} was accepted and never ended"


def _one_model(lines: list[Line]) -> Iterator[str]:
    models: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in _ok(lines, "version"):
        models[line["job"], line.get("role", "best")].add(f"{line['resource']} {line['version']}")
    for (job, role), found in models.items():
        if len(found) > 1:
            yield f"I3: {job} has {len(found)} versions as {role}"


def _folds(lines: list[Line]) -> Iterator[str]:
    for line in _ok(lines, "events"):
        folds = [tuple(each) for each in line["folds"]]
        if len(folds) != len(set(folds)):
            yield f"I4: {line['resource']} recorded a fold twice"


def _keys(lines: list[Line]) -> Iterator[str]:
    made: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in _ok(lines, "submit", "open"):
        if line.get("key"):
            made[line["op"], line["key"]].add(line["resource"])
    for (op, key), found in made.items():
        if len(found) > 1:
            yield f"I5: the key {key} of {op} made {sorted(found)}"


def _tenants(lines: list[Line]) -> Iterator[str]:
    for line in _ok(lines, "foreign"):
        yield f"I6: {line['tenant']} was shown {line['resource']}"
    for line in _ok(lines, "foreign_list"):
        if line["resources"]:
            yield f"I6: {line['tenant']} was listed {line['resources']}"


def _events(lines: list[Line]) -> Iterator[str]:
    longest: dict[str, list[str]] = {}
    for line in _ok(lines, "events"):
        job, types = line["resource"], list(line["types"])
        if list(line["seq"]) != list(range(1, len(types) + 1)):
            yield f"I7: the events of {job} have gaps or repetitions"
        known = longest.get(job, [])
        if types[: len(known)] != known[: len(types)]:
            yield f"I7: the history of {job} was rewritten"
        longest[job] = max(known, types, key=len)
        if sum(kind.removeprefix("job.") in TERMINAL for kind in types) > 1:
            yield f"I2: {job} has several ends"
    last: dict[str, str] = {}
    # Two looks that overlap may be answered in either order.
    until: dict[str, float] = {}
    for line in _ok(lines, "job"):
        job, state = line["resource"], line["state"]
        before = last.get(job)
        back = before is not None and (before in TERMINAL or _RANK.get(state, 9) < _RANK[before]) and state != before
        if back and line["start"] >= until[job]:
            yield f"I7: {job} went from {before} to {state}"
        last[job], until[job] = state, line["end"]


def _served(lines: list[Line]) -> Iterator[str]:
    first: dict[tuple[str, str], Any] = {}
    for line in _ok(lines, "predict"):
        place = (line["resource"], line["version"])
        if not line["complete"]:
            yield f"I8: {line['resource']} answered without all rows"
        if first.setdefault(place, line["values"]) != line["values"]:
            yield f"I8: {line['resource']} answers the same rows differently"
    stored: dict[str, str] = {}
    for line in _ok(lines, "answers"):
        if stored.setdefault(line["resource"], line["sha256"]) != line["sha256"]:
            yield f"I8: the stored answers of {line['resource']} have changed"


def _answers(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        if line["outcome"] not in ("ok", "refused", "busy", "lost"):
            yield f"I9: {line['op']} was answered {line['outcome']}"
        elif line["end"] - line["start"] > DEADLINE_S:
            yield f"I9: {line['op']} took {line['end'] - line['start']:.0f} s"


def _deletions_begun(lines: list[Line]) -> dict[str, float]:
    # A deletion whose answer was lost may have been done.
    begun: dict[str, float] = {}
    for line in lines:
        if line["op"] == "delete" and line["outcome"] != "refused":
            begun[line["resource"]] = min(begun.get(line["resource"], float("inf")), line["start"])
    return begun


def _deletions(lines: list[Line]) -> Iterator[str]:
    done = {line["resource"]: line["end"] for line in _ok(lines, "delete")}
    for line in _ok(lines, "job", "dataset", "download", "predict", "version", "answers", "stream"):
        if line["start"] > done.get(line["resource"], float("inf")):
            yield f"I10: {line['resource']} is back after its deletion"
    for line in _ok(lines, "list"):
        for name in line["resources"]:
            if line["start"] > done.get(name, float("inf")):
                yield f"I10: {name} is listed after its deletion"
