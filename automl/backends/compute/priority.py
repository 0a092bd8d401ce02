"""Who comes first on a busy machine: those that answer and decide stand before those that fit."""

from __future__ import annotations

import os

# Of the processes of a cluster of our own, except Ray's own servers (0): drivers, the API, models that predict.
SERVING = 5
FITTING = 15


def give_way() -> None:
    """Let this thread, and those it starts, fit at the lowest priority; it cannot be taken back.

    On Linux niceness is the thread's own, so that what tells Ray that this process lives is not slowed down.
    """
    if hasattr(os, "nice"):
        os.nice(max(0, FITTING - os.nice(0)))
