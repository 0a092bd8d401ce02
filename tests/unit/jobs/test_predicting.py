"""Prediction jobs over real children: read by the model's schema, answered in order, cut short, taken away."""

import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.memory import MemoryRecords
from automl.bootstrap.local import predict_file
from automl.core import failpoint
from automl.core.errors import ConflictError, UnavailableError
from automl.core.states import JobState
from automl.core.trials import Task
from automl.jobs.pool import LeasedPool
from automl.registry.package import unpack_folder
from automl.registry.versions import package_blob
from automl.serving import answers
from automl.serving.predictor_process import PredictorProcess
from tests.unit.jobs.predicting_site import CLOCK, FIT, TENANT, PredictingSite, rows_csv
from tests.unit.serving.conftest import train as train

pytestmark = pytest.mark.whole


@pytest.fixture
def site(records: MemoryRecords, blobs: MemoryBlobs, events: Any) -> PredictingSite:
    return PredictingSite(records, blobs, events, lease_s=0.5)


@pytest.fixture
def pool(site: PredictingSite) -> Iterator[LeasedPool]:
    made = site.pool()
    yield made
    made.close()


@pytest.fixture
def package(train: Callable[..., Any]) -> bytes:
    data: bytes = train().package
    return data


def here(package: bytes, rows: bytes, folder: Path, *, proba: bool) -> tuple[bytes, list[str]]:
    """What `automl predict` prints with a model folder."""
    unpack_folder(package, folder / "model")
    (folder / "flats.csv").write_bytes(rows)
    out = io.BytesIO()
    warnings = predict_file(folder / "model", folder / "flats.csv", out, proba=proba)
    return out.getvalue(), warnings


def until(condition: Callable[[], bool]) -> bool:
    """Whether it came to hold."""
    for _ in range(12_000):
        if condition():
            return True
        CLOCK.sleep(0.01)
    return False


@pytest.mark.parametrize("proba", [False, True])
@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
def test_the_answers_are_those_of_the_command_line(
    site: PredictingSite, pool: LeasedPool, train: Any, task: Task, proba: bool, tmp_path: Path
) -> None:
    package, rows = train(task).package, rows_csv(300)
    classes = train(task).parts.classes
    job = site.submit(site.model(package, classes), site.dataset(rows), proba=proba)
    view = site.ended(pool, job.id)
    expected, warnings = here(package, rows, tmp_path, proba=proba)
    assert site.csv(job.id) == expected
    assert view.warnings == warnings
    assert any("new to the model" in warning for warning in warnings)
    assert (view.rows, view.rows_total, view.unseen, view.error) == (300, 300, {"city": 75}, None)
    assert view.columns == expected.decode().splitlines()[0].split(",")
    assert site.events_of(job.id) == ["job.queued", "job.admitted", "job.succeeded"]
    assert site.metrics.values("automl_jobs_total", {"kind": "predict", "state": "succeeded"}) == [1]


def test_types_are_the_models_own_not_those_that_the_file_suggests(
    site: PredictingSite, pool: LeasedPool, package: bytes, tmp_path: Path
) -> None:
    # Cities that look like numbers are numbers in the dataset; for the model they are unknown cities.
    rows = b"size,city,rooms\n" + b"".join(b"%d,%03d,%d\n" % (30 + row, row % 3, row % 5) for row in range(40))
    job = site.submit(site.model(package), site.dataset(rows), proba=True)
    view = site.ended(pool, job.id)
    assert view.state is JobState.SUCCEEDED
    assert view.unseen == {"city": 40}
    assert site.csv(job.id) == here(package, rows, tmp_path, proba=True)[0]


def test_a_value_that_the_model_cannot_take_fails_the_job(
    site: PredictingSite, pool: LeasedPool, package: bytes
) -> None:
    rows = b"size,city,rooms\n" + b"".join(b"%d,Rom,%s\n" % (row, b"two" if row % 2 else b"one") for row in range(40))
    job = site.submit(site.model(package), site.dataset(rows))
    view = site.ended(pool, job.id)
    assert view.error is not None
    assert (view.state, view.error.code) == (JobState.FAILED, "type_mismatch")
    assert "rooms" in view.error.detail + str(view.error.errors)
    assert until(lambda: site.stored(job.id) == [])
    with pytest.raises(ConflictError):
        site.csv(job.id)


@pytest.mark.parametrize(("what", "code"), [("model", "model_deleted"), ("dataset", "dataset_deleted")])
def test_what_is_deleted_meanwhile_fails_the_job(
    site: PredictingSite, pool: LeasedPool, package: bytes, what: str, code: str
) -> None:
    model, dataset_id = site.model(package), site.dataset(rows_csv(100))

    def delete() -> None:
        if what == "model":
            site.models.delete(TENANT, model.partition("@")[0])
        else:
            site.datasets.delete(TENANT, dataset_id)

    failpoint.arm("predictions.chunk.before", delete)
    job = site.submit(model, dataset_id)
    view = site.ended(pool, job.id)
    assert view.error is not None
    assert (view.state, view.error.code) == (JobState.FAILED, code)
    assert what in view.error.detail
    assert until(lambda: site.stored(job.id) == [])


