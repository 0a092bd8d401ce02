"""Fold models are averaged plainly, members by weight."""

import numpy as np
import pytest

from automl.pipelines.ensembles.weighted import EnsembleMember, WeightedEnsemble


class Scaled:
    rounds = None
    was_cut = False

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.factor * X[:, 0].astype(np.float64)

    def to_files(self) -> dict[str, bytes]:
        return {}


def test_folds_are_averaged_then_members_weighted() -> None:
    ensemble = WeightedEnsemble(
        [
            EnsembleMember("a", 3.0, "tree", (Scaled(1.0), Scaled(3.0))),
            EnsembleMember("b", 1.0, "linear", (Scaled(10.0),)),
        ]
    )
    assert ensemble.views == ("linear", "tree")
    X = {"tree": np.array([[1.0], [2.0]], dtype=np.float32), "linear": np.array([[1.0], [0.0]], dtype=np.float32)}
    np.testing.assert_allclose(ensemble.predict(X), [0.75 * 2 + 0.25 * 10, 0.75 * 4])


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_refuses_weights_that_mean_nothing(weight: float) -> None:
    with pytest.raises(ValueError, match="weights"):
        WeightedEnsemble([EnsembleMember("a", weight, "tree", (Scaled(1.0),))])


def test_refuses_an_empty_ensemble() -> None:
    with pytest.raises(ValueError, match="members"):
        WeightedEnsemble([])
    with pytest.raises(ValueError, match="members"):
        WeightedEnsemble([EnsembleMember("a", 1.0, "tree", ())])
