"""How often a waiting client looks: each look is a request that the job's own folds pay for."""

from datetime import UTC, datetime

import pytest

from automl.client.progress import ProgressLine, follow, pause_s
from automl.core.states import JobKind, JobState
from automl.core.views import JobView, Progress


def job(fraction: float, eta_s: float | None, state: JobState = JobState.RUNNING) -> JobView:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return JobView(
        id="job_1", kind=JobKind.FIT, state=state, progress=Progress(fraction=fraction, eta_s=eta_s), created_at=now
    )


@pytest.mark.parametrize(
    ("fraction", "eta_s", "expected"),
    [
        (0.0, None, 0.25),  # queued
        (0.0, 60.0, 0.25),
        (0.1, 54.0, 0.6),
        (0.5, 30.0, 1.0),
        (0.95, 3.0, 0.25),
        (1.0, 0.0, 0.25),  # past its deadline, ending
        (0.99, 36.0, 1.0),  # an hour's
    ],
)
def test_looks_are_rare_in_the_middle(fraction: float, eta_s: float | None, expected: float) -> None:
    assert pause_s(job(fraction, eta_s)) == pytest.approx(expected)


def test_follows_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr("automl.client.progress.time.sleep", paused.append)
    seen = iter([job(0.0, None), job(0.5, 30.0), job(0.97, 2.0), job(1.0, 0.0, JobState.SUCCEEDED)])
    assert follow(lambda: next(seen), ProgressLine(enabled=False)).state is JobState.SUCCEEDED
    assert paused == [0.25, 1.0, 0.25]
