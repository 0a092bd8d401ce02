"""What must be on the machine, and how its absence is told."""

from pathlib import Path

import pytest

from cluster.launcher import programs
from cluster.launcher.errors import LauncherError
from cluster.launcher.programs import Programs

NOTHING = Programs(None, "", None, None, None, None, None)
JAVA_ALONE = Programs(Path("java"), "17", None, None, None, None, None)


def test_all_that_is_missing_is_named_with_one_command() -> None:
    with pytest.raises(LauncherError) as caught:
        programs.require(NOTHING, jars=True, prometheus=True)
    assert caught.value.detail == (
        "java 17, redis-server, mvn, prometheus are missing on this machine; install with: "
        "apt-get install openjdk-17-jre-headless redis-server maven prometheus"
    )
    assert caught.value.code == "program_missing"


def test_maven_and_prometheus_are_asked_for_only_when_needed() -> None:
    with pytest.raises(LauncherError) as caught:
        programs.require(JAVA_ALONE, jars=False, prometheus=False)
    assert caught.value.detail.startswith("redis-server is missing")
    has_redis = Programs(Path("java"), "17", None, Path("redis-server"), None, None, None)
    programs.require(has_redis, jars=False, prometheus=False)


def test_a_missing_prometheus_may_be_left_out() -> None:
    has_redis = Programs(Path("java"), "17", None, Path("redis-server"), None, None, None)
    with pytest.raises(LauncherError) as caught:
        programs.require(has_redis, jars=False, prometheus=True)
    assert "--without prometheus" in caught.value.hint


def test_every_program_has_a_package() -> None:
    assert programs.missing_packages(NOTHING) == list(programs.packages().values())
    assert len(programs.missing_packages(JAVA_ALONE)) == len(programs.packages()) - 1


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "17" 2021-09-14', True),
        ('openjdk version "21.0.2" 2024-01-16', False),
        ('java version "1.8.0_402"', False),
        ("no version at all", False),
    ],
)
def test_java_must_be_17(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, fits: bool) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(programs, "_JAVA_HOMES", tmp_path / "none")
    assert programs.look().java == (java.resolve() if fits else None)


def test_java_is_found_beside_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, version in (("java-17", "17.0.1"), ("java-21", "21.0.1")):
        java = tmp_path / name / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        java.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "java-21" / "bin"))
    monkeypatch.setattr(programs, "_JAVA_HOMES", tmp_path)
    assert programs.look().java == (tmp_path / "java-17" / "bin" / "java").resolve()
