"""Answers as Arrow batches: slices, what was met in the rows, the way there and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment, Interval
from automl.registry.package import read_package, write_package
from automl.serving import answers
from automl.serving.answers import Handled, answered, columns_of, from_arrow, handled_of, to_arrow
from automl.serving.predictor import PredictionBatch, Predictor


@pytest.fixture
def predictor(train: Callable[..., Any]) -> Predictor:
    return Predictor.from_package(read_package(train().package))


def rows(train: Any, count: int = 20) -> pa.RecordBatch:
    return train().table.combine_chunks().to_batches()[0].slice(0, count)


@pytest.mark.parametrize("slice_rows", [1, 7, 20, 8192])
def test_slices_are_one_answer(
    predictor: Predictor, train: Any, monkeypatch: pytest.MonkeyPatch, slice_rows: int
) -> None:
    monkeypatch.setattr(answers, "SLICE_ROWS", slice_rows)
    told: list[int] = []
    whole, handled = answered(predictor, rows(train), told.append)
    expected = predictor.predict(pa.Table.from_batches([rows(train)]))
    assert whole.values == expected.values
    assert whole.probabilities is not None
    np.testing.assert_allclose(whole.probabilities, expected.probabilities, rtol=1e-6)
    assert (sum(told), max(told)) == (20, min(20, slice_rows))
    assert len(handled.warnings) == len(set(handled.warnings)) == len(expected.warnings)


def test_no_rows(predictor: Predictor, train: Any) -> None:
    whole, handled = answered(predictor, rows(train, 0))
    assert (whole.values, handled.unseen) == ([], {})
    assert to_arrow(whole, handled, proba=True).num_rows == 0


def test_unseen_categories_are_counted_by_column(predictor: Predictor, train: Any) -> None:
    batch = rows(train)
    cities = pa.array(["Atlantis"] * 3 + batch.column("city").to_pylist()[3:])
    odd = batch.set_column(batch.schema.get_field_index("city"), "city", cities)
    _, handled = answered(predictor, odd)
    assert handled.unseen == {"city": 3}
    assert "city: 3 rows have a category that is new to the model." in handled.sentences()


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
@pytest.mark.parametrize("proba", [False, True])
def test_there_and_back(train: Any, task: Task, proba: bool) -> None:
    whole, handled = answered(Predictor.from_package(read_package(train(task).package)), rows(train))
    batch = to_arrow(whole, Handled(handled.warnings, {"city": 2}), proba=proba)
    assert tuple(batch.schema.names) == columns_of(whole.classes, proba=proba)
    back = from_arrow(batch)
    assert back.values == whole.values
    assert handled_of(batch) == Handled(tuple(handled.warnings), {"city": 2})
    if proba and whole.probabilities is not None:
        assert back.classes == whole.classes
        assert np.array_equal(np.asarray(back.probabilities), whole.probabilities)
    else:
        assert back.probabilities is None


@pytest.mark.parametrize("proba", [False, True])
@pytest.mark.parametrize("count", [0, 20])
def test_ranges_travel_beside_numbers(train: Any, monkeypatch: pytest.MonkeyPatch, proba: bool, count: int) -> None:
    monkeypatch.setattr(answers, "SLICE_ROWS", 7)
    trained = train(Task.REGRESSION)
    wanted = Adjustment(interval=Interval(level=0.9, lower=-1.0, upper=2.0))
    data = write_package(replace(trained.parts, adjustment=wanted))
    whole, handled = answered(Predictor.from_package(read_package(data)), rows(train, count))
    batch = to_arrow(whole, handled, proba=proba)
    assert batch.schema.names == ["prediction", "prediction_lower", "prediction_upper"]
    assert tuple(batch.schema.names) == columns_of(None, proba=proba, ranges=True)
    back = from_arrow(batch)
    assert (back.values, back.classes, back.probabilities) == (whole.values, None, None)
    values = np.array(whole.values).reshape(-1)
    np.testing.assert_array_equal(back.ranges, np.column_stack([values - 1.0, values + 2.0]))


def test_a_number_survives_to_the_last_bit() -> None:
    values = [0.1 + 0.2, -1e300, float("nan")]
    back = from_arrow(to_arrow(PredictionBatch(values, None, None, [], []), Handled(), proba=True)).values
    assert back[:2] == values[:2]
    assert np.isnan(back[2])


def test_many_columns_are_cut_short() -> None:
    handled = Handled(("w",), {f"c{number:02d}": number + 1 for number in range(25)}).plus(
        Handled(("w", "v"), {"c00": 99})
    )
    said = handled.sentences()
    assert said[:3] == ["w", "v", "c00: 100 rows have a category that is new to the model."]
    assert said[-1] == "5 more columns have new categories."
    assert len(handled.most()) == 20