def test_a_model_that_is_deleted_while_the_job_waits(site: PredictingSite, pool: LeasedPool, package: bytes) -> None:
    model = site.model(package)
    job = site.submit(model, site.dataset(rows_csv(100)))
    site.models.delete(TENANT, model.partition("@")[0])
    view = site.ended(pool, job.id)
    assert view.error is not None
    assert (view.state, view.error.code) == (JobState.FAILED, "model_deleted")


def test_cancelling_ends_it_on_the_way(
    site: PredictingSite, pool: LeasedPool, package: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, kill = threading.Event(), PredictorProcess.kill

    def killing(self: PredictorProcess) -> None:
        kill(self)
        killed.set()

    def cancel() -> None:
        site.jobs.cancel(TENANT, job.id)
        assert killed.wait(120), "the model's process was left alone"

    monkeypatch.setattr(PredictorProcess, "kill", killing)
    failpoint.arm("predictions.chunk.after", cancel)
    job = site.submit(site.model(package), site.dataset(rows_csv(100)))
    assert site.ended(pool, job.id).state is JobState.CANCELLED
    assert until(lambda: site.stored(job.id) == [])
    assert site.events_of(job.id)[-1] == "job.cancelled"


def test_a_waiting_one_is_cancelled_at_once_and_none_can_be_stopped(site: PredictingSite, package: bytes) -> None:
    job = site.submit(site.model(package), site.dataset(rows_csv(100)))
    with pytest.raises(ConflictError) as caught:
        site.jobs.stop(TENANT, job.id)
    assert caught.value.code == "job_not_stoppable"
    assert site.jobs.cancel(TENANT, job.id).state is JobState.CANCELLED


def test_a_process_that_dies_is_replaced(
    site: PredictingSite, pool: LeasedPool, package: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deaths: list[int] = []
    whole = PredictorProcess.answers

    def dying(self: PredictorProcess, rows: Any, on_slice: Any) -> Any:
        if not deaths:
            deaths.append(self.pid)
            os.kill(self.pid, signal.SIGKILL)
        return whole(self, rows, on_slice)

    monkeypatch.setattr(PredictorProcess, "answers", dying)
    rows = rows_csv(100)
    job = site.submit(site.model(package), site.dataset(rows))
    view = site.ended(pool, job.id)
    assert (view.state, site.record(job.id).attempts, len(deaths)) == (JobState.SUCCEEDED, 1, 1)
    assert site.csv(job.id) == here(package, rows, tmp_path, proba=False)[0]


def test_a_process_that_always_dies_fails_the_job(
    site: PredictingSite, pool: LeasedPool, package: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PredictorProcess.answers

    def dying(self: PredictorProcess, rows: Any, on_slice: Any) -> Any:
        os.kill(self.pid, signal.SIGKILL)
        return whole(self, rows, on_slice)

    monkeypatch.setattr(PredictorProcess, "answers", dying)
    job = site.submit(site.model(package), site.dataset(rows_csv(100)))
    view = site.ended(pool, job.id)
    assert view.error is not None
    assert (view.state, view.error.code) == (JobState.FAILED, "predict_process_died")


def test_a_damaged_package_fails_the_job(site: PredictingSite, pool: LeasedPool, package: bytes) -> None:
    model = site.model(package)
    site.blobs.delete(BlobKey(TENANT, package_blob(FIT)))
    site.blobs.put(BlobKey(TENANT, package_blob(FIT)), b"another file")
    view = site.ended(pool, site.submit(model, site.dataset(rows_csv(100))).id)
    assert view.error is not None
    assert (view.state, view.error.code) == (JobState.FAILED, "data_corrupt")


def test_a_store_that_is_away_costs_time_alone(
    site: PredictingSite, pool: LeasedPool, package: bytes, tmp_path: Path
) -> None:
    def away() -> None:
        raise UnavailableError("away")

    failpoint.arm("predictions.chunk.after", away, at_visit=1)
    rows = rows_csv(100)
    job = site.submit(site.model(package), site.dataset(rows), proba=True)
    view = site.ended(pool, job.id)
    assert (view.state, site.record(job.id).attempts) == (JobState.SUCCEEDED, 2)
    assert "job.driver_replaced" in site.events_of(job.id)
    assert site.csv(job.id) == here(package, rows, tmp_path, proba=True)[0]
    # The stored chunk was not answered again.
    assert site.metrics.values("automl_predictions_total", {"result": "ok"}) == []


def test_progress_is_told_in_rows(site: PredictingSite, pool: LeasedPool, package: bytes, events: Any) -> None:
    job = site.submit(site.model(package), site.dataset(rows_csv(100)))
    site.ended(pool, job.id)
    signals = [hint.body for hint in events.hints if hint.type == "job.progress" and hint.key == job.id]
    assert signals
    assert signals[0]["rows_total"] == 100
    view = site.jobs.get(TENANT, job.id)
    assert (view.progress.fraction, view.error) == (1.0, None)


def test_slices_change_nothing(
    site: PredictingSite, package: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = rows_csv(300)
    whole, said = here(package, rows, tmp_path, proba=False)
    monkeypatch.setattr(answers, "SLICE_ROWS", 7)
    (tmp_path / "again").mkdir()
    assert here(package, rows, tmp_path / "again", proba=False) == (whole, said)
