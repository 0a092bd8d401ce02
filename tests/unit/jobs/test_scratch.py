from collections.abc import Callable
from pathlib import Path

from automl.backends.records.memory import MemoryRecords
from automl.core.clock import Clock
from automl.core.ids import JOB, derive_id
from automl.core.states import JobState
from automl.jobs.aggregate import Change, JobRecord, append, ended
from automl.jobs.scratch import sweep_scratch


def test_folders_of_jobs_that_are_over_go(
    tmp_path: Path, records: MemoryRecords, clock: Clock, make_job: Callable[..., JobRecord]
) -> None:
    running, over = make_job("running", running=True), make_job("over", running=True)
    append(records, clock, Change(ended(over, JobState.CANCELLED, clock.now())))
    unknown = derive_id(JOB, "unknown")
    kept = [f"{running.id}-1", f"{unknown}-selftest", "something"]
    for name in (*kept, f"{over.id}-1", f"{over.id}-2", f"{unknown}-1"):
        (tmp_path / name / "inside").mkdir(parents=True)
    sweep_scratch(tmp_path, records)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(kept)


def test_no_folder_no_work(tmp_path: Path, records: MemoryRecords) -> None:
    sweep_scratch(tmp_path / "none", records)
    assert not (tmp_path / "none").exists()
