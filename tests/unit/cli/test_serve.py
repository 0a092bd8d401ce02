"""`automl serve` and `automl controller` hand their options over; nothing of Ray is loaded here."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from automl.core.errors import ConflictError


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any, str, bool]]:
    """Stands for the module that runs the service."""
    calls: list[tuple[Any, Any, str, bool]] = []

    def run_service(
        settings: Any, say: Any, role: str = "all", on_demand: bool = False, open_page: bool = False
    ) -> None:
        say("data in [/home]")
        calls.append((settings, say, role, on_demand))

    role = SimpleNamespace(ALL="all", API="api", TUNING="tuning")
    module = SimpleNamespace(run_service=run_service, Role=role)
    monkeypatch.setitem(sys.modules, "automl.bootstrap.service", module)  # type: ignore[arg-type]  # only its names count
    return calls


def test_options_become_settings(run: Any, started: Any, tmp_path: Any) -> None:
    words = ["--host", "::1", "--port", "0", "--home", str(tmp_path), "--cpus", "2", "--dashboard-port", "0"]
    done = run("serve", *words, "--allow-remote", "--profile", "cluster", "--api-only", "--on-demand")
    assert (done.code, done.out, done.err) == (0, "", "data in [/home]\n")
    ((settings, _, role, on_demand),) = started
    assert (settings.server.host, settings.server.port, settings.server.allow_remote) == ("::1", 0, True)
    assert (settings.home, settings.ray.cpus, settings.ray.dashboard_port) == (tmp_path, 2, 0)
    assert (settings.store.profile, role, on_demand) == ("cluster", "api", True)


def test_what_is_not_given_comes_from_elsewhere(run: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOML_SERVER_PORT", "8500")
    assert run("serve", "--quiet").err == ""
    ((settings, _, role, on_demand),) = started
    assert (settings.server.port, settings.server.allow_remote, role, on_demand) == (8500, False, "all", False)


def test_open_shows_the_page_of_the_service_that_runs_already(
    run: Any, started: Any, fitting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("automl.cli.serve.webbrowser.open", opened.append)
    monkeypatch.setattr("automl.cli.serve.local.find", lambda _: object())
    fitting.on("POST", "/v1/session/codes", {"code": "amc_x"})
    done = run("serve", "--open")
    assert done.code == 0
    assert started == []
    assert [address.rpartition("/")[2] for address in opened] == ["#code=amc_x"]
    assert opened[0] in done.err.replace("\n", "")


def test_the_controller_is_of_the_cluster_profile(run: Any, started: Any) -> None:
    assert run("controller", "--copies", "2", "--ray-address", "10.0.0.1:6379", "--cpus", "8").code == 0
    ((settings, _, role, _),) = started
    assert (settings.store.profile, settings.compute.controllers, role) == ("cluster", 2, "tuning")
    assert (settings.ray.address, settings.ray.cpus) == ("10.0.0.1:6379", 8)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["--port", "70000"], "server.port"),
        (["--cpus", "0"], "ray.cpus"),
        (["--profile", "cloud"], "store.profile"),
        (["--dashboard-port", "-1"], "ray.dashboard_port"),
    ],
)
def test_an_option_out_of_range_is_named(run: Any, started: Any, words: list[str], place: str) -> None:
    done = run("serve", *words)
    assert (done.code, done.out, started) == (2, "", [])
    assert place in done.err
    assert "(from flag)" in done.err


def test_a_second_service_in_the_same_home(run: Any, started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*ignored: Any) -> None:
        raise ConflictError("A service runs in /home at http://127.0.0.1:8400, pid 7.", code="already_running")

    monkeypatch.setattr(sys.modules["automl.bootstrap.service"], "run_service", refuse)
    done = run("serve")
    assert done.code == 1
    assert "pid 7" in done.err
