"""A model of several jobs: numbers go on, aliases stay where they are, and what is taken away hurts no other."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.base import Append, Key, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.errors import ConflictError, NotFoundError
from automl.core.ids import JOB, derive_id
from automl.registry.aliases import CHAMPION
from automl.registry.models import Models
from automl.registry.versions import NewVersion, model_id_of, package_blob

ACME = "acme"
PLAIN = NewVersion(
    job_id="", dataset_id="ds_a", name="churn", family="lightgbm", target="left", task="binary", metric="roc_auc",
    score=0.8, test_score=None, size_bytes=10, digest="d" * 64, members=[], features=[], classes=["no", "yes"],
)  # fmt: skip


@pytest.fixture
def models(records: MemoryRecords, blobs: MemoryBlobs, clock: Any) -> Models:
    return Models(records, blobs, clock)


@pytest.fixture(autouse=True)
def _no_failpoints() -> Any:
    yield
    failpoint.disarm()


class Jobs:
    """Jobs that end as they are told to."""

    def __init__(self, models: Models, records: MemoryRecords, blobs: MemoryBlobs) -> None:
        self.models, self.records, self.blobs = models, records, blobs

    def register(self, number: int, model_id: str | None = None) -> tuple[str, str]:
        """The package and the version of a job that goes on: model and version."""
        job_id = derive_id(JOB, str(number))
        self._write(job_id, "running", {})
        self.blobs.put(BlobKey(ACME, package_blob(job_id)), b"package %d" % number)
        view = self.models.register(ACME, replace(PLAIN, job_id=job_id, model_id=model_id))
        return view.model_id, view.version

    def end(self, number: int, model_id: str | None, version: str | None, state: str = "succeeded") -> None:
        """Its terminal write."""
        named = {} if version is None else {"model_id": model_id, "model_version": version}
        self._write(derive_id(JOB, str(number)), state, named)

    def whole(self, number: int, model_id: str | None = None) -> str:
        """A job that ends well: its model."""
        made, version = self.register(number, model_id)
        self.end(number, made, version)
        self.models.confirm(ACME, made, version)
        return made

    def erased(self, number: int) -> None:
        self.records.erase(Key(ACME, Kind.JOB, derive_id(JOB, str(number))))

    def has_package(self, number: int) -> bool:
        return self.blobs.stat(BlobKey(ACME, package_blob(derive_id(JOB, str(number))))) is not None

    def _write(self, job_id: str, state: str, result: dict[str, Any]) -> None:
        key = Key(ACME, Kind.JOB, job_id)
        known = self.records.read(key)
        document = {"state": state, "result": result}
        self.records.append(Append(key, 0 if known is None else known.version, document, 1.0))


@pytest.fixture
def jobs(models: Models, records: MemoryRecords, blobs: MemoryBlobs) -> Jobs:
    return Jobs(models, records, blobs)


def test_the_second_version_leaves_the_champion(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    assert jobs.whole(2, model_id) == model_id
    view = models.get(ACME, model_id)
    assert (view.versions, view.aliases) == (["1", "2"], {CHAMPION: "1"})
    assert view.latest is not None
    assert view.latest.version == "2"
    assert [each.version for each in models.versions(ACME, "churn")] == ["2", "1"]
    for reference, version in (("churn", "1"), ("churn@2", "2"), (f"{model_id}@2", "2"), (f"{model_id}@champion", "1")):
        assert models.resolve(ACME, reference).version == version
    label = models.version(ACME, model_id, "2").label
    assert models.resolve(ACME, f"churn@{label}").label == label


def test_twice_is_once(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    assert jobs.register(2, model_id) == jobs.register(2, model_id) == (model_id, "2")
    assert models.get(ACME, model_id).versions == ["1"], "hidden while its job goes on"


@pytest.mark.parametrize("point", ["models.append.before", "models.append.after"])
def test_a_registration_that_was_cut_is_made_once(models: Models, jobs: Jobs, point: str) -> None:
    model_id = jobs.whole(1)
    for number in (2, 3):
        failpoint.arm(point, "error")
        with pytest.raises(OSError, match="failpoint"):
            jobs.register(number, model_id)
        failpoint.disarm()
        assert jobs.whole(number, model_id) == model_id
    assert models.get(ACME, model_id).versions == ["1", "2", "3"]


def test_two_jobs_end_at_once(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    numbers = range(2, 10)
    threads = [threading.Thread(target=jobs.whole, args=(number, model_id)) for number in numbers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    versions = models.versions(ACME, model_id)
    assert [each.version for each in versions] == [str(number) for number in range(9, 0, -1)]
    assert {each.job_id for each in versions} == {derive_id(JOB, str(number)) for number in range(1, 10)}
    assert models.get(ACME, model_id).aliases == {CHAMPION: "1"}


def test_who_ended_a_moment_ago_is_shown(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    _, version = jobs.register(2, model_id)
    jobs.end(2, model_id, version)
    assert models.version(ACME, model_id, "2").version == "2"
    # By name too, and in a list.
    own, version = jobs.register(3)
    models.rename(ACME, model_id, "another")
    with pytest.raises(NotFoundError):
        models.find(ACME, "churn")
    jobs.end(3, own, version)
    assert models.find(ACME, "churn").id == own
    last, version = jobs.register(4)
    jobs.end(4, last, version)
    assert [each.id for each in models.list(ACME, search="churn", limit=1).items] in ([last], [own])
    assert {each.id for each in models.list(ACME).items} == {model_id, own, last}


def test_a_failed_job_takes_its_own_version_away(models: Models, jobs: Jobs, records: MemoryRecords) -> None:
    model_id = jobs.whole(1)
    jobs.register(2, model_id)
    jobs.end(2, None, None, "cancelled")
    assert models.reconcile() == 1
    assert jobs.has_package(1)
    assert not jobs.has_package(2)
    assert jobs.whole(3, model_id) == model_id
    assert models.get(ACME, model_id).versions == ["1", "3"], "a number is never used again"
    assert records.active(Kind.MODEL) == []


def test_a_model_that_is_gone_costs_no_work(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    models.delete(ACME, model_id)
    assert jobs.whole(2, model_id) == model_id_of(ACME, derive_id(JOB, "2"))
    assert models.resolve(ACME, "churn@1").job_id == derive_id(JOB, "2")


@pytest.mark.parametrize("point", ["models.append.after", "models.blob_delete.before", "models.erase.before"])
def test_a_package_outlives_the_model_it_was_first_for(models: Models, jobs: Jobs, point: str) -> None:
    model_id = jobs.whole(1)
    jobs.register(2, model_id)
    failpoint.arm(point, "error")
    with pytest.raises(OSError, match="failpoint"):
        models.delete(ACME, model_id)
    failpoint.disarm()
    # The job's next driver finds its model gone, and makes one of its own.
    own = jobs.whole(2, model_id)
    assert own != model_id
    models.reconcile()
    jobs.erased(2)
    models.reconcile()
    assert jobs.has_package(2)
    assert not jobs.has_package(1)
    assert models.get(ACME, own).versions == ["1"]


def test_one_version_is_deleted(models: Models, jobs: Jobs, records: MemoryRecords) -> None:
    model_id = jobs.whole(1)
    for number in (2, 3):
        jobs.whole(number, model_id)
    models.set_alias(ACME, model_id, "live", "2")
    models.set_alias(ACME, model_id, "live", "3")
    with pytest.raises(ConflictError) as caught:
        models.delete_version(ACME, model_id, "3")
    assert (caught.value.code, caught.value.detail) == ("version_in_use", "Version 3 is live.")
    with pytest.raises(ConflictError):
        models.delete_version(ACME, model_id, "1")
    models.delete_version(ACME, model_id, "2")
    assert models.get(ACME, model_id).versions == ["1", "3"]
    assert [jobs.has_package(number) for number in (1, 2, 3)] == [True, False, True]
    with pytest.raises(NotFoundError):
        models.delete_version(ACME, model_id, "2")
    with pytest.raises(NotFoundError):
        models.resolve(ACME, f"{model_id}@2")
    with pytest.raises(ConflictError, match="only one version"):
        models.roll_back(ACME, model_id, "live")
    assert records.active(Kind.MODEL) == []
    # Whoever still holds the old number of a deleted version cannot bring it back.
    models.confirm(ACME, model_id, "2")
    assert models.get(ACME, model_id).versions == ["1", "3"]


def test_a_broken_off_removal_is_finished(models: Models, jobs: Jobs, records: MemoryRecords) -> None:
    model_id = jobs.whole(1)
    jobs.whole(2, model_id)
    failpoint.arm("models.blob_delete.before", "error")
    with pytest.raises(OSError, match="failpoint"):
        models.delete_version(ACME, model_id, "2")
    failpoint.disarm()
    assert models.get(ACME, model_id).versions == ["1"]
    assert models.reconcile() == 1
    assert not jobs.has_package(2)
    assert records.active(Kind.MODEL) == []


def test_rolling_back_skips_what_is_gone(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    for number in (2, 3):
        jobs.whole(number, model_id)
    for version in ("2", "1", "3"):
        models.set_alias(ACME, model_id, CHAMPION, version)
    # champion was 1, 2, 1 and is 3 now; without 2 it was 1 once.
    models.delete_version(ACME, model_id, "2")
    assert models.roll_back(ACME, model_id, CHAMPION).aliases == {CHAMPION: "1"}
    with pytest.raises(ConflictError):
        models.roll_back(ACME, model_id, CHAMPION)


def test_rolling_back_twice_by_one_request_goes_back_once(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    for number in (2, 3):
        jobs.whole(number, model_id)
        models.set_alias(ACME, model_id, CHAMPION, str(number))
    for _ in range(2):
        assert models.roll_back(ACME, model_id, CHAMPION, "3").aliases == {CHAMPION: "2"}


def test_an_alias_is_forgotten(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    models.set_alias(ACME, model_id, "live", "1")
    assert models.drop_alias(ACME, model_id, "live").aliases == {CHAMPION: "1"}
    with pytest.raises(NotFoundError):
        models.drop_alias(ACME, model_id, "live")
    with pytest.raises(ConflictError):
        models.drop_alias(ACME, model_id, CHAMPION)


def test_what_is_kept_is_known(models: Models, jobs: Jobs) -> None:
    model_id = jobs.whole(1)
    jobs.whole(2, model_id)
    blob = package_blob(derive_id(JOB, "2"))
    assert models.keeps(ACME, model_id, blob)
    assert blob in models.kept_blobs(ACME)
    assert models.kept_blobs("rival") == frozenset()
    models.delete_version(ACME, model_id, "2")
    assert not models.keeps(ACME, model_id, blob)
    assert blob not in models.kept_blobs(ACME)


def test_search(models: Models, jobs: Jobs) -> None:
    first, second = jobs.whole(1), jobs.whole(2)
    models.rename(ACME, second, "Umsatz Köln")
    assert [each.id for each in models.list(ACME, search="kÖLN").items] == [second]
    assert [each.id for each in models.list(ACME, search=" CHURN ").items] == [first]
    assert [each.id for each in models.list(ACME, search=first.upper()).items] == [first]
    assert models.list(ACME, search="nothing").items == []


def test_a_model_of_an_older_release(models: Models, jobs: Jobs, records: MemoryRecords) -> None:
    model_id = jobs.whole(1)
    key = Key(ACME, Kind.MODEL, model_id)
    found = records.read(key)
    assert found is not None
    older = {name: value for name, value in found.document.items() if name not in ("removed", "leaving")}
    records.append(Append(key, found.version, older, 1.0))
    jobs.whole(2, model_id)
    models.set_alias(ACME, model_id, CHAMPION, "2")
    models.delete_version(ACME, model_id, "1")
    assert models.get(ACME, model_id).versions == ["2"]
