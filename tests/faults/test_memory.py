"""No memory: the configuration that wants too much fails with a reason, its neighbours and the job go on (F9, F32)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from automl.backends.compute.base import EntryPoint
from automl.backends.compute.processes import ProcessRunner
from automl.core.states import JobState, TrialState
from automl.jobs.context import DriverContext
from tests.faults.memory_folds import FINE, KILLED, REFUSED
from tests.faults.small_service import TENANT, dataset, fitted
from tests.faults.whole_service import WholeService

pytestmark = pytest.mark.faults


class GreedyService(WholeService):
    """Its folds run in worker processes of their own."""

    def context(self) -> DriverContext:
        return replace(
            super().context(),
            runner=partial(ProcessRunner, self.clock),
            fold_setup=EntryPoint("tests.faults.memory_folds:build"),
            setup_args={"settings": self.settings.model_dump_json()},
        )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[GreedyService]:
    made = GreedyService(tmp_path)
    yield made
    made.close()


def test_the_job_goes_on_without_who_wants_too_much(service: GreedyService) -> None:
    configurations = [{"family": each, "params": {}} for each in (REFUSED, KILLED, FINE)]
    families = (REFUSED, KILLED, FINE)
    job = fitted(
        service,
        dataset(service),
        configurations=configurations,
        families=families,
        budget={"seconds": 60, "trials": 4},
    )
    assert job.state is JobState.SUCCEEDED, job.error
    rows = service.jobs.leaderboard(TENANT, job.id).items
    states: dict[str, set[TrialState]] = {}
    for row in rows:
        states.setdefault(row.family, set()).add(row.state)
        if row.family in (REFUSED, KILLED):
            # The driver itself may have fitted the first fold of the first one, as the job's baseline.
            assert row.state in (TrialState.FAILED, TrialState.PARTIAL), row
            assert "memory" in str(row.reason) if row.family == REFUSED else "process" in str(row.reason), row.reason
    assert TrialState.COMPLETE in states[FINE], rows
    assert {REFUSED, KILLED} <= set(states), rows
    types = service.history(TENANT, job.id)
    assert types.count("trial.quarantined") >= 1
    version = service.models.resolve(TENANT, f"{job.model_id}@champion")
    assert service.loader.predictor_of(TENANT, version) is not None
