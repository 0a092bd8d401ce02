from automl.backends.records.base import Key, Kind
from automl.backends.records.cassandra import state as module
from automl.backends.records.cassandra.state import KnownStates, State, state_of

KEY = Key("t", Kind.JOB, "job_1")


def at(version: int) -> State:
    return State(version, 0, 0, 1.0, True)


def test_the_newest_state_is_known() -> None:
    known = KnownStates()
    assert known.at(KEY, 1) is None
    known.keep(KEY, at(2))
    known.keep(KEY, at(1))
    assert known.at(KEY, 2) == at(2)
    assert known.at(KEY, 1) is None
    assert known.at(KEY, 3) is None


def test_no_more_are_known_than_fit() -> None:
    known = KnownStates()
    for n in range(module._KNOWN + 10):
        known.keep(Key("t", Kind.JOB, f"{n}"), at(1))
    assert known.at(Key("t", Kind.JOB, "9"), 1) is None
    assert known.at(Key("t", Kind.JOB, "10"), 1) == at(1)


def test_columns_without_values_are_no_aggregate() -> None:
    assert state_of(None) is None
    assert state_of({"version": None}) is None
    erased = state_of({"version": -1, "epoch": 2, "last_seq": 3, "created_at": 1.0, "active": False})
    assert erased is not None
    assert erased.erased
