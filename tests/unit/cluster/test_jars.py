"""Jars are fetched once, whole or not at all."""

import threading
from pathlib import Path

import pytest

from cluster.launcher import jars
from cluster.launcher.errors import LauncherError

_MVN = """#!/bin/sh
echo "$@" >> "{calls}"
for word in "$@"; do
  case "$word" in -Dlib=*) touch "${{word#-Dlib=}}/b.jar" "${{word#-Dlib=}}/a.jar";; esac
done
{end}
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "automl"


def maven(folder: Path, end: str = "exit 0") -> Path:
    """A stand-in that notes its calls in `calls`."""
    made = folder / "mvn"
    made.write_text(_MVN.format(calls=folder / "calls", end=end))
    made.chmod(0o755)
    return made


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def test_each_set_is_fetched_once_into_the_cache(tmp_path: Path, cache: Path) -> None:
    assert not jars.have()
    said: list[str] = []
    found = jars.fetch(maven(tmp_path), said.append)
    assert [each.name for each in found.cassandra] == ["a.jar", "b.jar"]
    assert found.folder.is_relative_to(cache)
    assert jars.have()
    assert len(calls(tmp_path)) == len(said) == 3
    assert jars.fetch(None, said.append) == found
    assert len(said) == 3


def test_launchers_at_once_fetch_once(tmp_path: Path) -> None:
    mvn = maven(tmp_path, "sleep 0.1")
    threads = [threading.Thread(target=jars.fetch, args=(mvn, lambda text: None)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert jars.have()
    assert len(calls(tmp_path)) == 3


def test_a_failure_is_told_and_tried_again(tmp_path: Path) -> None:
    broken = maven(tmp_path, "echo '[ERROR] Could not resolve dependencies: no route'; exit 1")
    with pytest.raises(LauncherError, match="jars of cassandra: Could not resolve dependencies: no route") as caught:
        jars.fetch(broken, lambda text: None)
    assert "Maven uses this machine's own settings" in caught.value.hint
    assert not jars.have()
    jars.fetch(maven(tmp_path), lambda text: None)
    assert jars.have()


def test_nothing_fetched_is_no_success(tmp_path: Path) -> None:
    empty = tmp_path / "mvn"
    empty.write_text("#!/bin/sh\nexit 0\n")
    empty.chmod(0o755)
    with pytest.raises(LauncherError, match="it fetched nothing"):
        jars.fetch(empty, lambda text: None)


def test_a_maven_that_cannot_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="could not fetch the jars of cassandra"):
        jars.fetch(tmp_path / "absent", lambda text: None)


def test_another_pom_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = jars.fetch(maven(tmp_path), lambda text: None).folder
    other = tmp_path / "pom.xml"
    other.write_text("<project/>")
    monkeypatch.setattr(jars, "POM", other)
    assert not jars.have()
    assert jars.libraries().folder != before
