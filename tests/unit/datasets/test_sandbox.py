"""What a process may no longer do once it has entered the sandbox."""

import json
import subprocess
import sys

import pytest

from automl.datasets.sandbox import missing_protections

PROBE = """
import errno, json, os, resource, socket, sys, threading
from automl.datasets import sandbox
from automl.datasets.limits import ReadLimits
sandbox.enter(ReadLimits(memory_bytes=1 << 30, cpu_s=7, open_files=32, max_bytes_decoded=1 << 20, max_line_bytes=0))
answers = {}
def attempt(name, act):
    try:
        act()
        answers[name] = "done"
    except MemoryError:
        answers[name] = "memory"
    except OSError as error:
        answers[name] = errno.errorcode[error.errno]
attempt("socket", lambda: socket.socket())
attempt("socketpair", lambda: socket.socketpair())
attempt("program", lambda: os.execv("/bin/true", ["true"]))
attempt("signal", lambda: os.kill(os.getppid(), 0))
attempt("memory", lambda: bytearray(2 << 30))
attempt("files", lambda: [open("/dev/null") for _ in range(64)])
def grow():
    with open(sys.argv[1], "wb") as file:
        file.write(b"x" * (2 << 20))
attempt("size", grow)
thread = threading.Thread(target=lambda: answers.__setitem__("thread", "done"))
thread.start(); thread.join()
answers["cpu"] = resource.getrlimit(resource.RLIMIT_CPU)[0]
answers["core"] = resource.getrlimit(resource.RLIMIT_CORE)[0]
answers["privileges"] = [line for line in open("/proc/self/status") if line.startswith("NoNewPrivs")][0].split()[1]
print(json.dumps(answers))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
def test_what_is_refused(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, f"{tmp_path}/grown"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert answers["memory"] == "memory"
    assert answers["files"] == "EMFILE"
    assert answers["size"] == "EFBIG"
    assert (answers["cpu"], answers["core"], answers["thread"]) == (7, 0, "done")
    if "no-new-privileges" not in missing_protections():
        assert answers["privileges"] == "1"
    if "seccomp" not in missing_protections():
        refused = {name: answers[name] for name in ("socket", "socketpair", "program", "signal")}
        assert set(refused.values()) == {"EPERM"}, refused


def test_looking_changes_nothing() -> None:
    assert missing_protections() == missing_protections()
    assert set(missing_protections()) <= {"no-new-privileges", "seccomp"}
