"""How fast this machine is now: a fixed piece of matrix and of boosting work in a process of its own, in seconds.

python -m benchmarks.quality.calibrate
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.quality.measure import own_cores

_ROOT = Path(__file__).resolve().parents[2]


def measured(cores: int) -> dict[str, float]:
    """matrix_s and boosting_s on the first cores, each the better of two."""
    command = ["taskset", "--cpu-list", ",".join(map(str, own_cores(cores)))]
    command += [sys.executable, "-m", "benchmarks.quality.calibrate"]
    env = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    env["OMP_WAIT_POLICY"] = "PASSIVE"
    done = subprocess.run(command, cwd=_ROOT, env=env, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds


def main() -> None:
    """Do the work here and print its seconds."""
    # Only the child needs them.
    import lightgbm as lgb
    import numpy as np

    rng = np.random.default_rng(0)
    square = rng.normal(size=(1200, 1200))
    X = rng.normal(size=(20_000, 20))
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2])
    matrix, boosting = [], []
    for _ in range(2):
        began = time.perf_counter()
        for _ in range(4):
            square @ square
        np.linalg.svd(square[:400, :400])
        matrix.append(time.perf_counter() - began)
        began = time.perf_counter()
        lgb.train({"objective": "l2", "verbose": -1, "seed": 0}, lgb.Dataset(X, y), 100)
        boosting.append(time.perf_counter() - began)
    print(json.dumps({"matrix_s": round(min(matrix), 4), "boosting_s": round(min(boosting), 4)}))


if __name__ == "__main__":
    main()
