"""The environment of a child: what Ray's own processes, drivers and workers inherit from the process that starts them.

Nothing is read from the environment here for our own use; the variables are Ray's, Tune's and the number libraries'.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# What this process was started with, before any of what follows.
BEGAN: Mapping[str, str] = dict(os.environ)

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "ARROW_NUM_THREADS",
    "ARROW_IO_THREADS",
    "POLARS_MAX_THREADS",
)
# Read at each Tuner: no loggers' files, no snapshots, no buffering, no traces of failed folds (the ledger has them).
_TUNE = {
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "100000",
    "TUNE_RESULT_BUFFER_LENGTH": "1",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
    # The newer output prints in spite of verbose=0.
    "RAY_AIR_NEW_OUTPUT": "0",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_WARN_INSUFFICENT_RESOURCE_THRESHOLD_S": "100000",
}


def cluster_variables(token_path: Path, idle_processes: int, preload: str) -> Mapping[str, str]:
    """What every process of a cluster of our own starts with.

    idle_processes: how many idle workers the raylet may keep before it ends them; preload: the module that each
    worker process imports before it is used.
    """
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token_path),
        # Ray then takes 127.0.0.1 for the node's address and binds every port there and nowhere else.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_preload_python_modules": preload,
        "RAY_num_workers_soft_limit": str(idle_processes),
        # A process that writes its title over its environment hides the starter's mark from the reaper.
        "SPT_NOENV": "1",
        "RAY_CHDIR_TO_TRIAL_DIR": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DEDUP_LOGS": "0",
        # Ray sets it otherwise in each worker by the actor's CPUs, after its process has loaded the libraries.
        **dict.fromkeys(_ONE_THREAD, "1"),
        "OMP_WAIT_POLICY": "PASSIVE",
        **_TUNE,
    }


def pass_on(variables: Mapping[str, str]) -> None:
    """Let processes started from now on inherit these; those that would undo them are dropped."""
    os.environ.update(variables)
    # A token in the environment would win over the file. Without byte code on disk every process compiles anew.
    for name in ("RAY_AUTH_TOKEN", "RAY_ADDRESS", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)


def pass_on_tune() -> None:
    """The part that a driver needs also on a cluster that somebody else started."""
    os.environ.update(_TUNE)
