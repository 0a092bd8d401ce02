"""One aggregate: creation, versions, fencing, limits, copies."""

from __future__ import annotations

from typing import Any

import pytest

from automl.backends.records.base import MAX_APPEND_BYTES, Aggregate, Kind, Listing, NewEvent, Records, Row
from automl.core.errors import FencedError, NotFoundError, TooLargeError, VersionConflictError
from automl.testing.records_fixtures import AT, RecordsFixtures, change, job


class RecordsChanges(RecordsFixtures):
    """One aggregate: creation, versions, fencing, limits, copies."""

    def test_create_then_read(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)
        made = records.append(change(key, document={"state": "queued", "deep": [1, {"x": None}], "f": 0.1}))
        assert made == Aggregate(key, 1, 0, 0, AT, {"state": "queued", "deep": [1, {"x": None}], "f": 0.1})
        assert records.read(key) == made
        assert peer.read(key) == made

    def test_change_replaces_the_document_and_keeps_the_creation_time(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key, document={"a": 1, "b": 2}))
        made = records.append(change(key, 1, document={"a": 3}))
        assert (made.version, made.created_at, dict(made.document)) == (2, AT, {"a": 3})
        assert records.read(key) == made

    def test_unknown_keys_read_as_nothing(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        assert records.read(key) is None
        assert records.rows(key, "folds") == []
        assert records.events(key) == []
        assert records.find(Kind.JOB, key.id) is None
        assert records.list(tenant, Kind.JOB) == Listing((), None)

    def test_bodies_keep_their_json_values(self, records: Records, tenant: str) -> None:
        body = {
            "big": 2**53 + 1,
            "negative": -(2**62),
            "float": 1e-300,
            "tenth": 0.1,
            "bool": True,
            "null": None,
            "empty": {"list": [], "map": {}, "text": ""},
            "unicode": "Größe 数 🧪 \u0000 \u2028 \" \\ '",
            "ключ": "ä",
        }
        key = job(tenant)
        records.append(change(key, document=body, rows=(Row("trials", "1", body),), events=(NewEvent("e", body),)))
        found = records.read(key)
        assert found is not None
        assert dict(found.document) == body
        assert dict(records.rows(key, "trials")[0].body) == body
        assert dict(records.events(key)[0].body) == body

    @pytest.mark.parametrize("bad", [float("nan"), float("inf"), object()])
    def test_values_that_are_not_json_are_refused(self, records: Records, tenant: str, bad: object) -> None:
        key = job(tenant)
        for fields in ({"document": {"x": bad}}, {"rows": (Row("trials", "1", {"x": bad}),)}):
            with pytest.raises((ValueError, TypeError)):
                records.append(change(key, **fields))
        assert records.read(key) is None

    def test_values_go_in_and_out_by_copy(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        document: dict[str, Any] = {"list": [1]}
        row: dict[str, Any] = {"list": [1]}
        event: dict[str, Any] = {"list": [1]}
        made = records.append(
            change(key, document=document, rows=(Row("folds", "1", row),), events=(NewEvent("e", event),))
        )
        for body in (document, row, event, made.document):
            body["list"].append(2)
        found = records.read(key)
        assert found is not None
        for body in (found.document, records.rows(key, "folds")[0].body, records.events(key)[0].body):
            assert body == {"list": [1]}
            body["list"].append(3)
        again = records.read(key)
        assert again is not None
        assert again.document == {"list": [1]}
        assert records.list(tenant, Kind.JOB).items[0].document == {"list": [1]}

    def test_a_creation_refuses_an_existing_key(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        first = records.append(change(key, document={"by": 1}))
        with pytest.raises(VersionConflictError):
            records.append(change(key, document={"by": 2}))
        assert records.read(key) == first

    @pytest.mark.parametrize("version", [1, 3, 99])
    def test_a_stale_or_future_version_writes_nothing(self, records: Records, tenant: str, version: int) -> None:
        key = job(tenant)
        records.append(change(key))
        last = records.append(change(key, 1))
        with pytest.raises(VersionConflictError):
            records.append(change(key, version, rows=(Row("folds", "1", {}),), events=(NewEvent("e"),)))
        assert records.read(key) == last
        assert records.rows(key, "folds") == []
        assert records.events(key) == []

    def test_a_change_of_an_unknown_key_is_refused(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        with pytest.raises(NotFoundError):
            records.append(change(key, 1))
        assert records.read(key) is None

    def test_epochs_fence_old_writers(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)
        assert records.append(change(key, epoch=None)).epoch == 0
        assert records.append(change(key, 1, epoch=1)).epoch == 1
        assert records.append(change(key, 2, epoch=1)).epoch == 1
        last = peer.append(change(key, 3, epoch=5))
        assert last.epoch == 5
        with pytest.raises(FencedError):
            records.append(change(key, 4, epoch=4, events=(NewEvent("late"),)))
        assert records.read(key) == last
        assert records.events(key) == []
        assert records.append(change(key, 4, epoch=None)).epoch == 5, "an unfenced writer keeps the epoch"

    def test_a_fenced_writer_learns_it_even_with_a_stale_version(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key, epoch=2))
        records.append(change(key, 1, epoch=3))
        with pytest.raises(FencedError):
            records.append(change(key, 1, epoch=2))

    def test_a_refused_change_does_not_take_the_lease(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key, epoch=1))
        with pytest.raises(VersionConflictError):
            records.append(change(key, 7, epoch=9))
        found = records.read(key)
        assert found is not None
        assert found.epoch == 1

    def test_the_size_limit(self, records: Records, tenant: str) -> None:
        key = job(tenant)
        room = MAX_APPEND_BYTES - 200
        records.append(change(key, document={"text": "x" * room}))
        half = {"text": "ü" * (room // 4)}
        records.append(change(key, 1, document={}, rows=(Row("logs", "1", half),), events=(NewEvent("e", half),)))
        with pytest.raises(TooLargeError):
            records.append(change(key, 2, document={"text": "x" * MAX_APPEND_BYTES}))
        with pytest.raises(TooLargeError):
            records.append(change(key, 2, document=half, once=(Row("logs", "2", half),), events=(NewEvent("e", half),)))
        found = records.read(key)
        assert found is not None
        assert found.version == 2
        assert len(records.rows(key, "logs")) == 1
