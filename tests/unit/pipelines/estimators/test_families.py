"""What every family promises: it learns, keeps the deadline, and is the same to the bit after it was stored."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Task
from automl.pipelines.estimators.base import Contributing, FitData
from automl.pipelines.estimators.catalog import families, family
from automl.pipelines.scoring import loss
from tests.unit.pipelines.estimators.conftest import Column

MakeFold = Callable[..., FitData]
NAMES = sorted(families())
# Small settings: these tests show duties, not strength.
QUICK = {
    "lightgbm": {"rounds": 40, "num_leaves": 7, "min_data_in_leaf": 5},
    "catboost": {"rounds": 40, "depth": 3, "learning_rate": 0.2},
    "decision_tree": {"max_depth": 4},
    "random_forest": {"n_estimators": 25},
    "extra_trees": {"n_estimators": 25},
    "xgboost": {"rounds": 40, "max_depth": 3, "learning_rate": 0.2},
    "mlp": {"hidden_layers": 1, "width": 16, "epochs": 40, "learning_rate": 0.01},
}
every_family = pytest.mark.parametrize("name", NAMES)
PAIRS = [(name, task) for name in NAMES for task in families()[name].tasks]
every_pair = pytest.mark.parametrize(("name", "task"), PAIRS)


def widened(data: FitData, view: str) -> FitData:
    """More columns than have one digit, the last of them two categories again, one of which follows the target."""
    random = np.random.default_rng(3)
    kinds = [False] * 4 + ([True, False, True, False] if view == "terms" else [True, True])

    def wider(X: NDArray[np.float32], y: NDArray[Any]) -> NDArray[np.float32]:
        noise = random.normal(size=(len(X), 4))
        codes = [(y + random.integers(0, 2, len(X))) % 3, random.integers(0, 9, len(X))]
        weights = np.ones(len(X))
        added = [codes[0], weights, codes[1], weights] if view == "terms" else codes
        return np.column_stack([X, noise, *added]).astype(np.float32)

    first = len(data.columns)
    columns = [*data.columns, *(Column(f"f{first + place}", kind, 9 * kind) for place, kind in enumerate(kinds))]
    return replace(data, X=wider(data.X, data.y), X_val=wider(data.X_val, data.y_val), columns=columns)


def naive_loss(data: FitData) -> float:
    if data.task is Task.REGRESSION:
        return loss(data.y_val, np.full(len(data.y_val), data.y.mean()), data.task)
    share = np.bincount(data.y, minlength=data.n_classes) / len(data.y)
    return loss(data.y_val, np.tile(share, (len(data.y_val), 1)), data.task)


@every_pair
def test_learns_and_predicts_the_right_shape(name: str, task: Task, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(task, info.view)
    prediction = info.fit_model(data, QUICK.get(name, {})).predict(data.X_val)
    assert prediction.dtype == np.float64
    if task is Task.REGRESSION:
        assert prediction.shape == (len(data.y_val),)
    else:
        assert prediction.shape == (len(data.y_val), data.n_classes)
        assert prediction.min() >= 0.0
        np.testing.assert_allclose(prediction.sum(axis=1), 1.0, atol=1e-9)
    # One tree on so few rows is weak; it must still know more than the shares of the classes.
    share = 0.97 if name == "decision_tree" else 0.75
    assert loss(data.y_val, prediction, task) < share * naive_loss(data)


@every_pair
def test_same_fit_twice_is_equal_to_the_bit(name: str, task: Task, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(task, info.view)
    first, second = (info.fit_model(data, QUICK.get(name, {})) for _ in range(2))
    assert first.to_files() == second.to_files()
    np.testing.assert_array_equal(first.predict(data.X_val), second.predict(data.X_val))


@every_pair
def test_stored_and_loaded_is_equal_to_the_bit(name: str, task: Task, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(task, info.view)
    model = info.fit_model(data, QUICK.get(name, {}))
    loaded = info.load_model(model.to_files())
    np.testing.assert_array_equal(loaded.predict(data.X_val), model.predict(data.X_val))
    np.testing.assert_array_equal(loaded.predict(data.X_val[:1]), model.predict(data.X_val[:1]))
    assert loaded.rounds == model.rounds
    assert loaded.to_files().keys() == model.to_files().keys()
    assert not loaded.was_cut


@every_family
def test_categories_past_the_tenth_column_are_stored_in_their_order(name: str, make_fold: MakeFold) -> None:
    info = family(name)
    data = widened(make_fold(Task.BINARY, info.view), info.view)
    model = info.fit_model(data, QUICK.get(name, {}))
    loaded = info.load_model(model.to_files())
    np.testing.assert_array_equal(loaded.predict(data.X_val), model.predict(data.X_val))
    if isinstance(model, Contributing):
        assert isinstance(loaded, Contributing)
        np.testing.assert_array_equal(loaded.contributions(data.X_val), model.contributions(data.X_val))


def test_fresh_process_predicts_the_same_bits(make_fold: MakeFold, tmp_path: Path) -> None:
    expected = {}
    for name in NAMES:
        info = family(name)
        data = make_fold(Task.MULTICLASS, info.view)
        model = info.fit_model(data, QUICK.get(name, {}))
        folder = tmp_path / name
        folder.mkdir()
        for file, content in model.to_files().items():
            (folder / file).write_bytes(content)
        np.save(tmp_path / f"{name}.npy", data.X_val)
        expected[name] = model.predict(data.X_val).tobytes().hex()
    script = (
        "import json, sys, pathlib, numpy as np\n"
        "from automl.pipelines.estimators.catalog import family\n"
        "root, found = pathlib.Path(sys.argv[1]), {}\n"
        "for folder in sorted(p for p in root.iterdir() if p.is_dir()):\n"
        "    model = family(folder.name).load_model({p.name: p.read_bytes() for p in folder.iterdir()})\n"
        "    found[folder.name] = model.predict(np.load(root / f'{folder.name}.npy')).tobytes().hex()\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout) == expected


@pytest.mark.parametrize(("name", "task"), [pair for pair in PAIRS if families()[pair[0]].is_weighted])
def test_rows_count_by_their_weights(name: str, task: Task, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(task, info.view)
    heavy = data.y > np.median(data.y) if task is Task.REGRESSION else data.y == 1
    heavy_val = data.y_val > np.median(data.y) if task is Task.REGRESSION else data.y_val == 1
    weighted = replace(data, weights=np.where(heavy, 20.0, 1.0), weights_val=np.where(heavy_val, 20.0, 1.0))
    before, after = (info.fit_model(each, QUICK.get(name, {})).predict(data.X_val) for each in (data, weighted))
    if task is Task.REGRESSION:
        assert after.mean() > before.mean()
    else:
        assert after[:, 1].mean() > before[:, 1].mean() + 0.02


@every_family
def test_stores_no_pickle(name: str, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(Task.BINARY, info.view)
    for file, content in info.fit_model(data, QUICK.get(name, {})).to_files().items():
        assert file.rpartition(".")[2] in {"json", "npz", "txt", "cbm", "ubj"}
        assert b"sklearn" not in content
        if file.endswith(".npz"):
            np.load(__import__("io").BytesIO(content), allow_pickle=False)


@every_family
def test_damaged_files_are_refused(name: str, make_fold: MakeFold) -> None:
    info = family(name)
    files = info.fit_model(make_fold(Task.BINARY, info.view), QUICK.get(name, {})).to_files()
    for file in files:
        with pytest.raises(CorruptDataError):
            info.load_model({other: content for other, content in files.items() if other != file})
        with pytest.raises(CorruptDataError):
            info.load_model({**files, file: b"nothing of the kind"})


@pytest.mark.parametrize(("name", "task"), [pair for pair in PAIRS if families()[pair[0]].interruptible != "no"])
def test_deadline_keeps_what_there_is(name: str, task: Task, make_fold: MakeFold) -> None:
    info = family(name)
    params = {
        "lightgbm": {"rounds": 5000},
        "catboost": {"rounds": 5000},
        "xgboost": {"rounds": 5000},
        "mlp": {"epochs": 5000},
    }.get(name, {})
    data = make_fold(task, info.view, asked=2)
    model = info.fit_model(data, params)
    assert model.was_cut
    assert np.isfinite(loss(data.y_val, model.predict(data.X_val), task))
    assert model.rounds is None or model.rounds <= 60


@pytest.mark.parametrize("name", [name for name in NAMES if families()[name].interruptible != "no"])
def test_deadline_in_real_seconds(name: str, make_fold: MakeFold) -> None:
    class Seconds:
        end = time.monotonic() + 0.4

        def left(self) -> float:
            return self.end - time.monotonic()

        @property
        def passed(self) -> bool:
            return self.left() <= 0.0

    info = family(name)
    params = {
        "lightgbm": {"rounds": 20_000, "learning_rate": 1e-4},
        "catboost": {"rounds": 20_000, "learning_rate": 1e-4},
        "mlp": {"epochs": 10_000, "learning_rate": 1e-6},
        "decision_tree": {"max_depth": 4},
        "random_forest": {"n_estimators": 1000},
        "extra_trees": {"n_estimators": 1000},
    }.get(name, {})
    data = make_fold(Task.MULTICLASS, info.view, rows=4000)
    data = FitData(**{**data.__dict__, "deadline": Seconds()})
    start = time.monotonic()
    info.fit_model(data, params)
    assert time.monotonic() - start < 2.5


@every_family
def test_class_absent_from_the_training_rows(name: str, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(Task.MULTICLASS, info.view, absent=1)
    prediction = info.fit_model(data, QUICK.get(name, {})).predict(data.X_val)
    assert prediction.shape == (len(data.y_val), 3)
    assert np.isfinite(loss(data.y_val, prediction, Task.MULTICLASS))
    assert prediction[:, 1].mean() < 0.2


@every_family
def test_wrong_width_is_refused(name: str, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(Task.BINARY, info.view)
    model = info.fit_model(data, QUICK.get(name, {}))
    with pytest.raises(Exception):  # noqa: B017 — each library has its own error; none may answer
        model.predict(data.X_val[:, :-1])


@pytest.mark.parametrize("name", [name for name in NAMES if families()[name].view == "tree"])
def test_all_missing_and_unknown_codes_are_predicted(name: str, make_fold: MakeFold) -> None:
    info = family(name)
    data = make_fold(Task.BINARY, info.view)
    model = info.fit_model(data, QUICK.get(name, {}))
    odd = data.X_val[:3].copy()
    odd[0] = np.nan
    odd[1, 3] = 4000.0
    odd[2, 3] = -1.0
    assert np.isfinite(model.predict(odd)).all()
