"""What stands in the system's temporary folder for a home goes when the home is gone."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from automl.backends.compute.ray_tune.short_folder import short_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def test_a_home_has_its_own_and_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    assert short_folder(first) == short_folder(first) != short_folder(second)
    assert short_folder(first).stat().st_mode & 0o777 == 0o700


def test_that_of_a_home_that_is_gone_is_removed_by_the_next_start(tmp_path: Path) -> None:
    gone, stays = tmp_path / "gone", tmp_path / "stays"
    left, kept = short_folder(gone), short_folder(stays)
    (left / "r" / "session").mkdir(parents=True)
    shutil.rmtree(gone)
    short_folder(tmp_path / "another")
    assert not left.exists()
    assert kept.is_dir()


def test_what_others_made_stays(tmp_path: Path, temporary: Path) -> None:
    unnamed, others = temporary / f"automl-{os.getuid()}-unnamed", temporary / "automl-other"
    unnamed.mkdir()
    others.mkdir()
    (others / "home").write_text(str(tmp_path / "nowhere"))
    short_folder(tmp_path / "a")
    assert unnamed.is_dir(), "it is just being made"
    assert others.is_dir()
