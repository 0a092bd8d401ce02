"""The folder a reading child works in; those that killed processes left behind are swept by the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "automl-read-"
_LOCK = "in-use"
# Making a folder and locking it takes a moment; who has not done so for an hour was killed in between.
_UNMADE_S = 3600.0


@contextmanager
def reading_folder() -> Iterator[Path]:
    """An empty folder in the system's temporary one, gone at the end. Held by a lock, which dies with its process."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        with (folder / f"{_LOCK}-soon").open("wb") as lock:
            # It gets its name when it is held: another process would sweep a folder whose lock is free.
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.rename(lock.name, folder / _LOCK)
            sweep(folder.parent, folder.stat().st_mtime)
            work = folder / "work"
            work.mkdir()
            yield work


def sweep(parent: Path, now: float) -> int:
    """Remove the folders that nobody holds any more; how many. now: epoch seconds, by the clock of the disk."""
    return sum(_is_left(folder, now) and _removed(folder) for folder in parent.glob(f"{_PREFIX}*"))


def _is_left(folder: Path, now: float) -> bool:
    with suppress(OSError):
        if folder.stat().st_uid != os.getuid():
            return False
        try:
            with (folder / _LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
        except FileNotFoundError:
            # One without a lock file is just being made, or removed by its owner.
            return now - folder.stat().st_mtime > _UNMADE_S
    return False


def _removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return True
