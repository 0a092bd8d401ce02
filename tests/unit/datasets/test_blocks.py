import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.cache.memory import MemoryCache
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.node_folder import NodeFolder
from automl.core.errors import CorruptDataError, NotFoundError
from automl.datasets import blocks
from automl.datasets.blocks import BlockStore
from automl.testing.clock import ManualClock

X = np.arange(12, dtype=np.float32).reshape(4, 3)


class Node:
    """One machine: a folder of its own; the blobs are everybody's."""

    def __init__(self, folder: Path, blobs: MemoryBlobs, max_bytes: int = 1 << 30) -> None:
        self.folder = folder
        self.blobs = blobs
        self.cache = MemoryCache(1 << 20)
        self.metrics = MemoryMetrics()
        self.max_bytes = max_bytes

    def process(self) -> BlockStore:
        return BlockStore(self.folder, self.cache, self.blobs, self.metrics, self.max_bytes)

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.arrow"))


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs(ManualClock())


@pytest.fixture
def node(tmp_path: Path, blobs: MemoryBlobs) -> Node:
    return Node(tmp_path / "one", blobs)


def answered(store: BlockStore) -> dict[str, int]:
    return {level: count for level, count in store.hits().items() if count}


def test_arrays_come_back_with_shape_and_type_and_cannot_be_written(node: Node) -> None:
    arrays: dict[str, Any] = {
        "X": X,
        "columns_first": np.asfortranarray(X),
        "y": np.array([0, 1, 1, 0], dtype=np.int32),
        "fold": np.array([-1, 0, 1, 2], dtype=np.int16),
        "mask": np.array([True, False]),
        "none": np.empty((0, 5), dtype=np.float64),
    }
    node.process().put("acme", "ds/views/a", arrays)
    found = node.process().get("acme", "ds/views/a")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert not found["X"].flags.writeable
    assert found["columns_first"].flags.c_contiguous


def test_each_level_answers_in_turn(node: Node, tmp_path: Path) -> None:
    node.process().put("acme", "b", {"X": X})
    reader = node.process()
    reader.get("acme", "b")
    reader.get("acme", "b")
    assert answered(reader) == {"file": 1, "memory": 1}
    other = Node(tmp_path / "two", node.blobs)
    first, second = other.process(), other.process()
    first.get("acme", "b")
    second.get("acme", "b")
    assert answered(first) == {"store": 1}
    assert answered(second) == {"file": 1}
    other.files()[0].unlink()
    third = other.process()
    third.get("acme", "b")
    assert answered(third) == {"cache": 1}


def test_an_unknown_block_and_another_tenants_are_not_found(node: Node) -> None:
    node.process().put("acme", "b", {"X": X})
    for tenant, name in (("acme", "c"), ("rival", "b")):
        with pytest.raises(NotFoundError):
            node.process().get(tenant, name)


def test_a_damaged_file_is_fetched_again(node: Node) -> None:
    node.process().put("acme", "b", {"X": X})
    for damage in (b"", b"ARROW1 but no more", node.files()[0].read_bytes()[:200]):
        node.files()[0].write_bytes(damage)
        np.testing.assert_array_equal(node.process().get("acme", "b")["X"], X)


def test_a_damaged_blob_is_corrupt_data(node: Node, blobs: MemoryBlobs) -> None:
    blobs.put(BlobKey("acme", "b"), b"no block")
    with pytest.raises(CorruptDataError):
        node.process().get("acme", "b")


def test_the_first_bytes_under_a_name_are_the_block(node: Node, tmp_path: Path) -> None:
    node.process().put("acme", "b", {"X": X})
    late = Node(tmp_path / "late", node.blobs).process()
    late.put("acme", "b", {"X": X + 1})
    np.testing.assert_array_equal(late.get("acme", "b")["X"], X)


def test_the_folder_stays_below_its_limit_and_the_oldest_go_first(tmp_path: Path, blobs: MemoryBlobs) -> None:
    big = np.zeros(10_000)
    node = Node(tmp_path, blobs, max_bytes=250_000)
    store = node.process()
    for age, name in ((30, "a"), (20, "b")):
        store.put("acme", name, {"X": big})
        for path in node.files():
            os.utime(path, (path.stat().st_mtime - age,) * 2)
    node.process().get("acme", "a")  # read just now
    store.put("acme", "c", {"X": big})
    store.put("acme", "d", {"X": big})
    assert sum(path.stat().st_size for path in node.files()) <= 250_000
    reader = node.process()
    for name in ("b", "d"):
        np.testing.assert_array_equal(reader.get("acme", name)["X"], big)
    assert reader.hits()["file"] == 1  # d; b had to go


def test_a_full_node_costs_memory_not_the_block(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: NodeFolder, path: Path, data: Any) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(NodeFolder, "write", full)
    store = node.process()
    store.put("acme", "b", {"X": X})
    found = store.get("acme", "b")["X"]
    np.testing.assert_array_equal(found, X)
    assert not found.flags.writeable


def test_one_of_many_readers_goes_to_the_store(node: Node, tmp_path: Path) -> None:
    node.process().put("acme", "b", {"X": X})
    other = Node(tmp_path / "two", node.blobs)
    stores = [other.process() for _ in range(6)]
    start = threading.Barrier(6)

    def read(store: BlockStore) -> None:
        start.wait()
        np.testing.assert_array_equal(store.get("acme", "b")["X"], X)

    threads = [threading.Thread(target=read, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(store.hits()["store"] for store in stores) == 1
    assert sum(store.hits()["file"] for store in stores) == 5


def test_a_block_larger_than_a_piece_arrives_whole(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_PIECE", 1000)
    big = np.random.default_rng(0).normal(size=(500, 7))
    node.process().put("acme", "b", {"X": big})
    node.files()[0].unlink()
    np.testing.assert_array_equal(node.process().get("acme", "b")["X"], big)
