"""Hints through journal files of a local folder, shared by the processes of one machine.

`<folder>/<number>.journal` holds one JSON line a hint. A hint is one write in append mode under a shared lock, so lines
of several writers never mix. Readers look at the newest file's size; a full file is followed by the next number, and
all but the last few are removed. A work group's place is in `<folder>/<group>.place`, held by one member at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Self

from automl.backends.events.base import Hint

_POLL_S = 0.015
_SUFFIX = ".journal"
_KEPT_FILES = 4


class LocalEvents:
    """Contract: automl.backends.events.base.Events. file_bytes: size at which a new journal file is begun."""

    def __init__(self, folder: Path, file_bytes: int = 4 * 1024 * 1024) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._file_bytes = file_bytes
        self._lock = threading.Lock()
        self._open: list[_Reader] = []

    def publish(self, hint: Hint) -> None:
        line = json.dumps(asdict(hint), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        # A hint may be lost; the store's readers find out later.
        with contextlib.suppress(OSError), self._lock:
            path = _newest(self._folder)
            with path.open("ab", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                size = file.seek(0, os.SEEK_END)
                file.write(line)
            if size + len(line) >= self._file_bytes:
                self._rotate(path)

    def _rotate(self, full: Path) -> None:
        _path(self._folder, _number(full) + 1).touch()
        for old in sorted(self._folder.glob("*" + _SUFFIX))[:-_KEPT_FILES]:
            old.unlink(missing_ok=True)

    def work(self, group: str, topics: tuple[str, ...]) -> _Reader:
        return self._add(_Reader(self._folder, frozenset(topics), self._folder / f"{group}.place"))

    def tail(self, topics: tuple[str, ...]) -> _Reader:
        return self._add(_Reader(self._folder, frozenset(topics), None))

    def _add(self, reader: _Reader) -> _Reader:
        with self._lock:
            self._open = [each for each in self._open if not each.closed] + [reader]
        return reader

    def close(self) -> None:
        with self._lock:
            for reader in self._open:
                reader.close()
            self._open.clear()


class _Reader:
    """A tail, or a member of a work group when `place` is given: only the member that holds its lock gets hints."""

    def __init__(self, folder: Path, topics: frozenset[str], place: Path | None) -> None:
        self._folder = folder
        self._topics = topics
        self._place = place
        self._held: BinaryIO | None = None
        self._closed = threading.Event()
        path = _newest(folder)
        self._at = (_number(path), path.stat().st_size)
        if place is not None and not place.exists():
            with contextlib.suppress(FileExistsError), place.open("xb") as file:
                file.write(json.dumps(self._at).encode())

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    def poll(self, timeout_s: float) -> list[Hint]:
        end = time.monotonic() + timeout_s
        while not self._closed.is_set():
            if self._place is None or self._take():
                found = self._read()
                if found:
                    return found
            left = end - time.monotonic()
            if left <= 0:
                break
            self._closed.wait(min(_POLL_S, left))
        return []

    def done(self) -> None:
        if self._held is not None:
            self._held.seek(0)
            self._held.truncate()
            self._held.write(json.dumps(self._at).encode())
            self._held.flush()

    def close(self) -> None:
        self._closed.set()
        if self._held is not None:
            self._held.close()
            self._held = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _take(self) -> bool:
        """Hold the group's place; its last `done` is where this member goes on."""
        if self._held is not None:
            return True
        assert self._place is not None
        file = self._place.open("r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        # A torn place (killed while writing) means: begin with the oldest file that is left; repeating is allowed.
        with contextlib.suppress(ValueError):
            number, offset = json.loads(file.read() or b"[0, 0]")
            self._at = (int(number), int(offset))
        self._held = file
        return True

    def _read(self) -> list[Hint]:
        found: list[Hint] = []
        numbers = sorted(_number(path) for path in self._folder.glob("*" + _SUFFIX))
        for number in (each for each in numbers if each >= self._at[0]):
            offset = self._at[1] if number == self._at[0] else 0
            for hint, end in _hints(_path(self._folder, number), offset):
                self._at = (number, end)
                if hint.topic in self._topics:
                    found.append(hint)
            if self._at[0] < number:
                self._at = (number, offset)
        return found


def _hints(path: Path, offset: int) -> Iterator[tuple[Hint, int]]:
    """Whole lines from an offset on, each with the offset behind it."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size <= offset:
                return
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                offset += len(line)
                yield Hint(**json.loads(line)), offset
    except FileNotFoundError:
        return


def _newest(folder: Path) -> Path:
    found = sorted(folder.glob("*" + _SUFFIX))
    if found:
        return found[-1]
    first = _path(folder, 0)
    first.touch()
    return first


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:010d}{_SUFFIX}"


def _number(path: Path) -> int:
    return int(path.name.removesuffix(_SUFFIX))
