"""The linear family on texts reads pairs of a term's code and weight as columns of a vocabulary."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData, Learnt
from automl.pipelines.estimators.catalog import family
from automl.pipelines.estimators.text_linear.model import Layout
from tests.unit.pipelines.estimators.conftest import Column

PLAIN, WEIGHT = Column("a"), Column("b")


def term(levels: int) -> Column:
    return Column("c", True, levels)


def test_pairs_of_one_text_share_its_vocabulary_and_texts_have_their_own() -> None:
    columns = [PLAIN, term(5), WEIGHT, term(5), WEIGHT, PLAIN, term(7), WEIGHT]
    layout = Layout.of(columns)
    assert layout.codes.tolist() == [1, 3, 6]
    assert layout.starts.tolist() == [0, 0, 5]
    assert (layout.n_columns, layout.n_terms) == (8, 12)
    X = np.array([[9.0, 4.0, 0.5, 2.0, 0.25, 8.0, 6.0, 1.0], [7.0, 3.0, 0.5, 0.0, 0.0, 6.0, 0.0, 0.0]], np.float32)
    expected = np.zeros((2, 14))
    expected[0, [0, 1, 2 + 4, 2 + 2, 2 + 5 + 6]] = [9.0, 8.0, 0.5, 0.25, 1.0]
    expected[1, [0, 1, 2 + 3]] = [7.0, 6.0, 0.5]
    np.testing.assert_array_equal(layout.unfolded(X).toarray(), expected)


def test_a_term_counts_alike_wherever_in_a_row_it_stands(make_fold: Callable[..., FitData]) -> None:
    data = make_fold(Task.BINARY, "terms")
    model = family("text_linear").fit_model(data, {})
    swapped = data.X_val.copy()
    swapped[:, 6:10] = data.X_val[:, [8, 9, 6, 7]]
    np.testing.assert_allclose(model.predict(swapped), model.predict(data.X_val), atol=1e-6)


def test_without_a_text_it_is_a_linear_model(make_fold: Callable[..., FitData]) -> None:
    data = make_fold(Task.REGRESSION, "linear")
    found = family("text_linear").fit_model(data, {"strength": 1.0}).predict(data.X_val)
    np.testing.assert_allclose(found, family("linear").fit_model(data, {"alpha": 1.0}).predict(data.X_val), rtol=1e-3)


def test_rows_of_another_width_are_refused(make_fold: Callable[..., FitData]) -> None:
    data = make_fold(Task.BINARY, "terms")
    model = family("text_linear").fit_model(data, {})
    with pytest.raises(ValueError, match="X has 9 columns, the model 10"):
        model.predict(data.X_val[:, :9])


def test_the_strength_that_folds_found_is_taken(make_fold: Callable[..., FitData]) -> None:
    data = make_fold(Task.BINARY, "terms")
    given = family("text_linear").fit_model(data, {"strength": 3.0})
    learnt = family("text_linear").fit_model(replace(data, learnt=Learnt(choices={"strength": 3.0})), {})
    np.testing.assert_array_equal(learnt.predict(data.X_val), given.predict(data.X_val))
