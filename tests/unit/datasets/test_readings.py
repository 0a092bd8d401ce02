"""Several readings of the same bytes, and their deletion in any order, cut short or not."""

from collections.abc import Callable

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.base import Append, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.errors import ConflictError, NotFoundError
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.datasets.manifest import manifest_blob
from automl.datasets.service import Datasets
from automl.datasets.uploads import READINGS, dataset_key
from automl.testing.clock import ManualClock

TENANT = "acme"
DATA = b"a;b\n1,5;x\n"
Uploaded = Callable[..., str]
JustBefore = Callable[..., None]


def whole(datasets: Datasets, dataset_id: str) -> bytes:
    return b"".join(datasets.raw(TENANT, dataset_id))


def reject(datasets: Datasets, dataset_id: str) -> None:
    datasets.mark_rejected(TENANT, dataset_id, {"code": "ragged", "detail": "Row 3."}, 0.1)


def names(blobs: MemoryBlobs) -> list[str]:
    return sorted(info.key.name for info in blobs.names().items)


@pytest.fixture
def first(datasets: Datasets, uploaded: Uploaded) -> str:
    return uploaded(DATA, header=False)


def test_a_second_reading_is_a_dataset_of_its_own(datasets: Datasets, records: MemoryRecords, first: str) -> None:
    reject(datasets, first)
    before = datasets.get(TENANT, first)
    again = datasets.reread(TENANT, first, ReadOptions(delimiter=";", decimal=","))
    assert again.id != first
    assert (again.parent_id, again.state, again.error) == (first, DatasetState.PROCESSING, None)
    assert again.options == {"delimiter": ";", "decimal": ","}
    assert (again.name, again.filename, again.size_bytes) == ("table", "table.csv", len(DATA))
    assert whole(datasets, again.id) == DATA
    assert datasets.get(TENANT, first) == before
    assert records.active(Kind.DATASET) == [dataset_key(TENANT, again.id)]


def test_a_reading_of_a_reading_reads_the_same_bytes(datasets: Datasets, first: str) -> None:
    second = datasets.reread(TENANT, first, ReadOptions())
    third = datasets.reread(TENANT, second.id, ReadOptions(header=True))
    assert third.parent_id == second.id
    datasets.delete(TENANT, second.id)
    assert whole(datasets, third.id) == DATA
    assert datasets.parts(TENANT, third.id) == datasets.parts(TENANT, first)


def test_an_open_upload_is_not_read_anew(datasets: Datasets) -> None:
    opened = datasets.open(TENANT, name="t", filename=None, options=ReadOptions())
    with pytest.raises(ConflictError) as refused:
        datasets.reread(TENANT, opened.id, ReadOptions())
    assert refused.value.code == "upload_open"


def test_a_reading_takes_no_parts(datasets: Datasets, first: str) -> None:
    again = datasets.reread(TENANT, first, ReadOptions())
    with pytest.raises(ConflictError):
        datasets.put_part(TENANT, again.id, 0, DATA)


def test_the_bytes_stay_as_long_as_one_reading_lives(
    datasets: Datasets, records: MemoryRecords, blobs: MemoryBlobs, first: str
) -> None:
    second, third = (datasets.reread(TENANT, first, ReadOptions()).id for _ in range(2))
    datasets.delete(TENANT, first)
    with pytest.raises(NotFoundError):
        datasets.get(TENANT, first)
    assert {view.id for view in datasets.list(TENANT).items} == {second, third}
    assert whole(datasets, second) == DATA
    datasets.delete(TENANT, second)
    assert whole(datasets, third) == DATA
    reject(datasets, third)
    assert records.active(Kind.DATASET) == []
    datasets.delete(TENANT, third)
    assert names(blobs) == []
    assert [records.read(dataset_key(TENANT, each)) for each in (first, second, third)] == [None] * 3


def test_the_bytes_stay_with_their_first_reading(datasets: Datasets, blobs: MemoryBlobs, first: str) -> None:
    second = datasets.reread(TENANT, first, ReadOptions())
    datasets.delete(TENANT, second.id)
    assert whole(datasets, first) == DATA
    datasets.delete(TENANT, first)
    assert names(blobs) == []


