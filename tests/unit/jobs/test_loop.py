"""What the runner sees: nothing before the study, results written before they count, nothing after the stop."""

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, Decision, FoldResult, Unit
from automl.jobs.loop import JobLoop


class ThreeUnits:
    """Hands out fold 0 of three trials."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.next = 0
        self.asked: frozenset[int] = frozenset()

    def next_unit(self, resumable: frozenset[int] = frozenset()) -> Unit | None:
        self.asked = resumable
        if self.next == 3:
            return None
        self.next += 1
        return Unit(self.next - 1, 0, Configuration("linear", {}), 1.0, 10.0)

    def prefer(self, trial: int) -> Unit | None:
        return Unit(trial, 1, Configuration("linear", {}), 1.0, 10.0)

    def tell(self, result: FoldResult) -> Decision:
        self.log.append(f"study {result.trial}")
        return Decision.CONTINUE

    def lose(self, trial: int, fold: int, reason: str) -> bool:
        return trial == 0

    def upcoming(self, count: int) -> list[Unit]:
        return [Unit(each, 0, Configuration("linear", {}), 1.0, 10.0) for each in range(self.next, 3)][:count]

    def finished_trials(self) -> frozenset[int]:
        return frozenset({7})

    def is_over(self) -> bool:
        return self.next == 3


def make() -> tuple[JobLoop, list[str]]:
    log: list[str] = []
    loop = JobLoop(lambda unit: log.append(f"start {unit.trial}"), lambda result: log.append(f"written {result.trial}"))
    return loop, log


def result(trial: int, fold: int = 0) -> FoldResult:
    return FoldResult(trial, fold, FoldStatus.OK, score=1.0)


def test_before_the_study_there_is_nothing_to_do_and_no_end() -> None:
    loop, _ = make()
    assert loop.next_unit() is None
    assert loop.prefer(0) is None
    assert not loop.is_over()
    assert loop.finished_trials() == frozenset()


def test_results_are_written_before_they_count() -> None:
    loop, log = make()
    loop.attach(ThreeUnits(log))
    assert loop.next_unit() is not None
    assert [(unit.trial, unit.fold) for unit in loop.running()] == [(0, 0)]
    assert loop.tell(result(0)) is Decision.CONTINUE
    assert loop.running() == []
    assert log == ["start 0", "written 0", "study 0"]


def test_after_the_stop_nothing_begins_and_results_still_count() -> None:
    loop, log = make()
    loop.attach(ThreeUnits(log))
    loop.next_unit()
    loop.stop()
    assert loop.next_unit() is None
    assert loop.prefer(0) is None
    assert loop.is_over()
    assert not loop.lose(0, 0, "killed")
    assert loop.tell(result(0)) is Decision.STOP
    assert "written 0" in log


def test_a_lost_unit_runs_again_or_is_given_up() -> None:
    loop, log = make()
    loop.attach(ThreeUnits(log))
    loop.next_unit()
    loop.next_unit()
    assert loop.lose(0, 0, "killed")
    assert not loop.lose(1, 0, "killed")
    assert [unit.trial for unit in loop.running()] == [0]


def test_what_the_driver_does_itself_is_known() -> None:
    loop, log = make()
    study = ThreeUnits(log)
    unit = study.next_unit()
    assert unit is not None
    loop.took(unit)
    loop.attach(study)
    assert loop.is_mine(unit)
    other = loop.next_unit()
    assert other is not None
    assert not loop.is_mine(other)


def test_begun_trials_are_new_to_a_runner_that_does_not_hold_them() -> None:
    loop, log = make()
    study = ThreeUnits(log)
    own = study.next_unit()
    assert own is not None
    loop.took(own)
    loop.attach(study, frozenset({8}))
    loop.next_unit(frozenset({9}))
    assert study.asked == {8, 9}, "trial 0 is under way here"
    loop.tell(result(0))
    loop.next_unit()
    assert study.asked == {0, 8}
    loop.disown("the runner ended")
    loop.next_unit()
    assert study.asked == {0, 1, 2, 8}


def test_what_a_runner_had_under_way_goes_to_the_next_one() -> None:
    loop, log = make()
    study = ThreeUnits(log)
    loop.attach(study)
    first, given_up = loop.next_unit(), loop.next_unit()
    assert first is not None
    assert given_up is not None
    own = study.next_unit()
    assert own is not None
    loop.took(own)
    loop.disown("the runner ended")
    assert loop.running() == [first, own]
    assert loop.next_unit() == first
    assert loop.next_unit() is None, "each is handed out once"


def test_what_comes_next_is_said_whenever_it_may_have_changed() -> None:
    seen: list[list[int]] = []
    loop = JobLoop(lambda unit: None, lambda result: None, foreseen=lambda units: seen.append([u.trial for u in units]))
    loop.attach(ThreeUnits([]))
    loop.next_unit()
    assert seen == [[1, 2]]
    loop.tell(result(0))
    loop.next_unit()
    assert seen == [[1, 2], [1, 2], [2]]
