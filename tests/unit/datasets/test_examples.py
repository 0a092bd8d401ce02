"""The tables that travel with the package are what their manifest says, and are read without a question."""

import hashlib
import json
from typing import Any

import pyarrow as pa
import pytest

from automl.core.errors import NotFoundError
from automl.core.scores import score_spec
from automl.core.trials import Task
from automl.datasets import examples as module
from automl.datasets.examples import Example, example, examples
from automl.datasets.target import check_target_name, examine_target


@pytest.mark.parametrize("each", examples(), ids=lambda each: each.name)
def test_an_example_is_what_it_says(each: Example, read_here: Any) -> None:
    table = read_here(each.path.read_bytes(), filename=each.path.name)
    assert table.rows == each.rows
    check_target_name(table.schema, each.target)
    assert set(each.exclude) <= set(table.schema.names)
    assert examine_target(table.data[each.target], table.column(each.target), "auto").task is Task(each.task)
    assert score_spec(each.metric, Task(each.task)).name == each.metric
    assert each.licence
    assert each.origin


@pytest.mark.parametrize("each", [each for each in examples() if each.test_path], ids=lambda each: each.name)
def test_a_held_out_file_has_the_same_columns(each: Example, read_here: Any) -> None:
    assert each.test_path is not None
    held_out = read_here(each.test_path.read_bytes(), schema=read_here(each.path.read_bytes()).schema)
    assert isinstance(held_out.data, pa.Table)
    assert held_out.rows > 20


def test_the_files_are_those_of_the_manifest() -> None:
    assert len(examples()) >= 3
    for each in examples():
        body = json.loads((each.path.parent / "manifest.json").read_text())
        (entry,) = [known for known in body["examples"] if known["name"] == each.name]
        assert hashlib.sha256(each.path.read_bytes()).hexdigest() == entry["sha256"]


def test_an_unknown_example_names_those_there_are() -> None:
    with pytest.raises(NotFoundError) as refused:
        example("titanik" * 100)
    assert "titanic" in refused.value.hint
    assert len(refused.value.detail) < 100
    assert example("titanic").target == "Survived"


def test_a_package_without_its_tables_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(module, "_FOLDERS", (tmp_path,))
    assert examples() == ()
    with pytest.raises(NotFoundError, match="titanic"):
        example("titanic")
