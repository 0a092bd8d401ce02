import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.blobs.local import LocalBlobs
from automl.core import failpoint
from automl.core.errors import CorruptDataError, StorageFullError, UnavailableError
from automl.testing.clock import ManualClock

KEY = BlobKey("t", "ds_1/raw/000001")
CHUNK = 1000
_FULL = (Path("/dev/full"), "wb")


@pytest.fixture
def clock(tmp_path: Path) -> ManualClock:
    return ManualClock(now=tmp_path.stat().st_mtime)


@pytest.fixture
def blobs(tmp_path: Path, clock: ManualClock) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs", clock, chunk_bytes=CHUNK)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths in the order in which they were synced."""
    paths: list[str] = []
    fsync = os.fsync

    def recorded(descriptor: int) -> None:
        paths.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    return paths


def file_of(blobs: LocalBlobs) -> Path:
    return blobs._root / "t" / "ds_1" / "raw" / "000001~blob"


def temporary_files(blobs: LocalBlobs) -> list[str]:
    return os.listdir(blobs._temporary)


def test_bytes_then_every_folder_on_the_way_are_synced(blobs: LocalBlobs, synced: list[str]) -> None:
    root = str(blobs._root)
    blobs.put(KEY, b"x" * 2500)
    assert synced[0].startswith(f"{root}/.temporary/")
    assert synced[1:] == [root, f"{root}/t", f"{root}/t/ds_1", f"{root}/t/ds_1/raw"]
    synced.clear()
    blobs.put(BlobKey("t", "ds_1/raw/000002"), b"x")
    assert synced[1:] == [f"{root}/t/ds_1/raw"], "folders known to be durable are not synced again"


def test_one_that_finds_the_blob_vouches_for_its_durability(blobs: LocalBlobs, synced: list[str]) -> None:
    blobs.put(KEY, b"x")
    synced.clear()
    other = LocalBlobs(blobs._root, ManualClock())
    assert not other.put(KEY, b"y").created
    assert f"{blobs._root}/t/ds_1/raw" in synced


def test_a_deletion_is_synced_and_takes_empty_folders_along(blobs: LocalBlobs, synced: list[str]) -> None:
    kept = BlobKey("t", "ds_2/manifest")
    blobs.put(KEY, b"x")
    blobs.put(kept, b"x")
    synced.clear()
    blobs.delete(KEY)
    assert synced == [f"{blobs._root}/t/ds_1/raw"]
    assert sorted(os.listdir(blobs._root / "t")) == ["ds_2"]
    blobs.delete(kept)
    assert os.listdir(blobs._root) == [".temporary"]
    assert blobs.put(KEY, b"again").created


