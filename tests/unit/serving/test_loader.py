"""Packages come from blobs once, from disk when it is whole, and stay in memory within a bound."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobInfo, BlobKey
from automl.core.errors import CorruptDataError, NotFoundError, UnavailableError
from automl.core.views import ModelVersionView
from automl.registry.versions import package_blob
from automl.serving import loader as module
from automl.serving.loader import PackageLoader
from automl.serving.predictor import Predictor

Train = Callable[..., Any]


class CountingBlobs:
    """Reads from a dictionary and counts."""

    def __init__(self) -> None:
        self.held: dict[BlobKey, bytes] = {}
        self.reads: list[BlobKey] = []
        self.fail: list[Exception] = []

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self.reads.append(key)
        if self.fail:
            raise self.fail.pop()
        if key not in self.held:
            raise NotFoundError("There is no such blob.")
        yield self.held[key]

    def put(self, key: BlobKey, data: Any) -> BlobInfo:
        raise AssertionError("a loader writes no blob")

    stat = delete = names = put


@pytest.fixture
def blobs(train: Train) -> CountingBlobs:
    blobs = CountingBlobs()
    for number in range(3):
        blobs.held[BlobKey("acme", f"job_{number}/package/best")] = train(seed=number).package
    return blobs


def digest(blobs: CountingBlobs, number: int) -> str:
    return hashlib.sha256(blobs.held[BlobKey("acme", f"job_{number}/package/best")]).hexdigest()


def load(loader: PackageLoader, blobs: CountingBlobs, number: int = 0) -> Predictor:
    return loader.predictor("acme", f"job_{number}/package/best", digest(blobs, number))


def test_second_time_from_memory(blobs: Any, tmp_path: Path, train: Train) -> None:
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    first = load(loader, blobs)
    assert load(loader, blobs) is first
    assert len(blobs.reads) == 1
    assert first.predict(train(seed=0).table).values


def test_other_process_takes_it_from_disk(blobs: Any, tmp_path: Path) -> None:
    load(PackageLoader(blobs, tmp_path, 1 << 30), blobs)
    load(PackageLoader(blobs, tmp_path, 1 << 30), blobs)
    assert len(blobs.reads) == 1


@pytest.mark.parametrize("damage", [b"", b"changed", None])
def test_damaged_file_on_disk_is_fetched_again(damage: bytes | None, blobs: Any, tmp_path: Path) -> None:
    load(PackageLoader(blobs, tmp_path, 1 << 30), blobs)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x" if damage is None else damage)
    load(PackageLoader(blobs, tmp_path, 1 << 30), blobs)
    assert len(blobs.reads) == 2
    assert path.read_bytes() == whole


def test_bytes_that_are_not_the_registered_ones_are_refused(blobs: Any, tmp_path: Path) -> None:
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    with pytest.raises(CorruptDataError, match="registered"):
        loader.predictor("acme", "job_0/package/best", digest(blobs, 1))
    assert list(tmp_path.iterdir()) == []


def test_tenants_do_not_share(blobs: Any, tmp_path: Path) -> None:
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    load(loader, blobs)
    with pytest.raises(NotFoundError):
        loader.predictor("other", "job_0/package/best", digest(blobs, 0))


def test_memory_is_bounded_least_recently_used_first(blobs: Any, tmp_path: Path) -> None:
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    sizes = [2 * load(loader, blobs, number).size_bytes for number in range(3)]
    assert loader.loaded_bytes() == sum(sizes)
    loader = PackageLoader(blobs, tmp_path, sum(sizes) - 1)
    first, second = load(loader, blobs, 0), load(loader, blobs, 1)
    load(loader, blobs, 0)
    load(loader, blobs, 2)
    assert loader.loaded_bytes() <= sum(sizes) - 1
    assert load(loader, blobs, 0) is first
    assert load(loader, blobs, 1) is not second


def test_one_larger_than_the_bound_still_answers(blobs: Any, tmp_path: Path) -> None:
    loader = PackageLoader(blobs, tmp_path, 1)
    first = load(loader, blobs, 0)
    assert load(loader, blobs, 0) is first
    load(loader, blobs, 1)
    assert load(loader, blobs, 0) is not first


def test_disk_is_bounded(blobs: Any, tmp_path: Path) -> None:
    largest = max(len(data) for data in blobs.held.values())
    loader = PackageLoader(blobs, tmp_path, 1 << 30, max_disk_bytes=largest)
    for number in range(3):
        load(loader, blobs, number)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= largest


def test_unwritable_folder_only_costs_time(blobs: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load(PackageLoader(blobs, tmp_path / "file", 1 << 30), blobs)


def test_many_at_once_load_once(blobs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    real = module.read_package
    everyone = threading.Barrier(8)

    def counting(data: bytes) -> Any:
        loads.append(1)
        return real(data)

    monkeypatch.setattr(module, "read_package", counting)
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    found: list[Predictor] = []

    def ask() -> None:
        everyone.wait(10)
        found.append(load(loader, blobs))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert len(loads) == 1


def test_failure_is_not_kept(blobs: Any, tmp_path: Path) -> None:
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    blobs.fail.append(UnavailableError("The store is away."))
    with pytest.raises(UnavailableError):
        load(loader, blobs)
    assert load(loader, blobs)


def test_forget(blobs: Any, tmp_path: Path) -> None:
    loader = PackageLoader(blobs, tmp_path, 1 << 30)
    first = load(loader, blobs)
    loader.forget()
    assert loader.loaded_bytes() == 0
    assert load(loader, blobs) is not first


def test_registered_version_names_its_blob(blobs: Any, tmp_path: Path) -> None:
    assert package_blob("job_0") == "job_0/package/best"
    version = ModelVersionView(
        model_id="mdl", version="1", label="", job_id="job_0", dataset_id="ds", target="sold", task="binary",
        metric="log_loss", digest=digest(blobs, 0), created_at=datetime.now(UTC),
    )  # fmt: skip
    assert PackageLoader(blobs, tmp_path, 1 << 30).predictor_of("acme", version).manifest.job_id == "job_1"
