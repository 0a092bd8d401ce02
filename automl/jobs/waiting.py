"""What waits to be committed: rows, events and edits of a job's document, taken in groups that fit one append."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from automl.backends.records.base import MAX_APPEND_BYTES, NewEvent, Row
from automl.core.trials import FoldResult
from automl.jobs.aggregate import FOLDS, TRIALS, JobRecord

# Beside the document, which takes up to half of what an append may hold.
ROOM_BYTES = int(0.4 * MAX_APPEND_BYTES)
FOLD_DONE = "fold.done"
_SHOWN = ("trial", "fold", "status", "score", "fit_s", "total_s", "worker", "error")
_ERROR_CHARACTERS = 400

Edit = Callable[[JobRecord], JobRecord]
# Decides on the newest document how a job ends: the record, and the event that says so.
Verdict = Callable[[JobRecord], tuple[JobRecord, NewEvent]]


def fold_key(trial: int, fold: int) -> str:
    """The key of a fold's row."""
    return f"{trial:05d}-{fold:02d}"


def trial_key(trial: int) -> str:
    """The key of a trial's row."""
    return f"{trial:05d}"


@dataclass
class Group:
    """What one append writes. Edits are applied in order to whatever the document is by then.

    verdict: of the terminal write, which is not put back when the append did not happen: its caller tries again.
    """

    folds: dict[str, Row] = field(default_factory=dict)
    trials: dict[str, Row] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    verdict: Verdict | None = None

    def is_empty(self) -> bool:
        return not (self.folds or self.trials or self.events or self.edits)

    def without(self, known: set[str]) -> Group:
        """This group less the folds recorded already, and the events that tell of them."""
        events = [each for each in self.events if each.type != FOLD_DONE or _place(each.body) not in known]
        folds = {key: row for key, row in self.folds.items() if key not in known}
        return Group(folds, self.trials, events, self.edits, self.verdict)


class Waiting:
    """Collects between two commits. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        self._group = Group()

    def is_empty(self) -> bool:
        return self._group.is_empty()

    def fold(self, result: FoldResult) -> None:
        """A fold's row and the event that tells of it."""
        body = result.to_json()
        if body["error"]:
            body["error"] = body["error"][:_ERROR_CHARACTERS]
        key = fold_key(result.trial, result.fold)
        self._group.folds[key] = Row(FOLDS, key, body)
        self._group.events.append(NewEvent(FOLD_DONE, {name: body[name] for name in _SHOWN}))

    def trial(self, number: int, body: Mapping[str, Any]) -> None:
        """A trial's row, whole; the last one counts."""
        self._group.trials[trial_key(number)] = Row(TRIALS, trial_key(number), body)

    def event(self, event: NewEvent) -> None:
        self._group.events.append(event)

    def edit(self, edit: Edit) -> None:
        self._group.edits.append(edit)

    def take(self) -> Group:
        """As much as fits into one append, oldest first, at least one thing; the rest goes on waiting."""
        whole, taken, room = self._group, Group(edits=self._group.edits), ROOM_BYTES
        whole.edits = []
        moved = 0
        for source, target in ((whole.folds, taken.folds), (whole.trials, taken.trials)):
            for key in list(source):
                size = _size(source[key].body)
                if moved and size > room:
                    break
                target[key] = source.pop(key)
                room -= size
                moved += 1
        while whole.events:
            size = _size(whole.events[0].body)
            if moved and size > room:
                break
            taken.events.append(whole.events.pop(0))
            room -= size
            moved += 1
        return taken

    def give_back(self, taken: Group) -> None:
        """Let it wait again, before everything newer."""
        newer = self._group
        self._group = Group(
            {**taken.folds, **newer.folds},
            {**taken.trials, **newer.trials},
            taken.events + newer.events,
            taken.edits + newer.edits,
        )


def _place(body: Mapping[str, Any]) -> str:
    return fold_key(body["trial"], body["fold"])


def _size(body: Mapping[str, Any]) -> int:
    return len(json.dumps(body)) + 64
