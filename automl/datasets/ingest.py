"""From stored parts to a checked table: the one way a dataset becomes ready. May be repeated at any point."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator

from automl.core.errors import DatasetRejectedError, InvalidInputError
from automl.core.failpoint import failpoint
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.core.views import DatasetView
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import ReaderKilledError, read_table
from automl.datasets.service import Datasets
from automl.datasets.uploads import DatasetRecord

_LOG = logging.getLogger(__name__)
# Processes that may be killed while they read one file, until it is the file's fault.
_READERS = 3


def ingest(
    datasets: Datasets,
    tenant: str,
    dataset_id: str,
    limits: ReadLimits,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> DatasetView:
    """Read the file, store the table, mark the dataset ready or rejected.

    on_progress: bytes read and in all. Raises NotFoundError, CorruptDataError, UnavailableError; what the owner can
    mend becomes a rejected dataset instead.
    """
    began = time.monotonic()
    record = datasets.record(tenant, dataset_id)
    if record.state is not DatasetState.PROCESSING:
        return record.view()
    for attempt in range(1, _READERS + 1):
        try:
            return _ingested(datasets, record, limits, on_progress, began)
        except ReaderKilledError as error:
            if attempt == _READERS:
                return datasets.mark_rejected(tenant, dataset_id, error.to_json(), time.monotonic() - began)
            _LOG.warning("dataset %s is read again: %s", dataset_id, error.detail)
    raise AssertionError("the last attempt returns")


def _ingested(
    datasets: Datasets,
    record: DatasetRecord,
    limits: ReadLimits,
    on_progress: Callable[[int, int | None], None] | None,
    began: float,
) -> DatasetView:
    """One reading. Raises as `ingest`, and ReaderKilledError."""
    tenant, dataset_id, whole = record.tenant, record.id, hashlib.sha256()

    def source() -> Iterator[bytes]:
        for piece in datasets.raw(tenant, dataset_id):
            whole.update(piece)
            yield piece

    def progress(done: int, total: int | None) -> None:
        if on_progress is not None:
            on_progress(done, total or record.size_bytes)

    writer = datasets.writer(tenant, dataset_id)
    try:
        outcome = read_table(
            source(),
            filename=record.filename,
            options=ReadOptions.model_validate(record.options),
            limits=limits,
            on_batch=writer.add,
            on_progress=progress,
        )
        if record.sha256 is not None and record.sha256 != whole.hexdigest():
            raise DatasetRejectedError(
                "The bytes that arrived are not those that were sent: their hash differs.",
                code="hash_differs",
                hint="Upload the file again.",
            )
    except ReaderKilledError:
        raise
    except InvalidInputError as error:
        return datasets.mark_rejected(tenant, dataset_id, error.to_json(), time.monotonic() - began)
    failpoint("datasets.manifest.before")
    manifest = writer.finish(outcome.schema, outcome.findings, outcome.dialect, outcome.profile)
    failpoint("datasets.manifest.after")
    spent = time.monotonic() - began
    return datasets.mark_ready(tenant, dataset_id, manifest, whole.hexdigest(), outcome.findings, spent)
