"""A reading child's folder ends with its reader, and one that a killed reader left is swept by the next."""

import fcntl
import os
import tempfile
from pathlib import Path

import pytest

from automl.datasets.reading_folder import reading_folder, sweep

NOW = 1_700_000_000.0


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _left_behind(parent: Path, name: str = "automl-read-dead") -> Path:
    folder = parent / name
    (folder / "work").mkdir(parents=True)
    (folder / "in-use").touch()
    (folder / "work" / "sheet.bin").write_bytes(b"x" * 100)
    return folder


def test_nothing_stays(tmp_path: Path) -> None:
    with reading_folder() as folder:
        (folder / "some").write_text("thing")
    assert list(tmp_path.iterdir()) == []


def test_the_next_reader_sweeps(tmp_path: Path) -> None:
    dead = _left_behind(tmp_path)
    with reading_folder() as folder:
        assert folder.is_dir()
        assert not dead.exists()


def test_one_in_use_stays(tmp_path: Path) -> None:
    with reading_folder() as first, reading_folder() as second:
        assert first.is_dir()
        assert second.is_dir()
        assert sweep(tmp_path, NOW) == 0


def test_one_just_being_made_stays(tmp_path: Path) -> None:
    (tmp_path / "automl-read-young").mkdir()
    _left_behind(tmp_path, "another-programs")
    os.utime(tmp_path / "automl-read-young", (NOW - 60, NOW - 60))
    assert sweep(tmp_path, NOW) == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_one_whose_maker_was_killed_before_it_held_it_is_swept(tmp_path: Path) -> None:
    unmade = tmp_path / "automl-read-unmade"
    unmade.mkdir()
    (unmade / "in-use-soon").touch()
    hours_ago = unmade.stat().st_mtime - 2 * 3600
    os.utime(unmade, (hours_ago, hours_ago))
    with reading_folder():
        assert not unmade.exists()


def test_no_moment_of_its_making_lets_another_reader_sweep_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, swept = fcntl.flock, []

    def met(file: object, how: int) -> None:
        if not how & fcntl.LOCK_NB:
            swept.append(sweep(tmp_path, NOW))
        lock(file, how)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", met)
    with reading_folder() as folder:
        assert folder.is_dir()
    assert swept == [0]
