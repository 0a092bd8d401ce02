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


@contextmanager
def reading_folder() -> Iterator[Path]:
    """An empty folder in the system's temporary one, gone at the end. Held by a lock, which dies with its process."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        with (folder / f"{_LOCK}-soon").open("wb") as lock:
            # It gets its name when it is held: another process would sweep a folder whose lock is free.
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.rename(lock.name, folder / _LOCK)
            sweep(folder.parent)
            work = folder / "work"
            work.mkdir()
            yield work


def sweep(parent: Path) -> int:
    """Remove the folders that nobody holds any more; how many."""
    swept = 0
    for folder in parent.glob(f"{_PREFIX}*"):
        # One without a lock file is just being made, or removed by its owner.
        with suppress(OSError), (folder / _LOCK).open("rb") as lock:
            if folder.stat().st_uid != os.getuid():
                continue
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept
