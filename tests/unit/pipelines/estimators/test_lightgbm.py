"""LightGBM's bins are made once per fold and process; rounds end at the best one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.lightgbm import binned as bins
from automl.pipelines.estimators.lightgbm.model import fit
from automl.pipelines.scoring import loss

MakeFold = Callable[..., FitData]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    bins._kept.clear()


def test_bins_are_shared_and_change_nothing(make_fold: MakeFold) -> None:
    data = make_fold(Task.BINARY, "tree")
    named = replace(data, cache_key="job/tree/0")
    for params in ({"rounds": 20}, {"rounds": 20, "num_leaves": 5, "min_data_in_leaf": 2, "extra_trees": True}):
        assert fit(named, params).to_files() == fit(data, params).to_files()
    assert list(bins._kept.keys) == [("job/tree/0", 255)]
    fit(named, {"rounds": 5, "max_bin": 63})
    assert len(bins._kept.keys) == 2


def test_few_bins_are_kept(make_fold: MakeFold) -> None:
    data = make_fold(Task.BINARY, "tree")
    for number in range(6):
        fit(replace(data, cache_key=str(number)), {"rounds": 2})
    assert [key for key, _ in bins._kept.keys] == ["3", "4", "5"]


def test_model_ends_at_its_best_round(make_fold: MakeFold) -> None:
    data = make_fold(Task.BINARY, "tree")
    model = fit(data, {"rounds": 3000, "learning_rate": 0.3, "min_data_in_leaf": 2})
    assert model.rounds is not None
    assert 1 <= model.rounds < 1000
    assert not model.was_cut
    longer = fit(data, {"rounds": model.rounds, "learning_rate": 0.3, "min_data_in_leaf": 2})
    value = loss(data.y_val, model.predict(data.X_val), Task.BINARY)
    assert value == pytest.approx(loss(data.y_val, longer.predict(data.X_val), Task.BINARY))


def test_nothing_to_split_still_gives_a_model(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "tree", rows=40)
    model = fit(data, {"min_data_in_leaf": 1000})
    np.testing.assert_allclose(model.predict(data.X_val), data.y.mean(), rtol=0.2)
