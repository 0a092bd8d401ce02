"""Predictions as CSV: rows in input order, labels to the letter, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.serving.answers import Handled, to_arrow
from automl.serving.export import CsvWriter, csv_pieces, inert, parquet_pieces
from automl.serving.predictor import PredictionBatch


def batch(values: list[Any], classes: tuple[str, ...] | None = None, shares: Any = None) -> PredictionBatch:
    probabilities = None if shares is None else np.asarray(shares, dtype=np.float64)
    return PredictionBatch(values, probabilities, classes, [[] for _ in values], [])


def written(*batches: PredictionBatch, proba: bool = False) -> list[list[str]]:
    target = io.BytesIO()
    writer = CsvWriter(target, proba=proba)
    for each in batches:
        writer.add(each)
    writer.close()
    assert not target.closed
    return list(csv.reader(io.StringIO(target.getvalue().decode(), newline="")))


def test_labels_come_in_input_order_over_all_batches() -> None:
    classes = ("no", "yes")
    found = written(batch(["yes", "no"], classes), batch(["no"], classes))
    assert found == [["prediction"], ["yes"], ["no"], ["no"]]


def test_each_class_has_a_column_where_asked() -> None:
    shares = [[0.25, 0.75], [1.0, 0.0]]
    found = written(batch(["yes", "no"], ("no", "yes"), shares), batch(["no"], ("no", "yes"), [[0.5, 0.5]]), proba=True)
    assert found[0] == ["prediction", "proba_no", "proba_yes"]
    assert [[float(share) for share in row[1:]] for row in found[1:]] == [*shares, [0.5, 0.5]]
    assert written(batch(["yes"], ("no", "yes"), [[0.1, 0.9]])) == [["prediction"], ["yes"]]


def test_ranges_have_columns_of_their_own() -> None:
    ends = np.array([[-0.5, 2.25], [0.5, 3.25]])
    found = written(PredictionBatch([1.0, 2.0], None, None, [[], []], [], ends), proba=True)
    assert found == [
        ["prediction", "prediction_lower", "prediction_upper"],
        ["1.0", "-0.5", "2.25"],
        ["2.0", "0.5", "3.25"],
    ]


def test_shares_survive_to_the_last_bit() -> None:
    share = 1.0 / 3.0
    found = written(batch(["a"], ("a", "b"), [[share, 1 - share]]), proba=True)
    assert float(found[1][1]) == share


def test_a_regression_has_no_shares_and_numbers_stay_numbers() -> None:
    values = [-1.5, 1e300, 0.1 + 0.2]
    assert written(batch(values), proba=True) == [["prediction"], *([repr(value)] for value in values)]


@pytest.mark.parametrize("proba", [False, True])
def test_row_115_no_rows_still_have_a_header(proba: bool) -> None:
    assert written(proba=proba) == [["prediction"]]
    empty = batch([], ("no", "yes"), np.empty((0, 2)))
    assert written(empty, proba=True) == [["prediction", "proba_no", "proba_yes"]]


@pytest.mark.parametrize(
    "label", ["a,b", 'say "hi"', "two\nlines", "two\r\nlines", "old\rlines", "ends\r\n", "😀", "", " x ", "NULL"]
)
def test_labels_survive_the_file(label: str) -> None:
    assert written(batch([label, "b"], (label, "b")))[1] == [label]


@pytest.mark.parametrize(
    "label",
    ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "=1", "-", "+", "--5", "-inf", "-0x1F", "-nan"],
)
def test_row_125_labels_that_a_spreadsheet_would_run_are_inert(label: str) -> None:
    assert inert(label) == "'" + label
    header, row = written(batch([label], (label, "b"), [[1.0, 0.0]]), proba=True)
    assert row[0] == "'" + label
    assert header[1] == f"proba_{label}"  # begins with a letter: nothing to run


@pytest.mark.parametrize("value", ["-5", "+7", "-1.5e3", "text", "a=b", "", "5", -5, -1.5, True, None])
def test_row_125_numbers_and_plain_words_stay_as_they_are(value: Any) -> None:
    assert inert(value) == value


def test_the_file_is_utf8_with_plain_line_ends() -> None:
    target = io.BytesIO()
    writer = CsvWriter(target, proba=False)
    writer.add(batch(["ä"], ("ä", "b")))
    assert target.getvalue() == "prediction\nä\n".encode()  # written at once, before the end
    writer.close()
    target.write(b"more")


def stored(labels: list[str], shares: list[list[float]]) -> pa.RecordBatch:
    answers = batch(labels, ("=no", "yes"), shares)
    return to_arrow(answers, Handled(), proba=True)


def test_stored_answers_are_the_same_bytes() -> None:
    labels, shares = ["=no", "yes", "two\r\nlines"], [[1 / 3, 2 / 3], [0.1, 0.9], [1.0, 0.0]]
    target = io.BytesIO()
    writer = CsvWriter(target, proba=True)
    writer.add(batch(labels, ("=no", "yes"), shares))
    writer.close()
    parts = [stored(labels[:1], shares[:1]), stored(labels[1:], shares[1:])]
    assert b"".join(csv_pieces(parts, proba=True)) == target.getvalue()
    assert b"".join(csv_pieces([], proba=True)) == b"prediction\n"


def test_pieces_are_handed_out_on_the_way() -> None:
    seen: list[int] = []

    def parts() -> Iterator[pa.RecordBatch]:
        for number in range(3):
            seen.append(number)
            yield stored(["yes"], [[0.5, 0.5]])

    for pieces in (
        csv_pieces(parts(), proba=True),
        parquet_pieces(parts(), stored(["a"], [[0.5, 0.5]]).schema.remove_metadata()),
    ):
        seen.clear()
        next(pieces)
        assert seen == [0]
        pieces.close()


def test_parquet_keeps_labels_to_the_letter() -> None:
    parts = [stored(["=no"], [[1 / 3, 2 / 3]]), stored(["yes", "yes"], [[0.1, 0.9], [0.2, 0.8]])]
    data = b"".join(parquet_pieces(parts, parts[0].schema.remove_metadata()))
    table = pq.read_table(io.BytesIO(data))
    assert table.column_names == ["prediction", "proba_=no", "proba_yes"]
    assert table.column(0).to_pylist() == ["=no", "yes", "yes"]
    assert table.column(1).to_pylist() == [1 / 3, 0.1, 0.2]
    empty = pq.read_table(io.BytesIO(b"".join(parquet_pieces([], parts[0].schema.remove_metadata()))))
    assert (empty.num_rows, empty.column_names) == (0, table.column_names)
