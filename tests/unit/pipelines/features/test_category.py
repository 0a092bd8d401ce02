from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnType
from automl.pipelines.features import category

CATEGORY = ColumnType.CATEGORY


def row(*values: str | None) -> pa.Table:
    return pa.table({"x": pa.array(values, pa.string())})


def test_codes_follow_frequency_and_rare_levels_share_one(encode: Any) -> None:
    found = encode(x=(CATEGORY, ["b"] * 3 + ["a"] * 2 + ["once", "twice?", None]))
    codes = found.values("x", "", "tree")
    assert codes[:7] == [0, 0, 0, 1, 1, 2, 2]
    assert np.isnan(codes[7])
    assert found.encoder.columns("tree")[0].levels == 3


def test_a_level_never_seen_is_rare_or_missing(encode: Any) -> None:
    with_rare = encode(x=(CATEGORY, ["b", "b", "a", "a", "c", "c", "once"]))
    assert with_rare.values("x", "", "tree", row("new")) == [3.0]
    without = encode(x=(CATEGORY, ["b", "b", "a", "a", "c", "c"]))
    assert np.isnan(without.values("x", "", "tree", row("new"))[0])


def test_two_levels_are_a_number_for_trees_and_one_column_for_lines(encode: Any) -> None:
    found = encode(x=(CATEGORY, ["no"] * 6 + ["yes"] * 5))
    (column,) = found.encoder.columns("tree")
    assert not column.is_categorical
    assert found.parts("x", "linear") == ["is no"]
    assert found.values("x", "is no", "linear", row("no", "yes", "perhaps")) == [1.0, 0.0, 0.0]


def test_one_hot_with_a_column_for_missing_and_one_for_the_infrequent(encode: Any) -> None:
    values = ["a"] * 9 + ["b"] * 6 + ["c"] * 4 + ["d", None]
    found = encode(x=(CATEGORY, values))
    assert found.parts("x", "linear") == ["is a", "is b", "infrequent", "missing"]
    X = found.encoder.transform(found.table, "linear").X
    assert (X.sum(axis=1) == 1.0).all()
    assert found.values("x", "infrequent", "linear", row("c", "d", "new", "a", None)) == [1, 1, 1, 0, 0]
    assert found.values("x", "missing", "linear", row("c", None)) == [0, 1]


def test_missing_is_no_column_where_training_had_none(encode: Any) -> None:
    found = encode(x=(CATEGORY, ["a"] * 5 + ["b"] * 5 + ["c"] * 5))
    assert found.parts("x", "linear") == ["is a", "is b", "is c"]
    assert found.encoder.transform(row(None), "linear").X.sum() == 0.0


def test_many_levels_share_buckets_and_show_frequency_and_shape(encode: Any) -> None:
    levels = [f"{'AB'[i % 2]}{i:03}" for i in range(120)]
    values = [level for i, level in enumerate(levels) for _ in range(5 + i % 3)]
    found = encode(x=(CATEGORY, values))
    parts = found.parts("x", "linear")
    assert sum(part.startswith("is ") for part in parts) == 50
    assert sum(part.startswith("bucket ") for part in parts) == 32
    assert {"frequency", "number", "first letter"} <= set(parts)
    X = found.encoder.transform(found.table, "linear").X
    assert (X[:, :82].sum(axis=1) == 1.0).all()
    assert found.values("x", "number", "tree", row("A017", "B400", None, "nothing"))[:2] == [17.0, 400.0]
    frequency = found.values("x", "frequency", "tree", row(levels[2], "new", None))
    assert frequency[0] == pytest.approx(np.log(7))
    assert frequency[1] == 0.0
    assert np.isnan(frequency[2])


def test_a_column_where_every_level_is_single_gives_its_shape_alone(encode: Any) -> None:
    found = encode(x=(CATEGORY, [f"ticket {i}" for i in range(30)]))
    assert not any(column.is_categorical for column in found.encoder.columns("tree"))
    assert set(found.parts("x", "tree")) == {"characters", "digits", "number"}


def test_few_rows_and_many_rows_are_looked_up_alike(encode: Any) -> None:
    random = np.random.default_rng(1)
    values = [None if v > 28 else f"level {v}" for v in random.integers(0, 30, 500)]
    found = encode(x=(CATEGORY, values))
    for view in ("tree", "linear"):
        whole = found.encoder.transform(found.table, view).X
        parts = [found.encoder.transform(found.table.slice(i, 10), view).X for i in range(0, 500, 10)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_unseen_levels_are_told_by_row(encode: Any) -> None:
    encoder = encode(x=(CATEGORY, ["a", "b", "once", "a", "b"])).encoder
    assert encoder.unseen(row("a", "once", "new", None))["x"].tolist() == [False, False, True, False]
    assert encoder.unseen(row("a", None)) == {}


def test_levels_beyond_memory_are_not_called_unseen(encode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(category, "_MAX_LEVELS", 3)
    found = encode(x=(CATEGORY, ["a"] * 4 + ["b"] * 3 + ["c"] * 2 + ["d", "e"]))
    assert found.encoder.unseen(row("d")) == {}
    assert found.values("x", "", "tree", row("c", "d", "e")) == [2.0, 3.0, 3.0]


def test_texts_of_any_script_survive_storing(encode: Any) -> None:
    names = ["漢字", "e\u0301", "\u00e9", "\U0001f600", "a\u0000b", "", " "]
    found = encode(x=(CATEGORY, names * 2))
    again = type(found.encoder).from_files(found.encoder.to_files())
    codes = again.transform(found.table, "tree").X[:7, 0]
    assert sorted(codes) == [0, 1, 2, 3, 4, 5, 6]
