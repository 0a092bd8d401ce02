"""Scores of predictions files, and how bad files are refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.quality.scores import BadPredictionsError, of_constant, of_file


def written(folder: Path, **columns: list[float]) -> Path:
    path = folder / "predictions.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_auc_is_of_the_last_class_whatever_the_order_of_columns(tmp_path: Path) -> None:
    labels = pd.Series(["no", "yes", "no", "yes"])
    yes = [0.1, 0.9, 0.6, 0.5]
    no = [1 - value for value in yes]
    first = of_file("binary", written(tmp_path, proba_no=no, proba_yes=yes), labels)
    second = of_file("binary", written(tmp_path, proba_yes=yes, proba_no=no), labels)
    assert first == second
    assert first.score == pytest.approx(0.75)
    assert first.loss == pytest.approx(0.25)


def test_log_loss_with_a_class_the_model_does_not_know(tmp_path: Path) -> None:
    labels = pd.Series(["a", "b", "c"])
    path = written(tmp_path, proba_a=[0.8, 0.1, 0.5], proba_b=[0.2, 0.9, 0.5])
    assert of_file("multiclass", path, labels).loss == pytest.approx(-np.log([0.8, 0.9, 1e-15]).mean(), rel=1e-6)


def test_rmse(tmp_path: Path) -> None:
    assert of_file("regression", written(tmp_path, prediction=[1.0, 3.0]), pd.Series([1.0, 1.0])).loss == pytest.approx(
        2**0.5
    )


def test_constant() -> None:
    train = pd.Series(["a"] * 3 + ["b"])
    assert of_constant("binary", train, pd.Series(["a", "b"])).loss == pytest.approx(0.5)
    expected = -(np.log(0.75) + np.log(0.25)) / 2
    assert of_constant("multiclass", train, pd.Series(["a", "b"])).loss == pytest.approx(expected)
    assert of_constant("regression", pd.Series([1.0, 3.0]), pd.Series([2.0, 4.0])).loss == pytest.approx(2**0.5)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"prediction": [1.0]}, "1 predictions for 2 rows"),
        ({"prediction": [1.0, float("nan")]}, "1 predictions are not finite"),
        ({"prediction": [1.0, float("inf")]}, "1 predictions are not finite"),
    ],
)
def test_bad_numbers_are_refused(tmp_path: Path, columns: dict[str, list[float]], why: str) -> None:
    with pytest.raises(BadPredictionsError, match=why):
        of_file("regression", written(tmp_path, **columns), pd.Series([1.0, 2.0]))


def test_missing_files_and_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPredictionsError, match="cannot be read"):
        of_file("binary", tmp_path / "none.csv", pd.Series(["a", "b"]))
    with pytest.raises(BadPredictionsError, match="no column of probabilities"):
        of_file("binary", written(tmp_path, other=[1.0, 2.0]), pd.Series(["a", "b"]))
