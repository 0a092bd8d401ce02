"""What a target needs its owner to know: leaks, duplicates, what is left out; without false alarms."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import InvalidInputError
from automl.datasets import checks as module
from automl.datasets.checks import LEAK_STRONG, check_table
from automl.datasets.table import ARROW_TYPES, StoredTable, TableWriter

NUMBER, INTEGER, BOOLEAN = ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.BOOLEAN
CATEGORY, TEXT, DATE = ColumnType.CATEGORY, ColumnType.TEXT, ColumnType.DATE
RANDOM = np.random.default_rng(0)
ROWS = 400
YES = RANDOM.random(ROWS) < 0.4
LEFT = (CATEGORY, ["yes" if each else "no" for each in YES])
NOISE = (NUMBER, RANDOM.normal(size=ROWS).tolist())


@pytest.fixture
def store(blobs: MemoryBlobs) -> Any:
    """`store(name=(type, values[, facts of the column]), …)`"""

    def make(**columns: Any) -> StoredTable:
        specs = []
        arrays = {}
        for name, (kind, values, *about) in columns.items():
            facts: Mapping[str, Any] = about[0] if about else {}
            specs.append(ColumnSpec(name=name, type=kind, **facts))
            arrays[name] = pa.array(values, ARROW_TYPES[kind])
        writer = TableWriter(blobs, "acme", "ds_x")
        for batch in pa.table(arrays).to_batches():
            writer.add(batch)
        writer.finish(TableSchema(columns=tuple(specs)))
        return StoredTable.open(blobs, "acme", "ds_x")

    return make


def lines(found: list[dict[str, Any]], code: str) -> list[tuple[str, str | None]]:
    return [(each["level"], each["column"]) for each in found if each["code"] == code]


def test_a_clean_table_passes(store: Any) -> None:
    found = check_table(store(noise=NOISE, left=LEFT), "left")
    assert {each["level"] for each in found} == {"passed"}
    assert "binary" in found[0]["message"]
    assert {each["code"] for each in found} == {"task", "duplicate_rows", "leak"}


@pytest.mark.parametrize("target", ["nothing", ""])
def test_row_72_an_unknown_target_is_refused(store: Any, target: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_table(store(noise=NOISE, left=LEFT), target)
    assert refused.value.code == "target_unknown"


def test_row_48_copies_and_monotone_maps_of_the_target_are_leaks(store: Any) -> None:
    missing = [None if row % 7 == 0 else float(each) for row, each in enumerate(YES)]
    table = store(
        copy=(BOOLEAN, YES.tolist()),
        turned=(NUMBER, np.exp(-1.0 * YES).tolist()),
        gaps=(NUMBER, missing),
        words=(CATEGORY, ["gone" if each else "here" for each in YES]),
        noise=NOISE,
        left=LEFT,
    )
    found = check_table(table, "left")
    assert lines(found, "leak") == [("needs_you", name) for name in ("copy", "turned", "gaps", "words")]
    assert all("alone (Gini 1.000)" in each["message"] for each in found if each["code"] == "leak")


def test_row_48_a_map_of_a_numeric_target_is_a_leak(store: Any) -> None:
    values = RANDOM.lognormal(size=ROWS)
    table = store(log=(NUMBER, np.log(values).tolist()), noise=NOISE, price=(NUMBER, values.tolist()))
    assert lines(check_table(table, "price"), "leak") == [("needs_you", "log")]


def test_row_49_a_nearly_perfect_column_is_asked_about_more_softly(store: Any) -> None:
    almost = YES + RANDOM.normal(scale=0.36, size=ROWS)
    found = [each for each in check_table(store(almost=(NUMBER, almost.tolist()), left=LEFT), "left")
             if each["code"] == "leak"]  # fmt: skip
    assert "almost alone" in found[0]["message"]
    assert LEAK_STRONG > 0.9


@pytest.mark.parametrize(("rows", "levels"), [(100, 10), (100, 50), (60, 49), (48, 48), (100, 200)])
def test_a_random_category_is_no_leak_however_many_levels_it_has(store: Any, rows: int, levels: int) -> None:
    """The mean target of a level of two rows says the target of these rows, and nothing else."""
    random = np.random.default_rng(levels)
    few = store(
        code=(CATEGORY, [f"c{value}" for value in random.integers(0, levels, rows)]),
        noise=(NUMBER, NOISE[1][:rows]),
        left=(CATEGORY, LEFT[1][:rows]),
    )
    assert lines(check_table(few, "left"), "leak") == [("passed", None)]


def test_classes_that_take_turns_make_no_leak(store: Any) -> None:
    codes = [f"c{value}" for value in np.random.default_rng(3).integers(0, 5, ROWS)]
    turns = ["yes", "no"] * (ROWS // 2)
    found = check_table(store(code=(CATEGORY, codes), left=(CATEGORY, turns)), "left")
    assert lines(found, "leak") == [("passed", None)]


def test_texts_and_dates_are_not_taken_for_leaks(store: Any) -> None:
    table = store(note=(TEXT, [f"a note {each}" for each in LEFT[1]]), when=(DATE, YES.astype(int).tolist()), left=LEFT)
    assert lines(check_table(table, "left"), "leak") == [("passed", None)]


def test_row_70_equal_rows_and_rows_that_contradict_each_other(store: Any) -> None:
    values = [*NOISE[1][:-3], *NOISE[1][:3]]
    same = [*LEFT[1][:-3], *LEFT[1][:3]]
    found = check_table(store(noise=(NUMBER, values), left=(CATEGORY, same)), "left")
    assert lines(found, "duplicate_rows") == [("needs_you", None)]
    assert any(each["message"].startswith("3 rows") for each in found)


def test_row_70_the_same_row_with_another_target(store: Any) -> None:
    values = [*NOISE[1][:-1], NOISE[1][0]]
    other = [*LEFT[1][:-1], "no" if LEFT[1][0] == "yes" else "yes"]
    found = check_table(store(noise=(NUMBER, values), left=(CATEGORY, other)), "left")
    assert lines(found, "conflicting_rows") == [("needs_you", "left")]


def test_what_is_left_out_is_said_but_never_of_the_target(store: Any) -> None:
    table = store(
        key=(INTEGER, list(range(ROWS)), {"id_like": True}),
        same=(CATEGORY, ["x"] * ROWS, {"constant": True}),
        noise=NOISE,
        price=(INTEGER, [3 * row for row in range(ROWS)], {"id_like": True}),
    )
    found = check_table(table, "price")
    assert lines(found, "id_like") == [("fixed", "key")]
    assert lines(found, "constant") == [("fixed", "same")]
    assert lines(found, "target") == [("needs_you", "price")]
    assert lines(found, "leak") == [("passed", None)]  # nobody learns from the key


def test_rows_without_a_target_do_not_shift_the_others(store: Any) -> None:
    left = [None if row % 5 == 0 else word for row, word in enumerate(LEFT[1])]
    table = store(copy=(NUMBER, YES.astype(float).tolist()), noise=NOISE, left=(CATEGORY, left))
    found = check_table(table, "left")
    assert lines(found, "leak") == [("needs_you", "copy")]
    assert lines(found, "target") == [("needs_you", "left")]


def test_of_a_large_table_the_first_rows_are_looked_at(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_CELLS", 300)
    table = store(late=(NUMBER, [*NOISE[1][:200], *YES[200:].astype(float)]), noise=NOISE, left=LEFT)
    slices = []
    real = table.slice
    monkeypatch.setattr(table, "slice", lambda offset, limit, *rest: slices.append(limit) or real(offset, limit, *rest))
    assert lines(check_table(table, "left"), "leak") == [("passed", None)]
    assert min(slices) == 100


@pytest.mark.filterwarnings("error")
def test_missing_and_infinite_values_are_no_matter(store: Any) -> None:
    table = store(
        none=(NUMBER, [None] * ROWS),
        empty=(CATEGORY, [None] * ROWS),
        odd=(NUMBER, [float("inf") if row % 2 else float("-inf") for row in range(ROWS)]),
        when=(DATE, [None] * ROWS),
        flag=(BOOLEAN, [None, True] * (ROWS // 2)),
        left=LEFT,
    )
    assert lines(check_table(table, "left"), "leak") == [("passed", None)]
