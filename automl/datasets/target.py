"""The column to predict: what kind of task it makes, and what stands against learning it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import ErrorItem, InvalidInputError
from automl.core.trials import Task

MAX_CLASSES = 1000
MAX_MISSING_SHARE = 0.5
# An integer column with at most so many values, and so few of its rows, is taken for classes.
_FEW_VALUES, _FEW_SHARE = 20, 0.05
_NUMERIC = (ColumnType.NUMBER, ColumnType.INTEGER)


@dataclass(frozen=True)
class TargetInfo:
    """A usable target.

    reason: why this task; classes: labels exactly as in the file, in code order, None for regression; keep: (n_rows,)
    rows that have a target; y: (n_kept,) float64 values or int32 codes; warnings: for the owner.
    """

    task: Task
    reason: str
    classes: tuple[str, ...] | None
    keep: NDArray[np.bool_]
    y: NDArray[Any]
    warnings: tuple[str, ...]


def check_target_name(schema: TableSchema, name: str) -> None:
    """InvalidInputError with the nearest names: there is no such column, or nothing beside it."""
    if name not in schema.names:
        lowered = [each.lower() for each in schema.names]
        alike = difflib.get_close_matches(name.strip().lower(), lowered, n=3, cutoff=0.5)
        near = [each for word in dict.fromkeys(alike) for each in schema.names if each.lower() == word]
        hint = f"Nearest: {', '.join(repr(each) for each in near)}." if near else "See the dataset's profile."
        raise InvalidInputError(
            f"There is no column {name[:80]!r}.",
            code="target_unknown",
            hint=hint,
            errors=[ErrorItem("no such column", field="target", sample=name[:64])],
        )
    if len(schema.names) < 2:
        raise _refused("There is no column beside the target to learn from.", "no_features", name)


def examine_target(
    column: pa.ChunkedArray, spec: ColumnSpec, task: Task | Literal["auto"], *, to_learn: bool = True
) -> TargetInfo:
    """Task, labels and values of a target column as stored.

    to_learn: False for rows that are scored alone, where a class may be as rare as it likes.
    InvalidInputError: a date, too much missing, one class alone, too many or too rare classes, infinite values, or
    unfit for the task.
    """
    if spec.type is ColumnType.DATE:
        raise _refused("A date cannot be predicted.", "target_date", spec.name, "Turn it into a number of days first.")
    column = _without_nan(column, spec)
    keep = np.asarray(column.is_valid().combine_chunks() if column.num_chunks else pa.array([], pa.bool_()))
    keep = keep.astype(np.bool_)
    missing = int(len(keep) - keep.sum())
    if not len(keep) or missing > MAX_MISSING_SHARE * len(keep):
        detail = f"{missing} of {len(keep)} rows have no {spec.name[:80]!r}."
        raise _refused(detail, "target_missing_values", spec.name, "Choose another column, or fill in its values.")
    _check_finite(column, spec)
    warnings = [f"{missing} rows without a target are left out."] if missing else []
    present = column.drop_null().combine_chunks()
    chosen, reason = _task(present, spec) if task == "auto" else (Task(task), "as asked")
    if chosen is Task.REGRESSION:
        if spec.id_like:
            warnings.append("All values of the target differ, as row numbers and keys do; is it what you want?")
        return TargetInfo(chosen, reason, None, keep, _values(present, spec), tuple(warnings))
    classes, y = _classes(present, spec)
    _check_classes(classes, chosen, spec, task)
    if task == "auto" or chosen is Task.BINARY or len(classes) > 2:
        chosen = Task.BINARY if len(classes) == 2 else Task.MULTICLASS
    counts = np.bincount(y, minlength=len(classes))
    if to_learn and (counts > 1).sum() < 2:
        detail = f"No two classes of {spec.name[:80]!r} have two rows or more: nothing could be validated."
        raise _refused(detail, "classes_too_rare", spec.name, "Choose another column, or add rows of the rare classes.")
    rare = [classes[code] for code in np.flatnonzero(counts < 5)]
    if rare:
        shown = ", ".join(repr(each[:40]) for each in rare[:5])
        warnings.append(f"Classes with fewer than 5 rows are hard to learn and to score: {shown}.")
    return TargetInfo(chosen, reason, classes, keep, y, tuple(warnings))


def _without_nan(column: pa.ChunkedArray, spec: ColumnSpec) -> pa.ChunkedArray:
    # Some files write a missing number so.
    if spec.type is not ColumnType.NUMBER or not pc.any(pc.is_nan(column)).as_py():
        return column
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)


def _check_finite(column: pa.ChunkedArray, spec: ColumnSpec) -> None:
    if spec.type is not ColumnType.NUMBER:
        return
    infinite = np.flatnonzero(np.asarray(pc.fill_null(pc.is_inf(column), False).to_numpy()))
    if len(infinite):
        detail = f"{len(infinite)} values of the target are infinite."
        raise _refused(detail, "target_infinite", spec.name, row=int(infinite[0]) + 1)


def _task(present: pa.Array, spec: ColumnSpec) -> tuple[Task, str]:
    distinct = len(present.unique())
    if spec.type not in _NUMERIC:
        kind = Task.BINARY if distinct == 2 else Task.MULTICLASS
        return kind, f"{distinct} different values that are no numbers"
    if distinct == 2:
        return Task.BINARY, "two different values"
    if spec.type is ColumnType.INTEGER and distinct <= _FEW_VALUES and distinct <= max(2, _FEW_SHARE * len(present)):
        values = present.to_numpy(zero_copy_only=False)
        ordered = int(values.min()) in (0, 1) and int(values.max()) - int(values.min()) == distinct - 1
        if ordered:
            return Task.MULTICLASS, f"{distinct} integers from {values.min()} to {values.max()}, without a gap"
    return Task.REGRESSION, f"{distinct} different numbers"


def _values(present: pa.Array, spec: ColumnSpec) -> NDArray[np.float64]:
    if spec.type not in _NUMERIC:
        detail = f"{spec.name[:80]!r} holds {spec.type} values; regression needs numbers."
        raise _refused(detail, "target_not_numeric", spec.name, "Choose classification, or another column.")
    values: NDArray[np.float64] = present.to_numpy(zero_copy_only=False).astype(np.float64)
    if len(values) and values.min() == values.max():
        raise _refused("All values of the target are the same.", "single_class", spec.name)
    return values


def _classes(present: pa.Array, spec: ColumnSpec) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Labels exactly as in the file, numbers in their order and others alphabetically; codes of the rows."""
    encoded = present.dictionary_encode()
    found = encoded.dictionary
    order = np.asarray(pc.array_sort_indices(found))
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    labels = tuple(label_of(found[int(index)].as_py(), spec) for index in order)
    return labels, ranks[np.asarray(encoded.indices)]


