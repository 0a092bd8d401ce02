"""A folder of this node that holds copies of what is kept elsewhere, bounded in bytes."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

# A write takes seconds; what lies unfinished for longer was cut by a kill.
_TORN_S = 3600.0


class NodeFolder:
    """Files named `*{suffix}`, each written whole; it may be emptied at any time. max_bytes: of its files; those used
    least recently go first, by their time of change, which a reader sets. Safe for many threads and processes."""

    def __init__(self, path: Path, suffix: str, max_bytes: int) -> None:
        self._path = path
        self._suffix = suffix
        self._max_bytes = max_bytes

    def make(self) -> None:
        """Have the folder there, for its owner alone. OSError."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path_of(self, key: str) -> Path:
        """Where the copy of this key lies, or will lie."""
        return self._path / f"{key}{self._suffix}"

    def write(self, path: Path, data: bytes | memoryview) -> None:
        """Put a copy in its place in one step, and let others go for it. OSError: the disk is full or may not be
        written; nothing half is left."""
        self.make()
        temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        self._sweep(path)

    def _sweep(self, newest: Path) -> None:
        # Another process may be faster at any of it.
        files = []
        for path in self._path.glob(f"*{self._suffix}"):
            with contextlib.suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        held = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if held <= self._max_bytes:
                break
            if path != newest:
                with contextlib.suppress(OSError):
                    path.unlink()
                held -= size
        for torn in self._path.glob("*.tmp"):
            with contextlib.suppress(OSError):
                if newest.stat().st_mtime - torn.stat().st_mtime > _TORN_S:
                    torn.unlink()
