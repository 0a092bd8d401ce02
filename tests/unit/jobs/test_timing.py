"""What a fold of CatBoost takes, told by its first rounds; time is a clock that tests own."""

import numpy as np
import pytest

from automl.core.trials import Configuration, Task
from automl.jobs.timing import ROUNDS, Lap, extrapolated, fold_s_by_first_rounds
from automl.search.costs import usual_rounds
from automl.search.folds_count import DEAREST
from automl.search.portfolio import TableShape
from automl.training.study_data import PlanColumn


class CountingClock:
    """Each look at it is so many seconds later than the last."""

    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self.looks = 0

    def now(self) -> float:
        return self.monotonic()

    def monotonic(self) -> float:
        self.looks += 1
        return self.looks * self.step_s

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits")


ALL_ROUNDS = usual_rounds(DEAREST)
COLUMNS = (PlanColumn("size", "size", False, 0), PlanColumn("town", "town", True, 3))


def told(
    rows: int,
    clock: CountingClock,
    task: Task = Task.BINARY,
    n_classes: int = 2,
    configuration: Configuration = DEAREST,
) -> float | None:
    random = np.random.default_rng(0)
    X = np.stack([random.normal(size=rows), random.integers(0, 3, rows)], axis=1).astype(np.float32)
    y = random.normal(size=rows) if task is Task.REGRESSION else random.integers(0, n_classes, rows).astype(np.int32)
    shape = TableShape(task, rows, 2, n_classes)
    return fold_s_by_first_rounds(configuration, X, y, COLUMNS, shape, 60.0, clock, clock.monotonic)


@pytest.mark.parametrize(("task", "classes"), [(Task.BINARY, 2), (Task.MULTICLASS, 4), (Task.REGRESSION, 0)])
def test_the_first_rounds_tell_of_all(task: Task, classes: int) -> None:
    clock = CountingClock(1e-3)
    found = told(2000, clock, task, classes)
    # A round is two looks at the clock: what was spent, and what is left.
    assert found == pytest.approx(2e-3 * ALL_ROUNDS, rel=0.01)
    assert clock.looks <= 2 * ROUNDS + 3


def test_time_ends_it_before_its_rounds() -> None:
    quick, slow = CountingClock(1e-3), CountingClock(0.06)
    told(2000, quick)
    found = told(2000, slow)
    # .5 s of 60 s: what is left is looked at after each round.
    assert found == pytest.approx(0.12 * ALL_ROUNDS, rel=0.01)
    assert slow.looks < quick.looks / 2


def test_rounds_too_long_to_be_told_apart_tell_nothing() -> None:
    assert told(2000, CountingClock(0.3)) is None


def test_of_a_long_table_some_rows_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.jobs.timing._MOST_CELLS", 2000)
    short, long = (told(rows, CountingClock(1e-3)) for rows in (1000, 4000))
    # The clock does not know how many rows were fitted: four times as many stand for four times as much.
    assert short is not None
    assert long == pytest.approx(4 * short, rel=0.01)


def test_arithmetic_features_count_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.jobs.timing._MOST_CELLS", 8000)
    wider = Configuration("catboost", {**DEAREST.params, "arithmetic": 6})
    plain, with_them = (told(4000, CountingClock(1e-3), configuration=each) for each in (DEAREST, wider))
    # Eight columns instead of two: a quarter of the rows is timed, and stands for all.
    assert plain is not None
    assert with_them == pytest.approx(4 * plain, rel=0.01)


def test_without_numbers_there_are_none() -> None:
    wider = Configuration("catboost", {**DEAREST.params, "arithmetic": 6})
    random = np.random.default_rng(0)
    X, y = random.integers(0, 3, (2000, 1)).astype(np.float32), random.normal(size=2000)
    clock = CountingClock(1e-3)
    shape = TableShape(Task.REGRESSION, len(y), 1, 0)
    assert fold_s_by_first_rounds(wider, X, y, COLUMNS[1:], shape, 60.0, clock) is not None


def test_a_table_that_cannot_be_learnt_tells_nothing() -> None:
    X, y = np.full((2000, 2), np.nan, dtype=np.float32), np.zeros(2000, dtype=np.int32)
    shape, clock = TableShape(Task.BINARY, len(y), 2, 2), CountingClock(1e-3)
    assert fold_s_by_first_rounds(DEAREST, X, y, COLUMNS, shape, 60.0, clock) is None


def test_one_long_round_does_not_count() -> None:
    # Somebody else's work in between.
    assert extrapolated([0.3, 0.31, 0.32, 0.9, 0.91], 101) == pytest.approx(0.3 + 100 * 0.01)
    assert extrapolated([0.3, 0.31], 101) is None


def test_what_others_do_meanwhile_does_not_count() -> None:
    # By the clock each round takes a second; this thread worked for a hundredth of it.
    clock, spent = CountingClock(0.5), CountingClock(0.01)
    lap = Lap(clock, 3600.0, rounds=5, spent_s=spent.monotonic)
    while not lap.passed:
        pass
    assert extrapolated(lap.ends, 101) == pytest.approx(1.01)


def test_a_lap_ends_by_rounds_or_by_time() -> None:
    assert [Lap(CountingClock(0.0), 1.0, rounds=1).passed for _ in range(2)] == [True, True]
    lap = Lap(CountingClock(0.0), 1.0, rounds=3)
    assert [lap.passed for _ in range(3)] == [False, False, True]
    assert Lap(CountingClock(2.0), 1.0, rounds=3).passed