def label_of(value: Any, spec: ColumnSpec) -> str:
    """A stored value in the file's own words."""
    if isinstance(value, bool):
        return spec.labels[int(value)] if spec.labels else str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value)) if spec.type is ColumnType.INTEGER else repr(value)
    return str(value)


def _check_classes(classes: tuple[str, ...], chosen: Task, spec: ColumnSpec, asked: Task | Literal["auto"]) -> None:
    if len(classes) < 2:
        raise _refused(f"All rows have the same {spec.name[:80]!r}.", "single_class", spec.name)
    if len(classes) > MAX_CLASSES:
        hint = "Choose regression." if spec.type in _NUMERIC else "Choose another column, or merge its values."
        code = "target_continuous" if spec.type in _NUMERIC else "too_many_classes"
        detail = f"{spec.name[:80]!r} has {len(classes)} different values; classification takes {MAX_CLASSES}."
        raise _refused(detail, code, spec.name, hint)
    if spec.type is ColumnType.NUMBER and asked != "auto" and len(classes) > _FEW_VALUES:
        detail = f"{spec.name[:80]!r} has {len(classes)} different decimal numbers."
        raise _refused(detail, "target_continuous", spec.name, "Choose regression.")
    if chosen is Task.BINARY and len(classes) != 2:
        detail = f"{spec.name[:80]!r} has {len(classes)} classes; a binary task has two."
        raise _refused(detail, "not_binary", spec.name, "Choose multiclass.")


def _refused(
    detail: str, code: str, column: str, hint: str = "Choose another column.", row: int | None = None
) -> InvalidInputError:
    item = ErrorItem(detail, field="target", column=column, row=row)
    return InvalidInputError(detail, code=code, hint=hint, errors=[item])
