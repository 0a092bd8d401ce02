"""Memory that parts of uploads took goes back to the system."""

import ctypes
import subprocess
import sys

import pytest

SCRIPT = """
from pathlib import Path
from automl.bootstrap.allocator import give_back_big_blocks

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

{first}
part = bytes(8_000_000).replace(b"\\0", b"x")
del part
before = resident_mb()
kept = []
parts = []
for _ in range(20):
    parts.append(b"x" * 7_000_000)
    # Something small that stays lies behind it.
    kept.append(b"y" * 50_000)
parts.clear()
print(resident_mb() - before)
"""


def kept_mb(first: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(first=first)], capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="its C library is not glibc")
def test_big_blocks_go_back_when_they_are_freed() -> None:
    assert kept_mb("pass") > 100, "glibc alone keeps them; else this is needed no longer"
    assert kept_mb("give_back_big_blocks()") < 20
