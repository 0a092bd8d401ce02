"""Numbered files of lines in a folder: appended to by many processes, read by many from places of their own.

A full file is followed by the next number, and all but the last few are removed: a reader that fell behind them goes on
with the oldest that is left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

KEPT_FILES = 4
_SUFFIX = ".journal"
_LOCK_S = 0.04
_RETRY_S = 0.002


class Place(NamedTuple):
    """A place in the journal: a file's number and the byte behind the last line read."""

    number: int
    offset: int


class Journal:
    """file_bytes: size at which the next file is begun. Raises OSError where the folder cannot be used."""

    def __init__(self, folder: Path, file_bytes: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._file_bytes = file_bytes
        self._mutex = threading.Lock()
        # Readers look for a file that is not there in the whole folder.
        if not self._numbers():
            self._path(0).touch(mode=0o600)

    def append(self, line: bytes) -> None:
        """Add one line (ending in a newline, with none inside). Waits at most about 80 ms for other writers."""
        with self._locked():
            number = self._newest()
            descriptor = os.open(self._path(number), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line)
                size = os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)
            if size >= self._file_bytes:
                self._path(number + 1).touch(mode=0o600)
                for old in self._numbers()[:-KEPT_FILES]:
                    self._path(old).unlink(missing_ok=True)

    def end(self) -> Place:
        """The place behind everything written so far."""
        number = self._newest()
        with contextlib.suppress(FileNotFoundError):
            return Place(number, self._path(number).stat().st_size)
        return Place(number, 0)

    def goes_on(self, place: Place) -> bool:
        """Whether reading on from a place may find something. Asked some twenty times a second, mostly in vain: it
        opens and lists nothing."""
        try:
            return os.stat(self._name(place.number)).st_size > place.offset or self._is_full(place.number)
        except FileNotFoundError:
            return True

    def read(self, place: Place, limit: int) -> tuple[list[bytes], Place]:
        """Up to `limit` whole lines from a place on, and the place behind them."""
        # Looked at before reading: once the next file exists, this one has got its last line.
        full = self._is_full(place.number)
        try:
            with self._path(place.number).open("rb") as file:
                file.seek(place.offset)
                lines = [line for line in islice(file, limit) if line.endswith(b"\n")]
        except FileNotFoundError:
            return [], self._after_missing(place)
        end = Place(place.number, place.offset + sum(map(len, lines)))
        if full and len(lines) < limit:
            end = Place(place.number + 1, 0)
        return lines, end

    def _after_missing(self, place: Place) -> Place:
        """Where to go on when a file was removed: with the next that is left; with the first if the folder is new."""
        numbers = self._numbers()
        later = [number for number in numbers if number > place.number]
        if later:
            return Place(later[0], 0)
        return Place(numbers[0], 0) if numbers else place

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, so that no line follows in a file that was left for the next.

        The wait is bounded: when a stopped process holds the lock, writing goes on without it. An appended line stays
        whole all the same (O_APPEND); at worst a reader that has just moved on misses it, which a hint may suffer.
        """
        end = time.monotonic() + _LOCK_S
        mine = self._mutex.acquire(timeout=_LOCK_S)
        descriptor = os.open(self._folder / "writers.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _try_lock(descriptor) and time.monotonic() < end:
                time.sleep(_RETRY_S)
            yield
        finally:
            os.close(descriptor)  # gives the lock back
            if mine:
                self._mutex.release()

    def _is_full(self, number: int) -> bool:
        return os.path.exists(self._name(number + 1))

    def _newest(self) -> int:
        numbers = self._numbers()
        return numbers[-1] if numbers else 0

    def _numbers(self) -> list[int]:
        return sorted(int(path.name.removesuffix(_SUFFIX)) for path in self._folder.glob(f"*{_SUFFIX}"))

    def _path(self, number: int) -> Path:
        return Path(self._name(number))

    def _name(self, number: int) -> str:
        return f"{self._folder}/{number:010d}{_SUFFIX}"


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
