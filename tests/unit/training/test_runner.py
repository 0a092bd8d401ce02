"""A unit waits for the data, is durable before it counts, and is never fitted twice."""

from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.core import failpoint
from automl.core.errors import CorruptDataError, StorageFullError, UnavailableError
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit, fold_blob
from automl.training import runner as module
from automl.training.fold_blob import unpack
from automl.training.runner import make_fold_runner
from automl.training.study_data import StudyPlan, study_blob

UnitOf = Callable[..., Unit]
PLAN = BlobKey("tenant", study_blob("job_1"))
FOLD = BlobKey("tenant", fold_blob("job_1", 0, 0))


@pytest.fixture(autouse=True)
def _disarm() -> Any:
    yield
    failpoint.disarm()


@pytest.fixture
def study(make_study: Callable[..., Any]) -> Any:
    return make_study()


@pytest.fixture
def runner(study: Any, blobs: Any, clock: Any) -> Any:
    return make_fold_runner(blobs, study[1], "tenant", "job_1", clock, worker="w1")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Unit]:
    """Units that were really fitted."""
    done: list[Unit] = []
    real = module.run_fold

    def counting(unit: Unit, *rest: Any) -> Any:
        done.append(unit)
        return real(unit, *rest)

    monkeypatch.setattr(module, "run_fold", counting)
    return done


def write_plan(blobs: Any, plan: StudyPlan) -> None:
    blobs.put(PLAN, plan.to_bytes())


def test_result_is_durable_before_it_is_told(study: Any, blobs: Any, runner: Any, unit_of: UnitOf) -> None:
    write_plan(blobs, study[0])
    result = runner(unit_of())
    assert (result.status, result.worker, result.blob) == (FoldStatus.OK, "w1", FOLD.name)
    assert result.digest == blobs.stat(FOLD).sha256
    stored = unpack(blobs.held[FOLD])
    assert stored.result.score == result.score
    assert stored.files


def test_a_result_says_how_long_storing_took(
    study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(blobs, study[0])
    real = blobs.put

    def slow(key: BlobKey, data: bytes) -> Any:
        clock.sleep(0.25)
        return real(key, data)

    monkeypatch.setattr(blobs, "put", slow)
    result = runner(unit_of())
    assert result.store_s == pytest.approx(0.25)
    assert FoldResult.from_json(result.to_json()).store_s == result.store_s


def test_waits_until_the_plan_is_there(study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf) -> None:
    sleeps = []

    def on_sleep() -> None:
        sleeps.append(clock.now())
        if len(sleeps) == 30:
            write_plan(blobs, study[0])

    clock.on_sleep = on_sleep
    assert runner(unit_of()).status is FoldStatus.OK
    assert len(sleeps) == 30


def test_waits_no_longer_than_the_deadline(runner: Any, clock: Any, unit_of: UnitOf) -> None:
    result = runner(unit_of(deadline_at=clock.now() + 3.0))
    assert result.status is FoldStatus.TIMED_OUT
    assert "not encoded" in result.error
    assert clock.now() == pytest.approx(1003.0, abs=0.1)


def test_waiting_does_not_eat_the_slice(
    study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[float] = []

    def note(unit: Unit, data: Any, deadline: Any, *rest: Any) -> Any:
        left.append(deadline.left())
        raise UnavailableError("enough")

    clock.on_sleep = lambda: write_plan(blobs, study[0]) if clock.now() > 1010 else None
    monkeypatch.setattr(module, "run_fold", note)
    runner(unit_of(slice_s=5.0))
    runner(unit_of(slice_s=5.0, deadline_at=clock.now() + 2.0))
    assert left == [pytest.approx(5.0), pytest.approx(2.0)]


def test_stored_fold_is_not_fitted_again(
    study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf, counted: list[Unit]
) -> None:
    write_plan(blobs, study[0])
    first = runner(unit_of())
    successor = make_fold_runner(blobs, study[1], "tenant", "job_1", clock, worker="w2")
    assert successor(unit_of()) == first
    assert len(counted) == 1


def test_other_attempt_was_first(study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf) -> None:
    write_plan(blobs, study[0])
    twin = make_fold_runner(blobs, study[1], "tenant", "job_1", clock, worker="w2")
    results = []

    def race(key: BlobKey) -> None:
        blobs.before_put = lambda key: None
        results.append(twin(unit_of()))

    blobs.before_put = race
    result = runner(unit_of())
    assert result.worker == "w2"
    assert result == results[0]


def test_failed_fold_leaves_no_blob(study: Any, blobs: Any, runner: Any, unit_of: UnitOf) -> None:
    write_plan(blobs, study[0])
    result = runner(unit_of("lightgbm", {"leafs": 1}))
    assert (result.status, result.blob, result.digest, result.worker) == (FoldStatus.FAILED, None, None, "w1")
    assert FOLD not in blobs.held


@pytest.mark.parametrize("method", ["stat", "put", "read"])
def test_store_that_is_away_for_a_moment_costs_time_only(
    method: str, study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf, counted: list[Unit]
) -> None:
    write_plan(blobs, study[0])
    blobs.fail[method] = [UnavailableError("away")] * 5
    assert runner(unit_of()).status is FoldStatus.OK
    assert clock.now() > 1000.0
    assert len(counted) == 1


def test_store_that_stays_away_ends_at_the_deadline(study: Any, blobs: Any, runner: Any, unit_of: UnitOf) -> None:
    write_plan(blobs, study[0])
    blobs.fail["put"] = [UnavailableError("away")] * 10**5
    result = runner(unit_of(deadline_at=1005.0))
    assert result.status is FoldStatus.TIMED_OUT
    assert "store" in result.error


def test_full_store_fails_at_once(study: Any, blobs: Any, runner: Any, clock: Any, unit_of: UnitOf) -> None:
    write_plan(blobs, study[0])
    blobs.fail["put"] = [StorageFullError("No room is left.")]
    result = runner(unit_of())
    assert (result.status, result.error) == (FoldStatus.FAILED, "No room is left.")
    assert clock.now() == 1000.0


def test_damaged_plan_fails_with_the_reason(blobs: Any, runner: Any, unit_of: UnitOf) -> None:
    blobs.put(PLAN, b"{}")
    result = runner(unit_of())
    assert result.status is FoldStatus.FAILED
    assert "plan" in result.error


def test_damaged_block_fails_with_the_reason(study: Any, blobs: Any, runner: Any, unit_of: UnitOf) -> None:
    write_plan(blobs, study[0])
    study[1].blocks["b/linear"] = {}
    result = runner(unit_of())
    assert result.status is FoldStatus.FAILED
    assert isinstance(result.error, str)
    assert CorruptDataError.default_code not in result.error


@pytest.mark.parametrize(("point", "stored"), [("before", False), ("after", True)])
def test_failpoints_stand_round_the_fold(
    point: str, stored: bool, study: Any, blobs: Any, runner: Any, unit_of: UnitOf, counted: list[Unit]
) -> None:
    write_plan(blobs, study[0])
    failpoint.arm(f"training.fold.{point}", "error", at_visit=1)
    with pytest.raises(OSError, match="failpoint"):
        runner(unit_of())
    assert (FOLD in blobs.held) is stored
    assert runner(unit_of()).status is FoldStatus.OK
    assert len(counted) == 1
