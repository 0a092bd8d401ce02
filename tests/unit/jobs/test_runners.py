"""Runners that end by a defect of their own: another one takes over, and not for ever."""

import time
from collections.abc import Callable
from dataclasses import replace

from automl.backends.compute.base import RunPlan, StudyLoop
from automl.core.states import JobState
from automl.core.trials import Unit
from automl.jobs.aggregate import JobRecord
from automl.jobs.log_lines import LOG
from tests.unit.jobs.driver_bench import Bench, ThreadRunner
from tests.unit.jobs.driver_bench import bench as bench

MakeJob = Callable[..., JobRecord]


class BrokenRunner(ThreadRunner):
    """Takes a unit and ends without a word to the study."""

    def __init__(self, bench: Bench, took: list[Unit]) -> None:
        super().__init__(bench.run_unit)
        self._took = took

    def run(self, study: StudyLoop, plan: RunPlan) -> None:
        while (unit := study.next_unit()) is None and not study.is_over():
            time.sleep(0.005)
        assert unit is not None
        self._took.append(unit)
        raise RuntimeError("broken")


def warnings(bench: Bench) -> int:
    said = [each.body["message"] for each in bench.records.events(bench.job.key) if each.type == LOG]
    return said.count("What hands folds out ended too early; another one starts.")


def test_another_runner_does_what_the_broken_one_took(bench: Bench, make_job: MakeJob) -> None:
    took: list[Unit] = []

    def make() -> ThreadRunner:
        return ThreadRunner(bench.run_unit) if took else BrokenRunner(bench, took)

    bench.context = replace(bench.context, runner=make)
    job = bench.admit(make_job, 20)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED, record.error
    assert (len(took), warnings(bench)) == (1, 1)
    assert f"{took[0].trial:05d}-{took[0].fold:02d}" in {row.key for row in bench.records.rows(job.key, "folds")}


def test_after_three_in_a_leg_no_other_one_is_tried(bench: Bench, make_job: MakeJob) -> None:
    took: list[Unit] = []
    bench.context = replace(bench.context, runner=lambda: BrokenRunner(bench, took))
    bench.admit(make_job, 4)
    record = bench.drive()
    assert record.state is JobState.SUCCEEDED, "the driver fitted the first model itself"
    assert (len(took), warnings(bench)) == (3, 2)
    assert list(record.result["weights"]) == ["0"]
