"""A small file system of its own that a test can fill to its last byte."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FILLING = "filling"


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[Path]:
    """A tmpfs mounted at a new folder; the test is skipped where nobody may mount."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0700", "automl-test", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except FileNotFoundError:
        pytest.skip("there is no program 'mount' here")
    if done.returncode != 0:
        pytest.skip(f"mounting a small file system is refused: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: a process that was killed a moment ago may still hold a file.
        subprocess.run(["umount", "-l", str(folder)], timeout=30, check=True)


@contextmanager
def filled(disk: Path, spare_bytes: int = 0) -> Iterator[None]:
    """No more room than this while the block runs, and the room back after it."""
    path = disk / _FILLING
    with path.open("wb", buffering=0) as file:
        while (room := _free_bytes(disk) - spare_bytes) > 0:
            try:
                os.posix_fallocate(file.fileno(), 0, room)
                break
            except OSError as error:
                # A service that is at work took some of it in between.
                if error.errno != errno.ENOSPC:
                    raise
        if not spare_bytes:
            file.seek(0, os.SEEK_END)
            with contextlib.suppress(OSError):  # the last pages
                while file.write(b"\0" * 4096):
                    continue
    try:
        yield
    finally:
        path.unlink()


def _free_bytes(disk: Path) -> int:
    left = os.statvfs(disk)
    return left.f_bavail * left.f_frsize
