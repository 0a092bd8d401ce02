"""Models: series of versions with movable aliases; the only writer of model aggregates.

A version is registered before its job ends and is shown only once the job's terminal write names it: until then the
aggregate is `active`, and `reconcile` either confirms it or takes it away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automl.backends.blobs.base import BlobKey, Blobs
from automl.backends.records.base import Aggregate, Append, Key, Kind, NewEvent, Records, Row
from automl.core.clock import Clock
from automl.core.errors import (
    ConflictError,
    CorruptDataError,
    NotFoundError,
    VersionConflictError,
)
from automl.core.failpoint import failpoint
from automl.core.ids import MODEL, checked_id
from automl.core.states import JobState
from automl.core.views import ModelVersionView, ModelView, Page, moment
from automl.registry.aliases import CHAMPION, Document, check_alias, checked_name, moved, moved_back
from automl.registry.versions import VERSIONS, NewVersion, model_id_of, named_blobs, version_row, version_view

_ATTEMPTS = 50
_NAMED_AMONG = 2000


class Models:
    """Reads and writes models of all tenants. Safe for many threads and processes."""

    def __init__(self, records: Records, blobs: Blobs, clock: Clock) -> None:
        self._records = records
        self._blobs = blobs
        self._clock = clock

    # --- what a finished job does -------------------------------------------------------------------------------
    def register(self, tenant: str, new: NewVersion) -> ModelVersionView:
        """Keep a version; hidden until `confirm`. The same (job, role) again gives the first one back.

        NotFoundError: the model was deleted; it stays so.
        """
        key = Key(tenant, Kind.MODEL, model_id_of(tenant, new.job_id))
        for _ in range(_ATTEMPTS):
            now = self._clock.now()
            found = self._records.read(key)
            for row in [] if found is None else self._rows(key):
                if (row["job_id"], row["role"]) == (new.job_id, new.role):
                    return version_view(self._blobs, tenant, key.id, row, {})
            number = 1 if found is None else int(found.document["versions"]) + 1
            body = version_row(self._blobs, tenant, str(number), new, now)
            document: Document = (
                {"name": new.name, "aliases": {}, "history": {}, "versions": 1, "confirmed": [], "deleted": False}
                if found is None
                else {**found.document, "versions": number}
            )
            change = Append(
                key,
                0 if found is None else found.version,
                document,
                now,
                once=(Row(VERSIONS, f"{number:05d}", body),),
                events=(NewEvent("model.version_registered", {"version": str(number), "job_id": new.job_id}),),
                active=True,
            )
            if self._append(change) is not None:
                return version_view(self._blobs, tenant, key.id, body, {})
        raise ConflictError("The model is being changed by many at once; try again.")

    def confirm(self, tenant: str, model_id: str, version: str) -> None:
        """Show a version that its job named; the first one becomes `champion`. Twice changes nothing."""

        def decide(document: Document) -> Document:
            if version in document["confirmed"]:
                return document
            document["confirmed"] = [*document["confirmed"], version]
            if CHAMPION not in document["aliases"]:
                document["aliases"] = {**document["aliases"], CHAMPION: version}
            return document

        self._change(Key(tenant, Kind.MODEL, model_id), decide, "model.version_added", {"version": version})

    def reconcile(self) -> int:
        """Confirm what ended jobs name, take away what they do not, finish deletions. How many were settled."""
        settled = 0
        for key in self._records.active(Kind.MODEL):
            try:
                settled += self._settle(key)
            except (NotFoundError, ConflictError):
                continue  # somebody else was quicker
        return settled

    # --- what people do -----------------------------------------------------------------------------------------
    def get(self, tenant: str, model_id: str) -> ModelView:
        """One model with its newest version. NotFoundError."""
        return self._view(self._shown(tenant, model_id))

    def versions(self, tenant: str, model_id: str) -> list[ModelVersionView]:
        """All versions of a model, newest first. NotFoundError."""
        found = self._shown(tenant, model_id)
        rows = [row for row in self._rows(found.key) if row["version"] in found.document["confirmed"]]
        return [self._version_view(found, row) for row in reversed(rows)]

    def version(self, tenant: str, model_id: str, version: str) -> ModelVersionView:
        """One version. NotFoundError."""
        return self._one(self._shown(tenant, model_id), version)

    def resolve(self, tenant: str, reference: str) -> ModelVersionView:
        """The version that `id`, `id@alias`, `id@version` or the same with a name means; without `@`: the champion.

        NotFoundError: no such model, alias or version.
        """
        name, _, wanted = reference.rpartition("@") if "@" in reference else (reference, "", CHAMPION)
        found = self._shown(tenant, name) if name.startswith(f"{MODEL}_") else self._named(tenant, name)
        return self._one(found, found.document["aliases"].get(wanted, wanted))

    def rename(self, tenant: str, model_id: str, name: str) -> ModelView:
        """Another name. InvalidInputError: not a name. NotFoundError."""
        name = checked_name(name)
        return self._edit(tenant, model_id, lambda document: {**document, "name": name}, "model.renamed", {})

    def set_alias(self, tenant: str, model_id: str, alias: str, version: str) -> ModelView:
        """Make `alias` mean `version`, in one step. InvalidInputError: not a name. NotFoundError: no such version."""
        check_alias(alias)
        body = {"alias": alias, "version": version}
        return self._edit(tenant, model_id, lambda document: moved(document, alias, version), "model.alias_set", body)

    def roll_back(self, tenant: str, model_id: str, alias: str) -> ModelView:
        """Make `alias` mean what it meant before. NotFoundError: no such alias. ConflictError: it never moved."""
        body = {"alias": alias}
        return self._edit(
            tenant, model_id, lambda document: moved_back(document, alias), "model.alias_rolled_back", body
        )

    def delete(self, tenant: str, model_id: str) -> None:
        """Remove the model, its versions and packages for good. NotFoundError."""
        found = self._shown(tenant, model_id)
        self._change(found.key, lambda document: {**document, "deleted": True}, "model.deleted", {})
        self._erase(found.key)

    # --- inside -------------------------------------------------------------------------------------------------
    def _shown(self, tenant: str, model_id: str) -> Aggregate:
        key = Key(tenant, Kind.MODEL, checked_id(model_id, MODEL))
        found = self._records.read(key)
        if found is not None and not found.document["deleted"] and not found.document["confirmed"]:
            # Its job may have ended a moment ago, or the driver died before it could say so here.
            self._settle(key)
            found = self._records.read(key)
        if found is None or not _is_shown(found):
            raise NotFoundError("There is no model with this id.")
        return found

    def _named(self, tenant: str, name: str) -> Aggregate:
        cursor, seen = None, 0
        while seen < _NAMED_AMONG:
            page = self._records.list(tenant, Kind.MODEL, cursor, limit=200)
            for each in page.items:
                if each.document["name"] == name and _is_shown(each):
                    return each
            seen, cursor = seen + len(page.items), page.cursor
            if cursor is None:
                break
        raise NotFoundError("There is no model with this name.")

    def _one(self, found: Aggregate, version: str) -> ModelVersionView:
        if version in found.document["confirmed"]:
            for row in self._rows(found.key):
                if row["version"] == version:
                    return self._version_view(found, row)
        raise NotFoundError("There is no such version of this model.")

    def _rows(self, key: Key) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            rows = self._records.rows(key, VERSIONS, after)
            if not rows:
                return found
            found += [dict(row.body) for row in rows]
            after = rows[-1].key

    def _version_view(self, found: Aggregate, row: Document) -> ModelVersionView:
        return version_view(self._blobs, found.key.tenant, found.key.id, row, found.document["aliases"])

    def _view(self, found: Aggregate) -> ModelView:
        confirmed = found.document["confirmed"]
        try:
            latest = self._one(found, confirmed[-1])
        except (NotFoundError, CorruptDataError):
            latest = None  # deleted meanwhile, or damaged: the rest can still be shown
        return ModelView(
            id=found.key.id,
            name=found.document["name"],
            aliases=found.document["aliases"],
            versions=confirmed,
            latest=latest,
            created_at=moment(found.created_at),
        )

    def _edit(
        self, tenant: str, model_id: str, decide: Callable[[Document], Document], event: str, body: dict[str, Any]
    ) -> ModelView:
        return self._view(self._change(self._shown(tenant, model_id).key, decide, event, body))

    def _change(self, key: Key, decide: Callable[[Document], Document], event: str, body: dict[str, Any]) -> Aggregate:
        for _ in range(_ATTEMPTS):
            found = self._records.read(key)
            if found is None:
                raise NotFoundError("There is no model with this id.")
            document = decide(dict(found.document))
            if document == found.document:
                return found
            active = document["deleted"] or len(document["confirmed"]) < document["versions"]
            change = Append(
                key, found.version, document, self._clock.now(), events=(NewEvent(event, body),), active=active
            )
            stored = self._append(change)
            if stored is not None:
                return stored
        raise ConflictError("The model is being changed by many at once; try again.")

    def _append(self, change: Append) -> Aggregate | None:
        try:
            failpoint("models.append.before")
            stored = self._records.append(change)
            failpoint("models.append.after")
        except VersionConflictError:
            return None
        return stored

    def _settle(self, key: Key) -> int:
        # 1 when the aggregate needs nothing more.
        found = self._records.read(key)
        if found is None:
            return 0
        if found.document["deleted"]:
            self._erase(key)
            return 1
        open_rows = [row for row in self._rows(key) if row["version"] not in found.document["confirmed"]]
        settled = 0
        for row in open_rows:
            job = self._records.read(Key(key.tenant, Kind.JOB, row["job_id"]))
            state = JobState.CANCELLED if job is None else JobState(job.document["state"])
            result = {} if job is None else job.document.get("result") or {}
            if state is JobState.SUCCEEDED and result.get("model_version") == row["version"]:
                self.confirm(key.tenant, key.id, row["version"])
                settled = 1
            elif state.is_terminal and len(found.document["confirmed"]) == 0 and len(open_rows) == 1:
                self._change(key, lambda document: {**document, "deleted": True}, "model.deleted", {})
                self._erase(key)
                settled = 1
        return settled

    def _erase(self, key: Key) -> None:
        for row in self._rows(key):
            for name in named_blobs(row["job_id"], row["role"]):
                failpoint("models.blob_delete.before")
                self._blobs.delete(BlobKey(key.tenant, name))
                failpoint("models.blob_delete.after")
        failpoint("models.erase.before")
        self._records.erase(key)
        failpoint("models.erase.after")

    # Last in the class: below it, `list` would mean this method.
    def list(self, tenant: str, cursor: str | None = None, limit: int = 50) -> Page[ModelView]:
        """Models, newest first."""
        page = self._records.list(tenant, Kind.MODEL, cursor, limit)
        items = [self._view(each) for each in page.items if _is_shown(each)]
        return Page[ModelView](items=items, cursor=page.cursor)


def _is_shown(found: Aggregate) -> bool:
    return bool(found.document["confirmed"]) and not found.document["deleted"]
