import threading

import pytest

from automl.backends.cassandra.flow import ByteBudget
from automl.core.errors import OverloadedError


def test_bytes_in_flight_are_bounded() -> None:
    budget = ByteBudget(100)
    budget.take(60, 0.0)
    budget.take(40, 0.0)
    with pytest.raises(OverloadedError):
        budget.take(1, 0.01)
    budget.give_back(60)
    budget.take(60, 0.0)
    assert budget.used_bytes == 100


def test_what_is_larger_than_the_budget_goes_alone() -> None:
    budget = ByteBudget(100)
    budget.take(500, 0.0)
    with pytest.raises(OverloadedError):
        budget.take(1, 0.01)
    budget.give_back(500)
    budget.take(100, 0.0)
    with pytest.raises(OverloadedError):
        budget.take(500, 0.01)


def test_waiters_go_on_when_there_is_room() -> None:
    budget = ByteBudget(100)
    seen: list[int] = []

    def work() -> None:
        for _ in range(50):
            budget.take(40, 10.0)
            seen.append(budget.used_bytes)
            budget.give_back(40)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 200
    assert max(seen) <= 100
    assert budget.used_bytes == 0
