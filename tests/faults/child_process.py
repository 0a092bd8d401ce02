"""Runs a script in a process of its own that a failpoint kills, and gives back what it acknowledged."""

import subprocess
import sys
from pathlib import Path

# Each line the script prints is an acknowledgement: flushed, so that it is out before the next step begins.
_START = """
import sys
from pathlib import Path
from automl.core.failpoint import arm_all
def acknowledge(text):
    print(text, flush=True)
folder = Path(sys.argv[1])
arm_all(sys.argv[2])
"""


def acknowledged_until_killed(script: str, folder: Path, failpoints: str, *arguments: str) -> list[str]:
    """The lines printed before the failpoint killed it. arguments: `sys.argv[3:]`. AssertionError: it ended in another
    way."""
    command = [sys.executable, "-c", _START + script, str(folder), failpoints, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == -9, f"ended with {done.returncode}, not by kill -9:\n{done.stderr[-2000:]}"
    return done.stdout.split()
