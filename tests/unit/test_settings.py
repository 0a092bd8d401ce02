from pathlib import Path

import pytest

from automl.core.errors import InvalidInputError
from automl.settings import Settings, load


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("AUTOML_HOME", raising=False)


def source(name: str, **flags: object) -> tuple[object, str]:
    loaded = load({key.replace("__", "."): value for key, value in flags.items()})
    origin = next(each for each in loaded.origins if each.name == name)
    return origin.value, origin.source


def test_flag_beats_environment_beats_project_beats_user_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert source("server.port") == (8400, "default")
    user = tmp_path / "config" / "automl" / "automl.toml"
    user.parent.mkdir(parents=True)
    user.write_text("[server]\nport = 1\n")
    assert source("server.port") == (1, str(user))
    (tmp_path / "automl.toml").write_text("[server]\nport = 2\n")
    assert source("server.port") == (2, "automl.toml")
    monkeypatch.setenv("AUTOML_SERVER_PORT", "3")
    assert source("server.port") == (3, "environment")
    assert source("server.port", server__port=4) == (4, "flag")


def test_a_bad_value_is_named_with_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOML_SERVER_PORT", "many")
    with pytest.raises(InvalidInputError) as caught:
        load()
    assert caught.value.errors[0].field == "server.port"
    assert "environment" in caught.value.errors[0].message


def test_an_unknown_setting_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "automl.toml").write_text("[server]\nprot = 2\n")
    with pytest.raises(InvalidInputError) as caught:
        load()
    assert caught.value.errors[0].field == "server.prot"


def test_settings_travel_as_json() -> None:
    settings = load({"server.port": 7}).settings
    assert Settings.model_validate_json(settings.model_dump_json()) == settings
