"""How many workers one job can keep busy: Tune's real loop and the real study over workers in simulated time.

    python -m benchmarks.scale.workers [--budget 30] [--workers 2,4,8,16,32,64,128,256,512,1000] [--quick]

Ten to fifteen minutes on a quiet machine (--quick: one). Only the workers' time is simulated: what the controller
computes is real CPU time of this process and holds everything up for as long; what Ray's calls cost it is measured
first. How long folds take is drawn from the last `fold_costs`. Rows go to workers.jsonl, the picture beside them.
Not simulated: the ledger's and the ensemble's threads, which share the driver's interpreter, and starting processes.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from automl.backends.compute.ray_tune.cluster import start_local
from benchmarks.results import append, calibration_s, show
from benchmarks.scale import fold_costs, plots, ray_calls
from benchmarks.scale.frontier import PLAIN, Costs, Variant, simulate

SUITE = "workers"
WORKERS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)
FEW = (16, 64, 256, 1000)
JOB = Variant("a job as it is", endless=False)
WORK = Variant(plots.WORK, endless=False, is_free=True)
REST = Variant("first fold, then the rest in one unit", units=(1, 4))
WHOLE = Variant("all folds in one unit", units=(5,))
LEISURE = Variant("admission decided at leisure", at_leisure=True)
LEISURE_REST = Variant("at leisure, the rest in one unit", units=(1, 4), at_leisure=True)
LONGER = Variant("folds ten times as long", times=10.0)
_SHOWN = ["variant", "workers", "drivers", "units", "unit_s", "efficiency", "steady", "start", "between", "end"]
_SHOWN += ["controller_busy", "controller_ms_unit"]


def main() -> None:
    """All curves, or a short look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=float, default=30.0)
    parser.add_argument("--workers", default=",".join(map(str, WORKERS)))
    parser.add_argument("--quick", action="store_true", help="three counts, no variants")
    asked = parser.parse_args()
    counts = [8, 32, 128] if asked.quick else [int(each) for each in asked.workers.split(",")]
    measured = fold_costs.last()
    home = Path(tempfile.mkdtemp(prefix="aml-"))
    # Nobody works in it: Tune's loop asks a cluster for its resources, and the costs of calls are measured on it.
    cluster = start_local(home, num_cpus=1, dashboard_port=0, include_dashboard=False, preload="json")
    try:
        calls = ray_calls.measure()
        costs = Costs(measured.families, measured.store_s, calls)
        facts = {"calibration_s": calibration_s(), "ray": calls.to_json(), "store_s": measured.store_s}
        rows = []
        checked = simulate(measured.workers, JOB, measured.budget_s, costs)
        check = checked | {"variant": "check", "measured_idle_share": measured.idle_share}
        for row in itertools.chain([check], _rows(counts, asked.budget, costs, asked.quick)):
            rows.append(row)
            append(SUITE, row | facts)
            show(_SHOWN, [row])
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)
    print()
    print(f"idle share of {measured.workers} real workers {measured.idle_share:.1%}, simulated", end=" ")
    print(f"{1 - check['efficiency']:.1%}")
    show(_SHOWN, rows)
    print(plots.draw_workers())


def _rows(counts: list[int], budget_s: float, costs: Costs, quick: bool) -> Iterator[dict[str, Any]]:
    for workers in counts:
        yield simulate(workers, PLAIN, budget_s, costs)
        yield simulate(workers, WORK, budget_s, costs)
    for variant in () if quick else (REST, WHOLE, LEISURE, LEISURE_REST, LONGER):
        for workers in FEW:
            # A job of longer folds has the budget for as many of them, as far as this machine's patience goes.
            yield simulate(workers, variant, budget_s * min(3.0, variant.times), costs)
    for workers in () if quick else FEW[1:]:
        yield simulate(workers, Variant("a driver for 32 workers", drivers=workers // 32), budget_s, costs)


if __name__ == "__main__":
    main()
