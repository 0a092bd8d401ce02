"""What is done to an ensemble's answers: order stays, and labels follow the threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automl.pipelines.ensembles.adjustment import Adjustment, Interval, shifted, tempered
from automl.pipelines.scoring import labels


def shares(rows: int, classes: int) -> np.ndarray:
    values = np.random.default_rng(rows + classes).random((rows, classes)) + 1e-3
    return values / values.sum(axis=1, keepdims=True)


@given(st.floats(0.25, 4.0), st.integers(2, 6))
def test_temperature_keeps_the_order_and_the_sum(temperature: float, classes: int) -> None:
    p = shares(50, classes)
    calm = tempered(p, temperature)
    np.testing.assert_allclose(calm.sum(axis=1), 1.0)
    assert (labels(calm) == labels(p)).all()
    assert (calm.max(axis=1) <= p.max(axis=1) + 1e-12).all() == (temperature >= 1.0)


def test_temperature_two_is_the_square_root() -> None:
    np.testing.assert_allclose(tempered(np.array([[0.2, 0.8]]), 2.0), [[1 / 3, 2 / 3]])
    assert np.isfinite(tempered(np.array([[0.0, 1.0]]), 4.0)).all()


@given(st.floats(0.001, 0.999))
def test_a_shift_moves_the_threshold_to_the_middle(threshold: float) -> None:
    p = shares(200, 2)
    sure = np.abs(p[:, 1] - threshold) > 1e-9
    adjusted = Adjustment(threshold=threshold)
    np.testing.assert_array_equal(labels(shifted(p, threshold))[sure], adjusted.codes(p)[sure])
    np.testing.assert_array_equal(adjusted.codes(p), p[:, 1] > threshold)


def test_nothing_asked_nothing_done() -> None:
    plain, p = Adjustment(), shares(20, 3)
    assert plain.probabilities(p) is p
    assert plain.for_labels(p) is p
    np.testing.assert_array_equal(plain.codes(p), labels(p))
    assert plain.ranges(np.arange(3.0)) is None


def test_ranges_stand_around_the_number() -> None:
    adjusted = Adjustment(interval=Interval(level=0.9, lower=-2.0, upper=3.0))
    assert adjusted.ranges(np.array([1.0, 5.0])).tolist() == [[-1.0, 4.0], [3.0, 8.0]]
    assert Adjustment.model_validate_json(adjusted.model_dump_json()) == adjusted
    with pytest.raises(ValueError, match="extra"):
        Adjustment.model_validate({"heat": 1.0})
