"""Predictions from a package equal those of the models that were packed, in any process."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from automl.core.errors import CorruptDataError, InvalidInputError
from automl.core.trials import Task
from automl.pipelines.ensembles.adjustment import Adjustment, Interval, tempered
from automl.registry.package import read_package, unpack_folder, write_package
from automl.serving import predictor as module
from automl.serving.predictor import Predictor

Train = Callable[..., Any]


@pytest.fixture(params=list(Task))
def trained(request: pytest.FixtureRequest, train: Train) -> Any:
    return train(request.param)


def test_predicts_what_the_members_predict(trained: Any) -> None:
    answer = Predictor.from_package(read_package(trained.package)).predict(trained.table)
    if trained.parts.task is Task.REGRESSION:
        assert answer.probabilities is None
        assert answer.classes is None
        np.testing.assert_allclose(answer.values, trained.expected, rtol=1e-12)
        assert all(type(value) is float for value in answer.values)
        return
    np.testing.assert_allclose(answer.probabilities, trained.expected, rtol=1e-12)
    assert answer.classes == trained.parts.classes
    expected = [trained.parts.classes[code] for code in trained.expected.argmax(axis=1)]
    assert answer.values == expected
    assert all(type(value) is str for value in answer.values)


def test_columns_by_name_in_any_order_and_extra_ones_ignored(trained: Any) -> None:
    predictor = Predictor.from_package(read_package(trained.package))
    first = predictor.raw(trained.table)
    mixed = trained.table.select(["rooms", "note", "city", "size"]).append_column("sold", pa.array(["?"] * 150))
    answer = predictor.predict(mixed)
    found = answer.values if answer.probabilities is None else answer.probabilities
    np.testing.assert_array_equal(found, first)
    assert answer.warnings
    assert len(answer.flags) == 150


def test_schema_names_the_features_alone(train: Train) -> None:
    predictor = Predictor.from_package(read_package(train().package))
    assert predictor.schema.names == ("size", "city", "rooms")


def test_missing_column_is_named(train: Train) -> None:
    predictor = Predictor.from_package(read_package(train().package))
    with pytest.raises(InvalidInputError, match="city") as caught:
        predictor.predict(train().table.drop_columns(["city"]))
    assert caught.value.code == "missing_columns"


def test_json_rows(train: Train) -> None:
    predictor = Predictor.from_package(read_package(train().package))
    table = train().table.slice(0, 5)
    rows = table.select(["size", "city", "rooms"]).to_pylist()
    assert predictor.predict_rows(rows).values == predictor.predict(table).values


def test_unseen_category_is_flagged_in_its_row_alone(train: Train) -> None:
    predictor = Predictor.from_package(read_package(train().package))
    rows = [{"size": 50.0, "city": city, "rooms": 3} for city in ("Rom", "Atlantis", None)]
    answer = predictor.predict_rows(rows)
    assert answer.flags == [[], ["unseen_category:city"], []]
    assert len(answer.values) == 3


def test_no_rows(trained: Any) -> None:
    predictor = Predictor.from_package(read_package(trained.package))
    answer = predictor.predict(trained.table.slice(0, 0))
    assert answer.values == []
    assert answer.probabilities is None or answer.probabilities.shape == (0, len(trained.parts.classes))
    assert len(predictor.raw(trained.table.slice(0, 0))) == 0


def test_many_rows_are_done_in_parts(trained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = Predictor.from_package(read_package(trained.package))
    whole = predictor.raw(trained.table)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 40)
    np.testing.assert_allclose(predictor.raw(trained.table), whole, rtol=1e-6)


def test_fresh_process_predicts_the_same_bits(trained: Any, tmp_path: Path) -> None:
    unpack_folder(trained.package, tmp_path / "model")
    feather.write_feather(trained.table, str(tmp_path / "rows"), compression="uncompressed")
    script = (
        "import sys, pathlib, pyarrow.feather as feather\n"
        "from automl.registry.package import read_package\n"
        "from automl.serving.predictor import Predictor\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "predictor = Predictor.from_package(read_package(folder / 'model'))\n"
        "print(predictor.raw(feather.read_table(folder / 'rows', memory_map=False)).tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    here = Predictor.from_package(read_package(trained.package)).raw(trained.table)
    assert done.stdout.strip() == here.tobytes().hex()


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: {"members": [replace(parts.members[0], folds=[])]},
        lambda parts: {"members": [replace(parts.members[0], weight=0.0)]},
        lambda parts: {"members": [replace(parts.members[0], folds=[{"model.txt": b"?", "model.json": b"{}"}])]},
        lambda parts: {"encoder": {}},
    ],
)
def test_package_that_cannot_be_loaded_says_so(change: Callable[[Any], dict[str, Any]], train: Train) -> None:
    parts = train().parts
    package = read_package(write_package(replace(parts, **change(parts))))
    with pytest.raises(CorruptDataError):
        Predictor.from_package(package)


def test_unknown_family_says_what_is_needed(train: Train) -> None:
    package = read_package(train().package)
    member = package.manifest.members[0].model_copy(update={"family": "xyz"})
    package = replace(package, manifest=package.manifest.model_copy(update={"members": (member,)}))
    with pytest.raises(CorruptDataError, match="needs xyz"):
        Predictor.from_package(package)


def test_other_library_version_is_a_warning(train: Train) -> None:
    package = read_package(train().package)
    libraries = {**package.manifest.libraries, "lightgbm": "3.1.9", "gone": "1.0"}
    package = replace(package, manifest=package.manifest.model_copy(update={"libraries": libraries}))
    answer = Predictor.from_package(package).predict(train().table)
    text = "\n".join(answer.warnings)
    assert "lightgbm 3.1.9" in text
    assert "gone 1.0; here is none" in text
    assert "numpy" not in text


def test_the_adjustment_of_the_package_is_applied(trained: Any) -> None:
    plain = Predictor.from_package(read_package(trained.package)).predict(trained.table)
    wanted = Adjustment(temperature=2.0, interval=Interval(level=0.9, lower=-1.0, upper=2.0))
    if trained.parts.task is Task.BINARY:
        wanted = wanted.model_copy(update={"threshold": 0.9})
    data = write_package(replace(trained.parts, adjustment=wanted))
    batch = Predictor.from_package(read_package(data)).predict(trained.table)
    if trained.parts.task is Task.REGRESSION:
        assert batch.values == plain.values
        values = np.array(plain.values)
        np.testing.assert_allclose(batch.ranges, np.column_stack([values - 1.0, values + 2.0]))
        return
    assert batch.ranges is None
    np.testing.assert_allclose(batch.probabilities, tempered(plain.probabilities, 2.0))
    if trained.parts.task is Task.BINARY:
        no, yes = batch.classes
        assert batch.values == [yes if share > 0.9 else no for share in batch.probabilities[:, 1]]
        assert batch.values != plain.values
    else:
        assert batch.values == plain.values
