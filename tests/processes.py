"""Processes of this machine, as the kernel lists them."""

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.memory import tree

#: Addresses that no other machine reaches, as the kernel writes them.
LOOPBACK = frozenset({"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"})


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


def listening(*pids: int) -> set[str]:
    """Where these processes listen by TCP, as the kernel writes it: `0100007F:2352` is 127.0.0.1:9042."""
    own = {inode for pid in pids for inode in _sockets_of(pid)}
    return {place for place, inode in _listeners() if inode in own}


def all_listening() -> set[str]:
    """Where any process listens by TCP."""
    return {place for place, _ in _listeners()}


def beyond_loopback(places: set[str]) -> set[str]:
    """Those that other machines reach."""
    return {place for place in places if place.partition(":")[0] not in LOOPBACK}


def _listeners() -> Iterator[tuple[str, str]]:
    """(address:port, inode of the socket)."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                yield fields[1], fields[9]


def _sockets_of(pid: int) -> set[str]:
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
