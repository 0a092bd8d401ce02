"""What the doctor finds: each lack with the way out, and nothing that it does not look at."""

import fcntl
import importlib.metadata
import shutil
import socket
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from automl.bootstrap import doctor
from automl.bootstrap.doctor import GIB, Health, examine
from automl.client.local import ServiceFile, lock_path, service_path
from automl.settings import RaySettings, ServerSettings, Settings

Usage = namedtuple("Usage", ["total", "used", "free"])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", server=ServerSettings(port=0), ray=RaySettings(dashboard_port=0))


def found(settings: Settings) -> dict[str, Health]:
    return {each.subject: each for each in examine(settings)}


def test_a_machine_that_has_all(settings: Settings) -> None:
    health = found(settings)
    assert {"Python", "packages", "home", "service", "HTTP port", "dashboard port", "families"} <= set(health)
    assert not [each for each in health.values() if each.level == "fail"]
    assert "none runs" in health["service"].message


def test_every_lack_names_a_way_out(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(GIB, GIB, 0))
    monkeypatch.setattr(doctor, "missing_protections", lambda: ["seccomp"])
    monkeypatch.setattr(doctor.resource, "getrlimit", lambda kind: (256, 256))
    monkeypatch.setattr(doctor, "examples", tuple)
    weak = {subject: each for subject, each in found(settings).items() if each.level != "ok"}
    assert {"home", "shared memory", "reading files", "open files", "examples"} <= set(weak)
    for subject, each in weak.items():
        assert each.hint, subject
        assert each.level == "warn", subject


def test_a_package_that_is_missing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "catboost":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    health = found(settings)["packages"]
    assert (health.level, health.message) == ("fail", "missing: catboost")
    assert "make setup" in health.hint


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    health = found(Settings(home=tmp_path / "file" / "home"))["home"]
    assert health.level == "fail"
    assert "AUTOML_HOME" in health.hint


def test_ports_that_are_taken(tmp_path: Path) -> None:
    with socket.socket() as one, socket.socket() as two:
        for each in (one, two):
            each.bind(("127.0.0.1", 0))
            each.listen()
        ports = one.getsockname()[1], two.getsockname()[1]
        health = found(
            Settings(home=tmp_path, server=ServerSettings(port=ports[0]), ray=RaySettings(dashboard_port=ports[1]))
        )
    for subject, port in zip(("HTTP port", "dashboard port"), ports, strict=True):
        assert (health[subject].level, str(port) in health[subject].message) == ("fail", True)
        assert health[subject].hint


def test_the_ports_of_our_own_service_are_no_trouble(tmp_path: Path) -> None:
    with lock_path(tmp_path).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ServiceFile("http://127.0.0.1:8400", 7, str(tmp_path), "0").write(service_path(tmp_path))
        health = found(Settings(home=tmp_path))
    assert "pid 7" in health["service"].message
    assert "HTTP port" not in health


def test_byte_code_that_is_not_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    flags: Any = namedtuple("Flags", ["dont_write_bytecode"])
    for value, level in ((1, "warn"), (0, "ok")):
        monkeypatch.setattr(doctor.sys, "flags", flags(value))
        assert doctor._bytecode().level == level
