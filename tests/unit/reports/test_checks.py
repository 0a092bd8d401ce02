"""Data checks seen from a finished model, drift between rows, and the sentences of the story."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.report_views import TriedRow
from automl.core.trials import Task
from automl.reports.checks import data_checks, imbalance, size
from automl.reports.drift import drift_checks
from automl.reports.evidence import Evidence, Facts
from automl.reports.story import tried_data

SCHEMA = TableSchema(
    columns=(
        ColumnSpec(name="age", type=ColumnType.NUMBER),
        ColumnSpec(name="town", type=ColumnType.CATEGORY),
        ColumnSpec(name="note", type=ColumnType.TEXT),
    )
)


def evidence(counts: tuple[int, ...], metric: str = "roc_auc") -> Evidence:
    y = np.repeat(np.arange(len(counts)), counts)
    classes = [f"c{code}" for code in range(len(counts))]
    facts = Facts(
        task=Task.BINARY if len(counts) == 2 else Task.MULTICLASS, metric=metric, target="t", classes=classes,
        rows=len(y), folds=[0],
    )  # fmt: skip
    return Evidence(facts, y, np.zeros((len(y), len(counts))), np.zeros(len(y), dtype=np.int64), np.arange(len(y)))


@pytest.mark.parametrize(
    ("counts", "metric", "level"),
    [
        ((500, 500), "accuracy", "passed"),
        ((950, 50), "accuracy", "needs_you"),
        ((950, 50), "roc_auc", "fixed"),
        ((300, 300, 5), "log_loss", "needs_you"),
    ],
)
def test_imbalance(counts: tuple[int, ...], metric: str, level: str) -> None:
    assert [each.level for each in imbalance(evidence(counts, metric))] == [level]


def test_few_rows_need_attention() -> None:
    assert [each.level for each in size(evidence((60, 60)))] == ["needs_you"]
    assert [each.level for each in size(evidence((600, 60)))] == ["passed"]


def test_what_needs_you_comes_first_and_nothing_is_said_twice() -> None:
    table: list[dict[str, Any]] = [
        {"code": "task", "level": "passed", "message": "A binary task.", "column": None},
        {"code": "constant", "level": "fixed", "message": "Left out.", "column": "same"},
        {"code": "leak", "level": "needs_you", "message": "It predicts the target alone.", "column": "age"},
    ]
    encoder: Any = SimpleNamespace(dropped={"same": "has no two different values", "twin": "says the same as age"})
    found = data_checks(table, evidence((500, 500)), encoder, [])
    assert [each.level for each in found] == sorted(
        (each.level for each in found), key=["needs_you", "fixed", "passed"].index
    )
    assert Counter(each.column for each in found)["same"] == 1
    assert next(each for each in found if each.code == "dropped").message == "Left out: it says the same as age."


def rows(n: int, seed: int, mean: float = 0.0, ulm: float = 0.5, missing: float = 0.0) -> pa.Table:
    random = np.random.default_rng(seed)
    age = random.normal(mean, 1.0, n)
    return pa.table(
        {
            "age": pa.array(age, mask=random.random(n) < missing),
            "town": np.where(random.random(n) < ulm, "Ulm", "Bonn").tolist(),
            "note": [str(each) for each in random.random(n)],
        }
    )


def test_equal_rows_do_not_drift() -> None:
    found = drift_checks(rows(2000, 1), rows(1000, 2), SCHEMA)
    assert [(each.level, each.column) for each in found] == [("passed", None)]
    assert drift_checks(rows(2000, 1), rows(10, 2, mean=9.0), SCHEMA) == [], "too few to tell"


@pytest.mark.parametrize(
    ("changes", "column"), [({"mean": 0.6}, "age"), ({"ulm": 0.7}, "town"), ({"missing": 0.4}, "age")]
)
def test_rows_that_differ_are_named(changes: dict[str, float], column: str) -> None:
    found = drift_checks(rows(2000, 1), rows(1000, 2, **changes), SCHEMA)
    assert [(each.level, each.column) for each in found] == [("needs_you", column)]


def trial(name: str, score: float | None, state: str = "complete", reason: str | None = None) -> TriedRow:
    return TriedRow(name=name, family="lightgbm", state=state, score=score, folds=3 if score else 0, reason=reason)


def test_the_story_names_the_best_the_gain_and_what_was_left_out() -> None:
    trials = [
        trial("b", 0.5),
        trial("a", 0.4),
        trial("c", 0.1, "partial", "not admitted"),
        trial("d", None, "skipped", "no time"),
        trial("e", None, "skipped", "no time"),
        trial("f", None, "failed", "One class only."),
    ]
    data = tried_data(trials, "rmse", 0.35, 2, "Its time was used.")
    assert [each.name for each in data.trials] == ["a", "b", "c", "d", "e", "f"]
    assert (data.best_single, data.best_single_score) == ("a", 0.4)
    assert data.ensemble_gain == pytest.approx(0.05), "above 0 is better, also where lower is"
    assert data.story[0] == "6 configurations of 1 families: 2 complete, 1 failed, 1 partial, 2 skipped."
    assert "2 skipped: no time." in data.story
    assert "1 failed: One class only." in data.story
    assert data.story[-1] == "Its time was used."


def test_a_winner_with_fewer_folds_is_named() -> None:
    partial = trial("quick", 0.9, "partial").model_copy(update={"weight": 1.0})
    data = tried_data([trial("a", 0.8), partial, trial("b", 0.95, "partial")], "roc_auc", 0.9, 1)
    assert data.best_single == "quick"
    assert any(each.startswith("quick was validated on fewer folds") for each in data.story)


def test_an_average_that_is_no_better_says_so() -> None:
    worse = tried_data([trial("a", 0.9)], "roc_auc", 0.89, 3)
    assert worse.ensemble_gain == pytest.approx(-0.01)
    assert any("no better" in each for each in worse.story)
    alone = tried_data([trial("a", 0.9)], "roc_auc", 0.9, 1)
    assert any("stands alone" in each for each in alone.story)
    assert tried_data([trial("a", None, "failed", "x")], "roc_auc", 0.9, 1).best_single is None
