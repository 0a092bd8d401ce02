"""A store that is away is waited for, and for how long."""

from typing import Any

import pytest

from automl.core.errors import CorruptDataError, StorageFullError, UnavailableError
from automl.training.deadline import Deadline
from automl.training.patience import Patience


class Store:
    """Answers after so many calls that raise; no answer at all when there is no end of them."""

    def __init__(self, error: Exception, failures: float = float("inf")) -> None:
        self._error = error
        self._failures = failures
        self.calls = 0

    def answer(self) -> str:
        self.calls += 1
        if self.calls <= self._failures:
            raise self._error
        return "the answer"


def test_a_store_that_comes_back_answers(clock: Any) -> None:
    store = Store(UnavailableError("away"), failures=3)
    heard: list[str] = []
    patience = Patience(Deadline.after(10.0, clock), clock, lambda error: heard.append(error.detail))
    began = clock.monotonic()
    assert patience.ask(store.answer) == "the answer"
    assert heard == ["away"] * 3
    assert 0.0 < clock.monotonic() - began < 1.0


def test_nobody_need_hear_of_it(clock: Any) -> None:
    store = Store(UnavailableError("away"), failures=1)
    assert Patience(Deadline.after(10.0, clock), clock).ask(store.answer) == "the answer"


def test_a_store_that_stays_away_is_given_up_at_the_deadline(clock: Any) -> None:
    deadline = Deadline.after(10.0, clock)
    with pytest.raises(UnavailableError, match="away"):
        Patience(deadline, clock).ask(Store(UnavailableError("away")).answer)
    assert deadline.left() == pytest.approx(0.0, abs=0.2)


def test_after_the_deadline_it_is_asked_once(clock: Any) -> None:
    store = Store(UnavailableError("away"))
    with pytest.raises(UnavailableError):
        Patience(Deadline.after(-1.0, clock), clock).ask(store.answer)
    assert store.calls == 1
    assert Patience(Deadline.after(-1.0, clock), clock).ask(lambda: "still asked") == "still asked"


def test_what_is_given_up_is_not_waited_for(clock: Any) -> None:
    store = Store(UnavailableError("away"))
    heard: list[str] = []
    given_up_at_the_second = Deadline.after(10.0, clock, given_up=lambda: store.calls == 2)
    with pytest.raises(UnavailableError):
        Patience(given_up_at_the_second, clock, lambda error: heard.append(error.detail)).ask(store.answer)
    assert (store.calls, heard) == (2, ["away"])


@pytest.mark.parametrize("error", [StorageFullError("full"), CorruptDataError("damaged"), OSError("no such place")])
def test_what_waiting_does_not_mend_is_raised_at_once(error: Exception, clock: Any) -> None:
    store = Store(error)
    heard: list[str] = []
    with pytest.raises(type(error)):
        Patience(Deadline.after(10.0, clock), clock, lambda error: heard.append(error.detail)).ask(store.answer)
    assert (store.calls, heard) == (1, [])
