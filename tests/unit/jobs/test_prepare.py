"""A study made ready: its folds follow the owner's wishes, and are the same whoever makes it ready."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.cache.memory import MemoryCache
from automl.backends.compute.base import EntryPoint
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.memory import MemoryRecords
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.spec import FitSpec
from automl.core.states import JobKind
from automl.core.trials import Configuration
from automl.datasets.blocks import BlockStore
from automl.datasets.table import TableWriter
from automl.jobs.aggregate import JobRecord
from automl.jobs.budget import spending
from automl.jobs.context import DriverContext
from automl.jobs.prepare import Prepared, prepare
from automl.jobs.replay import Replayed
from automl.jobs.timing import fold_s_by_first_rounds

TENANT, OWN = "acme", "ds_x"
ROWS = 200


def write_table(blobs: MemoryBlobs, name: str, rows: int) -> None:
    size = np.random.default_rng(0).normal(size=rows)
    left = ["rare"] * 3 + ["yes" if each > 0 else "no" for each in size[3:]]
    writer = TableWriter(blobs, TENANT, name)
    town = [f"t{number % 20}" for number in range(rows)]
    for batch in pa.table({"size": size, "town": town, "left": left}).to_batches():
        writer.add(batch)
    kinds = {"size": ColumnType.NUMBER, "town": ColumnType.CATEGORY, "left": ColumnType.CATEGORY}
    writer.finish(TableSchema(columns=tuple(ColumnSpec(name=name, type=kind) for name, kind in kinds.items())))


@pytest.fixture
def make(
    tmp_path: Path, records: MemoryRecords, blobs: MemoryBlobs, events: Any, clock: Any, metrics: MemoryMetrics
) -> Callable[..., Prepared]:
    """`make(job=…, plan=…, seconds=…, attempts=…, **wishes)`"""
    write_table(blobs, OWN, ROWS)
    context = DriverContext(
        records=records,
        blobs=blobs,
        events=events,
        block_store=BlockStore(tmp_path, MemoryCache(1 << 20), blobs, metrics, 1 << 30),
        clock=clock,
        metrics=metrics,
        runner=lambda: pytest.fail("nothing is run"),
        scratch=tmp_path,
        fold_setup=EntryPoint("a:b"),
    )

    def call(job: str = "job_a", plan: Any = None, seconds: float = 60.0, attempts: int = 1, **wishes: Any) -> Prepared:
        spec = FitSpec.model_validate({"dataset_id": OWN, "target": "left", **wishes}).to_json()
        what = {"task": "multiclass", "metric": "log_loss"}
        record = JobRecord(TENANT, job, JobKind.FIT, spec=spec, plan=what, dataset_id=OWN, cpus=2, attempts=attempts)
        return prepare(context, record, Replayed(plan, {}), spending(clock.now(), clock.now() + seconds))

    return call


def write_texts(blobs: MemoryBlobs, name: str, rows: int) -> None:
    said = [f"the {'good' if number % 3 else 'bad'} one of {number % 7} with words" for number in range(rows)]
    writer = TableWriter(blobs, TENANT, name)
    for batch in pa.table({"said": said, "left": ["yes" if n % 3 else "no" for n in range(rows)]}).to_batches():
        writer.add(batch)
    kinds = {"said": ColumnType.TEXT, "left": ColumnType.CATEGORY}
    writer.finish(TableSchema(columns=tuple(ColumnSpec(name=name, type=kind) for name, kind in kinds.items())))


def folds(prepared: Prepared) -> list[int]:
    return [int(fold) for fold in prepared.question.fold]


def test_the_same_wishes_give_the_same_folds_and_a_seed_others(make: Callable[..., Prepared]) -> None:
    first = make()
    assert folds(make("job_b")) == folds(first)
    assert folds(make("job_c", seed=5)) != folds(first)
    assert first.plan.k == 8
    assert first.facts()["rows"] == ROWS


def test_random_folds_are_others_than_stratified_ones(make: Callable[..., Prepared]) -> None:
    auto, stratified, random = (make(f"job_{kind}", split={"kind": kind}) for kind in ("auto", "stratified", "random"))
    assert folds(stratified) == folds(auto)
    assert folds(random) != folds(auto)
    assert folds(make("job_again", split={"kind": "random"})) == folds(random)
    y = auto.question.y
    shares = [np.bincount(np.array(folds(each))[y == 2], minlength=8) for each in (auto, random)]
    assert np.ptp(shares[0]) <= 1 < np.ptp(shares[1])


def test_rows_of_a_group_stay_together_and_its_name_is_no_feature(make: Callable[..., Prepared]) -> None:
    grouped = make(split={"kind": "group", "column": "town"})
    assert grouped.rows.features == ("size",)
    assert make("job_plain").rows.features == ("size", "town")
    values = grouped.rows.deciding.to_pylist()
    places: dict[Any, set[int]] = {}
    for value, fold in zip(values, folds(grouped), strict=True):
        places.setdefault(value, set()).add(fold)
    assert all(len(each) == 1 for each in places.values())


def test_weights_of_classes_reach_the_folds(make: Callable[..., Prepared]) -> None:
    assert make("job_plain").plan.class_weights == ()
    weights = make("job_own", class_weights={"rare": 5}).plan.class_weights
    assert weights == (1.0, 5.0, 1.0)
    balanced = make("job_balanced", class_weights="balanced")
    counts = np.bincount(balanced.rows.y)
    assert np.allclose(np.array(balanced.plan.class_weights) * counts, ROWS / 3)
    # It cannot count rows by their weights.
    assert "nearest_neighbors" not in balanced.plan.families
    assert "nearest_neighbors" in make("job_plain").plan.families


def test_boosters_wait_for_better_rounds_as_the_whole_budget_allows(make: Callable[..., Prepared]) -> None:
    assert make("job_a").plan.hurried
    assert not make("job_b", seconds=300.0).plan.hurried
    # What depends on no clock is never in a hurry.
    assert not make("job_c", deterministic=True).plan.hurried


def test_a_successor_finds_the_study_as_it_was(make: Callable[..., Prepared]) -> None:
    first = make()
    again = make(plan=first.plan)
    assert again.plan == first.plan
    assert folds(again) == folds(first)
    assert again.first == first.first
    assert dict(again.encoder) == dict(first.encoder)


def test_all_terms_are_encoded_where_there_are_texts(
    make: Callable[..., Prepared], blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_texts(blobs, "ds_texts", 300)
    found = make("job_texts", dataset_id="ds_texts")
    assert "text_linear" in found.plan.families
    assert {"tree", "linear", "terms"} <= set(found.plan.blocks)
    assert make("job_texts", dataset_id="ds_texts", plan=found.plan).first == found.first
    assert "terms" not in make("job_numbers").plan.blocks
    assert "terms" in make("job_asked", families=["text_linear"]).plan.blocks, "asked for by name"
    monkeypatch.setattr("automl.jobs.prepare._MOST_TERMS_CELLS", 300)
    short = make("job_large", dataset_id="ds_texts")
    assert "text_linear" not in short.plan.families
    assert "linear" in short.plan.families


def test_rows_held_out_leave_enough_of_a_rare_class(make: Callable[..., Prepared]) -> None:
    prepared = make(test={"share": 0.5})
    assert prepared.rows.test is not None
    assert prepared.rows.classes == ("no", "rare", "yes")
    assert (prepared.rows.y == 1).sum() >= 2
    assert prepared.facts()["test_rows"] == len(prepared.rows.test.y)
    assert (np.array(folds(prepared)) >= 0).all()


class Timed:
    """Stands for the first rounds of CatBoost. told: seconds of a fold by them."""

    def __init__(self, told: float | None = None) -> None:
        self.told = told
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, configuration: Configuration, X: Any, *others: Any) -> float | None:
        self.shapes.append(X.shape)
        return self.told


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch, blobs: MemoryBlobs) -> Timed:
    """Beside a longer table, of which 12 s allow five folds or three, who knows."""
    write_table(blobs, "ds_long", 2000)
    timed = Timed()
    monkeypatch.setattr("automl.jobs.prepare.fold_s_by_first_rounds", timed)
    return timed


def test_what_a_fold_costs_is_measured_where_it_decides_how_many_there_are(
    make: Callable[..., Prepared], timed: Timed
) -> None:
    counts = []
    for told in (0.1, 2.0, 30.0, None):
        timed.told = told
        counts.append(make(f"job_{told}", dataset_id="ds_long", seconds=12.0).plan.k)
    assert counts == [5, 3, 3, 5], "what cannot be measured is left to the prior"
    assert timed.shapes == [(2000, 2)] * 4


def test_nothing_is_measured_where_the_answer_is_clear_or_must_not_depend_on_it(
    make: Callable[..., Prepared], timed: Timed
) -> None:
    timed.told = 30.0
    assert make("job_clear", dataset_id="ds_long", seconds=60.0).plan.k == 5
    assert make("job_few_rows", seconds=12.0).plan.k == 8
    long = {"dataset_id": "ds_long", "seconds": 12.0}
    assert make("job_other", families=["lightgbm"], **long).plan.k == 5
    make("job_same", deterministic=True, **long)
    assert make("job_lost_once", attempts=2, **long).plan.k == 5
    found = make("job_found", plan=make("job_first", dataset_id="ds_long").plan, **long)
    assert found.plan.k == 5, "a successor finds the plan as it was"
    assert timed.shapes == []


def test_the_first_rounds_of_this_very_table_are_timed(
    make: Callable[..., Prepared], blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = partial(fold_s_by_first_rounds, spent_s=lambda: 0.0)
    monkeypatch.setattr("automl.jobs.prepare.fold_s_by_first_rounds", idle)
    write_table(blobs, "ds_long", 2000)
    long = {"dataset_id": "ds_long", "seconds": 6.0}
    # The prior allows three folds; where no CPU is used, rounds cost nothing.
    assert make("job_prior", families=["lightgbm"], **long).plan.k == 3
    assert make("job_timed", **long).plan.k == 5
