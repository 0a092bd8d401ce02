"""From a dataset to the rows a study learns from, and those it never sees."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import InvalidInputError
from automl.core.spec import FitSpec
from automl.core.trials import Task
from automl.datasets.table import TableWriter
from automl.jobs.training_rows import TrainingRows, training_rows

TENANT = "acme"
Store = Callable[..., None]


@pytest.fixture
def store(blobs: MemoryBlobs) -> Store:
    def write(name: str, size: list[Any], left: list[Any], **facts: Any) -> None:
        kinds = {"size": ColumnType.NUMBER, "key": ColumnType.ID, "left": ColumnType.CATEGORY}
        table = pa.table(
            {"size": pa.array(size, pa.float64()), "key": [f"k{n}" for n in range(len(size))], "left": pa.array(left)}
        )
        writer = TableWriter(blobs, TENANT, name)
        for batch in table.to_batches():
            writer.add(batch)
        specs = [ColumnSpec(name=each, type=kind, id_like=each == "key") for each, kind in kinds.items()]
        writer.finish(TableSchema(columns=tuple(specs)))

    return write


def rows(blobs: MemoryBlobs, task: Task = Task.BINARY, **wishes: Any) -> TrainingRows:
    spec = FitSpec.model_validate({"dataset_id": "ds_a", "target": "left", **wishes})
    return training_rows(blobs, TENANT, spec, task)


def test_rows_without_a_target_are_dropped_with_their_features(blobs: MemoryBlobs, store: Store) -> None:
    store("ds_a", [1.0, 2.0, 3.0, None, 5.0], ["no", None, "yes", "yes", "no"])
    found = rows(blobs)
    assert found.table.to_pydict() == {"size": [1.0, 3.0, None, 5.0]}
    assert (found.y.tolist(), found.classes, found.n_classes) == ([0, 1, 1, 0], ("no", "yes"), 2)
    assert found.features == ("size",)
    assert any("1 rows" in warning for warning in found.warnings)
    assert found.test is None


def test_what_is_included_and_excluded(blobs: MemoryBlobs, store: Store) -> None:
    store("ds_a", [1.0] * 4, ["no", "yes"] * 2)
    assert rows(blobs, include=["key", "size"]).features == ("size", "key")  # in file order
    assert rows(blobs, include=["key"]).features == ("key",)
    with pytest.raises(InvalidInputError) as refused:
        rows(blobs, exclude=["size"])
    assert refused.value.code == "no_features"


def test_a_share_is_set_aside_the_same_for_each_driver(blobs: MemoryBlobs, store: Store) -> None:
    store("ds_a", [float(n) for n in range(100)], ["no", "yes"] * 50)
    found, again = rows(blobs, test={"share": 0.2}), rows(blobs, test={"share": 0.2})
    assert found.test is not None
    assert again.test is not None
    assert (len(found.y), len(found.test.y)) == (80, 20)
    sizes = [*found.table["size"].to_pylist(), *found.test.table["size"].to_pylist()]
    assert sorted(sizes) == [float(n) for n in range(100)]
    assert found.test.table.equals(again.test.table)
    assert np.bincount(found.test.y).tolist() == [10, 10]
    for side in (found, found.test):
        assert [int(size) % 2 for size in side.table["size"].to_pylist()] == side.y.tolist()


def test_another_dataset_is_read_in_the_codes_of_the_first(blobs: MemoryBlobs, store: Store) -> None:
    store("ds_a", [1.0] * 6, ["b", "a", "c"] * 2)
    store("ds_b", [10.0, 20.0, 30.0, 40.0, 50.0], ["c", "new", None, "a", "c"])
    found = rows(blobs, Task.MULTICLASS, test={"dataset_id": "ds_b"})
    assert found.classes == ("a", "b", "c")
    assert found.test is not None
    assert found.test.table.to_pydict() == {"size": [10.0, 40.0, 50.0]}
    assert found.test.y.tolist() == [2, 0, 2]
    assert any("2 test rows" in warning for warning in found.warnings)


def test_a_few_rows_are_enough_to_score(blobs: MemoryBlobs, store: Store) -> None:
    """Each class once: too little to learn from, and no reason not to score."""
    store("ds_a", [1.0] * 6, ["a", "b", "c"] * 2)
    store("ds_b", [1.0, 2.0], ["b", "a"])
    found = rows(blobs, Task.MULTICLASS, test={"dataset_id": "ds_b"})
    assert found.test is not None
    assert found.test.y.tolist() == [1, 0]


@pytest.mark.parametrize("left", [["x", "y"] * 3, ["a"] * 4, [None, None, "a", None]])
def test_a_test_that_cannot_be_scored_is_said_and_no_failure(blobs: MemoryBlobs, store: Store, left: list[Any]) -> None:
    store("ds_a", [1.0] * 6, ["a", "b"] * 3)
    store("ds_b", [1.0] * len(left), pa.array(left, pa.string()).to_pylist())
    found = rows(blobs, test={"dataset_id": "ds_b"})
    assert found.test is None
    assert any("cannot be scored" in warning for warning in found.warnings)
