"""Models: series of versions with movable aliases, as people use them; with `settling` the only writer of model
aggregates.

A version is registered before its job ends and is shown only once the job's terminal write names it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automl.backends.blobs.base import Blobs
from automl.backends.records.base import Aggregate, Key, Kind, Records
from automl.backends.records.scan import scan
from automl.core.clock import Clock
from automl.core.errors import CorruptDataError, NotFoundError
from automl.core.ids import MODEL, checked_id
from automl.core.views import ModelVersionView, ModelView, Page, moment
from automl.registry.aliases import (
    CHAMPION,
    Document,
    check_alias,
    checked_name,
    left,
    moved,
    moved_back,
    without_version,
)
from automl.registry.model_store import ModelStore, is_shown, open_versions
from automl.registry.settling import Settling
from automl.registry.versions import NewVersion, named_blobs, version_view

_NAMED_AMONG = 5000


class Models:
    """Reads and writes models of all tenants. Safe for many threads and processes."""

    def __init__(self, records: Records, blobs: Blobs, clock: Clock) -> None:
        self._records = records
        self._blobs = blobs
        self._store = ModelStore(records, clock)
        self._settling = Settling(self._store, blobs)

    # --- what a finished job does -------------------------------------------------------------------------------
    def register(self, tenant: str, new: NewVersion) -> ModelVersionView:
        """Keep a version, hidden until `confirm`: the next one of the model it is for, where that still exists,
        otherwise the first of a model of its own. The same (job, role) again gives the first one back.

        NotFoundError: its own model was deleted; it stays so.
        """
        return self._settling.register(tenant, new)

    def confirm(self, tenant: str, model_id: str, version: str) -> None:
        """Show a version that its job named; the first one becomes `champion`. Twice changes nothing."""
        self._settling.confirm(tenant, model_id, version)

    def reconcile(self) -> int:
        """Confirm what ended jobs name, take away what they do not, finish deletions. How many were settled."""
        return self._settling.reconcile()

    def keeps(self, tenant: str, model_id: str, blob: str) -> bool:
        """Whether a version of this model keeps the blob."""
        found = self._records.read(Key(tenant, Kind.MODEL, model_id))
        return found is not None and blob in self._kept_by(found)

    def kept_blobs(self, tenant: str) -> frozenset[str]:
        """What the versions of all models of the tenant keep. Reads all of them."""
        kept: set[str] = set()
        cursor = None
        while True:
            page = self._records.list(tenant, Kind.MODEL, cursor, limit=200)
            for each in page.items:
                kept |= self._kept_by(each)
            cursor = page.cursor
            if cursor is None:
                return frozenset(kept)

    # --- what people do -----------------------------------------------------------------------------------------
    def get(self, tenant: str, model_id: str) -> ModelView:
        """One model with its newest version. NotFoundError."""
        return self._view(self._shown(tenant, model_id))

    def find(self, tenant: str, reference: str) -> ModelView:
        """The model with this id or name; of several with the name, the newest. NotFoundError."""
        return self._view(self._found(tenant, reference))

    def versions(self, tenant: str, model_id: str) -> list[ModelVersionView]:
        """All versions of a model, by its id or name, newest first. NotFoundError."""
        found = self._found(tenant, model_id)
        rows = [row for row in self._store.rows(found.key) if row["version"] in found.document["confirmed"]]
        return [self._version_view(found, row) for row in reversed(rows)]

    def version(self, tenant: str, model_id: str, version: str) -> ModelVersionView:
        """One version of a model, by its id or name. NotFoundError."""
        return self._one(self._found(tenant, model_id), version)

    def resolve(self, tenant: str, reference: str) -> ModelVersionView:
        """The version that `id`, `id@alias`, `id@version` or the same with a name means; without `@`: the champion.
        A version is named by its number or its label.

        NotFoundError: no such model, alias or version.
        """
        name, _, wanted = reference.rpartition("@") if "@" in reference else (reference, "", CHAMPION)
        found = self._found(tenant, name)
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

    def roll_back(self, tenant: str, model_id: str, alias: str, version: str | None = None) -> ModelView:
        """Make `alias` mean what it meant before. version: that it means now; when it means another one already,
        nothing happens. NotFoundError: no such alias. ConflictError: it never moved."""

        def decide(document: Document) -> Document:
            return moved_back(document, alias, version)

        return self._edit(tenant, model_id, decide, "model.alias_rolled_back", {"alias": alias})

    def drop_alias(self, tenant: str, model_id: str, alias: str) -> ModelView:
        """Forget an alias. NotFoundError: no such alias. ConflictError: a model keeps its champion."""
        return self._edit(
            tenant, model_id, lambda document: left(document, alias), "model.alias_dropped", {"alias": alias}
        )

    def delete_version(self, tenant: str, model_id: str, version: str) -> None:
        """Remove one version and its package for good. NotFoundError. ConflictError `version_in_use`: an alias means
        it."""
        key, body = self._shown(tenant, model_id).key, {"version": version}
        self._store.change(key, lambda document: without_version(document, version), "model.version_removed", body)
        self._settling.take_away(key, version)

    def delete(self, tenant: str, model_id: str) -> None:
        """Remove the model, its versions and packages for good. NotFoundError."""
        key = self._shown(tenant, model_id).key
        self._store.change(key, lambda document: {**document, "deleted": True}, "model.deleted", {})
        self._settling.erase(key)

    # --- inside -------------------------------------------------------------------------------------------------
    def _kept_by(self, found: Aggregate) -> set[str]:
        gone = found.document.get("removed", ())
        rows = [row for row in self._store.rows(found.key) if row["version"] not in gone]
        return {blob for row in rows for blob in named_blobs(row["job_id"], row["role"])}

    def _found(self, tenant: str, reference: str) -> Aggregate:
        return self._shown(tenant, reference) if reference.startswith(f"{MODEL}_") else self._named(tenant, reference)

    def _shown(self, tenant: str, model_id: str) -> Aggregate:
        key = Key(tenant, Kind.MODEL, checked_id(model_id, MODEL))
        found = self._records.read(key)
        found = None if found is None else self._as_it_is(found)
        if found is None:
            raise NotFoundError("There is no model with this id.")
        return found

    def _as_it_is(self, found: Aggregate) -> Aggregate | None:
        """The model, also where a job ended a moment ago, or its driver died before it could say so here; None: it is
        not shown."""
        if not found.document["deleted"] and open_versions(found.document) and self._settling.settle(found.key):
            newest = self._records.read(found.key)
            return newest if newest is not None and is_shown(newest) else None
        return found if is_shown(found) else None

    def _named(self, tenant: str, name: str) -> Aggregate:
        def wanted(each: Aggregate) -> Aggregate | None:
            return self._as_it_is(each) if each.document["name"] == name else None

        found = scan(self._records, tenant, Kind.MODEL, wanted, limit=1, most_seen=_NAMED_AMONG).items
        if not found:
            raise NotFoundError("There is no model with this name.")
        return found[0]

    def _one(self, found: Aggregate, version: str) -> ModelVersionView:
        confirmed = found.document["confirmed"]
        if version in confirmed:
            row = self._store.row(found.key, version)
            if row is not None:
                return self._version_view(found, row)
        elif "_" in version:
            for row in self._store.rows(found.key):
                if row["label"] == version and row["version"] in confirmed:
                    return self._version_view(found, row)
        raise NotFoundError("There is no such version of this model.")

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
        return self._view(self._store.change(self._shown(tenant, model_id).key, decide, event, body))

    # Last in the class: below it, `list` would mean this method.
    def list(
        self, tenant: str, cursor: str | None = None, limit: int = 50, search: str | None = None
    ) -> Page[ModelView]:
        """Models, newest first; search: part of the name or id, in any case. A page may hold fewer than `limit`
        though more follow."""
        words = (search or "").strip().casefold()

        def wanted(each: Aggregate) -> Aggregate | None:
            texts = (each.document["name"].casefold(), each.key.id)
            return self._as_it_is(each) if any(words in text for text in texts) else None

        page = scan(self._records, tenant, Kind.MODEL, wanted, cursor, limit, clock=self._store.clock)
        return Page[ModelView](items=[self._view(each) for each in page.items], cursor=page.cursor)
