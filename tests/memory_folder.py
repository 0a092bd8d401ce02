"""Where tests put what need not outlast them and is written often: in memory, where the system has such a place."""

import os
from pathlib import Path

_MEMORY = Path("/dev/shm")


def memory_folder() -> Path | None:
    """A place without the waiting for a disk; None: only the usual one. A killed process loses nothing there."""
    return _MEMORY if os.access(_MEMORY, os.W_OK) else None
