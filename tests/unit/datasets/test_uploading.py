"""Uploads in hashed parts: repeatable, resumable, in any order, bounded, by many at once."""

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Append, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
)
from automl.core.ids import DATASET, derive_id
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.datasets.service import Datasets
from automl.datasets.uploading import UploadLimits
from automl.datasets.uploads import dataset_key
from automl.testing.clock import ManualClock

TENANT = "acme"
JustBefore = Callable[..., None]
LIMITS = UploadLimits(part_bytes=10, total_bytes=40, parts=50)


@pytest.fixture
def datasets(records: MemoryRecords, blobs: MemoryBlobs, clock: ManualClock, metrics: MemoryMetrics) -> Datasets:
    return Datasets(records, blobs, clock, metrics, LIMITS)


@pytest.fixture
def opened(datasets: Datasets) -> str:
    return datasets.open(TENANT, name="t", filename="t.csv", options=ReadOptions()).id


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def whole(datasets: Datasets, dataset_id: str) -> bytes:
    return b"".join(datasets.raw(TENANT, dataset_id))


def refused(kind: type[Exception], code: str, act: Callable[[], Any]) -> Any:
    with pytest.raises(kind) as caught:
        act()
    error: Any = caught.value
    assert error.code == code
    return error


def test_parts_in_any_order_make_the_file(datasets: Datasets, opened: str) -> None:
    for number, data in ((2, b"cc"), (0, b"aaaa"), (1, b"bbb")):
        datasets.put_part(TENANT, opened, number, data, digest(data))
    view = datasets.check_complete(TENANT, opened, size_bytes=9, sha256=digest(b"aaaabbbcc"))
    assert (view.state, view.parts, view.size_bytes) == (DatasetState.PROCESSING, 3, 9)
    assert whole(datasets, opened) == b"aaaabbbcc"


def test_the_same_part_again_changes_nothing(
    datasets: Datasets, records: MemoryRecords, metrics: MemoryMetrics, opened: str
) -> None:
    first = datasets.put_part(TENANT, opened, 0, b"aaaa")
    version = records.read(dataset_key(TENANT, opened)).version  # type: ignore[union-attr]
    assert datasets.put_part(TENANT, opened, 0, b"aaaa", digest(b"aaaa")) == first
    assert records.read(dataset_key(TENANT, opened)).version == version  # type: ignore[union-attr]
    assert metrics.values("automl_ingest_bytes_total") == [4]


def test_a_part_again_with_other_bytes_is_refused(datasets: Datasets, opened: str) -> None:
    datasets.put_part(TENANT, opened, 0, b"aaaa")
    refused(ConflictError, "part_differs", lambda: datasets.put_part(TENANT, opened, 0, b"aaab"))
    assert [part["sha256"] for part in datasets.parts(TENANT, opened)] == [digest(b"aaaa")]


def test_a_wrong_hash_is_refused_and_nothing_is_kept(datasets: Datasets, blobs: MemoryBlobs, opened: str) -> None:
    refused(InvalidInputError, "part_damaged", lambda: datasets.put_part(TENANT, opened, 0, b"aaaa", digest(b"b")))
    assert datasets.parts(TENANT, opened) == []
    assert not blobs.names().items
    datasets.put_part(TENANT, opened, 0, b"aaaa", digest(b"aaaa"))


def test_what_has_arrived_is_told_for_resuming(datasets: Datasets, opened: str) -> None:
    datasets.put_part(TENANT, opened, 3, b"ddd")
    datasets.put_part(TENANT, opened, 1, b"b")
    assert datasets.parts(TENANT, opened) == [
        {"number": 1, "size_bytes": 1, "sha256": digest(b"b")},
        {"number": 3, "size_bytes": 3, "sha256": digest(b"ddd")},
    ]


@pytest.mark.parametrize("point", ["datasets.part.before", "datasets.change.before", "datasets.part.after"])
def test_a_part_that_was_cut_short_is_sent_again(datasets: Datasets, opened: str, point: str) -> None:
    failpoint.arm(point, "error", 1)
    with pytest.raises(OSError, match="failpoint"):
        datasets.put_part(TENANT, opened, 0, b"aaaa")
    view = datasets.put_part(TENANT, opened, 0, b"aaaa")
    assert (view.parts, view.size_bytes) == (1, 4)


