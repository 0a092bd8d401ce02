"""One process under the stopwatch: same cores for all, memory of its whole tree, a hard end, nothing left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import is_running, pss_mb, tree
from benchmarks.quality.contract import MARKS

# Samples of memory: close together at first, for what lasts a second or two, then twice a second.
_FIRST_S, _EVERY_S = 0.05, 0.5
# Of one core, that looking may take: a service of thirty processes would otherwise lose 3 % of two cores to it, and
# those of one process nothing.
_SHARE = 0.01
# What ends by itself soon after its parent was not left behind.
_GRACE_S = 2.0
_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Step:
    """What a stopwatch saw. wall_s: exec to exit; marks: seconds since exec; peak_mb: of everything this process
    started, and of what ran for it already; left: processes that its end left behind, killed since."""

    wall_s: float
    marks: dict[str, float]
    peak_mb: float
    exit_code: int
    is_killed: bool
    left: int


@contextlib.contextmanager
def adopted_orphans() -> Iterator[None]:
    """Within the block, what a measured process leaves behind becomes our child, so that it is counted and ended."""
    _set_subreaper(True)
    try:
        yield
    finally:
        _set_subreaper(False)


def _set_subreaper(wanted: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_CHILD_SUBREAPER, int(wanted), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def own_cores(count: int) -> list[int]:
    """The first cores this process may use."""
    return sorted(os.sched_getaffinity(0))[:count]


@contextlib.contextmanager
def pinned(count: int) -> Iterator[None]:
    """What is started within the block stays on the first cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, own_cores(count))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def step(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    folder: Path,
    log: Path,
    cores: int,
    kill_s: float,
    service: int | None = None,
) -> Step:
    """Start a command in a process group of its own and see it through. service: pid of what may outlive it."""
    before = tree(os.getpid())
    reading, writing = os.pipe()
    marks: dict[str, float] = {}
    began = time.monotonic()
    listener = threading.Thread(target=_listen, args=(reading, marks, began), daemon=True)
    listener.start()
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["taskset", "--cpu-list", ",".join(map(str, own_cores(cores))), *command],
            env={**env, MARKS: str(writing)},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[writing],
            start_new_session=True,
        )
    watch = _Memory()
    is_whole = is_killed = False
    try:
        process.wait(kill_s)
        is_whole = True
    except subprocess.TimeoutExpired:
        is_killed = True
    finally:
        wall_s = time.monotonic() - began
        peak_mb = watch.stop()
        if not is_whole:
            # Also where the wait itself was broken off, by Ctrl-C.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        left = _end(before, service, _GRACE_S if is_whole else 0.0)
        os.close(writing)
    listener.join(1.0)
    return Step(wall_s, marks, peak_mb, process.returncode, is_killed, 0 if is_killed else left)


class _Memory:
    """The largest sum of the memory of all our descendants; what rests in this process is the harness's own."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """No more samples; the peak in MB."""
        self._end.set()
        self._thread.join()
        return self._peak

    def _loop(self) -> None:
        began = time.monotonic()
        while True:
            spent = time.thread_time()
            self._peak = max(self._peak, sum(pss_mb(pid) for pid in tree(os.getpid()) - {os.getpid()}))
            spent = time.thread_time() - spent
            if self._end.wait(max(spent / _SHARE, min(_EVERY_S, _FIRST_S + 0.1 * (time.monotonic() - began)))):
                return


def _listen(reading: int, marks: dict[str, float], began: float) -> None:
    with os.fdopen(reading, "r") as lines:
        for line in lines:
            marks.setdefault(line.strip(), time.monotonic() - began)


def _end(before: set[int], service: int | None, grace_s: float) -> int:
    """Kill what is there now, was not before and is not the service's; how many there were. Orphans are reaped."""
    left: set[int] = set()
    end = time.monotonic() + grace_s
    while new := tree(os.getpid()) - before - (tree(service) if service else set()):
        for pid in new:
            if not is_running(pid):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            elif time.monotonic() >= end:
                left.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    return len(left)
