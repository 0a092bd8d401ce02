"""What of an ensemble is packed: by what storing took in this job, heavy members first, and no more than there is time
for."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from automl.backends.blobs.base import BlobKey
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit
from automl.jobs.aggregate import JobRecord
from automl.jobs.choosing import Chosen, Question
from automl.jobs.finish import Ending, Finished, finish
from automl.jobs.packing import STORE_BYTES_S, Load, store_bytes_s, those_that_fit
from automl.jobs.shelf import FoldShelf
from automl.registry.package import read_manifest
from automl.registry.versions import package_blob
from automl.training.deadline import Deadline
from tests.unit.jobs.driver_bench import CLOCK, QUICK, Bench, K
from tests.unit.jobs.driver_bench import bench as bench

MB = 1_000_000


def fold(number: int, size: int, store_s: float = 0.0) -> FoldResult:
    return FoldResult(0, number, FoldStatus.OK, size_bytes=size, store_s=store_s)


def test_the_largest_folds_say_how_quick_the_store_is() -> None:
    small = [fold(number, 2 * MB, store_s=1.0) for number in range(20)]
    large = [fold(20 + number, 30 * MB, store_s=0.1) for number in range(3)]
    assert store_bytes_s([*small, *large]) == pytest.approx(300 * MB)
    assert store_bytes_s(small) == pytest.approx(2 * MB), "a slow store is believed to be slow"


def test_what_was_not_measured_is_taken_for_slow() -> None:
    assert store_bytes_s([]) == STORE_BYTES_S
    assert store_bytes_s([fold(0, 30 * MB)]) == STORE_BYTES_S
    assert store_bytes_s([fold(0, MB // 10, store_s=0.0001)]) == STORE_BYTES_S, "it tells of an answer, not of bytes"


def test_heavy_members_come_first_and_light_ones_fill_the_rest() -> None:
    loads = {0: Load(0.1, 10 * MB), 1: Load(0.5, 80 * MB), 2: Load(0.3, 60 * MB), 3: Load(0.1, 10 * MB)}
    everything = those_that_fit(loads, 10.0, 200.0 * MB)
    assert list(everything) == [1, 2, 0, 3]
    assert list(those_that_fit(loads, 0.85, 200.0 * MB)) == [1, 0], "80 and 10 MB take .81 s, the next one .09 s more"


def test_one_member_is_always_packed() -> None:
    assert list(those_that_fit({3: Load(0.2, MB), 5: Load(0.8, 900 * MB)}, 0.0, 1.0)) == [5]


def test_reading_what_is_not_in_memory_takes_time_too() -> None:
    held, unread = Load(0.5, 50 * MB), Load(0.5, 50 * MB, unread_bytes=50 * MB)
    assert unread.seconds(100.0 * MB) == pytest.approx(held.seconds(100.0 * MB) + 0.5)


def finished(bench: Bench, make_job: Callable[..., JobRecord], store_s: float, left_s: float = 20.0) -> Finished:
    """The end of a job of three members, of which each of three folds is said to have 100 MB, stored in `store_s`."""
    record = bench.admit(make_job, 60)
    shelf = FoldShelf(bench.blobs, record.tenant, record.id, 1 << 20)
    for trial in range(3):
        for number in range(K):
            told = bench.run_unit(Unit(trial, number, QUICK[trial], 1.0, CLOCK.now() + 60))
            shelf.add(replace(told, size_bytes=100 * MB, store_s=store_s))
    question = Question(bench.y, bench.fold, K, bench.rows.task, "roc_auc")
    chosen = Chosen({0: 0.5, 1: 0.3, 2: 0.2}, tuple(range(K)), 0.9, None, "greedy")
    end = Ending(record, bench.rows, bench.encoder.to_files(), dict(enumerate(QUICK)), shelf, chosen, question)
    return finish(bench.blobs, bench.models, CLOCK, end, Deadline(CLOCK.now() + left_s, CLOCK))


def test_a_quick_store_takes_the_whole_ensemble(bench: Bench, make_job: Callable[..., JobRecord]) -> None:
    done = finished(bench, make_job, store_s=0.2)
    assert done.warnings == ()
    assert done.result["weights"] == pytest.approx({"0": 0.5, "1": 0.3, "2": 0.2})


def test_a_slow_store_takes_the_heaviest_member(bench: Bench, make_job: Callable[..., JobRecord]) -> None:
    done = finished(bench, make_job, store_s=5.0)
    assert done.result["weights"] == {"0": 1.0}
    assert done.warnings == ("2 members of the ensemble were left out: there was no time to pack them.",)
    data = b"".join(bench.blobs.read(BlobKey(bench.job.tenant, package_blob(bench.job.id))))
    assert [each.weight for each in read_manifest(data).members] == [1.0]
    assert done.result["package"]["size_bytes"] == len(data)
    assert done.result["package"]["digest"] == hashlib.sha256(data).hexdigest()