def test_a_reading_announced_and_not_yet_made_keeps_the_bytes_for_a_while(
    datasets: Datasets, records: MemoryRecords, blobs: MemoryBlobs, clock: ManualClock, first: str
) -> None:
    failpoint.arm("datasets.create.before", "error")
    with pytest.raises(OSError, match="failpoint"):
        datasets.reread(TENANT, first, ReadOptions())
    failpoint.disarm()
    datasets.delete(TENANT, first)
    assert len(names(blobs)) == 1
    assert records.active(Kind.DATASET) == [dataset_key(TENANT, first)]
    clock.advance(700)
    datasets.finish_deletion(TENANT, first)
    assert names(blobs) == []
    assert records.read(dataset_key(TENANT, first)) is None


def is_announcement(change: Append) -> bool:
    return any(row.collection == READINGS for row in change.rows)


def test_reading_anew_and_deleting_at_once(datasets: Datasets, first: str, just_before: JustBefore) -> None:
    """The deletion comes between the look and the announcement: no reading of bytes that are gone is made."""
    just_before(is_announcement, lambda: datasets.delete(TENANT, first))
    with pytest.raises(NotFoundError):
        datasets.reread(TENANT, first, ReadOptions())
    assert datasets.list(TENANT).items == []


def test_reading_anew_while_the_bytes_are_being_deleted(
    datasets: Datasets, first: str, just_before: JustBefore
) -> None:
    """As before, and the deletion has come as far as its last step: the aggregate still stands there."""

    def delete_but_for_the_last_step() -> None:
        failpoint.arm("datasets.erase.before", "error")
        with pytest.raises(OSError, match="failpoint"):
            datasets.delete(TENANT, first)
        failpoint.disarm()

    just_before(is_announcement, delete_but_for_the_last_step)
    with pytest.raises(NotFoundError):
        datasets.reread(TENANT, first, ReadOptions())
    assert datasets.list(TENANT).items == []


POINTS = ["datasets.change.before", "datasets.change.after", "datasets.delete.before", "datasets.delete.after",
          "datasets.erase.before", "datasets.erase.after"]  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("order", ["root first", "reading first"])
def test_a_deletion_cut_short_anywhere_is_finished(
    datasets: Datasets, records: MemoryRecords, blobs: MemoryBlobs, first: str, point: str, order: str
) -> None:
    second = datasets.reread(TENANT, first, ReadOptions()).id
    for reading in (first, second):
        reject(datasets, reading)
    for each in (first, second) if order == "root first" else (second, first):
        for visit in range(1, 9):
            failpoint.arm(point, "error", visit)
            try:
                datasets.delete(TENANT, each)
            except OSError:
                pass  # as a kill at this point
            except NotFoundError:
                break  # the deletion was begun
            failpoint.disarm()
            for key in records.active(Kind.DATASET):
                datasets.finish_deletion(key.tenant, key.id)
    assert names(blobs) == []
    assert datasets.list(TENANT).items == []
    assert records.active(Kind.DATASET) == []
    assert [records.read(dataset_key(TENANT, each)) for each in (first, second)] == [None, None]


def test_a_damaged_manifest_does_not_hinder_a_deletion(
    datasets: Datasets, records: MemoryRecords, blobs: MemoryBlobs, first: str
) -> None:
    blobs.put(BlobKey(TENANT, manifest_blob(first)), b"{no manifest")
    datasets.delete(TENANT, first)
    assert names(blobs) == []
    assert records.read(dataset_key(TENANT, first)) is None


def test_finishing_what_was_not_begun_changes_nothing(datasets: Datasets, first: str) -> None:
    datasets.finish_deletion(TENANT, first)
    assert whole(datasets, first) == DATA
    datasets.delete(TENANT, first)
    datasets.finish_deletion(TENANT, first)
    with pytest.raises(NotFoundError):
        datasets.delete(TENANT, first)


def test_all_readings_of_the_same_bytes_are_listed(
    datasets: Datasets, uploaded: Uploaded, first: str, clock: ManualClock
) -> None:
    clock.advance(1)
    second = datasets.reread(TENANT, first, ReadOptions()).id
    clock.advance(1)
    third = datasets.reread(TENANT, second, ReadOptions(header=True)).id
    uploaded(DATA, header=False)
    for each in (first, second, third):
        assert [view.id for view in datasets.versions(TENANT, each)] == [third, second, first]
    datasets.delete(TENANT, first)
    assert [view.id for view in datasets.versions(TENANT, second)] == [third, second]
    with pytest.raises(NotFoundError):
        datasets.versions(TENANT, first)
