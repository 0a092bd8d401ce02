"""Job states only go forward."""

import itertools

import pytest

from automl.core.errors import ConflictError
from automl.core.states import JobState
from automl.jobs.lifecycle import EVENTS, MOVES, moved


def test_every_state_has_moves_and_an_event() -> None:
    assert set(MOVES) == set(EVENTS) == set(JobState)


def test_ended_jobs_never_move() -> None:
    for before, after in itertools.product(JobState, JobState):
        if before.is_terminal:
            with pytest.raises(ConflictError):
                moved(before, after)


def test_states_are_monotone() -> None:
    order = [JobState.QUEUED, JobState.RUNNING, JobState.FINISHING]
    for before, after in itertools.product(order, order):
        if order.index(after) <= order.index(before):
            with pytest.raises(ConflictError):
                moved(before, after)


def test_every_state_can_end() -> None:
    for state in JobState:
        if not state.is_terminal:
            assert moved(state, JobState.CANCELLED) is JobState.CANCELLED
