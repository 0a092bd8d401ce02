"""The catalog finds every family and checks hyperparameters."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from automl.core.errors import InvalidInputError
from automl.pipelines.estimators import catalog


def test_finds_every_folder() -> None:
    here = Path(catalog.__file__).parent
    folders = {path.parent.name for path in here.glob("*/info.py")}
    assert set(catalog.families()) == folders
    assert {"linear", "lightgbm", "catboost", "random_forest", "extra_trees", "mlp"} <= folders


@pytest.mark.parametrize("name", sorted(catalog.families()))
def test_each_family_is_complete(name: str) -> None:
    info = catalog.family(name)
    assert info.name == name
    schema = catalog.json_schema(name)
    assert schema["properties"]
    assert schema["additionalProperties"] is False
    json.dumps(schema)
    defaults = catalog.validated(name, {})
    assert catalog.validated(name, defaults) == defaults
    assert (info.cost is not None) == (info.interruptible == "no")


def test_unknown_family_names_the_known_ones() -> None:
    with pytest.raises(InvalidInputError) as caught:
        catalog.family("gradient_descent")
    assert caught.value.code == "family_unknown"
    assert "lightgbm" in caught.value.hint


def test_hyperparameters_fill_in_and_are_checked() -> None:
    assert catalog.validated("lightgbm", {"num_leaves": 5})["learning_rate"] == 0.05
    with pytest.raises(InvalidInputError) as caught:
        catalog.validated("lightgbm", {"num_leaves": 1, "leafs": 3, "learning_rate": float("nan")})
    assert caught.value.code == "hyperparameters_invalid"
    assert {item.field for item in caught.value.errors} == {"num_leaves", "leafs", "learning_rate"}
    assert "num_leaves" in caught.value.hint


def test_missing_package_means_absent_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "catboost" else real(name))
    catalog._found.cache_clear()
    try:
        assert "catboost" not in catalog.families()
        assert "not installed" in catalog.absent()["catboost"]
        with pytest.raises(InvalidInputError, match="not installed"):
            catalog.family("catboost")
    finally:
        monkeypatch.undo()
        catalog._found.cache_clear()


def test_asking_the_catalog_loads_no_learner() -> None:
    code = (
        "import sys\n"
        "from automl.pipelines.estimators.catalog import families, json_schema, validated\n"
        "for name in families(): json_schema(name), validated(name, {})\n"
        "print([m for m in ('lightgbm', 'catboost', 'sklearn', 'scipy', 'ray') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
