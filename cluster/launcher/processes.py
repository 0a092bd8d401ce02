"""Server processes: each in a session of its own, known by pid and start time, so that a reused pid is never hit."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Every server carries these in its environment: what a killed launcher started but did not write down is found again.
FOLDER_MARK = "AUTOML_CLUSTER_FOLDER"
NAME_MARK = "AUTOML_CLUSTER_SERVER"
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PAUSE_S = 0.02
# The kernel obeys these signals at once, save on a machine that is out of breath.
_KILL_S = 30.0

# Children of this very process: they must be reaped, otherwise a dead server stays as a zombie.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Process:
    """started: boot id and clock ticks since boot, from the kernel."""

    pid: int
    started: str


@dataclass(frozen=True)
class Start:
    """How to start: cwd is the work folder; output: file for standard output and error; group: group id or None."""

    name: str
    cluster: Path
    folder: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    output: Path
    group: int | None = None


def spawn(start: Start) -> Process:
    """Start it so that it survives this process. OSError: the program cannot be run."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {FOLDER_MARK: str(start.cluster), NAME_MARK: start.name, **start.environment}
    with start.output.open("ab") as output:
        child = subprocess.Popen(
            list(start.command),
            cwd=start.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            group=start.group,
        )
    _children[child.pid] = child
    return Process(child.pid, _started(child.pid) or "gone")


def result(process: Process, timeout_s: float) -> int | None:
    """Exit code of a process that this one has started, once it has ended; None after timeout_s."""
    try:
        return _children[process.pid].wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None


def alive(process: Process) -> bool:
    """Whether this very process still runs (a paused one does)."""
    child = _children.get(process.pid)
    if child is not None and child.poll() is not None:
        del _children[process.pid]
    return _started(process.pid) == process.started


def paused(process: Process) -> bool:
    """Whether it is stopped by a signal, all threads of it."""
    if not alive(process):
        return False
    try:
        threads = [int(each.name) for each in Path(f"/proc/{process.pid}/task").iterdir()]
    except OSError:
        return False
    return all((_stat(each) or ["T"])[0] in "Tt" for each in threads)


def rss_bytes(process: Process) -> int:
    """Resident memory; 0 when it is gone."""
    if not alive(process):
        return 0
    try:
        return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def send(process: Process, number: signal.Signals) -> None:
    """Signal it; nothing happens when it is gone."""
    if alive(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def stop_or_continue(process: Process, pause: bool) -> None:
    """SIGSTOP or SIGCONT; returns when it has taken effect. OSError: it does not within 30 s."""
    send(process, signal.SIGSTOP if pause else signal.SIGCONT)
    deadline = time.monotonic() + _KILL_S
    while alive(process) and paused(process) != pause:
        if time.monotonic() > deadline:
            raise OSError(f"process {process.pid} does not react to {'SIGSTOP' if pause else 'SIGCONT'}")
        time.sleep(_PAUSE_S)


def end(processes: Iterable[Process], grace_s: float) -> list[Process]:
    """SIGTERM to all, SIGKILL to those still there after grace_s (0: at once). Returns the killed ones, all gone."""
    living = [each for each in processes if alive(each)]
    if grace_s > 0:
        for each in living:
            # A paused process would not hear the first signal.
            send(each, signal.SIGCONT)
            send(each, signal.SIGTERM)
        living = _left(living, grace_s)
    for each in living:
        with contextlib.suppress(ProcessLookupError):
            # It leads its own session: whatever it started goes with it.
            os.killpg(each.pid, signal.SIGKILL)
    stuck = _left(living, _KILL_S)
    if stuck:
        raise OSError(f"processes {[each.pid for each in stuck]} do not end after SIGKILL")
    return living


def _left(processes: list[Process], timeout_s: float) -> list[Process]:
    deadline = time.monotonic() + timeout_s
    while True:
        processes = [each for each in processes if alive(each)]
        if not processes or time.monotonic() > deadline:
            return processes
        time.sleep(_PAUSE_S)


def marked(cluster: Path) -> dict[str, Process]:
    """Living servers of this cluster folder by name, as their environments tell. One process a server."""
    found: dict[str, Process] = {}
    mark = f"{FOLDER_MARK}={cluster}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        pid = int(entry.name)
        started = _started(pid)
        if mark in variables and started is not None and _leads_session(pid):
            for each in variables:
                if each.startswith(NAME_MARK.encode() + b"="):
                    found[each.decode().partition("=")[2]] = Process(pid, started)
    return found


def _leads_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except OSError:
        return False


def _started(pid: int) -> str | None:
    fields = _stat(pid)
    # The first thread of a killed process is a zombie before the others are gone; until then its ports are taken.
    if fields is None or (fields[0] in "ZX" and int(fields[17]) <= 1):
        return None
    return f"{_boot()}:{fields[19]}"


def _stat(pid: int) -> list[str] | None:
    try:
        # The name in parentheses may itself hold spaces and parentheses.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
