"""Forked children of a life behave as begun ones: they answer, tell how they ended, and die with the life."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from automl.backends.compute.lifelines import born_at
from tests.faults.forks import ROOT

pytestmark = pytest.mark.faults

BEGIN = """
import os, subprocess, sys
from tests.faults.children import Nursery
pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
nursery = Nursery()
def begun():
    command = [sys.executable, "-P", "-m", "automl.serving.child", str(os.getpid())]
    return nursery.popen(command, env={"LANG": "C"}, start_new_session=True, **pipes)
"""


@contextmanager
def life(script: str) -> Iterator[subprocess.Popen[str]]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BEGIN + script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def test_ends_are_told() -> None:
    script = """
child = begun()
child.stdin.close()
print(child.wait(), begun().poll())
child = begun()
child.kill()
print(child.wait(), child.poll())
child = begun()
child.stdin.write(b"no frame at all")
child.stdin.close()
print(child.wait(), b"Traceback" in child.stderr.read())
"""
    with life(script) as process:
        said, _ = process.communicate(timeout=120)
    assert said.split("\n")[:3] == ["0 None", "-9 -9", "1 True"]


def test_they_die_with_a_killed_life(wait_for: Callable[..., None]) -> None:
    with life("print(begun().pid, nursery.pid, flush=True)\nsys.stdin.read()") as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert all(born_at(pid) for pid in pids)
        process.send_signal(signal.SIGKILL)
        wait_for(lambda: not any(born_at(pid) for pid in pids), 60, "their end")
