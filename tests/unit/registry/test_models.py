"""Model versions: registered once, shown when their job names them, aliases that move and come back."""

from dataclasses import replace
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.base import Append, Key, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.errors import ConflictError, InvalidInputError, NotFoundError
from automl.core.ids import JOB, derive_id
from automl.registry.aliases import CHAMPION
from automl.registry.models import Models
from automl.registry.versions import NewVersion, details_blob, model_id_of, package_blob

ACME = "acme"
FIRST = derive_id(JOB, "first")
SECOND = derive_id(JOB, "second")


def new_version(job_id: str = FIRST, **changes: Any) -> NewVersion:
    plain = NewVersion(
        job_id=job_id,
        dataset_id="ds_a",
        name="churn",
        family="lightgbm",
        target="left",
        task="binary",
        metric="roc_auc",
        score=0.8,
        test_score=None,
        size_bytes=10,
        digest="d" * 64,
        members=[{"family": "lightgbm", "weight": 1.0}],
        features=[{"name": "age", "type": "integer"}],
        classes=["no", "yes"],
    )
    return replace(plain, **changes)


@pytest.fixture
def models(records: MemoryRecords, blobs: MemoryBlobs, clock: Any) -> Models:
    return Models(records, blobs, clock)


def end_job(records: MemoryRecords, job_id: str, state: str, version: str | None) -> None:
    document = {"state": state, "result": {"model_version": version} if version else {}}
    key = Key(ACME, Kind.JOB, job_id)
    known = records.read(key)
    records.append(Append(key, 0 if known is None else known.version, document, 1.0))


def ready(models: Models, job_id: str = FIRST) -> str:
    view = models.register(ACME, new_version(job_id))
    models.confirm(ACME, view.model_id, view.version)
    return view.model_id


def test_registering_twice_gives_one_version(models: Models, records: MemoryRecords) -> None:
    first = models.register(ACME, new_version())
    again = models.register(ACME, new_version(score=0.1))
    assert (again.model_id, again.version, again.score) == (first.model_id, first.version, 0.8)
    assert len(records.rows(Key(ACME, Kind.MODEL, first.model_id), "versions")) == 1


def test_a_version_is_hidden_until_its_job_names_it(models: Models, records: MemoryRecords) -> None:
    view = models.register(ACME, new_version())
    end_job(records, FIRST, "finishing", None)
    assert models.list(ACME).items == []
    with pytest.raises(NotFoundError):
        models.get(ACME, view.model_id)
    end_job(records, FIRST, "succeeded", view.version)
    # The driver died before it could confirm: the first look settles it.
    assert models.get(ACME, view.model_id).aliases == {CHAMPION: "1"}
    assert [each.name for each in models.list(ACME).items] == ["churn"]
    assert records.active(Kind.MODEL) == []


def test_a_version_that_no_job_names_is_taken_away(models: Models, records: MemoryRecords, blobs: MemoryBlobs) -> None:
    view = models.register(ACME, new_version())
    blobs.put(BlobKey(ACME, package_blob(FIRST)), b"package")
    end_job(records, FIRST, "running", None)
    assert models.reconcile() == 0
    end_job(records, FIRST, "cancelled", None)
    assert models.reconcile() == 1
    assert records.read(Key(ACME, Kind.MODEL, view.model_id)) is None
    assert blobs.stat(BlobKey(ACME, package_blob(FIRST))) is None


def test_view(models: Models) -> None:
    model_id = ready(models)
    view = models.version(ACME, model_id, "1")
    assert view.label == "LightGBM_20270115_080000"
    assert (view.classes, view.aliases, view.features[0]["name"]) == (["no", "yes"], [CHAMPION], "age")
    assert models.versions(ACME, model_id) == [view]
    assert models.get(ACME, model_id).latest == view


def test_many_features_fit(models: Models, blobs: MemoryBlobs) -> None:
    features = [{"name": f"a long column name {number}", "type": "number"} for number in range(10_000)]
    view = models.register(ACME, new_version(features=features))
    models.confirm(ACME, view.model_id, view.version)
    assert len(models.version(ACME, view.model_id, "1").features) == 10_000
    assert blobs.stat(BlobKey(ACME, details_blob(FIRST))) is not None


