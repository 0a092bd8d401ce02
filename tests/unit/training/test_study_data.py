"""The plan survives its blob; views are read only when asked for and must have the plan's shape."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from automl.core.errors import CorruptDataError
from automl.training.study_data import StudyData, StudyPlan, study_blob


def test_plan_round_trip(make_study: Callable[..., Any]) -> None:
    plan, _ = make_study()
    assert StudyPlan.from_bytes(plan.to_bytes()) == plan
    assert study_blob("job_1") == "job_1/study"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"task": 3}'])
def test_damaged_plan_is_refused(data: bytes) -> None:
    with pytest.raises(CorruptDataError):
        StudyPlan.from_bytes(data)


def test_views_are_read_when_asked_for(make_study: Callable[..., Any]) -> None:
    plan, blocks = make_study()
    data = StudyData.load(plan, blocks)
    assert blocks.asked == ["b/target"]
    data.view("linear")
    data.view("linear")
    assert blocks.asked == ["b/target", "b/linear"]


def test_rows_that_never_validate_train_in_every_fold(make_data: Callable[..., StudyData]) -> None:
    data = make_data()
    seen = []
    for fold in range(3):
        train, validation = data.rows(fold)
        assert set(range(5)) <= set(train)
        assert len(train) + len(validation) == 120
        assert not set(train) & set(validation)
        seen += list(validation)
    assert sorted(seen) == list(range(5, 120))


def test_wrong_shape_or_missing_array_is_refused(make_study: Callable[..., Any]) -> None:
    plan, blocks = make_study()
    data = StudyData.load(plan, blocks)
    blocks.blocks["b/tree"] = {"X": np.zeros((3, 4), dtype=np.float32)}
    with pytest.raises(CorruptDataError, match="shape"):
        data.view("tree")
    blocks.blocks["b/target"] = {"y": np.zeros(3)}
    with pytest.raises(CorruptDataError, match="fold"):
        StudyData.load(plan, blocks)
