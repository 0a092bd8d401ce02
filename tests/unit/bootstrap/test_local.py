"""Predicting a file with a model folder: rows in order, the file read as it was for training."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automl.bootstrap.local import predict_file
from automl.core.errors import CorruptDataError, DatasetRejectedError, InvalidInputError, NotFoundError
from automl.core.trials import Task
from automl.registry.package import unpack_folder
from tests.unit.serving.conftest import train as train

HEAD = "rooms,city,size\n"


@pytest.fixture
def folder(train: Callable[..., Any], tmp_path: Path) -> Path:
    unpack_folder(train().package, tmp_path / "model")
    return tmp_path / "model"


def predict(folder: Path, text: str, proba: bool = False) -> tuple[list[dict[str, str]], list[str]]:
    file = folder.parent / "rows.csv"
    file.write_text(text)
    target = io.BytesIO()
    warnings = predict_file(folder, file, target, proba=proba)
    return list(csv.DictReader(target.getvalue().decode().splitlines())), warnings


def test_one_answer_for_each_row_in_order(folder: Path) -> None:
    rows, _ = predict(folder, HEAD + "3,Rom,90\n3,Köln,10\n" * 30)
    assert [row["prediction"] for row in rows] == ["yes", "no"] * 30


def test_one_row_is_enough(folder: Path) -> None:
    rows, _ = predict(folder, HEAD + "3,Rom,90\n", proba=True)
    assert rows[0].keys() == {"prediction", "proba_no", "proba_yes"}


def test_a_regression_has_no_probabilities(train: Callable[..., Any], tmp_path: Path) -> None:
    unpack_folder(train(Task.REGRESSION).package, tmp_path / "model")
    rows, _ = predict(tmp_path / "model", HEAD + "3,Rom,90\n", proba=True)
    assert rows[0].keys() == {"prediction"}
    assert float(rows[0]["prediction"]) > 0


def test_columns_by_name_and_unknown_ones_with_a_warning(folder: Path) -> None:
    expected, _ = predict(folder, HEAD + "3,Rom,90\n", proba=True)
    rows, warnings = predict(folder, "colour,size,rooms,city\nred,90,3,Rom\n", proba=True)
    assert rows == expected
    assert any("colour" in each for each in warnings)


def test_another_dialect_is_read_alike(folder: Path) -> None:
    expected, _ = predict(folder, HEAD + "3,Rom,90.5\n3,Köln,10.5\n", proba=True)
    rows, _ = predict(folder, "rooms;city;size\n3;Rom;90.5\n3;Köln;10.5\n", proba=True)
    assert rows == expected


def test_numbers_are_read_as_in_training_or_refused(folder: Path) -> None:
    """A decimal comma that the training file did not have is never guessed."""
    with pytest.raises(InvalidInputError, match=r"Row 1: '90,5' in column 'size'"):
        predict(folder, "rooms;city;size\n3;Rom;90,5\n")


def test_a_missing_column_is_named(folder: Path) -> None:
    with pytest.raises(InvalidInputError, match="city") as caught:
        predict(folder, "rooms,size\n3,90\n")
    assert caught.value.code == "missing_columns"


def test_a_value_that_does_not_fit_names_its_place(folder: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        predict(folder, HEAD + "3,Rom,90\nmany,Rom,90\n")
    assert any(item.column == "rooms" for item in caught.value.errors)


@pytest.mark.parametrize("text", ["", "\x00\x01\x02" * 100, HEAD + "3,Rom,90,4,5\n" + "3,Rom,90\n" * 30])
def test_a_file_that_is_no_table_is_rejected(folder: Path, text: str) -> None:
    with pytest.raises((DatasetRejectedError, InvalidInputError)):
        predict(folder, text)


def test_a_damaged_model_is_not_used(folder: Path) -> None:
    victim = next(path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json")
    victim.write_bytes(victim.read_bytes()[:-1] + b"\x00")
    with pytest.raises(CorruptDataError):
        predict(folder, HEAD + "3,Rom,90\n")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises((NotFoundError, CorruptDataError)):
        predict(tmp_path / "empty", HEAD + "3,Rom,90\n")
