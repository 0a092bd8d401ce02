"""Hints through journal files of a local folder, shared by the processes of one machine.

A work group's place is kept in `<group>.place`. The member that holds that file's lock gets the group's hints; when it
closes or dies, the next one goes on behind the last `done`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from automl.backends.events.base import Hint, checked_topics
from automl.backends.events.journal import Journal, Place
from automl.core.errors import UnavailableError

# A reader looks often at first and then less: each of those that looked sixty times a second took 1 % of a core, from
# the folds of a running job.
_POLL_S, _MOST_POLL_S, _SLOWER = 0.015, 0.06, 1.3
_MAX_HINTS = 1000


class LocalEvents:
    """Contract: automl.backends.events.base.Events. file_bytes: size at which a new journal file is begun; the last
    four are kept. UnavailableError, also from `work`: the folder cannot be written."""

    def __init__(self, folder: Path, file_bytes: int = 4 * 1024 * 1024) -> None:
        self._folder = folder
        with _opening(folder):
            self._journal = Journal(folder, file_bytes)
        self._lock = threading.Lock()
        self._open: list[LocalSubscription] | None = []

    def publish(self, hint: Hint) -> None:
        line = _encoded(hint)
        # A hint may be lost; the store's readers find out later.
        with contextlib.suppress(OSError):
            self._journal.append(line)

    def work(self, group: str, topics: tuple[str, ...]) -> LocalSubscription:
        with _opening(self._folder):
            place = _GroupPlace(self._folder, group, self._journal)
        return self._add(LocalSubscription(self._journal, topics, place))

    def tail(self, topics: tuple[str, ...]) -> LocalSubscription:
        return self._add(LocalSubscription(self._journal, topics, None))

    def close(self) -> None:
        with self._lock:
            subscriptions, self._open = self._open, None
        for each in subscriptions or ():
            each.close()

    def _add(self, made: LocalSubscription) -> LocalSubscription:
        with self._lock:
            if self._open is not None:
                self._open = [each for each in self._open if not each.closed] + [made]
                return made
        made.close()
        raise UnavailableError("The event bus of this process was closed.")


class LocalSubscription:
    """Contract: automl.backends.events.base.Subscription; a tail when it has no group."""

    def __init__(self, journal: Journal, topics: tuple[str, ...], group: _GroupPlace | None) -> None:
        self._journal = journal
        self._topics = frozenset(checked_topics(topics))
        self._group = group
        self._at = journal.end()
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self._closed.is_set()

    def poll(self, timeout_s: float) -> list[Hint]:
        end, pause_s = time.monotonic() + timeout_s, _POLL_S
        while True:
            found = self._read()
            left = end - time.monotonic()
            if found or left <= 0 or self._closed.wait(min(pause_s, left)):
                return found
            pause_s = min(_MOST_POLL_S, _SLOWER * pause_s)

    def done(self) -> None:
        with self._lock:
            if self._group is not None:
                self._group.write(self._at)

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            if self._group is not None:
                self._group.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _read(self) -> list[Hint]:
        with self._lock, contextlib.suppress(OSError):
            if self.closed:
                return []
            if self._group is not None and not self._group.held:
                taken = self._group.take()
                if taken is None:
                    return []
                self._at = taken
            while self._journal.goes_on(self._at):
                lines, end = self._journal.read(self._at, _MAX_HINTS)
                moved, self._at = end != self._at, end
                found = [hint for line in lines if (hint := _decoded(line)) is not None and hint.topic in self._topics]
                if found or not moved:
                    return found
        return []


class _GroupPlace:
    """The place behind a group's last `done`, in a file whose lock says which member is at work."""

    def __init__(self, folder: Path, group: str, journal: Journal) -> None:
        self._path = folder / f"{group}.place"
        self._descriptor: int | None = None
        if not self._path.exists():
            # Written whole under another name: a member never sees it empty.
            temporary = folder / f"{group}.{uuid.uuid4().hex}"
            temporary.write_bytes(_place_bytes(journal.end()))
            with contextlib.suppress(FileExistsError):
                os.link(temporary, self._path)
            temporary.unlink()

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def take(self) -> Place | None:
        """Lock it and tell where to go on; None while another member holds it."""
        descriptor = os.open(self._path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            text = os.pread(descriptor, 100, 0)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return None
            raise
        self._descriptor = descriptor
        try:
            number, offset = (int(each) for each in text.split())
        except ValueError:
            # Damaged: everything that is left comes again.
            return Place(0, 0)
        return Place(number, offset)

    def write(self, place: Place) -> None:
        """Keep the place. Nothing when another member, or none, holds the group."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.pwrite(self._descriptor, _place_bytes(place), 0)

    def release(self) -> None:
        """Let another member take over."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def _opening(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(f"The events folder {folder} cannot be used: {error}.") from error


def _place_bytes(place: Place) -> bytes:
    # Always of the same length, so that it is replaced by one write.
    return b"%020d %020d\n" % place


def _encoded(hint: Hint) -> bytes:
    body = [hint.topic, hint.key, hint.type, hint.tenant, hint.seq, dict(hint.body)]
    return json.dumps(body, separators=(",", ":")).encode() + b"\n"


def _decoded(line: bytes) -> Hint | None:
    """None for a line that a full disk or another version left behind."""
    try:
        match json.loads(line):
            case [str(topic), str(key), str(type_), str(tenant), int() | None as seq, dict(body)]:
                return Hint(topic, key, type_, tenant, seq, body)
    except ValueError:
        pass
    return None
