"""From a dataset to the rows a study learns from, and those it never sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.backends.blobs.base import Blobs
from automl.core.columns import TableSchema
from automl.core.errors import InvalidInputError
from automl.core.spec import FitSpec
from automl.core.trials import Task
from automl.datasets.column_splits import column_hold_out
from automl.datasets.splits import hold_out
from automl.datasets.table import StoredTable
from automl.datasets.target import examine_target
from automl.jobs.checks import features_of


@dataclass(frozen=True)
class TrainingRows:
    """Rows with a usable target. table: the feature columns; y: (n_rows,) float64 values or int32 codes; classes:
    labels as in the file; schema: of the whole dataset; root_digest: of the dataset's bytes; test: rows
    held out, or None; deciding: (n_rows,) the column that decides the split, where one does; numbers: (n_rows,) places
    of the rows in the dataset."""

    table: pa.Table
    y: NDArray[Any]
    task: Task
    classes: tuple[str, ...] | None
    schema: TableSchema
    features: tuple[str, ...]
    root_digest: str
    test: HeldOutRows | None
    warnings: tuple[str, ...]
    deciding: pa.ChunkedArray | None = None
    numbers: NDArray[np.intp] | None = None

    @property
    def n_classes(self) -> int:
        return len(self.classes) if self.classes is not None else 0


@dataclass(frozen=True)
class HeldOutRows:
    """Rows the search never sees. y: as in `TrainingRows`, in the codes of its classes; numbers: places in their own
    dataset."""

    table: pa.Table
    y: NDArray[Any]
    numbers: NDArray[np.intp] | None = None


def training_rows(blobs: Blobs, tenant: str, spec: FitSpec, task: Task) -> TrainingRows:
    """Read features and target, drop rows without a target, set the held-out rows aside.

    Raises InvalidInputError: the target or the columns cannot be used; CorruptDataError: the dataset is damaged.
    """
    stored = StoredTable.open(blobs, tenant, spec.dataset_id)
    features = features_of(spec, stored.schema)
    by = spec.split.column
    whole = stored.read(list(dict.fromkeys([*features, spec.target, *([] if by is None else [by])])))
    target = examine_target(whole.column(spec.target), stored.schema.column(spec.target), task)
    if not target.keep.all():
        whole = whole.filter(pa.array(target.keep))
    table = whole.select(list(features))
    deciding = None if by is None else whole.column(by)
    warnings = list(target.warnings)
    y, test, numbers = target.y, None, np.flatnonzero(target.keep)
    if spec.test is not None and spec.test.share is not None:
        # What is left is split again: a class of one row could only be trained on.
        mask = _held_out(spec, y, task, deciding, spec.test.share)
        test = HeldOutRows(table.filter(pa.array(mask)), y[mask], numbers[mask])
        table, y, numbers = table.filter(pa.array(~mask)), y[~mask], numbers[~mask]
        deciding = None if deciding is None else deciding.filter(pa.array(~mask))
    elif spec.test is not None and spec.test.dataset_id is not None:
        test, unfit = _other_dataset(blobs, tenant, spec.test.dataset_id, spec.target, features, task, target.classes)
        warnings += unfit
    return TrainingRows(
        table, y, task, target.classes, stored.schema, features, stored.root_digest, test, tuple(warnings), deciding,
        numbers,
    )  # fmt: skip


def class_weights(spec: FitSpec, rows: TrainingRows) -> tuple[float, ...]:
    """(n_classes,) how much a row of each class counts; empty when all count alike."""
    if spec.class_weights is None or rows.classes is None:
        return ()
    if spec.class_weights == "balanced":
        counts = np.bincount(rows.y, minlength=len(rows.classes))
        return tuple((len(rows.y) / (len(counts) * np.maximum(counts, 1))).tolist())
    return tuple(spec.class_weights.get(label, 1.0) for label in rows.classes)


def _held_out(
    spec: FitSpec, y: NDArray[Any], task: Task, deciding: pa.ChunkedArray | None, share: float
) -> NDArray[np.bool_]:
    match spec.split.kind:
        case "group" | "time" | "fold" as kind:
            assert deciding is not None
            return column_hold_out(kind, deciding, y, share, spec.seed)
        case _:
            return hold_out(y, task, share, spec.seed, stay=2)


def _other_dataset(
    blobs: Blobs,
    tenant: str,
    dataset_id: str,
    target_name: str,
    features: Sequence[str],
    task: Task,
    classes: tuple[str, ...] | None,
) -> tuple[HeldOutRows | None, list[str]]:
    # The rows whose target can be compared, and a warning about the others.
    stored = StoredTable.open(blobs, tenant, dataset_id)
    whole = stored.read([*features, target_name])
    spec = stored.schema.column(target_name)
    try:
        wanted = Task.MULTICLASS if task.is_classification else task
        target = examine_target(whole.column(target_name), spec, wanted, to_learn=False)
    except InvalidInputError as error:
        return None, [f"The test dataset cannot be scored: {error.detail}"]
    keep, y = target.keep.copy(), target.y
    if classes is not None and target.classes is not None:
        codes = np.array([classes.index(each) if each in classes else -1 for each in target.classes], dtype=np.int32)
        y = codes[y]
        keep[np.flatnonzero(keep)[y < 0]] = False
        y = y[y >= 0]
    if not len(y):
        return None, ["The test dataset cannot be scored: none of its rows has a target that the training rows have."]
    dropped = int(whole.num_rows - keep.sum())
    warning = f"{dropped} test rows have no target, or a class that the training rows do not have."
    table = whole.select(list(features)).filter(pa.array(keep))
    return HeldOutRows(table, y, np.flatnonzero(keep)), [warning] if dropped else []
