"""What earlier drivers of a job left: recorded folds, trials by number, and finished fold blobs nobody recorded; and,
where it continues another job, what that one learnt."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.backends.records.base import Records
from automl.core.clock import Clock
from automl.core.errors import CorruptDataError, InvalidInputError, NotFoundError
from automl.core.trials import Configuration, FoldResult, fold_blob
from automl.jobs.aggregate import TRIALS, JobRecord
from automl.jobs.continuing import deaths_of, inheritance, link
from automl.jobs.ledger import Ledger, all_rows
from automl.jobs.shelf import FoldShelf
from automl.training.fold_blob import unpack
from automl.training.study_data import StudyPlan, study_blob

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Replayed:
    """plan: of the study, None when no earlier driver came so far; configurations: trial → what it tried; deaths: trial
    → fold → worker processes that died with it; continued: the plan of the job that this one continues."""

    plan: StudyPlan | None
    configurations: Mapping[int, Configuration]
    deaths: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    continued: StudyPlan | None = None


def replay(
    records: Records, blobs: Blobs, clock: Clock, record: JobRecord, ledger: Ledger, shelf: FoldShelf
) -> Replayed:
    """Fill the shelf with recorded folds, adopt finished blobs without a row, and the folds of a job that is continued.

    Raises what the stores raise, and InvalidInputError `continued_gone`.
    """
    trials = {int(row.key): row.body for row in all_rows(records, record, TRIALS)}
    for result in ledger.recorded():
        shelf.add(result)
    continued = None
    if record.continues is not None:
        found, continued = _inherited(records, blobs, clock, record, ledger, shelf)
        for number in found.keys() - trials.keys():
            trials[number] = found[number]
            ledger.trial(number, found[number])
    configurations = {number: Configuration.from_json(body) for number, body in trials.items()}
    deaths = {number: counts for number, body in trials.items() if (counts := deaths_of(body))}
    key = BlobKey(record.tenant, study_blob(record.id))
    if blobs.stat(key) is None:
        # Workers fit nothing before the plan is there.
        return Replayed(None, configurations, deaths, continued)
    plan = StudyPlan.from_bytes(read_all(blobs, key))
    known = {(each.trial, each.fold) for each in shelf.results()}
    for trial in sorted(configurations):
        for fold in range(plan.k):
            if (trial, fold) not in known:
                adopted = _adopt(blobs, record, trial, fold)
                if adopted is not None and shelf.add(adopted):
                    ledger.fold(adopted)
    return Replayed(plan, configurations, deaths, continued)


def _inherited(
    records: Records, blobs: Blobs, clock: Clock, record: JobRecord, ledger: Ledger, shelf: FoldShelf
) -> tuple[Mapping[int, Mapping[str, Any]], StudyPlan | None]:
    # Rows that name the first job's blobs, and its plan: the folds of both must be cut from the same rows.
    first = link(records, clock, record)
    if first is None:
        raise InvalidInputError(
            "The job that this one continues was deleted before it began.",
            code="continued_gone",
            hint="Submit a new job.",
        )
    found = inheritance(records, first)
    key = BlobKey(first.tenant, study_blob(first.id))
    if not found.results or blobs.stat(key) is None:
        return {}, None
    for result in found.results:
        if shelf.add(result):
            ledger.fold(result)
    return found.trials, StudyPlan.from_bytes(read_all(blobs, key))


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
