"""Stored answers: chunks that are put once, a manifest that shows them, a deletion that can be cut anywhere."""

from typing import Any

import pyarrow as pa
import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.core import failpoint
from automl.core.clock import SystemClock
from automl.core.errors import CorruptDataError, NotFoundError
from automl.serving.stored import (
    AnswersManifest,
    AnswersWriter,
    StoredAnswers,
    answers_blob,
    delete_answers,
    manifest_blob,
)

TENANT, JOB = "acme", "job_" + "a" * 20
EMPTY = AnswersManifest(columns=("prediction",), is_label=True, chunks=(), warnings=("odd",), unseen={"city": 2})


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs(SystemClock())


def batch(*labels: str) -> pa.RecordBatch:
    return pa.record_batch({"prediction": list(labels)})


def write(blobs: Any, *batches: pa.RecordBatch) -> AnswersManifest:
    writer = AnswersWriter(blobs, TENANT, JOB)
    for each in batches:
        writer.add(each)
    return writer.finish(EMPTY)


def labels(blobs: Any) -> list[str]:
    return [label for each in StoredAnswers.open(blobs, TENANT, JOB).batches() for label in each.column(0).to_pylist()]


def test_answers_come_in_order(blobs: MemoryBlobs) -> None:
    manifest = write(blobs, batch("a", "b"), batch("c"))
    assert labels(blobs) == ["a", "b", "c"]
    assert (manifest.rows, manifest.warnings, manifest.unseen) == (3, ("odd",), {"city": 2})
    assert manifest.size_bytes == sum(chunk.size_bytes for chunk in manifest.chunks) > 0
    assert manifest.arrow == pa.schema([("prediction", pa.string())])


def test_nothing_is_shown_before_the_manifest(blobs: MemoryBlobs) -> None:
    AnswersWriter(blobs, TENANT, JOB).add(batch("a"))
    with pytest.raises(NotFoundError):
        StoredAnswers.open(blobs, TENANT, JOB)


def test_another_attempt_takes_what_is_stored(blobs: MemoryBlobs) -> None:
    AnswersWriter(blobs, TENANT, JOB).add(batch("a", "b"))
    again = AnswersWriter(blobs, TENANT, JOB)
    taken = again.take(2)
    assert taken is not None
    assert taken.column(0).to_pylist() == ["a", "b"]
    assert again.take(1) is None
    again.add(batch("c"))
    assert again.finish(EMPTY).rows == 3


def test_what_was_stored_first_counts(blobs: MemoryBlobs) -> None:
    slow, quick = AnswersWriter(blobs, TENANT, JOB), AnswersWriter(blobs, TENANT, JOB)
    quick.add(batch("first"))
    assert slow.add(batch("second")).column(0).to_pylist() == ["first"]
    quick.finish(EMPTY)
    assert slow.finish(EMPTY.model_copy(update={"warnings": ("other",)})).warnings == ("odd",)
    assert labels(blobs) == ["first"]


def test_a_chunk_of_other_rows_is_damage(blobs: MemoryBlobs) -> None:
    AnswersWriter(blobs, TENANT, JOB).add(batch("a"))
    with pytest.raises(CorruptDataError):
        AnswersWriter(blobs, TENANT, JOB).take(2)


@pytest.mark.parametrize("name", [answers_blob(JOB, 0), manifest_blob(JOB)])
def test_damage_is_found(blobs: MemoryBlobs, name: str) -> None:
    write(blobs, batch("a"))
    blobs.delete(BlobKey(TENANT, name))
    blobs.put(BlobKey(TENANT, name), b"something else")
    with pytest.raises(CorruptDataError):
        labels(blobs)


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("visit", [1, 2, 3, 4])
def test_a_deletion_that_was_cut_is_finished(blobs: MemoryBlobs, side: str, visit: int) -> None:
    write(blobs, batch("a"), batch("b"), batch("c"))
    failpoint.arm(f"predictions.blob_delete.{side}", "error", at_visit=visit)
    with pytest.raises(OSError, match="failpoint"):
        delete_answers(blobs, TENANT, JOB)
    failpoint.disarm()
    delete_answers(blobs, TENANT, JOB)
    assert blobs.names().items == ()
    delete_answers(blobs, TENANT, JOB)
