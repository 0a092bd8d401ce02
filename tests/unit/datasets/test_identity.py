"""Identifiers, categories and free text are told apart by what their cells are."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from automl.core.columns import ColumnType
from automl.datasets.evidence import ColumnEvidence
from automl.datasets.identity import find_string_type, is_integer_id
from automl.datasets.typed import TypedEvidence

ROWS = 300
WORDS = ["red", "green", "blue", "old", "new", "big", "small", "fast", "slow", "far"]


def texts(cells: list[str | None], folder: Path, name: str = "c") -> ColumnType:
    evidence = ColumnEvidence(name, folder / "scratch")
    evidence.add(pa.array(cells, pa.string()))
    return find_string_type(evidence)


def sentence(row: int, words: int) -> str:
    return " ".join(WORDS[(row // 10**place + place) % 10] for place in range(words)) + f" {row}"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([f"u-{row:08x}" for row in range(ROWS)], ColumnType.ID),
        ([f"PC {row} A" for row in range(ROWS)], ColumnType.ID),  # two or three parts with digits
        ([f"u-{row:08x}" for row in range(ROWS - 1)] + ["u-00000000"], ColumnType.CATEGORY),  # one comes twice
        ([f"u{row}" for row in range(9)], ColumnType.CATEGORY),  # too few to tell
        ([f"u{row}" if row % 5 else None for row in range(ROWS)], ColumnType.CATEGORY),  # an id is not missing
        ([f"u{row}" if row % 20 else None for row in range(ROWS)], ColumnType.ID),
        (["x" * 70 + str(row) for row in range(ROWS)], ColumnType.TEXT),  # too long for a code
        ([WORDS[row % 10] for row in range(ROWS)], ColumnType.CATEGORY),
        ([sentence(row, 5) for row in range(ROWS)], ColumnType.TEXT),
        ([sentence(row % 10, 5) for row in range(ROWS)], ColumnType.CATEGORY),  # few sentences, over and over
        ([f"{WORDS[row % 10]}{row} {WORDS[row // 10 % 10]}{row}x" for row in range(ROWS)], ColumnType.ID),
        ([f"Ann{chr(97 + row % 26)} Bob{chr(97 + row // 26)}" for row in range(ROWS)], ColumnType.TEXT),  # names
        ([f"level {row % 5}" for row in range(ROWS)], ColumnType.CATEGORY),
        (["東京都千代田区丸の内一丁目九番一号にある大きな駅の建物の前で第" + chr(0x4E00 + row) for row in range(ROWS)],
         ColumnType.TEXT),  # no spaces, and no code
    ],
)  # fmt: skip
def test_texts(cells: list[str | None], kind: ColumnType, tmp_path: Path) -> None:
    assert texts(cells, tmp_path) is kind


def integers(values: list[int | None], folder: Path, name: str = "c") -> bool:
    evidence = TypedEvidence(name, pa.int64(), folder / "scratch")
    evidence.add(pa.array(values, pa.int64()))
    return is_integer_id(evidence)


@pytest.mark.parametrize(
    ("name", "values", "is_id"),
    [
        ("n", list(range(50)), True),  # dense
        ("n", [row * 7 for row in range(50)], True),  # rises
        ("n", [row * 7919 % 10007 for row in range(50)], False),  # a quantity may differ in each of few rows
        ("customer_id", [row * 7919 % 10007 for row in range(50)], True),
        ("customerID", [row * 7919 % 10007 for row in range(50)], True),
        ("paid", [row * 7919 % 10007 for row in range(50)], False),  # ends in id, and is none
        ("n", [row * 7919 % 1000003 for row in range(250)], True),  # in so many rows not by chance
        ("id", list(range(9)), False),
        ("id", [*range(49), 3], False),
        ("id", [None] * 20 + list(range(50)), False),
        ("id", [None] * 3 + list(range(50)), True),
        ("n", [-row for row in range(50)], True),
    ],
)
def test_whole_numbers(name: str, values: list[Any], is_id: bool, tmp_path: Path) -> None:
    assert integers(values, tmp_path, name) is is_id
