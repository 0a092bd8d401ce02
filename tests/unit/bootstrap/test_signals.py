"""A start is cut short, a running service is ended in order."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from automl.bootstrap.signals import Signals

BOTH = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture
def signals() -> Iterator[Signals]:
    before = {number: signal.getsignal(number) for number in BOTH}
    made = Signals(threading.Event())
    made.install()
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


def hear(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def test_sigterm_cuts_a_start_short_and_is_no_failure(signals: Signals) -> None:
    went_on = False
    with signals.respected():
        hear(signal.SIGTERM)
        went_on = True
    assert not went_on
    assert signals.stop.is_set()


def test_ctrl_c_of_a_start_is_an_interruption(signals: Signals) -> None:
    with pytest.raises(KeyboardInterrupt), signals.respected():
        hear(signal.SIGINT)
    assert signals.stop.is_set()


@pytest.mark.parametrize("number", BOTH)
def test_what_was_started_is_ended_in_peace(signals: Signals, number: signal.Signals) -> None:
    """A second signal does not cut the cleaning short that the first one began."""
    cleaned = []
    try:
        with signals.respected():
            try:
                hear(signal.SIGTERM)
            finally:
                hear(number)
                cleaned.append(number)
    except KeyboardInterrupt:
        pytest.fail("the second signal was not swallowed")
    assert cleaned == [number]


@pytest.mark.parametrize("number", BOTH)
def test_a_service_that_runs_is_only_told(signals: Signals, number: signal.Signals) -> None:
    signals.is_starting = False
    with signals.respected():
        hear(number)
        hear(number)
    assert signals.stop.is_set()
