"""The network is fed whole batches and keeps its best epoch."""

import warnings
from collections.abc import Callable

import pytest

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData
from automl.pipelines.estimators.mlp.model import fit

MakeFold = Callable[..., FitData]


@pytest.mark.parametrize("rows", [40, 240, 1100])
@pytest.mark.parametrize("batch", [None, 7, 5000])
def test_no_step_is_smaller_than_a_batch(rows: int, batch: int | None, make_fold: MakeFold) -> None:
    params = {"hidden_layers": 1, "width": 8, "epochs": 2} | ({"batch_size": batch} if batch else {})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit(make_fold(Task.BINARY, "linear", rows=rows), params).rounds in (1, 2)


def test_waits_twelve_epochs_for_a_better_one(make_fold: MakeFold) -> None:
    data = make_fold(Task.REGRESSION, "linear")
    model = fit(data, {"hidden_layers": 1, "width": 32, "epochs": 3000, "learning_rate": 0.05})
    assert not model.was_cut
    assert model.rounds is not None
    assert model.rounds < 1000
