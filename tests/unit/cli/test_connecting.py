"""Commands speak to the service of the settings' home, through no proxy where it is on this machine."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from automl.client import client as client_module
from automl.client import local
from automl.client.config import is_loopback
from automl.client.local import ServiceFile
from tests.unit.cli.conftest import JOB


def test_the_home_of_a_settings_file_counts(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`automl serve` takes it from there too."""
    monkeypatch.delenv("AUTOML_HOME")
    (tmp_path / "automl.toml").write_text(f"home = '{tmp_path / 'mine'}'\n")
    homes, options, real = [], [], httpx2.Client

    def ensure(home: Path, timeout_s: float = 0.0) -> tuple[ServiceFile, bool]:
        homes.append(home)
        (home / "api_key").write_text("aml_mine\n")
        return ServiceFile("http://127.0.0.1:1", 1, str(home), "0"), False

    def client(**given: Any) -> httpx2.Client:
        options.append(given)
        answer = httpx2.Response(200, json={"items": [JOB], "cursor": None})
        return real(**{**given, "transport": httpx2.MockTransport(lambda request: answer)})

    monkeypatch.setattr(local, "ensure", ensure)
    monkeypatch.setattr(client_module.httpx2, "Client", client)
    assert run("jobs", "list").code == 0
    assert homes == [tmp_path / "mine"]
    assert options[0]["headers"] == {"Authorization": "Bearer aml_mine"}
    assert options[0]["trust_env"] is False


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8400", True),
        ("http://localhost", True),
        ("https://[::1]:1/x", True),
        ("http://127.9.9.9", True),
        ("http://automl.example", False),
        ("http://localhost.example", False),
        ("http://10.0.0.1", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_no_proxy_stands_before_this_machine(url: str, here: bool) -> None:
    assert is_loopback(url) is here
