"""Many threads and handles at once."""

from __future__ import annotations

from collections.abc import Callable

from automl.backends.records.base import Aggregate, NewEvent, Records, Row
from automl.core.errors import ConflictError, VersionConflictError
from automl.testing.records_fixtures import RecordsFixtures, change, job
from automl.testing.threads import together


class RecordsRaces(RecordsFixtures):
    """Many threads and handles at once."""

    def test_of_racing_creations_one_wins(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)

        def create(n: int) -> Callable[[], Aggregate | ConflictError]:
            handle = (records, peer)[n % 2]

            def call() -> Aggregate | ConflictError:
                try:
                    return handle.append(change(key, document={"by": n}, events=(NewEvent("created", {"by": n}),)))
                except ConflictError as error:
                    return error

            return call

        won = [each for each in together([create(n) for n in range(6)]) if isinstance(each, Aggregate)]
        assert len(won) == 1
        assert records.read(key) == won[0]
        assert [event.body for event in records.events(key)] == [won[0].document]

    def test_racing_appends_lose_nothing(self, records: Records, peer: Records, tenant: str) -> None:
        """Read, decide, append, again on a conflict: every writer gets all its changes in, each exactly once."""
        key = job(tenant)
        records.append(change(key, document={"count": 0}))

        def writer(name: int) -> Callable[[], int]:
            handle = (records, peer)[name % 2]

            def call() -> int:
                conflicts = 0
                for n in range(5):
                    while True:
                        found = handle.read(key)
                        assert found is not None
                        try:
                            handle.append(
                                change(
                                    key,
                                    found.version,
                                    document={"count": found.document["count"] + 1},
                                    once=(Row("done", f"{name}-{n}", {}),),
                                    events=(NewEvent("counted", {"who": f"{name}-{n}"}),),
                                )
                            )
                            break
                        except VersionConflictError:
                            conflicts += 1
                return conflicts

            return call

        together([writer(name) for name in range(4)])
        found = records.read(key)
        assert found is not None
        assert (found.version, found.last_seq, found.document) == (21, 20, {"count": 20})
        events = records.events(key)
        assert [event.seq for event in events] == list(range(1, 21))
        assert sorted(event.body["who"] for event in events) == sorted(row.key for row in records.rows(key, "done"))

    def test_of_racing_leases_one_wins(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key))

        def take(n: int) -> Callable[[], int | None]:
            handle = (records, peer)[n % 2]

            def call() -> int | None:
                try:
                    return handle.append(change(key, 1, epoch=1, document={"owner": n})).epoch
                except ConflictError:
                    return None

            return call

        taken = together([take(n) for n in range(6)])
        assert sorted(each is not None for each in taken) == [False] * 5 + [True]
        found = records.read(key)
        assert found is not None
        assert found.document == {"owner": taken.index(1)}

    def test_a_reader_never_sees_half_a_change(self, records: Records, peer: Records, tenant: str) -> None:
        key = job(tenant)
        records.append(change(key, document={"n": 0}))

        def write() -> int:
            for n in range(1, 31):
                records.append(change(key, n, document={"n": n}, events=(NewEvent("n", {"n": n}),)))
            return 30

        def read() -> int:
            n = 0
            while n < 30:
                found = peer.read(key)
                assert found is not None
                assert found.document["n"] >= n, "a read went back in time"
                n = found.document["n"]
                assert (found.version, found.last_seq) == (n + 1, n)
                assert len(peer.events(key)) >= n, "events of a change that was seen are missing"
            return n

        assert together([write, read, read]) == [30, 30, 30]
