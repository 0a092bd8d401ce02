import pytest

from automl.core.errors import InvalidInputError
from automl.core.scores import score_spec
from automl.core.spec import Budget, FitSpec, checked_spec, seconds
from automl.core.trials import Task

GOOD = {"dataset_id": "ds_x", "target": "y"}


@pytest.mark.parametrize(
    ("text", "expected"), [("90", 90), ("60s", 60), ("5m", 300), ("1.5h", 5400), (30, 30), (" 10 s ", 10)]
)
def test_durations(text: str | float, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "-5s", "5d", "1e3", "٣s", float("nan"), float("inf"), True])
def test_what_is_no_duration_is_refused_with_the_way_out(text: str | float) -> None:
    with pytest.raises(InvalidInputError) as caught:
        seconds(text)
    assert caught.value.code == "budget_invalid"
    assert "60s" in caught.value.hint


@pytest.mark.parametrize("value", [0, 1, 9.99, 10 * 365 * 86400, float("nan"), float("inf"), "x", None])
def test_row_84_budget_out_of_range_names_the_minimum(value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_spec(GOOD | {"budget": {"seconds": value}})
    assert caught.value.code == "budget_invalid"
    assert caught.value.errors[0].field == "budget.seconds"


def test_row_84_minimum_is_named() -> None:
    with pytest.raises(InvalidInputError, match="from 10 seconds"):
        checked_spec(GOOD | {"budget": {"seconds": 5}})


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_spec(GOOD | {"tenant": "other"})
    assert caught.value.errors[0].field == "tenant"


def test_a_spec_survives_json() -> None:
    spec = FitSpec(dataset_id="ds_x", target="y", task=Task.BINARY, budget=Budget(seconds=12, cpus=1))
    assert FitSpec.model_validate(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("name", "expected"), [("AUC", "roc_auc"), (" RMSE ", "rmse"), ("root_mean_squared_error", "rmse")]
)
def test_metric_aliases_in_any_case(name: str, expected: str) -> None:
    task = Task.REGRESSION if expected == "rmse" else Task.BINARY
    assert score_spec(name, task).name == expected


@pytest.mark.parametrize(("name", "task"), [("rmse", Task.BINARY), ("f1", Task.REGRESSION), ("magic", Task.BINARY)])
def test_row_85_an_unfit_metric_is_refused_with_the_list(name: str, task: Task) -> None:
    with pytest.raises(InvalidInputError) as caught:
        score_spec(name, task)
    assert caught.value.code in ("metric_unfit", "metric_unknown")
    assert score_spec(None, task).name in caught.value.hint


def test_outside_sign() -> None:
    assert score_spec("rmse", Task.REGRESSION).outside(-2.0) == 2.0
    assert score_spec("auc", Task.BINARY).outside(0.8) == 0.8
