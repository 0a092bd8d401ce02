"""The service outlives its own Ray cluster: when a process that all of Ray needs is gone, the service begins anew.

A process cannot leave a cluster that broke under it (Ray's threads wait for the dead head and then end the process in
words of their own), so it becomes its own command again: the same process id and port, the stores as they are. Jobs go
on from what is recorded, as after a kill -9 of the whole service.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from automl.backends.compute.ray_tune.environment import BEGAN

_WATCH_S = 0.5
_POLL_S = 0.01
_ENDS_S = 5.0
# Only the first start may open a browser.
_ONCE = "--open"


class Head(Protocol):
    """What is watched: a cluster of our own."""

    def lost(self) -> str | None:
        """Kind of a process that is gone and without which the others are of no use; None: all is well."""

    def abandon(self) -> None:
        """End what is left of it; this process goes on as another program."""


def command_again(port: int | None, words: Sequence[str]) -> list[str]:
    """This process's command line; with a port, so that clients find it where it was. words: as it was started."""
    kept, named = [word for word in words if word != _ONCE], [] if port is None else ["--port", str(port)]
    # The last one counts; from the second time on it is there.
    return kept if kept[-2:] == named else [*kept, *named]


@contextlib.contextmanager
def reborn(cluster: Head, port: int | None, stop: threading.Event, say: Callable[[str], None]) -> Iterator[None]:
    """While the block runs, become this command again when the cluster is lost. stop: the service shall end anyway."""
    over, once = threading.Event(), threading.Lock()

    def look() -> None:
        with once:
            lost = cluster.lost()
            if lost is None or stop.is_set():
                return
            say(f"Ray's process {lost} is gone; the service starts again, and jobs go on from what is recorded.")
            cluster.abandon()
            # Between these two a wish to end may have come.
            if not stop.is_set():
                become(command_again(port, sys.orig_argv), BEGAN)
            os._exit(0)

    def watch() -> None:
        while not over.wait(_WATCH_S):
            look()

    thread = threading.Thread(target=watch, name="head", daemon=True)
    thread.start()
    try:
        yield
    except Exception:
        # Whoever asks Ray may be told of its end before the next look.
        look()
        raise
    finally:
        over.set()
        thread.join()


def become(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run another program in this very process, with its standard streams and nothing else of it. Never returns."""
    for number in _descriptors():
        with contextlib.suppress(OSError):
            os.set_inheritable(number, False)
    end = time.monotonic() + _ENDS_S
    with contextlib.suppress(ChildProcessError):
        # Nobody else would ever take note of the ends of what Ray had started; those killed last are still ending.
        while time.monotonic() < end:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(_POLL_S)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *command[1:]], dict(environment))  # noqa: S606  # our own words, no shell


def _descriptors() -> list[int]:
    """Those open now, without the standard streams."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        with contextlib.suppress(OSError):
            return [int(name) for name in os.listdir(folder) if int(name) > 2]
    return list(range(3, 1024))
