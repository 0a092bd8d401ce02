"""Residuals and errors of a regression model, by hand and against numpy."""

import numpy as np
import pytest

from automl.reports.regression import MOST_POINTS, error_bins, histogram, regression_data


def test_errors_by_hand() -> None:
    y = np.array([1.0, 2.0, 3.0, 10.0])
    data = regression_data(y, np.array([1.0, 1.0, 5.0, 6.0]))
    assert (data.rows, data.residual_mean) == (4, 0.75)
    half = next(each for each in data.absolute_error if each.share == 0.5)
    assert half.value == 1.5
    assert data.actual == y.tolist()
    assert [(each.low, each.bias, each.rmse) for each in data.by_prediction] == [
        (1.0, 0.0, 0.0), (1.0, 1.0, 1.0), (5.0, -2.0, 2.0), (6.0, 4.0, 4.0),
    ]  # fmt: skip


def test_many_rows_are_sampled_for_the_cloud_alone() -> None:
    random = np.random.default_rng(0)
    prediction = random.normal(size=5000)
    y = prediction + random.normal(size=5000)
    data = regression_data(y, prediction)
    assert len(data.actual) == len(data.predicted) == MOST_POINTS
    assert set(data.actual) <= set(y.tolist())
    shape = data.residuals
    assert sum(shape.counts) + shape.below + shape.above == 5000
    assert 0 < shape.below <= 26
    assert sum(each.rows for each in data.by_prediction) == 5000
    assert data.residual_std == pytest.approx((y - prediction).std())
    shares = [each.value for each in data.absolute_error]
    assert shares == pytest.approx(np.quantile(np.abs(y - prediction), [each.share for each in data.absolute_error]))
    bins = error_bins(y - prediction, prediction)
    assert bins[0].high <= bins[1].low
    assert np.average([each.mae for each in bins], weights=[each.rows for each in bins]) == pytest.approx(
        np.abs(y - prediction).mean()
    )


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(10),
        np.array([3.0]),
        np.array([0.0] * 999 + [5.0]),
        0.1 + np.arange(90) * 1e-17,
        np.array([1e8, 1e8 + 1e-7]),
    ],
)
def test_a_histogram_of_hardly_any_spread(values: np.ndarray) -> None:
    found = histogram(values)
    assert sum(found.counts) + found.below + found.above == len(values)
    assert len(found.edges) == len(found.counts) + 1
