"""Judging the column to predict; rows 72 to 81 of the table of bad input."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import InvalidInputError
from automl.core.trials import Task
from automl.datasets.table import ARROW_TYPES
from automl.datasets.target import TargetInfo, check_target_name, examine_target

NUMBER, INTEGER, BOOLEAN = ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.BOOLEAN
CATEGORY, TEXT, DATE, ID = ColumnType.CATEGORY, ColumnType.TEXT, ColumnType.DATE, ColumnType.ID


def judge(kind: ColumnType, values: list[Any], task: Any = "auto", **about: Any) -> TargetInfo:
    half = len(values) // 2
    chunks = [pa.array(part, ARROW_TYPES[kind]) for part in (values[:half], values[half:])]
    return examine_target(pa.chunked_array(chunks), ColumnSpec(name="y", type=kind, **about), task)


def refused(code: str, kind: ColumnType, values: list[Any], task: Any = "auto", **about: Any) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        judge(kind, values, task, **about)
    assert caught.value.code == code
    assert caught.value.errors[0].field == "target"
    assert caught.value.errors[0].column == "y"
    return caught.value


def schema(*names: str) -> TableSchema:
    return TableSchema(columns=tuple(ColumnSpec(name=name, type=NUMBER) for name in names))


@pytest.mark.parametrize(
    ("asked", "near"),
    [("Price", "'price'"), ("prise", "'price'"), ("PRICE ", "'price'"), ("pric", "'price'"), ("zzz", None), ("", None)],
)
def test_row_72_a_target_that_is_not_there_names_the_nearest(asked: str, near: str | None) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_target_name(schema("price", "rooms", "town"), asked)
    assert caught.value.code == "target_unknown"
    assert caught.value.errors[0].field == "target"
    if near is None:
        assert "Nearest" not in caught.value.hint
    else:
        assert near in caught.value.hint
    check_target_name(schema("price", "rooms"), "price")


def test_row_72_names_that_differ_by_case_alone_are_both_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_target_name(schema("Price", "price", "rooms"), "prices")
    assert "'Price'" in caught.value.hint
    assert "'price'" in caught.value.hint


def test_row_33_nothing_beside_the_target() -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_target_name(schema("price"), "price")
    assert caught.value.code == "no_features"


def test_row_73_rows_without_a_target_are_left_out_and_counted() -> None:
    found = judge(CATEGORY, ["a", None, "b", "a", None, "b"])
    assert found.keep.tolist() == [True, False, True, True, False, True]
    assert found.y.tolist() == [0, 1, 0, 1]
    assert any(warning.startswith("2 rows without a target") for warning in found.warnings)
    numbers = judge(NUMBER, [1.5, None, 2.5, 7.0, float("nan")])
    assert numbers.keep.tolist() == [True, False, True, True, False]
    assert numbers.y.tolist() == [1.5, 2.5, 7.0]


def test_row_73_more_than_half_missing_is_refused() -> None:
    assert judge(CATEGORY, ["a", "b", "a", "b"] + [None] * 4).keep.sum() == 4
    error = refused("target_missing_values", CATEGORY, ["a", "b", "a", "b"] + [None] * 5)
    assert "5 of 9" in error.detail


@pytest.mark.parametrize("kind", [NUMBER, INTEGER, CATEGORY, BOOLEAN])
def test_row_73_all_missing(kind: ColumnType) -> None:
    refused("target_missing_values", kind, [None] * 9)
    refused("target_missing_values", kind, [])


@pytest.mark.parametrize("task", ["auto", "binary", "multiclass"])
def test_row_74_one_class_alone(task: Any) -> None:
    refused("single_class", CATEGORY, ["a"] * 9, task)
    refused("single_class", BOOLEAN, [True] * 9, task)
    refused("single_class", CATEGORY, ["a"] * 9 + [None], task)


@pytest.mark.parametrize("task", ["auto", "regression", "multiclass"])
def test_row_74_one_number_alone(task: Any) -> None:
    refused("single_class", NUMBER, [2.5] * 9, task)
    refused("single_class", INTEGER, [0] * 9, task)


def test_row_75_rare_classes_are_kept_and_named() -> None:
    found = judge(CATEGORY, ["a"] * 20 + ["b"] * 20 + ["c"])
    assert found.classes == ("a", "b", "c")
    assert found.y.tolist().count(2) == 1
    assert any("'c'" in warning and "fewer than 5" in warning for warning in found.warnings)
    assert not judge(CATEGORY, ["a"] * 20 + ["b"] * 20).warnings


def test_row_75_without_two_classes_that_repeat_nothing_can_be_validated() -> None:
    error = refused("classes_too_rare", CATEGORY, ["a"] * 30 + ["b"])
    assert "two rows" in error.detail
    refused("classes_too_rare", TEXT, [f"a text of its own, number {n}" for n in range(40)])


def test_row_47_an_identifier_is_no_target() -> None:
    refused("classes_too_rare", ID, [f"k{n}" for n in range(40)], id_like=True)
    found = judge(INTEGER, list(range(1, 41)), id_like=True)
    assert found.task is Task.REGRESSION
    assert any("row numbers" in warning for warning in found.warnings)


def test_row_76_too_many_classes() -> None:
    values = [f"c{n}" for n in range(1001)] * 2
    assert refused("too_many_classes", CATEGORY, values).hint
    assert len(judge(CATEGORY, values[:1000] * 2).classes or ()) == 1000


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_row_77_a_continuous_target_is_no_class(task: Any) -> None:
    values = [n + 0.5 for n in range(40)] * 2
    assert "regression" in refused("target_continuous", NUMBER, values, task).hint
    assert "regression" in refused("target_continuous", INTEGER, list(range(1500)) * 2, task).hint


def test_row_77_regression_of_words_is_refused() -> None:
    assert "lassification" in refused("target_not_numeric", CATEGORY, ["a", "b"] * 9, "regression").hint
    refused("target_not_numeric", BOOLEAN, [True, False] * 9, "regression")


@pytest.mark.parametrize("task", ["auto", "binary", "multiclass", "regression"])
def test_a_moment_is_no_target(task: Any) -> None:
    refused("target_date", DATE, [0, 10**12] * 20, task)


def test_row_78_digits_are_classes_and_the_reason_is_said() -> None:
    found = judge(INTEGER, list(range(10)) * 50)
    assert (found.task, found.classes) == (Task.MULTICLASS, tuple("0123456789"))
    assert found.reason == "10 integers from 0 to 9, without a gap"
    asked = judge(INTEGER, list(range(10)) * 50, "regression")
    assert (asked.task, asked.reason, asked.classes) == (Task.REGRESSION, "as asked", None)


@pytest.mark.parametrize(
    ("kind", "values", "task"),
    [
        (BOOLEAN, [True, False] * 30, Task.BINARY),
        (CATEGORY, ["x", "y"] * 30, Task.BINARY),
        (CATEGORY, ["x", "y", "z"] * 30, Task.MULTICLASS),
        (INTEGER, [0, 1] * 30, Task.BINARY),
        (INTEGER, [-1, 1] * 30, Task.BINARY),
        (NUMBER, [0.0, 1.0] * 30, Task.BINARY),
        (INTEGER, [1, 2, 3] * 40, Task.MULTICLASS),
        (INTEGER, [1, 2, 4] * 40, Task.REGRESSION),  # a gap: quantities
        (INTEGER, [10, 11, 12] * 40, Task.REGRESSION),
        (INTEGER, list(range(10)) * 5, Task.REGRESSION),  # too few rows of each to be classes
        (NUMBER, [0.0, 0.5, 1.0] * 30, Task.REGRESSION),
        (NUMBER, [n / 7 for n in range(60)], Task.REGRESSION),
    ],
)
def test_the_task_follows_from_the_values(kind: ColumnType, values: list[Any], task: Task) -> None:
    found = judge(kind, values)
    assert found.task is task
    assert found.reason


def test_a_task_that_was_asked_for_is_taken_at_its_word() -> None:
    assert judge(INTEGER, [1, 2, 4] * 40, "multiclass").classes == ("1", "2", "4")
    assert judge(CATEGORY, ["x", "y"] * 30, "multiclass").task is Task.MULTICLASS
    assert judge(INTEGER, [0, 1] * 30, "regression").y.dtype == np.float64
    assert "three" not in refused("not_binary", CATEGORY, ["x", "y", "z"] * 30, "binary").detail


def test_row_80_labels_are_kept_to_the_letter() -> None:
    words = ["None", "NaN", "null", "", " yes", "yes", "No", "TRUE", "😀", "1.0", "=1+1"]
    found = judge(CATEGORY, words * 3)
    assert found.classes is not None
    assert sorted(found.classes) == sorted(words)
    assert [found.classes[code] for code in found.y] == words * 3
    assert found.keep.all()


def test_row_80_booleans_speak_as_the_file_does() -> None:
    assert judge(BOOLEAN, [True, False] * 9, labels=("nein", "ja")).classes == ("nein", "ja")
    assert judge(BOOLEAN, [True, False] * 9).classes == ("false", "true")
    assert judge(BOOLEAN, [True, False] * 9, labels=("nein", "ja")).y.tolist()[:2] == [1, 0]


def test_row_80_numbers_as_classes_are_in_their_own_order() -> None:
    assert judge(INTEGER, [10, 2, -1] * 40, "multiclass").classes == ("-1", "2", "10")
    assert judge(NUMBER, [2.0, 1.5] * 40).classes == ("1.5", "2.0")
    assert judge(INTEGER, [2**62 + 1, 2**62] * 40).classes == (str(2**62), str(2**62 + 1))


@pytest.mark.parametrize("task", ["auto", "regression", "binary"])
def test_row_52_an_infinite_target_is_refused_with_its_row(task: Any) -> None:
    error = refused("target_infinite", NUMBER, [1.0, None, float("inf"), 1.0, float("-inf"), 1.0], task)
    assert error.detail.startswith("2 ")
    assert error.errors[0].row == 3
    refused("target_infinite", NUMBER, [1.0, float("inf")] * 10, task)


def test_row_81_extreme_and_negative_numbers_are_values() -> None:
    values = [-1e300, 0.0, 1e300, -5.0, 1e-300]
    assert judge(NUMBER, values).y.tolist() == values


def test_a_table_without_chunks() -> None:
    with pytest.raises(InvalidInputError):
        examine_target(pa.chunked_array([], pa.string()), ColumnSpec(name="y", type=CATEGORY), "auto")
