"""Processes of this machine: who descends from whom, what they are and use. One that is gone is and uses nothing."""

from __future__ import annotations

from collections.abc import Sequence

import psutil

_MB = 2**20


def tree(pid: int) -> set[int]:
    """A process and all its living descendants."""
    try:
        return {pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))}
    except psutil.NoSuchProcess:
        return {pid}


def command(pid: int) -> str:
    """Its command line, or nothing; Ray names a process after what its actor does."""
    try:
        return " ".join(psutil.Process(pid).cmdline()).strip()
    except psutil.Error:
        return ""


def is_running(pid: int) -> bool:
    """Whether it is there and not a zombie, which only waits for its parent to hear of its end."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def cpu_s(pid: int) -> float | None:
    """Seconds of a core that a process has used; None: it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return times.user + times.system


def pss_mb(pid: int) -> float:
    """Proportional set size, MB: a page that several processes share counts once among them."""
    try:
        return psutil.Process(pid).memory_full_info().pss / _MB
    except psutil.Error:
        return 0.0


def peak_mb(pid: int, word: str) -> tuple[float, float]:
    """Proportional MB of the whole tree now, and of those processes in it whose command line holds a word."""
    sizes = {each: pss_mb(each) for each in tree(pid)}
    return sum(sizes.values()), sum(size for each, size in sizes.items() if word in command(each))


def rss_mb(pid: int, words: Sequence[str]) -> dict[str, float]:
    """Resident MB of the processes of a tree whose command line holds a word, by word."""
    found = dict.fromkeys(words, 0.0)
    for each in tree(pid):
        line = command(each)
        for word in words:
            if word in line:
                found[word] += _resident_mb(each)
    return found


def _resident_mb(pid: int) -> float:
    try:
        return psutil.Process(pid).memory_info().rss / _MB
    except psutil.Error:
        return 0.0