def test_missing_parts_are_named(datasets: Datasets, opened: str) -> None:
    for number in (1, 4):
        datasets.put_part(TENANT, opened, number, b"x")
    error = refused(ConflictError, "parts_missing", lambda: datasets.check_complete(TENANT, opened))
    assert "0, 2, 3" in error.detail
    assert [item.message for item in error.errors] == [f"part {n} is missing" for n in (0, 2, 3)]
    assert datasets.get(TENANT, opened).state is DatasetState.UPLOADING


def test_nothing_at_all_is_not_complete(datasets: Datasets, opened: str) -> None:
    refused(ConflictError, "parts_missing", lambda: datasets.check_complete(TENANT, opened))


def test_another_size_than_was_sent_is_refused(datasets: Datasets, opened: str) -> None:
    datasets.put_part(TENANT, opened, 0, b"aaaa")
    refused(InvalidInputError, "size_differs", lambda: datasets.check_complete(TENANT, opened, size_bytes=5))
    assert datasets.check_complete(TENANT, opened, size_bytes=4).state is DatasetState.PROCESSING


def test_complete_twice_is_once(datasets: Datasets, records: MemoryRecords, opened: str) -> None:
    datasets.put_part(TENANT, opened, 0, b"aaaa")
    first = datasets.check_complete(TENANT, opened)
    assert datasets.check_complete(TENANT, opened) == first
    events = [event.type for event in records.events(dataset_key(TENANT, opened))]
    assert events == ["dataset.opened", "dataset.processing"]
    assert records.active(Kind.DATASET) == [dataset_key(TENANT, opened)]


def is_completion(change: Append) -> bool:
    return change.document["state"] == "processing"


def test_a_late_complete_does_not_undo_the_reading(
    datasets: Datasets, records: MemoryRecords, opened: str, just_before: JustBefore
) -> None:
    """Another request completes, and the file is read, between this one's look and its write."""
    datasets.put_part(TENANT, opened, 0, b"aaaa")

    def complete_and_read() -> None:
        datasets.check_complete(TENANT, opened)
        datasets.mark_rejected(TENANT, opened, {"code": "ragged", "detail": "Row 3."}, 0.1)

    just_before(is_completion, complete_and_read)
    assert datasets.check_complete(TENANT, opened).state is DatasetState.REJECTED
    assert records.active(Kind.DATASET) == []


def test_a_part_that_comes_between_look_and_write_is_counted(
    datasets: Datasets, opened: str, just_before: JustBefore
) -> None:
    datasets.put_part(TENANT, opened, 0, b"aaaa")
    just_before(is_completion, lambda: datasets.put_part(TENANT, opened, 2, b"late"))
    refused(ConflictError, "parts_missing", lambda: datasets.check_complete(TENANT, opened, size_bytes=4))
    assert datasets.get(TENANT, opened).state is DatasetState.UPLOADING


def test_after_completion_only_the_same_bytes_are_taken(datasets: Datasets, opened: str) -> None:
    datasets.put_part(TENANT, opened, 0, b"aaaa")
    datasets.check_complete(TENANT, opened)
    assert datasets.put_part(TENANT, opened, 0, b"aaaa").parts == 1
    for number, data in ((1, b"bbbb"), (0, b"cccc")):
        refused(ConflictError, "upload_closed", lambda n=number, d=data: datasets.put_part(TENANT, opened, n, d))


def test_sizes_are_bounded_and_the_last_part_may_be_repeated(datasets: Datasets, opened: str) -> None:
    with pytest.raises(TooLargeError, match="10 bytes"):
        datasets.put_part(TENANT, opened, 0, b"x" * 11)
    for number in range(4):
        datasets.put_part(TENANT, opened, number, b"x" * 10)
    with pytest.raises(TooLargeError, match="40 bytes"):
        datasets.put_part(TENANT, opened, 4, b"x")
    assert datasets.put_part(TENANT, opened, 3, b"x" * 10).size_bytes == 40
    for number in (-1, 50):
        refused(InvalidInputError, "part_number", lambda n=number: datasets.put_part(TENANT, opened, n, b""))


