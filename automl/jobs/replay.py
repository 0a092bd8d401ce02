"""What earlier drivers of a job left: recorded folds, trials by number, and finished fold blobs nobody recorded."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.backends.records.base import Records
from automl.core.errors import CorruptDataError, NotFoundError
from automl.core.trials import Configuration, FoldResult, fold_blob
from automl.jobs.aggregate import TRIALS, JobRecord
from automl.jobs.ledger import Ledger, all_rows
from automl.jobs.shelf import FoldShelf
from automl.training.fold_blob import unpack
from automl.training.study_data import StudyPlan, study_blob

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Replayed:
    """plan: of the study, None when no earlier driver came so far; configurations: trial → what it tried."""

    plan: StudyPlan | None
    configurations: Mapping[int, Configuration]


def replay(records: Records, blobs: Blobs, record: JobRecord, ledger: Ledger, shelf: FoldShelf) -> Replayed:
    """Fill the shelf with recorded folds and adopt finished blobs without a row. Raises what the stores raise."""
    configurations = {int(row.key): Configuration.from_json(row.body) for row in all_rows(records, record, TRIALS)}
    for result in ledger.recorded():
        shelf.add(result)
    key = BlobKey(record.tenant, study_blob(record.id))
    if blobs.stat(key) is None:
        # Workers fit nothing before the plan is there.
        return Replayed(None, configurations)
    plan = StudyPlan.from_bytes(read_all(blobs, key))
    known = {(each.trial, each.fold) for each in shelf.results()}
    for trial in sorted(configurations):
        for fold in range(plan.k):
            if (trial, fold) not in known:
                adopted = _adopt(blobs, record, trial, fold)
                if adopted is not None and shelf.add(adopted):
                    ledger.fold(adopted)
    return Replayed(plan, configurations)


def _adopt(blobs: Blobs, record: JobRecord, trial: int, fold: int) -> FoldResult | None:
    key = BlobKey(record.tenant, fold_blob(record.id, trial, fold))
    info = blobs.stat(key)
    if info is None:
        return None
    try:
        stored = unpack(read_all(blobs, key))
    except (CorruptDataError, NotFoundError) as error:
        _log.error("job %s: fold %d of trial %d cannot be adopted: %s", record.id, fold, trial, error.detail)
        return None
    return replace(stored.result, blob=key.name, digest=info.sha256)
