from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnType
from automl.pipelines.features import number


def linear(encoder: number.NumberEncoder, values: Any) -> Any:
    out = np.full((len(values), len(encoder.parts("linear"))), np.nan, dtype=np.float32)
    encoder.fill_values(np.asarray(values, dtype=np.float64), "linear", out)
    return out


def tree(encoder: number.NumberEncoder, values: Any) -> Any:
    out = np.empty((len(values), 1), dtype=np.float32)
    encoder.fill_values(np.asarray(values, dtype=np.float64), "tree", out)
    return out[:, 0]


def fit(values: Any, **options: Any) -> number.NumberEncoder:
    found = number.fit("x", np.asarray(values, dtype=np.float64), **options)
    assert found is not None
    return found


def test_a_skewed_number_becomes_normal() -> None:
    values = np.random.default_rng(0).lognormal(sigma=2.0, size=5000)
    score = linear(fit(values), values)[:, 0]
    assert abs(score.mean()) < 0.05
    assert score.std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(np.argsort(np.argsort(values)), score)[0, 1] > 0.97


def test_the_scaled_value_is_linear_within_the_range_seen_and_bounded_beyond() -> None:
    values = np.linspace(-10, 30, 1001)
    encoder = fit(values)
    place = [part.label for part in encoder.parts("linear")].index("scaled")
    scaled = linear(encoder, values)[:, place]
    assert np.allclose(np.diff(scaled), np.diff(scaled)[0], atol=1e-4)
    far = linear(encoder, [1e12, -1e12])[:, place]
    assert far[0] == pytest.approx(scaled.max() + 1.0, abs=1e-4)
    assert far[1] == pytest.approx(scaled.min() - 1.0, abs=1e-4)


def test_missing_is_the_median_and_a_flag_only_where_training_had_some() -> None:
    with_gaps = fit([1.0, 2.0, 3.0, 4.0, np.nan])
    assert [part.label for part in with_gaps.parts("linear")][-1] == "missing"
    row = linear(with_gaps, [np.nan])[0]
    assert row[-1] == 1.0
    assert row[0] == linear(with_gaps, [3.0])[0][0]
    without = fit([1.0, 2.0, 3.0, 4.0])
    assert "missing" not in [part.label for part in without.parts("linear")]
    assert np.isfinite(linear(without, [np.nan])).all()
    assert np.isnan(tree(without, [np.nan])[0])


def test_ties_sit_in_the_middle_of_their_mass() -> None:
    values = np.r_[np.zeros(800), np.arange(1, 201)]
    score = linear(fit(values), values)[:, 0]
    assert score[0] == pytest.approx(-0.35, abs=0.03)  # mean normal score of the lower 80 %


def test_two_values_are_one_column_of_0_and_1() -> None:
    assert linear(fit([3.0, 7.0, 7.0]), [3.0, 7.0]).tolist() == [[0.0], [1.0]]


def test_few_whole_numbers_get_columns_of_their_own() -> None:
    values = np.repeat([1.0, 2.0, 3.0], [50, 50, 2])
    labels = [part.label for part in fit(values, whole=True).parts("linear")]
    assert labels == ["normal score", "scaled", "is 1", "is 2"]  # 3 is too rare
    assert "is 1" not in [part.label for part in fit(values).parts("linear")]
    assert "is 1" not in [part.label for part in fit(np.arange(100.0), whole=True).parts("linear")]


def test_large_numbers_stay_apart_in_float32() -> None:
    values = 1_600_000_000_000.0 + np.arange(1000.0)
    assert len(np.unique(tree(fit(values), values))) == 1000


def test_extreme_numbers_stay_finite() -> None:
    values = [-1e308, -1.0, 0.0, 1.0, 1e308]
    encoder = fit(values)
    assert np.isfinite(linear(encoder, values)).all()
    assert np.isfinite(tree(encoder, values)).all()


@pytest.mark.filterwarnings("error")
def test_tiny_numbers_do_not_divide_by_zero() -> None:
    values = [1e-320, 2e-320, 5e-320, 0.0]
    assert np.isfinite(linear(fit(values), values)).all()


def test_infinite_values_are_missing(encode: Any) -> None:
    found = encode(x=(ColumnType.NUMBER, [1.0, 2.0, float("inf"), float("-inf"), 5.0]))
    assert found.values("x", "missing", "linear") == [0.0, 0.0, 1.0, 1.0, 0.0]


def test_booleans_are_0_and_1(encode: Any) -> None:
    found = encode(x=(ColumnType.BOOLEAN, [True, False, None]))
    assert found.values("x", "", "tree")[:2] == [1.0, 0.0]
    assert found.values("x", "is high", "linear")[:2] == [1.0, 0.0]


def test_a_sample_of_rows_is_enough_for_quantiles() -> None:
    values = np.random.default_rng(0).normal(size=20_000)
    whole, part = fit(values), fit(values, sample=np.arange(0, 20_000, 4))
    assert np.abs(linear(whole, values[:100]) - linear(part, values[:100])).max() < 0.1


@pytest.mark.filterwarnings("error")
def test_infinite_values_of_rows_to_predict_are_missing_too(encode: Any) -> None:
    found = encode(x=(ColumnType.NUMBER, [1.0, 2.0, 3.0, 4.0, 5.0]))
    new = pa.table({"x": [float("inf"), float("-inf"), None]})
    assert np.isnan(found.encoder.transform(new, "tree").X).all()
    rows = found.encoder.transform(new, "linear").X
    assert np.isfinite(rows).all()
    assert (rows == rows[2]).all()