def test_references(models: Models) -> None:
    model_id = ready(models)
    models.set_alias(ACME, model_id, "live", "1")
    for reference in (model_id, f"{model_id}@live", f"{model_id}@1", "churn", "churn@champion", "churn@1"):
        assert models.resolve(ACME, reference).version == "1"
    for wrong in (f"{model_id}@2", f"{model_id}@other", "nobody", "nobody@champion", "mdl_x", ""):
        with pytest.raises(NotFoundError):
            models.resolve(ACME, wrong)


def test_a_foreign_model_answers_like_an_unknown_one(models: Models) -> None:
    model_id = ready(models)
    words = set()
    for tenant, wanted in (("rival", model_id), (ACME, model_id_of(ACME, "job_none"))):
        with pytest.raises(NotFoundError) as refused:
            models.get(tenant, wanted)
        words.add((refused.value.code, str(refused.value)))
    assert len(words) == 1
    assert models.list("rival").items == []


def test_an_alias_moves_and_rolls_back(models: Models, records: MemoryRecords) -> None:
    model_id = ready(models)
    second = _second_version(models, records, model_id)
    models.set_alias(ACME, model_id, CHAMPION, second)
    assert models.resolve(ACME, f"{model_id}@{CHAMPION}").version == second
    assert models.roll_back(ACME, model_id, CHAMPION).aliases == {CHAMPION: "1"}
    with pytest.raises(ConflictError):
        models.roll_back(ACME, model_id, CHAMPION)


def _second_version(models: Models, records: MemoryRecords, model_id: str) -> str:
    # As a later job of the same series would: under the same model, another (job, role).
    key = Key(ACME, Kind.MODEL, model_id)
    found = records.read(key)
    assert found is not None
    row = records.rows(key, "versions")[0]
    from automl.backends.records.base import Row

    body = {**row.body, "version": "2", "job_id": SECOND}
    document = {**found.document, "versions": 2}
    records.append(Append(key, found.version, document, 2.0, once=(Row("versions", "00002", body),), active=True))
    models.confirm(ACME, model_id, "2")
    return "2"


@pytest.mark.parametrize("alias", ["", "1", "A", "a b", "x" * 41, "@"])
def test_odd_aliases_are_refused(models: Models, alias: str) -> None:
    with pytest.raises(InvalidInputError):
        models.set_alias(ACME, ready(models), alias, "1")


def test_an_alias_names_only_what_exists(models: Models) -> None:
    model_id = ready(models)
    with pytest.raises(NotFoundError):
        models.set_alias(ACME, model_id, "live", "9")
    with pytest.raises(NotFoundError):
        models.roll_back(ACME, model_id, "live")


def test_rename(models: Models) -> None:
    model_id = ready(models)
    assert models.rename(ACME, model_id, " leavers ").name == "leavers"
    assert models.resolve(ACME, "leavers").model_id == model_id
    for wrong in ("", "a@b", "x" * 201, "a\nb"):
        with pytest.raises(InvalidInputError):
            models.rename(ACME, model_id, wrong)


def test_deleted_stays_deleted(models: Models, blobs: MemoryBlobs) -> None:
    model_id = ready(models)
    blobs.put(BlobKey(ACME, package_blob(FIRST)), b"package")
    models.delete(ACME, model_id)
    assert blobs.stat(BlobKey(ACME, package_blob(FIRST))) is None
    with pytest.raises(NotFoundError):
        models.get(ACME, model_id)
    with pytest.raises(NotFoundError):
        models.register(ACME, new_version())


@pytest.mark.parametrize("point", ["models.append.after", "models.blob_delete.before", "models.erase.before"])
def test_a_broken_off_deletion_is_finished(
    models: Models, records: MemoryRecords, blobs: MemoryBlobs, point: str
) -> None:
    model_id = ready(models)
    blobs.put(BlobKey(ACME, package_blob(FIRST)), b"package")
    failpoint.arm(point, "error")
    with pytest.raises(OSError, match="failpoint"):
        models.delete(ACME, model_id)
    failpoint.disarm()
    with pytest.raises(NotFoundError):
        models.get(ACME, model_id)
    models.reconcile()
    assert records.read(Key(ACME, Kind.MODEL, model_id)) is None
    assert blobs.stat(BlobKey(ACME, package_blob(FIRST))) is None
