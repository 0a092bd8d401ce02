"""Reading and predicting processes without the start of an interpreter: forked from a process that has loaded all.

A life makes its `Nursery` before it has threads. What it asks for by command is a process of its own all the same, with
its own pipes, folder, environment and session, and it dies with the life, as one that was begun anew would.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from automl.backends.compute.lifelines import die_with_parent

_POLL_S = 0.002
_LONGEST = 1 << 20


class Forked:
    """What `subprocess.Popen` gives its callers, as far as they use it."""

    def __init__(self, pid: int, pipes: Sequence[int], status: int) -> None:
        self.pid = pid
        self.stdin: IO[bytes] | None = os.fdopen(pipes[0], "wb")
        self.stdout: IO[bytes] | None = os.fdopen(pipes[1], "rb")
        self.stderr: IO[bytes] | None = os.fdopen(pipes[2], "rb")
        self.returncode: int | None = None
        self._status = status
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """How it ended, if it has."""
        with self._lock, contextlib.suppress(ValueError):
            if self.returncode is None and select.select([self._status], [], [], 0)[0]:
                self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended. subprocess.TimeoutExpired: it has not."""
        if self.returncode is None and not select.select([self._status], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        code = self.poll()
        assert code is not None
        return code

    def kill(self) -> None:
        """SIGKILL, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _end(self) -> None:
        self.returncode = int(os.read(self._status, 16) or b"-9")


class Nursery:
    """Forks this process as it is now; `popen` asks that fork, `pid`, for children. Any thread may ask."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        life = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            die_with_parent(life)
            _keep(theirs)
        theirs.close()
        self._socket = ours
        self._lock = threading.Lock()

    def take_over(self) -> None:
        """From now on the children of this process are forks."""
        from automl.datasets import reading
        from automl.serving import predictor_process

        for module in (reading, predictor_process):
            # Their `subprocess` alone: nobody else's children are meant.
            vars(module)["subprocess"] = SimpleNamespace(Popen=self.popen, PIPE=subprocess.PIPE)

    def popen(self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path | None = None, **how: Any) -> Forked:
        """A child for `python … -m MODULE ARGUMENT…`. how: three pipes and a session of its own, always."""
        assert how == dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | {"start_new_session": True}
        place = list(command).index("-m")
        # Whose end a child waits for is the process that forks it, which itself dies with the life.
        words = [str(self.pid) if word == str(os.getpid()) else word for word in command[place + 1 :]]
        body = json.dumps({"words": words, "env": dict(env), "cwd": None if cwd is None else str(cwd)}).encode()
        pairs = [os.pipe() for _ in range(4)]
        (given, to_child), *answers = pairs
        theirs = [given, *(end for _, end in answers)]
        try:
            with self._lock:
                socket.send_fds(self._socket, [body], theirs)
                pid = int(self._socket.recv(16))
        finally:
            for end in theirs:
                os.close(end)
        return Forked(pid, [to_child, answers[0][0], answers[1][0]], answers[2][0])


def _keep(requests: socket.socket) -> None:
    """Fork a child for each request and tell how it ended, until the life has."""
    statuses: dict[int, int] = {}
    while True:
        if select.select([requests], [], [], _POLL_S if statuses else None)[0]:
            body, given, *_ = socket.recv_fds(requests, _LONGEST, 4)
            if not body:
                os._exit(0)
            pid = os.fork()
            if pid == 0:
                requests.close()
                _become(json.loads(body), given)
            statuses[pid] = given[3]
            for end in given[:3]:
                os.close(end)
            requests.send(str(pid).encode())
        while statuses and (ended := os.waitpid(-1, os.WNOHANG))[0]:
            end = statuses.pop(ended[0])
            os.write(end, str(os.waitstatus_to_exitcode(ended[1])).encode())
            os.close(end)


def _become(request: dict[str, Any], given: list[int]) -> None:
    """What `python -m` would have made of this process."""
    code = 1
    try:
        for number, end in enumerate(given[:3]):
            os.dup2(end, number)
        os.closerange(3, 1 << 12)
        os.setsid()
        os.environ.clear()
        os.environ.update(request["env"])
        if request["cwd"] is not None:
            os.chdir(request["cwd"])
        tempfile.tempdir = None
        name, *arguments = request["words"]
        sys.argv = [name, *arguments]
        sys.stdin, sys.stdout, sys.stderr = (open(n, mode, closefd=False) for n, mode in enumerate("rww"))  # noqa: SIM115
        code = importlib.import_module(name).main()
    except BaseException:  # what an interpreter does with it: the trace on its standard error
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)
