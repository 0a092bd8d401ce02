"""The launcher's command line."""

import json
from pathlib import Path

import pytest

from cluster.launcher import command


def test_options_of_up() -> None:
    chosen = command.parser().parse_args(
        ["up", "--home", "/h", "--profile", "three", "--without", "prometheus", "--free-ports", "--json"]
    )
    assert (chosen.home, chosen.profile, chosen.without) == (Path("/h"), "three", ["prometheus"])
    assert chosen.free_ports
    assert chosen.json


def test_the_home_is_the_one_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOML_HOME", "/somewhere")
    assert command.parser().parse_args(["status"]).home == Path("/somewhere")
    monkeypatch.delenv("AUTOML_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert command.parser().parse_args(["status"]).home == Path("/data/automl")


@pytest.mark.parametrize("words", [[], ["fly"], ["up", "--profile", "four"], ["up", "--without", "redis"]])
def test_usage_errors_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(words)
    assert caught.value.code == 2


def test_a_new_home_has_no_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["status", "--home", str(tmp_path)]) == 1
    assert "no cluster was ever started" in capsys.readouterr().out
    assert command.main(["status", "--home", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["servers"] == []


def test_down_of_nothing_is_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["down", "--home", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "nothing ran\n"
    assert command.main(["down", "--home", str(tmp_path), "--wipe", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ended": [], "wiped": True}
    assert not list(tmp_path.iterdir())


def test_an_error_is_one_sentence_and_a_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "plan.json").write_text("{}")
    assert command.main(["status", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines()[1].startswith("hint  ")
    assert command.main(["status", "--home", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["code"] == "bad_plan"
