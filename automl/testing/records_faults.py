"""Steps that fail: nothing half, and an unknown outcome is never reported as failed.

The adapter visits `records.append.before` when nothing is written yet and `records.append.after` when all is, likewise
for `erase`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automl.backends.records.base import NewEvent, Records, Row
from automl.core import failpoint
from automl.core.errors import NotFoundError, StorageFullError, UnavailableError, VersionConflictError
from automl.testing.records_fixtures import RecordsFixtures, change, job

ERRORS = [("error", UnavailableError), ("full", StorageFullError), ("timeout", UnavailableError)]


class RecordsFaults(RecordsFixtures):
    """Steps that fail."""

    @pytest.fixture(autouse=True)
    def _disarmed(self) -> Iterator[None]:
        yield
        failpoint.disarm()

    @pytest.mark.parametrize(("action", "error"), ERRORS)
    def test_an_append_that_fails_before_it_changes_nothing(
        self, records: Records, peer: Records, tenant: str, action: str, error: type[Exception]
    ) -> None:
        key = job(tenant)
        made = records.append(change(key))
        failpoint.arm("records.append.before", action)
        late = change(key, 1, epoch=3, once=(Row("folds", "1", {}),), events=(NewEvent("e"),), active=True)
        with pytest.raises(error):
            records.append(late)
        with pytest.raises(error):
            records.append(change(job(tenant)))
        failpoint.disarm()
        assert peer.read(key) == made
        assert peer.events(key) == []
        assert peer.rows(key, "folds") == []
        assert [item.key for item in peer.list(tenant, key.kind).items] == [key]
        assert peer.append(late).version == 2, "the same call may be made again"

    @pytest.mark.parametrize("action", ["error", "timeout"])
    def test_an_append_whose_answer_is_lost_is_read_back(
        self, records: Records, peer: Records, tenant: str, action: str
    ) -> None:
        key = job(tenant)
        failpoint.arm("records.append.after", action)
        made = records.append(change(key, document={"n": 1}))
        last = records.append(change(key, 1, epoch=2, events=(NewEvent("e"),)))
        assert (made.version, made.document, last.version, last.epoch, last.last_seq) == (1, {"n": 1}, 2, 2, 1)
        assert peer.read(key) == last
        assert len(peer.events(key)) == 1

    def test_an_append_is_read_back_though_others_went_on(self, records: Records, peer: Records, tenant: str) -> None:
        """The answer is lost, and before anybody looks the aggregate is changed again: by its token it is found."""
        key = job(tenant)
        records.append(change(key))

        def lose_the_answer() -> None:
            failpoint.disarm()
            peer.append(change(key, 2, document={"by": "peer"}, events=(NewEvent("theirs"),)))
            raise TimeoutError

        failpoint.arm("records.append.after", lose_the_answer)
        mine = change(key, 1, document={"by": "me"}, events=(NewEvent("mine"),), once=(Row("folds", "1", {}),))
        made = records.append(mine)
        assert (made.version, made.last_seq, made.document) == (2, 1, {"by": "me"})
        assert [event.type for event in peer.events(key)] == ["mine", "theirs"]
        found = peer.read(key)
        assert found is not None
        assert (found.version, found.document) == (3, {"by": "peer"})
        with pytest.raises(VersionConflictError):
            records.append(mine)

    @pytest.mark.parametrize(("point", "gone"), [("before", False), ("after", True)])
    def test_an_erasure_that_fails_may_be_made_again(
        self, records: Records, peer: Records, tenant: str, point: str, gone: bool
    ) -> None:
        key = job(tenant)
        records.append(change(key, events=(NewEvent("e"),)))
        failpoint.arm(f"records.erase.{point}", "timeout")
        with pytest.raises(UnavailableError):
            records.erase(key)
        failpoint.disarm()
        assert (peer.read(key) is None) == (peer.events(key) == []) == gone
        records.erase(key)
        with pytest.raises(NotFoundError):
            peer.append(change(key))