def test_a_folder_that_vanishes_before_the_link_is_made_again(
    blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, tries = os.link, []

    def racing(source: Path, target: Path) -> None:
        tries.append(target)
        if len(tries) == 1:
            target.parent.rmdir()
        link(source, target)

    monkeypatch.setattr(os, "link", racing)
    assert blobs.put(KEY, b"x").created
    assert len(tries) == 2
    assert read_all(blobs, KEY) == b"x"


@pytest.mark.parametrize("place", [0, 999, 1000, 2499])
def test_a_flipped_bit_is_found_where_it_lies(blobs: LocalBlobs, place: int) -> None:
    data = bytes(range(250)) * 10
    blobs.put(KEY, data)
    raw = bytearray(file_of(blobs).read_bytes())
    raw[place] ^= 1
    file_of(blobs).write_bytes(bytes(raw))
    damaged = place // CHUNK
    with pytest.raises(CorruptDataError, match=f"Chunk {damaged} "):
        read_all(blobs, KEY)
    for number in {0, 1, 2} - {damaged}:
        piece = b"".join(blobs.read(KEY, number * CHUNK, 500))
        assert piece == data[number * CHUNK :][:500], "chunks that are whole stay readable"


def test_every_byte_of_the_end_is_protected(blobs: LocalBlobs) -> None:
    blobs.put(KEY, b"x" * 10)
    whole = file_of(blobs).read_bytes()
    for place in range(10, len(whole)):
        raw = bytearray(whole)
        raw[place] ^= 4
        file_of(blobs).write_bytes(bytes(raw))
        with pytest.raises(CorruptDataError):
            blobs.stat(KEY)


def test_a_cut_file_is_damaged_wherever_it_is_cut(blobs: LocalBlobs) -> None:
    blobs.put(KEY, b"x" * 100)
    whole = file_of(blobs).read_bytes()
    for length in range(len(whole)):
        file_of(blobs).write_bytes(whole[:length])
        with pytest.raises(CorruptDataError):
            read_all(blobs, KEY)
    file_of(blobs).write_bytes(b"x" + whole)
    with pytest.raises(CorruptDataError):
        read_all(blobs, KEY)


def test_a_damaged_blob_is_still_listed_for_the_sweep(blobs: LocalBlobs) -> None:
    blobs.put(KEY, b"x" * 100)
    file_of(blobs).write_bytes(b"torn")
    (listed,) = blobs.names().items
    assert (listed.key, listed.sha256) == (KEY, "")
    blobs.delete(KEY)
    assert blobs.names().items == ()


def test_memory_does_not_grow_with_the_blob(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path, ManualClock(), chunk_bytes=256 * 1024)

    def data() -> Iterator[bytes]:
        for _ in range(160):
            yield bytes(100_000)

    tracemalloc.start()
    blobs.put(KEY, data())
    size = sum(len(piece) for piece in blobs.read(KEY))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 16_000_000
    assert peak < 2_000_000


@pytest.mark.parametrize("point", ["before", "chunk", "linked", "after"])
@pytest.mark.parametrize(
    ("action", "error"), [("error", UnavailableError), ("full", StorageFullError), ("timeout", UnavailableError)]
)
def test_a_failing_step_is_reported_and_a_retry_succeeds(
    blobs: LocalBlobs, point: str, action: str, error: type[Exception]
) -> None:
    failpoint.arm(f"blobs.put.{point}", action)
    with pytest.raises(error):
        blobs.put(KEY, b"x" * 2500)
    failpoint.disarm()
    assert (blobs.stat(KEY) is not None) == (point in {"linked", "after"})
    assert temporary_files(blobs) == []
    assert blobs.put(KEY, b"x" * 2500).size_bytes == 2500
    assert read_all(blobs, KEY) == b"x" * 2500


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_failing_deletion_is_reported(blobs: LocalBlobs, point: str) -> None:
    blobs.put(KEY, b"x")
    failpoint.arm(f"blobs.delete.{point}", "error")
    with pytest.raises(UnavailableError):
        blobs.delete(KEY)
    failpoint.disarm()
    assert (blobs.stat(KEY) is None) == (point == "after")
    blobs.delete(KEY)
    assert blobs.stat(KEY) is None


def test_torn_files_are_swept_after_an_hour(blobs: LocalBlobs, clock: ManualClock) -> None:
    torn = blobs._temporary / "torn"
    torn.write_bytes(b"half")
    os.utime(torn, (clock.now(), clock.now()))
    clock.advance(3599)
    blobs.names()
    assert temporary_files(blobs) == ["torn"]
    clock.advance(2)
    blobs.names()
    assert temporary_files(blobs) == []


def test_old_blobs_are_read_with_their_own_chunk_size(blobs: LocalBlobs, clock: ManualClock) -> None:
    data = os.urandom(3500)
    blobs.put(KEY, data)
    other = LocalBlobs(blobs._root, clock, chunk_bytes=64)
    assert read_all(other, KEY) == data
    assert b"".join(other.read(KEY, 999, 1002)) == data[999:2001]


def test_the_info_tells_when_it_was_stored(blobs: LocalBlobs, clock: ManualClock) -> None:
    stored = blobs.put(KEY, b"x").at
    assert stored == clock.now()
    clock.advance(100)
    found = blobs.stat(KEY)
    assert found is not None
    assert found.at == stored


def test_nothing_is_open_to_others(blobs: LocalBlobs) -> None:
    blobs.put(KEY, b"x")
    assert (blobs._root / "t").stat().st_mode & 0o077 == 0
    assert blobs._temporary.stat().st_mode & 0o077 == 0


def test_a_root_that_cannot_be_made(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError):
        LocalBlobs(tmp_path / "file" / "blobs", clock)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
def test_a_disk_that_is_full_down_to_the_last_flush(blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a failed write leaves in the buffer fails again as the file is closed."""
    plain = Path.open
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, mode: plain(*_FULL if mode == "xb" else (path, mode)))
        with pytest.raises(StorageFullError):
            blobs.put(KEY, b"x" * 2500)
    assert blobs.stat(KEY) is None
    assert temporary_files(blobs) == []
    assert blobs.put(KEY, b"x" * 2500).created
