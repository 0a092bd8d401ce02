"""Idle processes are made for who may start, and not at the cost of short jobs that run."""

from types import SimpleNamespace
from typing import Any

import pytest

from automl.jobs.spares import spare_processes


def job(cpus: int, left_s: float) -> Any:
    return SimpleNamespace(cpus=cpus, deadline_at=1000.0 + left_s)


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ([], 3),
        ([job(1, 60.0)], 2),
        ([job(2, 60.0)], 0),
        ([job(2, 300.0)], 1),
        ([job(2, 249.0)], 0),
        ([job(1, 300.0), job(1, 300.0)], 1),
        ([job(2, -3.0)], 0),
    ],
)
def test_spares(running: list[Any], expected: int) -> None:
    assert spare_processes(running, 2, 1000.0) == expected


def test_without_cpus_nothing_is_made() -> None:
    assert spare_processes([], 0, 1000.0) == 0
