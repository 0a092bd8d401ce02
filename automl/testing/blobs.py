"""The contract of the blobs port as tests; every adapter passes them unchanged."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator

import pytest

from automl.backends.blobs.base import BlobInfo, BlobKey, Blobs, read_all
from automl.core import failpoint
from automl.core.errors import InvalidInputError, NotFoundError, StorageFullError, UnavailableError
from automl.testing.threads import together

BAD_NAMES = [
    "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", ".hidden", "a b", "a\n", "a\x00b", "ä", "a\\b", "~a",
    "a" * 101, "/".join("a" * 9),
]  # fmt: skip


def content(size_bytes: int, seed: int = 0) -> bytes:
    """Bytes that no chunk repeats."""
    return random.Random(seed).randbytes(size_bytes)


class BlobsContract:
    """A subclass supplies the fixture `blobs`, and `peer` where the store can be opened twice.

    The store may be shared with other tests: each uses tenants of its own and looks for nothing else.
    """

    #: Larger than one chunk of the adapter, and no multiple of it.
    big_bytes = 2 * 1024 * 1024 + 12_345

    @pytest.fixture
    def blobs(self) -> Blobs:
        """The adapter under test."""
        raise NotImplementedError

    @pytest.fixture
    def peer(self, blobs: Blobs) -> Blobs:
        """Another handle on the same store, as another process would have."""
        return blobs

    @pytest.fixture
    def tenant(self) -> str:
        """A tenant of this test alone."""
        return f"t{uuid.uuid4().hex[:16]}"

    @pytest.fixture(autouse=True)
    def _disarmed(self) -> Iterator[None]:
        yield
        failpoint.disarm()

    @pytest.mark.parametrize("size", [0, 1, 1000, "big"])
    def test_put_then_read(self, blobs: Blobs, peer: Blobs, tenant: str, size: int | str) -> None:
        data = content(self.big_bytes if size == "big" else int(size))
        key = BlobKey(tenant, "ds_1/raw/000001")
        info = blobs.put(key, data)
        assert info == BlobInfo(key, len(data), hashlib.sha256(data).hexdigest(), info.at, created=True)
        assert info.at > 1_000_000_000
        assert read_all(blobs, key) == data
        assert read_all(peer, key) == data
        assert peer.stat(key) == BlobInfo(key, info.size_bytes, info.sha256, info.at)

    @pytest.mark.parametrize("piece", [1, 1000, 700_001, 10_000_000])
    def test_data_may_come_in_pieces(self, blobs: Blobs, tenant: str, piece: int) -> None:
        data = content(5000 if piece == 1 else self.big_bytes)
        key = BlobKey(tenant, "a")
        pieces = (data[n : n + piece] for n in range(0, len(data), piece))
        info = blobs.put(key, pieces)
        assert (info.size_bytes, info.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert read_all(blobs, key) == data

    def test_empty_pieces_and_no_pieces(self, blobs: Blobs, tenant: str) -> None:
        assert blobs.put(BlobKey(tenant, "a"), iter([b"", b"ab", b"", b"c", b""])).size_bytes == 3
        assert blobs.put(BlobKey(tenant, "b"), iter([])).size_bytes == 0
        assert read_all(blobs, BlobKey(tenant, "a")) == b"abc"
        assert read_all(blobs, BlobKey(tenant, "b")) == b""

    def test_ranges(self, blobs: Blobs, tenant: str) -> None:
        data = content(self.big_bytes)
        key = BlobKey(tenant, "a")
        blobs.put(key, data)
        size = len(data)
        for start, length in [
            (0, 0), (0, 1), (0, 10), (5, None), (size - 1, None), (size - 1, 99), (size, None), (size + 5, 3),
            (1024 * 1024 - 1, 2), (1024 * 1024, 1024 * 1024), (700_000, 1_000_000), (1, size),
        ]:  # fmt: skip
            end = size if length is None else start + length
            assert b"".join(blobs.read(key, start, length)) == data[start:end], (start, length)

    def test_the_first_put_wins(self, blobs: Blobs, peer: Blobs, tenant: str) -> None:
        key = BlobKey(tenant, "a")
        first = blobs.put(key, b"first")
        second = peer.put(key, iter([b"second, and longer"]))
        assert second == BlobInfo(key, 5, first.sha256, first.at, created=False)
        assert read_all(peer, key) == b"first"

    def test_unknown_blobs(self, blobs: Blobs, tenant: str) -> None:
        key = BlobKey(tenant, "a")
        blobs.put(BlobKey(f"{tenant}x", "a"), b"another tenant's")
        assert blobs.stat(key) is None
        for length in (None, 0, 5):
            with pytest.raises(NotFoundError):
                next(blobs.read(key, 0, length))
        blobs.delete(key)
        assert blobs.stat(key) is None

    @pytest.mark.parametrize("name", BAD_NAMES)
    def test_malformed_names_are_refused(self, blobs: Blobs, tenant: str, name: str) -> None:
        key = BlobKey(tenant, name)
        calls: list[Callable[[], object]] = [
            lambda: blobs.put(key, b"x"),
            lambda: blobs.stat(key),
            lambda: read_all(blobs, key),
            lambda: blobs.delete(key),
            lambda: blobs.stat(BlobKey(name, "a")),
        ]
        for call in calls:
            with pytest.raises(InvalidInputError):
                call()

    def test_names_that_begin_alike_do_not_meet(self, blobs: Blobs, tenant: str) -> None:
        names = ["a", "a/b", "a.blob", "a.blob/b", "a-b", "A", "ab"]
        for name in names:
            blobs.put(BlobKey(tenant, name), name.encode())
        for name in names:
            assert read_all(blobs, BlobKey(tenant, name)) == name.encode()
        blobs.delete(BlobKey(tenant, "a"))
        assert [name for name in names if blobs.stat(BlobKey(tenant, name)) is None] == ["a"]

    def test_data_that_fails_leaves_nothing(self, blobs: Blobs, peer: Blobs, tenant: str) -> None:
        key = BlobKey(tenant, "a")
        data = content(self.big_bytes)

        def torn() -> Iterator[bytes]:
            yield data
            raise ConnectionResetError("the client went away")

        with pytest.raises(ConnectionResetError, match="went away"):
            blobs.put(key, torn())
        assert peer.stat(key) is None
        with pytest.raises(NotFoundError):
            read_all(peer, key)
        assert self.walk(blobs, tenant) == []
        assert blobs.put(key, b"again").created
        assert read_all(blobs, key) == b"again"

    def test_a_blob_is_not_visible_before_its_end(self, blobs: Blobs, peer: Blobs, tenant: str) -> None:
        key = BlobKey(tenant, "a")

        def watched() -> Iterator[bytes]:
            for n in range(3):
                assert peer.stat(key) is None
                assert self.walk(peer, tenant) == []
                yield content(self.big_bytes, n)

        assert blobs.put(key, watched()).created
        assert peer.stat(key) is not None

    def test_deleted_is_gone(self, blobs: Blobs, peer: Blobs, tenant: str) -> None:
        kept, gone = BlobKey(tenant, "d/kept"), BlobKey(tenant, "d/gone")
        blobs.put(kept, b"kept")
        blobs.put(gone, content(self.big_bytes))
        blobs.delete(gone)
        assert peer.stat(gone) is None
        with pytest.raises(NotFoundError):
            read_all(peer, gone)
        blobs.delete(gone)
        assert self.walk(peer, tenant) == ["d/kept"]
        assert read_all(peer, kept) == b"kept"

    @pytest.mark.parametrize("limit", [1, 2, 5, 1000])
    def test_names_walks_over_each_once(self, blobs: Blobs, tenant: str, limit: int) -> None:
        names = ["z", "a", "a/b", "a/b/c", "a-b", "a.b", "a0", "A", "b/000002", "b/000010", "b_"]
        others = [f"{tenant}-x", f"{tenant}x"]
        for name in names:
            blobs.put(BlobKey(tenant, name), name.encode())
        for other in others:
            blobs.put(BlobKey(other, "0"), b"")
        found: list[BlobInfo] = []
        cursor: str | None = None
        while True:
            page = blobs.names(cursor, limit)
            assert len(page.items) <= limit
            found += page.items
            cursor = page.cursor
            if cursor is None:
                break
        mine = [info for info in found if info.key.tenant.startswith(tenant)]
        expected = sorted([BlobKey(tenant, name) for name in names] + [BlobKey(other, "0") for other in others])
        assert sorted(info.key for info in mine) == expected
        assert mine == [blobs.stat(info.key) for info in mine]
        assert [info.key for info in mine] == [
            info.key for info in self.walk_of(blobs, lambda key: key.tenant.startswith(tenant))
        ], "the order stays"

    def test_a_walk_survives_deletions(self, blobs: Blobs, tenant: str) -> None:
        keys = [BlobKey(tenant, f"n/{n:02d}") for n in range(10)]
        for key in keys:
            blobs.put(key, b"x")
        seen: list[BlobKey] = []
        cursor: str | None = None
        while True:
            page = blobs.names(cursor, 3)
            mine = [info.key for info in page.items if info.key.tenant == tenant]
            for key in mine:
                blobs.delete(key)
            seen += mine
            cursor = page.cursor
            if cursor is None:
                break
        assert sorted(seen) == keys
        assert self.walk(blobs, tenant) == []

    def test_a_forged_cursor_is_refused(self, blobs: Blobs) -> None:
        for forged in ("", "x", "!!!", "é", "Li4gLi4v", "AAAA"):
            with pytest.raises(InvalidInputError):
                blobs.names(forged)

    def test_of_racing_puts_one_wins(self, blobs: Blobs, peer: Blobs, tenant: str) -> None:
        """Different bytes under one key, cut into chunks: no reader ever gets a mixture."""
        key = BlobKey(tenant, "a")
        offered = [content(self.big_bytes + n, n) for n in range(4)]

        def put(n: int) -> Callable[[], BlobInfo]:
            def pieces() -> Iterator[bytes]:
                for start in range(0, len(offered[n]), 300_000):
                    yield offered[n][start : start + 300_000]

            return lambda: (blobs, peer)[n % 2].put(key, pieces())

        infos = together([put(n) for n in range(4)])
        assert sum(info.created for info in infos) == 1
        assert len({(info.sha256, info.size_bytes, info.at) for info in infos}) == 1
        winner = offered[next(n for n, info in enumerate(infos) if info.created)]
        assert read_all(peer, key) == winner
        assert infos[0].sha256 == hashlib.sha256(winner).hexdigest()

    def test_puts_and_deletes_side_by_side(self, blobs: Blobs, peer: Blobs, tenant: str) -> None:
        def work(n: int) -> Callable[[], int]:
            def call() -> int:
                for step in range(8):
                    key = BlobKey(tenant, f"shared/{n}-{step}")
                    (blobs, peer)[n % 2].put(key, f"{n}-{step}".encode())
                    assert read_all(blobs, key) == f"{n}-{step}".encode()
                    if step % 2:
                        peer.delete(key)
                return n

            return call

        assert together([work(n) for n in range(4)]) == [0, 1, 2, 3]
        assert self.walk(blobs, tenant) == sorted(f"shared/{n}-{step}" for n in range(4) for step in (0, 2, 4, 6))

    @pytest.mark.parametrize(
        ("action", "error"), [("error", UnavailableError), ("full", StorageFullError), ("timeout", UnavailableError)]
    )
    @pytest.mark.parametrize("point", ["before", "after"])
    def test_a_step_that_fails_may_be_made_again(
        self, blobs: Blobs, peer: Blobs, tenant: str, point: str, action: str, error: type[Exception]
    ) -> None:
        """The adapter visits `blobs.put.before` when nothing is stored and `.after` when all is; so for `delete`."""
        key = BlobKey(tenant, "a")
        failpoint.arm(f"blobs.put.{point}", action)
        with pytest.raises(error):
            blobs.put(key, b"data")
        failpoint.disarm()
        assert (peer.stat(key) is not None) == (point == "after")
        assert blobs.put(key, b"data").created == (point == "before")
        assert read_all(peer, key) == b"data"
        failpoint.arm(f"blobs.delete.{point}", action)
        with pytest.raises(error):
            blobs.delete(key)
        failpoint.disarm()
        assert (peer.stat(key) is None) == (point == "after")
        blobs.delete(key)
        assert peer.stat(key) is None

    def walk(self, blobs: Blobs, tenant: str) -> list[str]:
        """All names of a tenant, sorted."""
        return sorted(info.key.name for info in self.walk_of(blobs, lambda key: key.tenant == tenant))

    def walk_of(self, blobs: Blobs, wanted: Callable[[BlobKey], bool]) -> list[BlobInfo]:
        """What a whole walk finds of the wanted keys, in its order."""
        found: list[BlobInfo] = []
        cursor: str | None = None
        while True:
            page = blobs.names(cursor)
            found += [info for info in page.items if wanted(info.key)]
            cursor = page.cursor
            if cursor is None:
                return found
