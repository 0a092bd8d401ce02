"""Processes of this machine, as the kernel lists them."""

import os
from pathlib import Path

from benchmarks.memory import tree


def processes_below(pid: int) -> set[int]:
    """Every living descendant of a process."""
    return tree(pid) - {pid}


def command(pid: int) -> str:
    """Its command line, or nothing when it is gone; Ray names a process after what its actor does."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""


def named(pids: set[int], word: str) -> list[int]:
    """Those whose command line holds a word."""
    return [pid for pid in pids if word in command(pid)]


def sockets_of(pid: int) -> set[str]:
    """Inodes of the sockets that a process holds open."""
    found = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(entry)
            except OSError:
                continue
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:
        pass
    return found
