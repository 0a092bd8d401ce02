"""Folds of which two families ask for more memory than they get: one is refused it, one is killed by the system for it.

Named by entry points, so that they run in worker processes.
"""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import Any

from automl.backends.compute.base import FoldRunner
from automl.bootstrap.driver import build_fold_runner
from automl.pipelines.estimators.decision_tree import model as decision_tree
from automl.pipelines.estimators.linear import model as linear

REFUSED, KILLED, FINE = "linear", "decision_tree", "lightgbm"
_ROOM = 256 << 20
_WANTED = 4 << 30


def build(settings: str, tenant: str, job_id: str, outlook: str) -> FoldRunner:
    """The real runner of a worker, whose learners are greedy."""
    linear.fit = _greedy
    decision_tree.fit = _killed
    return build_fold_runner(settings, tenant, job_id, outlook)


def _greedy(*_: Any) -> Any:
    """Allocates until the process's own limit says no."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _ROOM, before[1]))
    try:
        return len(bytearray(_WANTED))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _killed(*_: Any) -> Any:
    """What the kernel does to a process that takes the machine's last memory."""
    os.kill(os.getpid(), signal.SIGKILL)
