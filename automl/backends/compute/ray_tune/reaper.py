"""Ends what is left of a local cluster once its starter is gone, however it went. Run as a script, knows nothing else.

Most of Ray's processes notice the end of their parent within two seconds; its agents wait a minute for a head that
is gone. This process waits for the starter with the kernel's help and then kills every process that carries the
starter's mark in its environment.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

MARK = "RAY_AUTOML_STARTER"
_GIVE_UP_S = 20.0


def marked(mark: str) -> list[int]:
    """Pids of living processes that inherited this mark, except the calling one."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                inherited = wanted in file.read().split(b"\0")
        except OSError:
            # It ended meanwhile, or it is somebody else's. A zombie's environment is empty.
            continue
        if inherited:
            found.append(int(name))
    return found


def reap(mark: str, timeout_s: float = _GIVE_UP_S) -> None:
    """Kill marked processes until none is left; those that they start meanwhile carry the mark too."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        pids = marked(mark)
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.02)


def main(starter: int, mark: str) -> None:
    """Wait for the starter's end, then reap."""
    for each in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    try:
        handle = os.pidfd_open(starter)
    except ProcessLookupError:
        reap(mark)
        return
    # The pid might already be somebody else's; as long as it is our parent, it is the starter.
    if os.getppid() == starter:
        select.select([handle], [], [])
    reap(mark)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