def test_the_total_holds_when_many_send_at_once(datasets: Datasets, opened: str) -> None:
    answers: list[str] = []
    start = threading.Barrier(8)

    def send(number: int) -> None:
        start.wait()
        try:
            datasets.put_part(TENANT, opened, number, b"x" * 10)
            answers.append("kept")
        except TooLargeError:
            answers.append("refused")

    together([lambda n=n: send(n) for n in range(8)])
    assert sorted(answers) == ["kept"] * 4 + ["refused"] * 4
    assert datasets.get(TENANT, opened).size_bytes == 40
    assert len(datasets.parts(TENANT, opened)) == 4


def test_one_part_sent_by_many_at_once_counts_once(datasets: Datasets, opened: str) -> None:
    together([lambda: datasets.put_part(TENANT, opened, 0, b"aaaa") for _ in range(8)])
    view = datasets.get(TENANT, opened)
    assert (view.parts, view.size_bytes) == (1, 4)


def test_two_uploads_racing_stay_apart(datasets: Datasets) -> None:
    ids = [datasets.open(TENANT, name=name, filename=None, options=ReadOptions()).id for name in "ab"]
    together([lambda i=i, n=n: datasets.put_part(TENANT, ids[i], n, b"%d%d" % (i, n)) for i in (0, 1) for n in (0, 1)])
    for dataset_id in ids:
        datasets.check_complete(TENANT, dataset_id)
    assert [whole(datasets, dataset_id) for dataset_id in ids] == [b"0001", b"1011"]


def together(acts: list[Callable[[], Any]]) -> None:
    failures: list[BaseException] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception as error:  # shown by the test's thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_more_parts_than_a_page_are_all_found(
    records: MemoryRecords, blobs: MemoryBlobs, clock: ManualClock, metrics: MemoryMetrics
) -> None:
    many = Datasets(records, blobs, clock, metrics, UploadLimits(10, 100_000, 5000))
    opened = many.open(TENANT, name="t", filename=None, options=ReadOptions()).id
    for number in range(1003):
        many.put_part(TENANT, opened, number, b"%d\n" % number)
    assert len(many.parts(TENANT, opened)) == 1003
    many.check_complete(TENANT, opened)
    assert whole(many, opened).splitlines() == [b"%d" % number for number in range(1003)]
    assert many.put_part(TENANT, opened, 1002, b"1002\n").parts == 1003
    many.delete(TENANT, opened)
    assert not blobs.names().items


def test_options_of_too_many_columns_are_refused(datasets: Datasets) -> None:
    options = ReadOptions(types={f"column {n}": "text" for n in range(2000)})
    refused(
        TooLargeError,
        "options_too_large",
        lambda: datasets.open(TENANT, name="t", filename=None, options=options),
    )


def test_an_unfinished_upload_has_no_file_yet(datasets: Datasets, opened: str) -> None:
    datasets.put_part(TENANT, opened, 0, b"aaaa")
    refused(ConflictError, "upload_open", lambda: datasets.raw(TENANT, opened))


@pytest.mark.parametrize(
    "act",
    [
        lambda d, t, i: d.put_part(t, i, 0, b"x"),
        lambda d, t, i: d.parts(t, i),
        lambda d, t, i: d.check_complete(t, i),
        lambda d, t, i: d.raw(t, i),
        lambda d, t, i: d.reread(t, i, ReadOptions()),
        lambda d, t, i: d.get(t, i),
        lambda d, t, i: d.rename(t, i, "x"),
        lambda d, t, i: d.delete(t, i),
        lambda d, t, i: d.rows(t, i, 0, 1),
        lambda d, t, i: d.profile(t, i),
        lambda d, t, i: d.checks(t, i, "x"),
    ],
)
def test_a_foreign_dataset_answers_like_an_unknown_one(datasets: Datasets, opened: str, act: Any) -> None:
    words = set()
    for tenant, dataset_id in (("rival", opened), (TENANT, derive_id(DATASET, "none")), (TENANT, "../x")):
        with pytest.raises(NotFoundError) as caught:
            act(datasets, tenant, dataset_id)
        words.add((caught.value.code, caught.value.detail))
    assert len(words) == 1
    assert datasets.get(TENANT, opened).name == "t"
