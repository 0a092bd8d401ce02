"""Work in a thread that may be left behind."""

import threading

import pytest

from automl.core.errors import DeadlineExceededError
from automl.jobs.within import Errand, within


def test_what_the_call_gives_and_raises() -> None:
    assert within("adding", lambda: 1 + 1, 5.0) == 2
    assert within("nothing", lambda: None, 5.0) is None
    with pytest.raises(ZeroDivisionError):
        within("dividing", lambda: 1 // 0, 5.0)


def test_what_takes_too_long_goes_on_alone() -> None:
    go = threading.Event()
    errand = Errand("waiting", lambda: go.wait(30))
    for timeout_s in (0.01, 0.0, -5.0):
        with pytest.raises(DeadlineExceededError, match="waiting"):
            errand.result(timeout_s)
    assert not errand.is_done
    go.set()
    assert errand.result(10.0) is True
    assert errand.is_done


def test_even_an_exit_belongs_to_who_asks() -> None:
    def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        within("leaving", leave, 5.0)
