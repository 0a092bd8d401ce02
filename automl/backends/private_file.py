"""Files that hold secrets."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; readable by its owner alone from its first byte on. OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    # Of a writer that was killed; opened anew, so that no mode and no reader of its own stays with it.
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
