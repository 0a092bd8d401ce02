"""Copies on a node's disk: whole or not there, and never more of them than is allowed."""

import os
from pathlib import Path

import pytest

from automl.backends.node_folder import NodeFolder


@pytest.fixture
def folder(tmp_path: Path) -> NodeFolder:
    return NodeFolder(tmp_path / "node" / "copies", ".bin", max_bytes=250)


def names(folder: NodeFolder) -> list[str]:
    return sorted(path.name for path in folder.path_of("any").parent.iterdir())


def test_only_the_owner_may_look(folder: NodeFolder) -> None:
    folder.write(folder.path_of("a"), b"a")
    assert folder.path_of("a").read_bytes() == b"a"
    assert folder.path_of("a").parent.stat().st_mode & 0o777 == 0o700


def test_those_used_least_recently_go_first(folder: NodeFolder) -> None:
    for age, key in ((20, "b"), (30, "a")):
        folder.write(folder.path_of(key), bytes(100))
        at = folder.path_of(key).stat().st_mtime - age
        os.utime(folder.path_of(key), (at, at))
    os.utime(folder.path_of("a"))  # a reader has just used it
    folder.write(folder.path_of("c"), bytes(100))
    assert names(folder) == ["a.bin", "c.bin"]


def test_the_newest_stays_even_when_it_is_larger_than_all_that_is_allowed(folder: NodeFolder) -> None:
    folder.write(folder.path_of("small"), bytes(10))
    folder.write(folder.path_of("large"), memoryview(bytes(1000)))
    assert names(folder) == ["large.bin"]


def test_a_write_that_fails_leaves_nothing_half_and_the_old_copy(
    folder: NodeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(folder.path_of("a"), b"old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        folder.write(folder.path_of("a"), b"new")
    assert names(folder) == ["a.bin"]
    assert folder.path_of("a").read_bytes() == b"old"


def test_torn_files_of_a_killed_writer_are_swept(folder: NodeFolder) -> None:
    folder.make()
    old, new = (folder.path_of("any").with_name(name) for name in ("old.tmp", "new.tmp"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    folder.write(folder.path_of("a"), b"a")
    assert names(folder) == ["a.bin", "new.tmp"]
