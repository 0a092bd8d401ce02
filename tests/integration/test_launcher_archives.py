"""Class-data archives are a gain where they are there, and never a reason to fail."""

from pathlib import Path

import pytest

from cluster.launcher import archives
from cluster.launcher.ground import Ground
from cluster.launcher.jars import Libraries
from cluster.launcher.plan import new_plan
from cluster.launcher.ports import Ports
from cluster.launcher.programs import Programs


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """A machine whose JVM ends at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'Error: this JVM is broken'\nexit 1\n")
    java.chmod(0o755)
    programs = Programs(java, "17", None, None, None, None, None)
    libraries = Libraries(tmp_path / "jars", (Path("a.jar"),), (Path("b.jar"),), Path("agent.jar"))
    return Ground(tmp_path, new_plan("single", Ports(), ()), programs, libraries)


def test_a_jvm_that_cannot_make_one_is_told_once(ground: Ground) -> None:
    said: list[str] = []
    archives.make(ground, said.append)
    assert said[0] == "preparing faster starts (once)"
    assert sorted(said[1:]) == [
        "cassandra will start without its class-data archive: "
        "cassandra-1 ended while starting: Error: this JVM is broken",
        "kafka will start without its class-data archive: kafka-1 cannot be prepared: Error: this JVM is broken",
    ]
    assert archives.options(ground) == {}
    archives.make(ground, said.append)
    assert len(said) == 3


def test_an_archive_is_used(ground: Ground) -> None:
    archives.make(ground, lambda text: None)
    [empty] = ground.libraries.folder.glob("archives-*/kafka.jsa")
    empty.write_bytes(b"classes")
    assert list(archives.options(ground)) == ["kafka"]
    assert f"-XX:SharedArchiveFile={empty}" in archives.options(ground)["kafka"]
