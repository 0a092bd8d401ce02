"""What becomes of a version: registered before its job ends, shown once the job's terminal write names it, otherwise
taken away; and how versions and whole models are deleted.

Until nothing is left to be done the aggregate is `active`, and `reconcile` goes on where somebody was cut short.
"""

from __future__ import annotations

from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Aggregate, Key, Kind, NewEvent, Row
from automl.core.errors import ConflictError, NotFoundError
from automl.core.failpoint import failpoint
from automl.core.states import JobState
from automl.core.views import ModelVersionView
from automl.registry.aliases import CHAMPION, Document, forgotten
from automl.registry.model_store import ModelStore, is_unsettled, open_versions, row_key
from automl.registry.versions import VERSIONS, NewVersion, model_id_of, named_blobs, version_row, version_view

_ATTEMPTS = 50


class Settling:
    """Registers, confirms and takes away versions. Safe for many threads and processes."""

    def __init__(self, store: ModelStore, blobs: Blobs) -> None:
        self._store = store
        self._records = store.records
        self._blobs = blobs

    def register(self, tenant: str, new: NewVersion) -> ModelVersionView:
        """Keep a version, hidden until `confirm`: the next one of the model it is for, where that still exists,
        otherwise the first of a model of its own. The same (job, role) again gives the first one back.

        NotFoundError: its own model was deleted; it stays so.
        """
        own = Key(tenant, Kind.MODEL, model_id_of(tenant, new.job_id))
        if new.model_id not in (None, own.id):
            try:
                return self._register(Key(tenant, Kind.MODEL, str(new.model_id)), new)
            except NotFoundError:
                pass  # deleted since the job was submitted: what was fitted is not lost for that
        return self._register(own, new)

    def confirm(self, tenant: str, model_id: str, version: str) -> None:
        """Show a version that its job named; the first one becomes `champion`. Twice changes nothing."""

        def decide(document: Document) -> Document:
            if version in document["confirmed"] or version in document.get("removed", ()):
                return document
            document["confirmed"] = sorted([*document["confirmed"], version], key=int)
            if CHAMPION not in document["aliases"]:
                document["aliases"] = {**document["aliases"], CHAMPION: version}
            return document

        self._store.change(Key(tenant, Kind.MODEL, model_id), decide, "model.version_added", {"version": version})

    def reconcile(self) -> int:
        """Confirm what ended jobs name, take away what they do not, finish deletions. How many were settled."""
        settled = 0
        for key in self._records.active(Kind.MODEL):
            try:
                settled += self.settle(key)
            except (NotFoundError, ConflictError):
                continue  # somebody else was quicker
        return settled

    def settle(self, key: Key) -> int:
        """One model. 1 when something was decided."""
        found = self._records.read(key)
        if found is None:
            return 0
        if found.document["deleted"]:
            self.erase(key)
            return 1
        settled = 0
        for version in found.document.get("leaving", ()):
            self.take_away(key, version)
            settled = 1
        for version in open_versions(found.document):
            settled = max(settled, self._judge(key, version))
        return settled

    def take_away(self, key: Key, version: str) -> None:
        """Delete the blobs of a removed version."""
        row = self._store.row(key, version)
        if row is not None and self._is_ours(key, row):
            self._delete_blobs(key, row)

        def decide(document: Document) -> Document:
            leaving = [each for each in document.get("leaving", ()) if each != version]
            return {**document, "leaving": leaving}

        self._store.change(key, decide, "model.version_erased", {"version": version})

    def erase(self, key: Key) -> None:
        """Finish the deletion of a model: its blobs, then the aggregate."""
        found = self._records.read(key)
        confirmed = () if found is None else found.document["confirmed"]
        for row in self._store.rows(key):
            if row["version"] in confirmed or self._is_ours(key, row):
                self._delete_blobs(key, row)
        failpoint("models.erase.before")
        self._records.erase(key)
        failpoint("models.erase.after")

    # --- inside -------------------------------------------------------------------------------------------------
    def _register(self, key: Key, new: NewVersion) -> ModelVersionView:
        for attempt in range(_ATTEMPTS):
            now = self._store.clock.now()
            found = self._records.read(key)
            if found is not None and found.document["deleted"]:
                raise NotFoundError("There is no model with this id.")
            for row in [] if found is None else self._store.rows(key):
                if (row["job_id"], row["role"]) == (new.job_id, new.role):
                    return version_view(self._blobs, key.tenant, key.id, row, {})
            number = 1 if found is None else int(found.document["versions"]) + 1
            body = version_row(self._blobs, key.tenant, str(number), new, now)
            document = _fresh(new.name) if found is None else {**found.document, "versions": number}
            event = NewEvent("model.version_registered", {"version": str(number), "job_id": new.job_id})
            once = (Row(VERSIONS, row_key(str(number)), body),)
            if self._store.append(key, 0 if found is None else found.version, document, event, once) is not None:
                return version_view(self._blobs, key.tenant, key.id, body, {})
            self._store.back_off(attempt)
        raise self._store.busy()

    def _judge(self, key: Key, version: str) -> int:
        """Confirm or remove a version whose job has ended; 1 when it has."""
        row = self._store.row(key, version)
        job = None if row is None else self._records.read(Key(key.tenant, Kind.JOB, row["job_id"]))
        if job is not None and not JobState(job.document["state"]).is_terminal:
            return 0
        if row is not None and _names(job, key, version):
            self.confirm(key.tenant, key.id, version)
            return 1

        def decide(document: Document) -> Document:
            document["removed"] = [*document.get("removed", ()), version]
            document["leaving"] = [*document.get("leaving", ()), version]
            # A model that never had a version is none.
            document["deleted"] = not document["confirmed"] and not open_versions(document)
            return forgotten(document, version)

        def once(document: Document) -> Document:
            return decide(document) if version in open_versions(document) else document

        stored = self._store.change(key, once, "model.version_removed", {"version": version})
        if stored.document["deleted"]:
            self.erase(key)
        elif is_unsettled(stored.document):
            self.take_away(key, version)
        return 1

    def _delete_blobs(self, key: Key, row: dict[str, Any]) -> None:
        for name in named_blobs(row["job_id"], row["role"]):
            failpoint("models.blob_delete.before")
            self._blobs.delete(BlobKey(key.tenant, name))
            failpoint("models.blob_delete.after")

    def _is_ours(self, key: Key, row: dict[str, Any]) -> bool:
        # A job whose model is deleted while it ends makes one of its own, from the same package. What nobody names in
        # the end goes with a sweep.
        job = self._records.read(Key(key.tenant, Kind.JOB, row["job_id"]))
        if job is not None:
            state, result = JobState(job.document["state"]), job.document.get("result") or {}
            return state.is_terminal and result.get("model_id", key.id) == key.id
        own = Key(key.tenant, Kind.MODEL, model_id_of(key.tenant, row["job_id"]))
        return own == key or not self._records.rows(own, VERSIONS, limit=1)


def _fresh(name: str) -> Document:
    return {
        "name": name,
        "aliases": {},
        "history": {},
        "versions": 1,
        "confirmed": [],
        "removed": [],
        "leaving": [],
        "deleted": False,
    }


def _names(job: Aggregate | None, key: Key, version: str) -> bool:
    """Whether the ended job named this version of this model."""
    if job is None or JobState(job.document["state"]) is not JobState.SUCCEEDED:
        return False
    result = job.document.get("result") or {}
    return result.get("model_version") == version and result.get("model_id", key.id) == key.id
