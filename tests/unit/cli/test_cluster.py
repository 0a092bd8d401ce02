"""`automl cluster` finds the launcher and hands over what was asked."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from automl.cli import cluster
from automl.core.errors import AutomlError

RUNNER = CliRunner()


class Recorder:
    """Stands for subprocess.Popen."""

    calls: list[tuple[list[str], Path]]
    code = 0
    interrupts = 0

    def __init__(self, words: list[str], cwd: Path) -> None:
        self.calls.append((words, cwd))

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *ignored: object) -> None:
        pass

    def wait(self) -> int:
        if Recorder.interrupts:
            Recorder.interrupts -= 1
            raise KeyboardInterrupt
        return Recorder.code


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> type[Recorder]:
    Recorder.calls, Recorder.code, Recorder.interrupts = [], 0, 0
    monkeypatch.setattr(cluster.subprocess, "Popen", Recorder)
    return Recorder


def test_the_checkout_is_found() -> None:
    root = cluster.find_launcher(Path(cluster.__file__).parents[1])
    assert (root / "cluster" / "launcher").is_dir()


def test_a_bare_wheel_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(AutomlError, match="cluster/launcher") as caught:
        cluster.find_launcher(tmp_path / "automl")
    assert caught.value.code == "no_launcher"
    assert "source distribution" in caught.value.hint


def test_options_are_handed_over(recorder: type[Recorder], tmp_path: Path) -> None:
    words = ["up", "--profile", "three", "--without", "prometheus", "--free-ports", "--home", str(tmp_path), "--json"]
    assert RUNNER.invoke(cluster.app, words).exit_code == 0
    (command, cwd) = recorder.calls[0]
    assert command[1:] == [
        "-m",
        "cluster.launcher",
        "up",
        f"--home={tmp_path}",
        "--profile=three",
        "--without=prometheus",
        "--free-ports",
        "--json",
    ]
    assert (cwd / "cluster" / "launcher").is_dir()


def test_the_home_of_the_settings_is_the_default(
    recorder: type[Recorder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOML_HOME", str(tmp_path))
    assert RUNNER.invoke(cluster.app, ["down", "--now", "--wipe", "--quiet"]).exit_code == 0
    assert recorder.calls[0][0][3:] == ["down", f"--home={tmp_path}", "--now", "--wipe", "--quiet"]


def test_the_launchers_exit_code_is_passed_on(recorder: type[Recorder]) -> None:
    recorder.code = 1
    assert RUNNER.invoke(cluster.app, ["status"]).exit_code == 1


def test_ctrl_c_waits_for_the_launcher_to_clean_up(recorder: type[Recorder]) -> None:
    recorder.interrupts, recorder.code = 2, 130
    assert RUNNER.invoke(cluster.app, ["up"]).exit_code == 130
    assert recorder.interrupts == 0
