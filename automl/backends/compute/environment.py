"""The environment of a child: one thread for each number library, passive waiting, byte code kept, our own modules."""

from __future__ import annotations

import os
import sys

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "ARROW_NUM_THREADS")


def worker_environment(threads: int) -> dict[str, str]:
    """Our own environment with thread caps; libraries read them when they load, so they must be set before the start.

    A child finds the modules that this process finds, also when it is started in another folder.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    places = os.pathsep.join(os.path.abspath(each) for each in sys.path)
    return env | dict.fromkeys(_THREADS, str(threads)) | {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": places}


def module_command(module: str, *args: str) -> list[str]:
    """Run a module; a file of the user's folder that is called like a library does not shadow it (`-P`)."""
    return [sys.executable, "-P", "-m", module, *args]
