"""One load at a time for each key."""

import threading

import pytest

from automl.backends.cache.flights import Flights
from automl.testing.threads import together


def test_whoever_asks_meanwhile_gets_the_outcome() -> None:
    flights, started, go = Flights(), threading.Event(), threading.Event()
    calls: list[int] = []

    def load() -> bytes:
        calls.append(1)
        started.set()
        assert go.wait(30)
        return b"loaded"

    def later() -> bytes:
        assert started.wait(30)
        threading.Timer(0.05, go.set).start()
        return flights.run("k", load)

    assert together([lambda: flights.run("k", load), later, later]) == [b"loaded"] * 3
    assert calls == [1]


def test_the_next_flight_starts_anew() -> None:
    flights = Flights()

    def fail() -> bytes:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        flights.run("k", fail)
    assert flights.run("k", lambda: b"1") == b"1"
    assert flights.run("k", lambda: b"2") == b"2"
