"""What a target needs its owner to know before a job: passed, fixed for you, or needs you."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from automl.core.columns import ColumnSpec, ColumnType
from automl.core.trials import Task
from automl.datasets.table import StoredTable
from automl.datasets.target import TargetInfo, check_target_name, examine_target

# Normalised Gini (2·AUC - 1) of one column alone.
LEAK_WARN, LEAK_STRONG = 0.85, 0.975
# Looked at, in a process that others wait for: so many of the first rows, fewer of a table of many columns.
_MAX_ROWS, _MIN_ROWS, _MAX_CELLS = 20_000, 100, 4_000_000
_MAX_LEVELS = 50


def check_table(table: StoredTable, target: str) -> list[dict[str, Any]]:
    """Checks of a ready table with this target: code, level (passed, fixed, needs_you), message, column.

    InvalidInputError: the target cannot be used.
    """
    check_target_name(table.schema, target)
    whole = table.slice(0, min(_MAX_ROWS, max(_MIN_ROWS, _MAX_CELLS // len(table.schema.columns))))
    info = examine_target(table.read([target]).column(0), table.schema.column(target), "auto")
    found = [_task(info)]
    found += [_line("target", "needs_you", each, target) for each in info.warnings]
    found += _left_out(table, target)
    found += _duplicates(whole, target)
    found += _leaks(whole, table, target, info)
    return found


def _line(code: str, level: str, message: str, column: str | None = None) -> dict[str, Any]:
    return {"code": code, "level": level, "message": message, "column": column}


def _task(info: TargetInfo) -> dict[str, Any]:
    return _line("task", "passed", f"A {info.task} task: {info.reason}.") | {"task": str(info.task)}


def _left_out(table: StoredTable, target: str) -> list[dict[str, Any]]:
    lines = []
    for spec in table.schema.columns:
        if spec.name == target:
            continue
        if spec.id_like:
            lines.append(_line("id_like", "fixed", "All values differ: left out, unless you include it.", spec.name))
        elif spec.constant:
            lines.append(_line("constant", "fixed", "All values are the same: left out.", spec.name))
    return lines


def _duplicates(whole: pa.Table, target: str) -> list[dict[str, Any]]:
    names = [name for name in whole.schema.names if name != target]
    grouped = whole.group_by(names).aggregate([(target, "count_distinct"), (target, "count")])
    repeated = int(whole.num_rows - grouped.num_rows)
    torn = int(pc.sum(pc.greater(grouped.column(f"{target}_count_distinct"), 1)).as_py() or 0)
    if torn:
        return [
            _line("conflicting_rows", "needs_you", f"{torn} rows stand more than once with different targets.", target)
        ]
    if repeated:
        return [_line("duplicate_rows", "needs_you", f"{repeated} rows stand more than once.")]
    return [_line("duplicate_rows", "passed", "No row stands twice.")]


def _leaks(whole: pa.Table, table: StoredTable, target: str, info: TargetInfo) -> list[dict[str, Any]]:
    keep = info.keep[: whole.num_rows]
    truth = _binary(info.y[: int(keep.sum())], info.task)
    lines = []
    for spec in table.schema.columns:
        if spec.name == target or spec.id_like or spec.constant:
            continue
        gini = _gini(whole.column(spec.name).filter(pa.array(keep)), spec, truth)
        if gini >= LEAK_WARN:
            strength = "almost alone" if gini < LEAK_STRONG else "alone"
            message = f"It predicts the target {strength} (Gini {gini:.3f}); is it known when you predict?"
            lines.append(_line("leak", "needs_you", message, spec.name))
    return lines or [_line("leak", "passed", "No column predicts the target alone.")]


def _binary(y: NDArray[Any], task: Task) -> NDArray[np.bool_]:
    # The most frequent class against the rest, or the upper half of the values.
    if task is Task.REGRESSION:
        return np.asarray(y > np.median(y))
    return np.asarray(y == np.argmax(np.bincount(y)))


def _gini(column: pa.ChunkedArray, spec: ColumnSpec, truth: NDArray[np.bool_]) -> float:
    if spec.type in (ColumnType.NUMBER, ColumnType.INTEGER):
        return abs(_ranked(np.asarray(column.to_numpy(), dtype=np.float64), truth))
    if spec.type in (ColumnType.CATEGORY, ColumnType.BOOLEAN):
        codes = np.asarray(pc.fill_null(column.combine_chunks().dictionary_encode().indices, -1)) + 1
        if codes.max(initial=0) <= _MAX_LEVELS:
            return abs(_by_level(codes, truth))
    return 0.0


def _by_level(codes: NDArray[Any], truth: NDArray[np.bool_]) -> float:
    # A level stands for its mean target in the other half of the rows, so that no row tells of itself. Halves by
    # chance: every other row may be of one class.
    second = np.random.default_rng(3001).random(len(codes)) < 0.5
    found = []
    for half in (second, ~second):
        rows = np.bincount(codes[~half], minlength=int(codes.max(initial=0)) + 1)
        hits = np.bincount(codes[~half], weights=truth[~half], minlength=len(rows))
        share = truth[~half].mean() if (~half).any() else 0.0
        found.append(_ranked(((hits + share) / (rows + 1))[codes[half]], truth[half], least=10))
    return sum(found) / len(found)


def _ranked(values: NDArray[np.float64], truth: NDArray[np.bool_], least: int = 20) -> float:
    # 2·AUC - 1 of the finite values; 0 where there are fewer than `least`, or one class alone.
    known = np.isfinite(values)
    positive, value = truth[known], values[known]
    if known.sum() < least or positive.all() or not positive.any():
        return 0.0
    order = np.argsort(value, kind="stable")
    _, first, counts = np.unique(value[order], return_index=True, return_counts=True)
    ranks = np.repeat(first + (counts + 1) / 2, counts)
    n_positive = int(positive.sum())
    auc = (ranks[positive[order]].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * (len(value) - n_positive))
    return float(2 * auc - 1)
