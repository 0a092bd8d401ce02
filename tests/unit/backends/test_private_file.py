"""A secret is never there for others, nor half."""

import os
from pathlib import Path

import pytest

from automl.backends.private_file import write_private


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    return tmp_path / "secret"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_it_is_the_owners_alone_whatever_stood_there(secret: Path) -> None:
    before = os.umask(0)
    try:
        secret.write_text("old")
        assert mode(secret) == 0o666
        write_private(secret, "né")
    finally:
        os.umask(before)
    assert (secret.read_text(encoding="utf-8"), mode(secret)) == ("né", 0o600)
    assert list(secret.parent.iterdir()) == [secret]


def test_what_a_killed_writer_left_open_to_others_is_not_written_into(secret: Path) -> None:
    left = secret.with_name(f".secret.{os.getpid()}")
    left.write_text("half")
    left.chmod(0o644)
    with left.open() as reader:
        write_private(secret, "new")
        assert reader.read() == "half"
    assert mode(secret) == 0o600
