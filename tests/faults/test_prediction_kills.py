"""kill -9 around each durable step of a prediction: the next process goes on behind the last chunk, to the same end."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.local import LocalBlobs
from automl.backends.events.local import LocalEvents
from automl.backends.records.sqlite import SqliteRecords
from automl.core.errors import NotFoundError
from automl.core.states import JobState
from automl.jobs.aggregate import JobRecord, job_key
from automl.jobs.sweeps import Sweeps
from tests.faults.child_process import acknowledged_until_killed
from tests.unit.jobs.predicting_site import CLOCK, TENANT, PredictingSite, rows_csv
from tests.unit.serving.conftest import train as train

pytestmark = pytest.mark.faults

CHUNK_ROWS = 65_536
ROWS = 2 * CHUNK_ROWS + 1000
TERMINAL = ("job.succeeded", "job.failed", "job.cancelled")
# It submits under a key, so that who asks again finds the same job. No renewal comes between: the lease is long.
PREDICT = """
from tests.faults.test_prediction_kills import opened
with opened(folder, lease_s=600.0) as site:
    pool = site.pool("first")
    job = site.submit(sys.argv[3], sys.argv[4], proba=True, key="k")
    acknowledge(job.id)
    site.ended(pool, job.id)
    pool.close()
"""
DELETE = """
from tests.faults.test_prediction_kills import opened
with opened(folder) as site:
    site.predictions.delete("acme", sys.argv[3])
"""


@dataclass(frozen=True)
class Prepared:
    """A home with a model, a dataset and one whole prediction, to be copied."""

    home: Path
    model: str
    dataset_id: str
    done: str
    csv: bytes
    blobs: int


@contextmanager
def opened(home: Path, lease_s: float = 0.5) -> Iterator[PredictingSite]:
    records, events = SqliteRecords(home / "records.sqlite"), LocalEvents(home / "events")
    try:
        yield PredictingSite(records, LocalBlobs(home / "blobs", CLOCK), events, lease_s)
    finally:
        events.close()
        records.close()


@pytest.fixture(scope="module")
def prepared(train: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    home = tmp_path_factory.mktemp("prepared")
    with opened(home, lease_s=60.0) as site:
        model, dataset_id = site.model(train().package), site.dataset(rows_csv(ROWS))
        pool = site.pool()
        done = site.submit(model, dataset_id, proba=True).id
        assert site.ended(pool, done).rows == ROWS
        pool.close()
        return Prepared(home, model, dataset_id, done, site.csv(done), len(site.stored(done)))


def copied(prepared: Prepared, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    return home


@pytest.mark.parametrize(
    ("failpoint", "chunks"),
    [
        ("jobs.append.before@1", 0),
        ("jobs.append.after@1", 0),
        ("jobs.append.before@2", 0),
        ("jobs.append.after@2", 0),
        ("predictions.chunk.before@1", 0),
        ("predictions.chunk.after@1", 1),
        ("predictions.chunk.before@3", 2),
        ("predictions.chunk.after@3", 3),
        ("predictions.manifest.before", 3),
        ("predictions.manifest.after", 3),
        ("jobs.append.before@3", 3),
        ("jobs.append.after@3", 3),
    ],
)
def test_the_next_process_goes_on(failpoint: str, chunks: int, prepared: Prepared, tmp_path: Path) -> None:
    home = copied(prepared, tmp_path)
    name, _, visit = failpoint.partition("@")
    armed = f"{name}=kill" + (f"@{visit}" if visit else "")
    said = acknowledged_until_killed(PREDICT, home, armed, prepared.model, prepared.dataset_id)
    with opened(home) as site:
        job = site.submit(prepared.model, prepared.dataset_id, proba=True, key="k")
        assert said in ([], [job.id])
        assert len([name for name in site.stored(job.id) if not name.endswith("manifest")]) == chunks
        pool = site.pool("second")
        view = site.ended(pool, job.id)
        pool.close()
        assert (view.state, view.rows) == (JobState.SUCCEEDED, ROWS)
        assert site.csv(job.id) == prepared.csv
        assert len(site.stored(job.id)) == prepared.blobs
        # What is stored is not predicted again.
        rows = sum(site.metrics.values("automl_predictions_total", {"result": "ok"}))
        assert rows == (0 if chunks == 3 else ROWS - chunks * CHUNK_ROWS)
        events = site.records.events(job_key(TENANT, job.id))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert sum(event.type in TERMINAL for event in events) == 1
        assert not site.is_active(job.id)


@pytest.mark.parametrize("visit", [1, 2, 4])
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_deletion_is_finished(side: str, visit: int, prepared: Prepared, tmp_path: Path) -> None:
    home = copied(prepared, tmp_path)
    acknowledged_until_killed(DELETE, home, f"predictions.blob_delete.{side}=kill@{visit}", prepared.done)
    with opened(home) as site:
        with pytest.raises(NotFoundError):
            site.predictions.get(TENANT, prepared.done)
        left = site.records.read(job_key(TENANT, prepared.done))
        assert left is not None
        assert site.is_active(prepared.done), "no controller would look at it again"
        Sweeps(site.records, site.blobs, site.models, CLOCK).erase(JobRecord.of(left))
        assert site.stored(prepared.done) == []
        assert site.records.read(job_key(TENANT, prepared.done)) is None
