"""The runner on the real block store: the rows a fold sees are read-only maps of the node's folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.cache.memory import MemoryCache
from automl.backends.metrics.memory import MemoryMetrics
from automl.core.clock import SystemClock
from automl.core.states import FoldStatus
from automl.core.trials import Task, Unit
from automl.datasets.blocks import BlockStore
from automl.training.runner import make_fold_runner
from automl.training.study_data import study_blob


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("family", ["linear", "lightgbm", "catboost", "extra_trees", "mlp", "nearest_neighbors"])
def test_fold_from_stored_blocks(
    family: str, task: Task, make_study: Callable[..., Any], unit_of: Callable[..., Unit], tmp_path: Path
) -> None:
    clock, metrics = SystemClock(), MemoryMetrics()
    blobs = MemoryBlobs(clock)
    store = BlockStore(tmp_path, MemoryCache(1 << 20), blobs, metrics, 1 << 30)
    plan, blocks = make_study(task)
    for name, arrays in blocks.blocks.items():
        store.put(plan.tenant, name, arrays)
    blobs.put(BlobKey(plan.tenant, study_blob(plan.job_id)), plan.to_bytes())
    params = {"lightgbm": {"rounds": 10}, "catboost": {"rounds": 10}, "mlp": {"epochs": 5}}.get(family, {})
    run = make_fold_runner(blobs, store, plan.tenant, plan.job_id, clock)
    for fold in range(2):
        result = run(unit_of(family, params, fold=fold, deadline_at=clock.now() + 100.0))
        assert (result.status, result.error) == (FoldStatus.OK, None)
        info = blobs.stat(BlobKey(plan.tenant, result.blob or ""))
        assert info is not None
        assert info.sha256 == result.digest
