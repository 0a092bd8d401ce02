"""Takes away what nobody names: blobs of lost work, models no job ended with, drivers of jobs that are gone."""

from __future__ import annotations

import logging
import re

from automl.backends.blobs.base import BlobInfo, Blobs
from automl.backends.records.base import Key, Kind, Records
from automl.core.clock import Clock
from automl.core.failpoint import failpoint
from automl.core.ids import DATASET, JOB
from automl.core.states import DatasetState, JobState
from automl.datasets.uploads import DatasetRecord, dataset_key
from automl.jobs.aggregate import FOLDS, JobRecord
from automl.jobs.erasing import erase_job
from automl.jobs.waiting import fold_key
from automl.registry.models import Models
from automl.registry.versions import model_id_of, named_blobs
from automl.serving.stored import PREDICTIONS

_log = logging.getLogger(__name__)

# A blob is put before the row that names it; this is far longer than that may take.
YOUNG_S = 3600.0
# A view is used by jobs admitted within the half day of its making (see prepare.py), and active jobs are spared.
VIEW_S = 36 * 3600.0
_EVERY_S = 600.0
_PAGE = 200
# Folders of a job whose blobs live as long as its model.
_OF_MODELS = {name.split("/")[1] for name in named_blobs("")}
_DRIVER = re.compile(r"^job-(job_[a-z2-7]{20})-(\d+)$")


class Sweeps:
    """Slow cleaning, a page at a time. For one thread."""

    def __init__(self, records: Records, blobs: Blobs, models: Models, clock: Clock) -> None:
        self._records = records
        self._blobs = blobs
        self._models = models
        self._clock = clock
        self._cursor: str | None = None
        self._kept: dict[str, frozenset[str]] = {}
        self._next_at = clock.monotonic() + _EVERY_S

    def step(self, active: list[JobRecord]) -> None:
        """Settle models; now and then, one page of blobs."""
        self._models.reconcile()
        if self._clock.monotonic() >= self._next_at:
            self.blob_page(active)

    def blob_page(self, active: list[JobRecord]) -> int:
        """Delete the unnamed blobs of the next page; how many went."""
        self._kept.clear()
        page = self._blobs.names(self._cursor, _PAGE)
        gone = 0
        for info in page.items:
            if self._clock.now() - info.at >= YOUNG_S and not self._is_named(info, active):
                _log.info("blob %s is named by nothing", info.key.name)
                failpoint("jobs.sweep_delete.before")
                self._blobs.delete(info.key)
                failpoint("jobs.sweep_delete.after")
                gone += 1
        self._cursor = page.cursor
        if page.cursor is None:
            self._next_at = self._clock.monotonic() + _EVERY_S
        return gone

    def erase(self, record: JobRecord) -> None:
        """Finish a deletion that was begun."""
        erase_job(self._records, self._blobs, self._models, self._clock, record)

    def is_orphan(self, driver: str, grace_s: float) -> bool:
        """Whether a living driver belongs to no job, to an older epoch, or to one that ended `grace_s` ago."""
        match = _DRIVER.match(driver)
        if match is None:
            return False
        key = self._records.find(Kind.JOB, match[1])
        found = None if key is None else self._records.read(key)
        if found is None:
            return True
        record = JobRecord.of(found)
        if record.epoch != int(match[2]):
            # A controller ended the job under the next epoch, or there is a successor.
            return True
        return record.ended_at is not None and self._clock.now() - record.ended_at > grace_s

    def _is_named(self, info: BlobInfo, active: list[JobRecord]) -> bool:
        tenant, (owner, _, rest) = info.key.tenant, info.key.name.partition("/")
        if owner.startswith(f"{DATASET}_"):
            return self._is_of_dataset(info, owner, rest, active)
        if not owner.startswith(f"{JOB}_"):
            return True
        if any(each.id == owner for each in active):
            return True
        if rest.partition("/")[0] in _OF_MODELS:
            return self._is_packaged(tenant, owner, info.key.name)
        job = Key(tenant, Kind.JOB, owner)
        found = self._records.read(job)
        if found is None or JobRecord.of(found).state is JobState.CANCELLED:
            return False
        if rest.startswith(f"{PREDICTIONS}/"):
            return JobRecord.of(found).state is JobState.SUCCEEDED
        if rest.startswith("folds/"):
            trial, fold = map(int, rest.removeprefix("folds/").split("-"))
            before = fold_key(trial, fold - 1) if fold else f"{trial:05d}-"
            rows = self._records.rows(job, FOLDS, before, limit=1)
            # The row of a continued job may name the first one's blob instead.
            return (
                bool(rows)
                and rows[0].key == fold_key(trial, fold)
                and rows[0].body.get("blob") in (None, info.key.name)
            )
        return rest == "study"

    def _is_of_dataset(self, info: BlobInfo, owner: str, rest: str, active: list[JobRecord]) -> bool:
        if any(each.dataset_id == owner for each in active):
            return True
        found = self._records.read(dataset_key(info.key.tenant, owner))
        if found is None:
            return False  # deleted while a part, a chunk or a view of it was being stored
        if rest.startswith("views/"):
            return self._clock.now() - info.at < VIEW_S
        # A file that was refused at its end had chunks already; a deletion takes away all that the manifest names.
        return not rest.startswith("chunks/") or DatasetRecord.of(found).state is not DatasetState.REJECTED

    def _is_packaged(self, tenant: str, job_id: str, name: str) -> bool:
        if self._models.keeps(tenant, model_id_of(tenant, job_id), name):
            return True
        found = self._records.read(Key(tenant, Kind.JOB, job_id))
        if found is None:
            # Who was deleted cannot say whose version it made; all models of the tenant are read once a page. What one
            # of them took up since is of a job that goes on.
            if tenant not in self._kept:
                self._kept[tenant] = self._models.kept_blobs(tenant)
            return name in self._kept[tenant]
        model_id = JobRecord.of(found).result.get("model_id")
        return model_id is not None and self._models.keeps(tenant, model_id, name)
