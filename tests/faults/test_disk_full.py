"""No room on the disk (F24): writing is refused in words, reading goes on, nothing is damaged once there is room."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from automl.client.client import Client
from automl.client.fit import fit as fit_job
from automl.client.handles import Job
from automl.core.errors import StorageFullError, UnavailableError
from automl.core.spec import ReadOptions
from automl.core.states import JobState
from tests.asking import http
from tests.faults.full_disk import filled, small_disk
from tests.faults.small_service import TENANT, dataset, fitted, spec
from tests.faults.small_table import CONTENT, ROWS, VALUES
from tests.faults.whole_service import WholeService
from tests.history import check_history, until_folds
from tests.service_process import EXAMPLES, Service

pytestmark = pytest.mark.faults

TITANIC = EXAMPLES / "titanic.csv"


def check_records(home: Path) -> None:
    with closing(sqlite3.connect(home / "records.sqlite")) as records:
        assert records.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[WholeService]:
    with small_disk(tmp_path / "disk", 24 << 20) as disk:
        made = WholeService(disk)
        yield made
        made.close()


def test_writing_is_refused_and_reading_goes_on(service: WholeService) -> None:
    kept = dataset(service)
    model = fitted(service, kept, budget={"seconds": 60, "trials": 2}, families=["linear", "decision_tree"]).model_id
    before = service.datasets.open(TENANT, name="late", filename="late.csv", options=ReadOptions())
    with filled(service.home):
        with pytest.raises(StorageFullError):
            service.datasets.put_part(TENANT, before.id, 0, CONTENT, None)
        # The records' journal may still have a page to spare, or refuse as well.
        with contextlib.suppress(UnavailableError):
            service.jobs.submit(TENANT, spec(kept, budget={"seconds": 10}))
        assert b"".join(service.datasets.raw(TENANT, kept)) == CONTENT
        version = service.models.resolve(TENANT, f"{model}@champion")
        assert list(service.loader.predictor_of(TENANT, version).predict_rows(ROWS).values) == VALUES
    service.settled()
    # The same part again, and all that follows.
    service.datasets.put_part(TENANT, before.id, 0, CONTENT, None)
    done = service.jobs.complete_upload(TENANT, before.id, len(CONTENT), None)
    assert service.ended(TENANT, str(done.job_id)).state is JobState.SUCCEEDED
    assert b"".join(service.datasets.raw(TENANT, before.id)) == CONTENT
    check_records(service.home)


@pytest.mark.parametrize("spare_bytes", [0, 64 << 10])
def test_a_running_job_keeps_what_it_has_or_says_why(service: WholeService, spare_bytes: int) -> None:
    kept = dataset(service)
    job_id = service.jobs.submit(TENANT, spec(kept, budget={"seconds": 12}, families=["linear", "decision_tree"])).id
    service.slow.add(job_id)
    end = service.clock.monotonic() + 60
    while service.history(TENANT, job_id).count("fold.done") < 2:
        assert service.clock.monotonic() < end, "no folds"
        service.step()
        service.clock.sleep(0.02)
    with filled(service.home, spare_bytes):
        until = service.clock.monotonic() + 2.0
        while service.clock.monotonic() < until:
            service.step()
            service.clock.sleep(0.05)
            assert service.jobs.get(TENANT, job_id).id == job_id
    job = service.ended(TENANT, job_id, timeout_s=120)
    print(f"with {spare_bytes} bytes to spare: {job.state}, {job.error}, {job.progress}, {job.end_reason}")
    if job.state is JobState.FAILED:
        assert job.error is not None
        assert job.error.code in ("storage_full", "no_model"), job.error
    else:
        assert job.state is JobState.SUCCEEDED
        version = service.models.resolve(TENANT, f"{job.model_id}@champion")
        assert list(service.loader.predictor_of(TENANT, version).predict_rows(ROWS).values) == VALUES
    service.history(TENANT, job_id)
    assert service.begun_again == []
    check_records(service.home)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.e2e
def test_a_whole_service_on_a_full_disk(tmp_path: Path, wait_for: Callable[..., None]) -> None:
    # A long name: Ray's own sockets and logs then lie elsewhere.
    with small_disk(tmp_path / "a-disk-that-is-much-too-small-for-what-is-to-come", 96 << 20) as disk:
        service = Service(disk)
        try:
            service.start()
            _on_a_full_disk(service, disk, wait_for)
            service.stop()
        finally:
            service.stop(signal.SIGKILL)
        check_records(disk)


def _on_a_full_disk(service: Service, disk: Path, wait_for: Callable[..., None]) -> None:
    content = TITANIC.read_bytes()
    with service.client() as client, http(service, timeout_s=60.0) as asking:
        job = fit_job(str(TITANIC), "Survived", budget="40s", wait=False, client=client)
        until_folds(client, job, 3)
        with filled(disk):
            sent = asking.post("/v1/datasets?filename=t.csv", content=content, headers={"Content-Type": "text/csv"})
            assert sent.status_code in (503, 507), sent.text
            assert sent.headers["content-type"] == "application/problem+json"
            assert int(sent.headers["retry-after"]) >= 1
            assert asking.get(f"/v1/jobs/{job.id}").status_code == 200
            assert asking.get("/health/live").status_code == 200
        _ended(client, job, wait_for)
        again = fit_job(str(TITANIC), "Survived", budget="10s", client=client)
        assert again.view.state == "succeeded"
        check_history(client, again)
        stored = client.datasets.download(str(job.view.dataset_id))
        assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(content).hexdigest()


def _ended(client: Client, job: Job, wait_for: Callable[..., None]) -> None:
    """It keeps what it has, or says why not."""
    wait_for(lambda: client.jobs.get(job.id).state.is_terminal, 240, "the job's end")
    view = client.jobs.get(job.id)
    assert view.state == "succeeded" or (view.error is not None and view.error.detail), view
