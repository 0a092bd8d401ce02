"""`automl config show`: each value with where it comes from."""

from pathlib import Path
from typing import Any

import pytest


def origins(run: Any) -> dict[str, tuple[Any, str]]:
    return {each["setting"]: (each["value"], each["source"]) for each in run("config", "show", "--json").json["items"]}


def test_each_value_says_who_set_it(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = tmp_path / "config" / "automl" / "automl.toml"
    user.parent.mkdir(parents=True)
    user.write_text("[server]\nport = 1111\nmax_streams = 7\n[log]\nlevel = 'debug'\n")
    (tmp_path / "automl.toml").write_text("[server]\nport = 2222\n[ray]\ncpus = 3\n")
    monkeypatch.setenv("AUTOML_RAY_CPUS", "5")
    found = origins(run)
    assert found["ray.cpus"] == (5, "environment")
    assert found["server.port"] == (2222, "automl.toml")
    assert found["server.max_streams"] == (7, str(user))
    assert found["log.level"] == ("debug", str(user))
    assert found["server.host"] == ("127.0.0.1", "default")
    assert found["home"] == (str(tmp_path / "home"), "environment")


def test_every_setting_is_listed(run: Any) -> None:
    from automl.settings import Settings

    sections = {name.partition(".")[0] for name in origins(run)}
    assert sections == set(Settings.model_fields)


def test_for_people_it_is_a_table(run: Any) -> None:
    done = run("config", "show")
    assert (done.code, done.err) == (0, "")
    assert "server.port" in done.out
    assert done.out.split("\n")[0].split() == ["setting", "value", "source"]


def test_s31_a_password_in_an_address_is_not_shown(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOML_REDIS_SERVER", "redis://user:s3cret@cache:6379/0")
    assert origins(run)["redis.server"] == ("redis://…@cache:6379/0", "environment")
    assert "s3cret" not in run("config", "show").out


def test_a_setting_that_cannot_be_is_named_with_its_source(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOML_SERVER_PORT", "70000")
    done = run("config", "show")
    assert (done.code, done.out) == (2, "")
    assert "server.port" in done.err
    assert "(from environment)" in done.err
    assert "where it is set" in done.err


def test_a_file_that_is_no_toml(run: Any, tmp_path: Path) -> None:
    (tmp_path / "automl.toml").write_text("[server\n")
    done = run("config", "show")
    assert done.code == 2
    assert "automl.toml" in done.err


def test_an_unknown_setting_is_refused(run: Any, tmp_path: Path) -> None:
    (tmp_path / "automl.toml").write_text("[server]\nprot = 1\n")
    done = run("config", "show")
    assert done.code == 2
    assert "server.prot" in done.err
