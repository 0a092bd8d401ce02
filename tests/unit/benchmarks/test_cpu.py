"""Whose CPU seconds are whose."""

import os
import time

import pytest

from benchmarks.budget.cpu import role
from benchmarks.processes import cpu_s


@pytest.mark.parametrize(
    ("pid", "said", "expected"),
    [
        (2, "ray::Fold_job_1_1_0.train", "folds"),
        (3, "ray::Driver", "controller"),
        (4, "ray::Driver", "the job's driver"),
        (5, "python -m automl.cli.main serve --port 0", "the service's own process"),
        (6, "/site-packages/ray/core/src/ray/raylet/raylet", "Ray's own"),
    ],
)
def test_roles(pid: int, said: str, expected: str) -> None:
    assert role(pid, said, frozenset({3})) == expected


def test_who_measures_is_told_apart() -> None:
    assert role(os.getpid(), "python -m benchmarks.budget.cpu", frozenset()) == "this measurement"


def test_seconds_of_a_process_grow_with_its_work() -> None:
    before = cpu_s(os.getpid())
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    after = cpu_s(os.getpid())
    assert before is not None
    assert after is not None
    assert after - before >= 0.05
    assert cpu_s(2**30) is None
