"""The reaper finds and ends what carries a mark, and nothing else."""

import os
import subprocess
import sys
import time
import uuid

import pytest

from automl.backends.compute.ray_tune import reaper

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def start():
    started = []

    def start(mark):
        started.append(subprocess.Popen(SLEEP, env={**os.environ, reaper.MARK: mark}))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.wait()


def test_marked_processes_alone_are_ended(start):
    mine, other = uuid.uuid4().hex, uuid.uuid4().hex
    children = [start(mine) for _ in range(2)]
    stranger = start(other)
    end = time.monotonic() + 20
    while sorted(reaper.marked(mine)) != sorted(each.pid for each in children):
        assert time.monotonic() < end
        time.sleep(0.01)
    reaper.reap(mine)
    assert [each.wait(20) for each in children] == [-9, -9]
    assert stranger.poll() is None
    assert reaper.marked(mine) == []


def test_part_of_a_mark_is_no_mark(start):
    mark = uuid.uuid4().hex
    child = start(mark)
    reaper.reap(mark[:-1], timeout_s=0.2)
    assert child.poll() is None


def test_the_script_waits_for_its_starter(start, tmp_path):
    """The starter is killed; the reaper then ends its children, which ignore everything else."""
    mark = uuid.uuid4().hex
    code = (
        "import os, subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-I', '-S', sys.argv[1], str(os.getpid()), sys.argv[2]])\n"
        f"os.environ[{reaper.MARK!r}] = sys.argv[2]\n"
        f"print(subprocess.Popen({SLEEP!r}).pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, reaper.__file__, mark], stdout=subprocess.PIPE, text=True)
    child = int(starter.stdout.readline())
    time.sleep(0.3)
    assert reaper.marked(mark) == [child]
    starter.kill()
    starter.wait()
    starter.stdout.close()
    end = time.monotonic() + 20
    while reaper.marked(mark):
        assert time.monotonic() < end
        time.sleep(0.01)
