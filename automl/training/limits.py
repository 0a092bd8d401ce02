"""What a fold may use of its machine: threads and memory. A fold that cannot fit is refused before it starts."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pyarrow as pa
from threadpoolctl import threadpool_limits

from automl.core.trials import Params
from automl.pipelines.estimators.base import FamilyInfo, resolve

_MEMORY_SHARE = 0.5
_MEMINFO = Path("/proc/meminfo")
_CGROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)
# Bytes per cell at the peak of a fit: the fold's own copy (4), bins or the library's copy, histograms or gradients.
_BYTES_PER_CELL = {"catboost": 12.0, "mlp": 10.0, "random_forest": 10.0, "extra_trees": 10.0}
_BYTES_PER_CELL_ELSE = 8.0
# Bytes per row and class: gradients, hessians and scores of all classes.
_BYTES_PER_ROW_CLASS = 40.0
_BASE_BYTES = 64 << 20
_capped: dict[str, int] = {}


def cap_threads(threads: int) -> None:
    """Hold BLAS, OpenMP and Arrow in this process to so many threads, from now on. Libraries loaded later are not
    reached: see `cap_family`."""
    threadpool_limits(limits=threads)
    pa.set_cpu_count(threads)


def cap_family(family: FamilyInfo, threads: int) -> None:
    """Load a family's libraries and hold them to so many threads; costs milliseconds, once per family and process."""
    if _capped.get(family.name) != threads:
        resolve(family.fit)
        cap_threads(threads)
        _capped[family.name] = threads


def free_memory() -> int | None:
    """Bytes this process may still take, by the system and the control group; None where neither tells."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        line = next(row for row in _MEMINFO.read_text().splitlines() if row.startswith("MemAvailable:"))
        found.append(int(line.split()[1]) * 1024)
    for limit, used in _CGROUPS:
        with contextlib.suppress(OSError, ValueError):  # "max" is no number: no limit
            found.append(int(limit.read_text()) - int(used.read_text()))
    return min(found) if found else None


def memory_needed(family: str, rows: int, columns: int, n_classes: int) -> int:
    """Bytes a fit takes at its peak, roughly and rather too many."""
    cells = rows * columns * _BYTES_PER_CELL.get(family, _BYTES_PER_CELL_ELSE)
    return int(cells + rows * max(1, n_classes) * _BYTES_PER_ROW_CLASS) + _BASE_BYTES


def memory_reason(family: FamilyInfo, rows: int, columns: int, n_classes: int) -> str | None:
    """Why this fit must not start for want of memory, in one sentence; None when it may."""
    free = free_memory()
    needed = memory_needed(family.name, rows, columns, n_classes)
    if free is None or needed <= _MEMORY_SHARE * free:
        return None
    return f"{family.title} would need about {needed >> 20} MB and may take half of the {free >> 20} MB free."


def time_reason(
    family: FamilyInfo, rows: int, rows_val: int, columns: int, n_classes: int, params: Params, left_s: float
) -> str | None:
    """Why a fit that cannot be interrupted must not start in the seconds left; None when it may."""
    if left_s <= 0.0:
        return "No time was left to start it."
    if family.cost is None:
        return None
    needed = float(resolve(family.cost)(rows, rows_val, columns, n_classes, params))
    if needed <= left_s:
        return None
    return f"{family.title} cannot be interrupted, would need about {needed:.1f} s and had {left_s:.1f} s."
