"""Splits that a column decides: rows of a group stay together, the newest rows validate, or the folds are given."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

from automl.core.errors import ErrorItem, InvalidInputError
from automl.core.trials import Task

ColumnSplitKind = Literal["group", "time", "fold"]
# Beyond it, balancing classes over groups takes seconds; with so many groups chance balances them.
_MOST_BALANCED_GROUPS = 2000
_MOST_FOLDS = 20
_HOLDOUT_SHARE = 0.2


def column_folds(
    kind: ColumnSplitKind, column: pa.ChunkedArray, y: NDArray[Any], task: Task, k: int, seed: int
) -> NDArray[np.int16]:
    """(n_rows,) the fold that a row validates; -1: it is never validated.

    column: (n_rows,) values of the deciding column; k: folds wanted. `group`: no value stands on both sides of a fold;
    rows without a value are one group. `time`: one holdout, the newest rows; rows without a time only train. `fold`:
    each value is a fold, in their order; rows without one only train.
    Raises InvalidInputError `split_invalid`: the column cannot split these rows.
    """
    match kind:
        case "group":
            return _group_folds(_codes(column), y, task, k, seed)
        case "time":
            return np.where(newest(column, _HOLDOUT_SHARE), 0, -1).astype(np.int16)
        case "fold":
            return _given_folds(column)


def column_hold_out(
    kind: ColumnSplitKind, column: pa.ChunkedArray, y: NDArray[Any], share: float, seed: int
) -> NDArray[np.bool_]:
    """(n_rows,) True for about `share` of the rows: whole groups, or the newest; InvalidInputError as `column_folds`.

    With given folds the rows held out are drawn at random: the folds say nothing of rows that are never seen.
    """
    if kind == "time":
        return newest(column, share)
    random = np.random.default_rng(seed + 1)
    if kind == "fold":
        return np.asarray(random.permutation(len(y)) < max(1, round(share * len(y))))
    groups = _codes(column)
    sizes = np.bincount(groups)
    order = random.permutation(len(sizes))
    # The last group that may go over the share stays: at least one on each side.
    count = int(np.clip(np.searchsorted(np.cumsum(sizes[order]), share * len(y)) + 1, 1, max(1, len(sizes) - 1)))
    if len(sizes) < 2:
        raise _invalid("All rows are of one group.")
    return np.asarray(np.isin(groups, order[:count]))


def newest(column: pa.ChunkedArray, share: float) -> NDArray[np.bool_]:
    """(n_rows,) True for about `share` of the rows, those with the largest values; equal values stay together."""
    known = np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False), dtype=bool)
    ranks = np.zeros(len(column), dtype=np.int64)
    ranks[known] = pc.rank(column.filter(pa.array(known)).combine_chunks(), tiebreaker="dense").to_numpy()
    present = ranks[known]
    if len(np.unique(present)) < 2:
        raise _invalid("It needs at least two different times.")
    # From the newest down, until the share is reached; never all of them.
    counts = np.bincount(present)[1:]
    kept = np.cumsum(counts[::-1])
    times = min(int(np.searchsorted(kept, share * len(present))) + 1, len(counts) - 1)
    return np.asarray(ranks > len(counts) - times)


def _group_folds(groups: NDArray[np.int64], y: NDArray[Any], task: Task, k: int, seed: int) -> NDArray[np.int16]:
    n_groups = int(groups.max()) + 1
    if n_groups < 2:
        raise _invalid("All rows are of one group.")
    folds = np.full(len(y), -1, dtype=np.int16)
    # One holdout is the first of five parts.
    parts = min(n_groups, k if k > 1 else round(1 / _HOLDOUT_SHARE))
    balanced = (
        task.is_classification
        and n_groups <= _MOST_BALANCED_GROUPS
        # Where every class has fewer rows than there are parts nothing can be balanced, and the splitter refuses.
        and int(np.bincount(y.astype(np.int64)).max()) >= parts
    )
    kind: Any = StratifiedGroupKFold if balanced else GroupKFold
    splitter = kind(n_splits=parts, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # "The least populated class has only … members": groups decide, classes are balanced as far as they allow.
        warnings.simplefilter("ignore", UserWarning)
        for number, (_, rows) in enumerate(splitter.split(groups, y, groups)):
            folds[rows] = number
    if k == 1:
        folds[folds > 0] = -1
    # A part without rows would be a fold that nobody validates.
    used = np.unique(folds[folds >= 0])
    folds[folds >= 0] = np.searchsorted(used, folds[folds >= 0]).astype(np.int16)
    return folds


def _given_folds(column: pa.ChunkedArray) -> NDArray[np.int16]:
    values = pc.unique(column.drop_null()).sort()
    if not 1 <= len(values) <= _MOST_FOLDS:
        raise _invalid(f"It has {len(values)} different values; folds take from 1 to {_MOST_FOLDS}.")
    if len(values) == 1 and column.null_count == 0:
        raise _invalid("It puts all rows into one fold, so that none are left to learn from.")
    places = pc.index_in(column, value_set=values).fill_null(-1)
    return np.asarray(places.to_numpy(), dtype=np.int16)


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _invalid(reason: str) -> InvalidInputError:
    return InvalidInputError(
        f"The rows cannot be split by this column. {reason}",
        code="split_invalid",
        hint="Choose another column, or leave the split to us.",
        errors=[ErrorItem(reason, field="split.column")],
    )
