"""When a server is left alone, and when it is tried again."""

from automl.backends.cache.redis.breaker import Breaker


class Time:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_failures_in_a_row_open_it() -> None:
    breaker = Breaker(3, 2.0, Time())
    for _ in range(2):
        breaker.failed()
    assert breaker.allows()
    assert not breaker.is_open
    breaker.failed()
    assert not breaker.allows()
    assert breaker.is_open


def test_an_answer_between_starts_the_count_anew() -> None:
    breaker = Breaker(2, 2.0, Time())
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()


def test_one_probe_passes_after_a_while() -> None:
    time = Time()
    breaker = Breaker(1, 2.0, time)
    breaker.failed()
    time.now += 1.9
    assert not breaker.allows()
    time.now += 0.2
    assert breaker.allows()
    assert not breaker.allows(), "others wait for the probe"


def test_a_probe_that_succeeds_closes_it() -> None:
    time = Time()
    breaker = Breaker(2, 2.0, time)
    breaker.failed()
    breaker.failed()
    time.now += 2.0
    assert breaker.allows()
    breaker.succeeded()
    assert not breaker.is_open
    breaker.failed()
    assert breaker.allows(), "counts from none again"


def test_a_probe_that_fails_keeps_it_open() -> None:
    time = Time()
    breaker = Breaker(3, 2.0, time)
    for _ in range(3):
        breaker.failed()
    time.now += 2.0
    assert breaker.allows()
    time.now += 1.0
    breaker.failed()
    time.now += 1.9
    assert not breaker.allows()
    time.now += 0.2
    assert breaker.allows()


def test_a_probe_that_never_tells_is_followed_by_another() -> None:
    time = Time()
    breaker = Breaker(1, 2.0, time)
    breaker.failed()
    for _ in range(3):
        time.now += 2.0
        assert breaker.allows()
        assert not breaker.allows()
