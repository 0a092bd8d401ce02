"""The service of one home: found, started on demand, attached to, ended; what a dead one left is not taken for one."""

import contextlib
import fcntl
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from automl.client import local
from automl.client.local import ServiceFile, clients, end, ensure, find, is_running, lock_path, presence, service_path
from automl.core.errors import UnreachableError


class Clock:
    """Time that passes by sleeping alone. `events` happen at a moment."""

    def __init__(self) -> None:
        self.now = 100.0
        self.events: list[tuple[float, Callable[[], None]]] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for event in [each for each in self.events if each[0] <= self.now]:
            self.events.remove(event)
            event[1]()

    def monotonic(self) -> float:
        return self.now

    def monotonic_ns(self) -> int:
        return int(self.now * 1e9)


class Child:
    """Stands for a service process that was started."""

    def __init__(self, home: Path, code: int | None = None) -> None:
        self.home, self.code = home, code
        self.calls: list[tuple[list[str], dict[str, Any]]] = []

    def __call__(self, words: list[str], **options: Any) -> "Child":
        self.calls.append((words, options))
        return self

    def poll(self) -> int | None:
        return self.code


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(local, "time", made)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def running(home: Path) -> Iterator[Callable[..., ServiceFile]]:
    """Let a service run: hold the lock, write what it says of itself."""
    with contextlib.ExitStack() as stack:

        def start(pid: int = 7, write: bool = True) -> ServiceFile:
            file = stack.enter_context(lock_path(home).open("a+b"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            said = ServiceFile("http://127.0.0.1:8400", pid, str(home), "0.1.0", on_demand=True)
            if write:
                said.write(service_path(home))
            return said

        yield start


def test_a_running_service_is_found(home: Path, running: Any) -> None:
    said = running()
    assert find(home) == said
    assert is_running(home)


def test_what_a_dead_service_left_is_not_one(home: Path) -> None:
    """Its file names a pid that lives: another process has taken the number."""
    ServiceFile("http://127.0.0.1:8400", os.getpid(), str(home), "0.1.0").write(service_path(home))
    lock_path(home).touch()
    assert find(home) is None
    assert not is_running(home)


@pytest.mark.parametrize("home_exists", [True, False])
def test_an_empty_home_has_none(home: Path, home_exists: bool) -> None:
    assert find(home if home_exists else home / "nothing") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '"x"', "{}", '{"url": "http://x"}', "\x00\xff"])
def test_a_file_that_says_nothing_is_nothing(home: Path, running: Any, text: str) -> None:
    running(write=False)
    service_path(home).write_text(text, encoding="latin-1")
    assert find(home) is None


def test_a_newer_service_may_say_more(home: Path, running: Any) -> None:
    said = running()
    body = json.loads(service_path(home).read_text())
    service_path(home).write_text(json.dumps(body | {"colour": "red"}))
    assert find(home) == said


def test_a_service_that_runs_is_attached_to(home: Path, running: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said = running()

    def refuse(*ignored: Any, **also: Any) -> None:
        raise AssertionError("a second service is started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert ensure(home) == (said, False)


def test_without_one_it_is_started_for_this_home(
    tmp_path: Path, running: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    child = Child(home)
    monkeypatch.setattr(subprocess, "Popen", child)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    clock.events.append((105.0, running))
    service, started = ensure(home)
    assert (service.pid, started) == (7, True)
    ((words, options),) = child.calls
    assert words[0] == sys.executable
    assert words[3:] == ["serve", "--on-demand", "--port", "0", "--dashboard-port", "0"]
    assert options["env"]["AUTOML_HOME"] == str(home)
    assert "PYTHONDONTWRITEBYTECODE" not in options["env"]
    # It outlives this terminal's Ctrl-C and says everything to its own log.
    assert options["start_new_session"] is True
    assert (home / "service.log").exists()


def test_a_service_that_does_not_come_up_names_its_log(
    home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", Child(home, code=1))
    with pytest.raises(UnreachableError) as caught:
        ensure(home)
    assert caught.value.code == "start_failed"
    assert "service.log" in caught.value.hint
    # It is seen at once, not at the end of the time that a start may take.
    assert clock.now < 101.0


def test_a_service_that_hangs_is_given_up(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", Child(home))
    with pytest.raises(UnreachableError):
        ensure(home, timeout_s=30.0)
    assert 129.0 < clock.now < 131.5


def test_who_loses_the_race_attaches_to_the_winner(
    home: Path, running: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another client's service took the lock first: ours ends with 1, theirs is not up yet."""
    running(write=False)
    monkeypatch.setattr(subprocess, "Popen", Child(home, code=1))
    said = ServiceFile("http://127.0.0.1:1", 9, str(home), "0.1.0")
    clock.events.append((110.0, lambda: said.write(service_path(home))))
    assert ensure(home) == (said, True)


def test_clients_are_counted_while_they_live(home: Path) -> None:
    assert clients(home) == 0
    with presence(home):
        assert clients(home) == 1
        with presence(home):
            assert clients(home) == 2
        assert clients(home) == 1
    assert clients(home) == 0
    assert list((home / "clients").iterdir()) == []


def test_a_dead_client_is_not_counted(home: Path) -> None:
    """kill -9 leaves its file, and the kernel drops its lock."""
    (home / "clients").mkdir()
    (home / "clients" / "1-1").touch()
    assert clients(home) == 0
    assert list((home / "clients").iterdir()) == []


def test_a_service_is_ended_by_its_pid_and_waited_for(home: Path) -> None:
    code = (
        "import fcntl, signal, sys, time\n"
        "file = open(sys.argv[1], 'a+b'); fcntl.flock(file, fcntl.LOCK_EX)\n"
        "signal.signal(signal.SIGTERM, lambda *_: (file.close(), time.sleep(0.2), sys.exit(0)))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    words = [sys.executable, "-S", "-c", code, str(lock_path(home))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        end(ServiceFile("http://x", process.pid, str(home), "0"), timeout_s=20.0)
        # It is gone when this returns, not only its lock.
        assert process.wait(0.5) == 0


def test_a_dead_service_s_number_is_not_signalled(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody holds the lock, so its pid may be anybody's by now."""
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("a stranger is signalled"))
    monkeypatch.setattr(local, "_is_gone", lambda handle: True)
    end(ServiceFile("http://x", os.getpid(), str(home), "0"))


def test_a_service_that_does_not_end_is_named(
    home: Path, running: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = running(pid=os.getpid())
    monkeypatch.setattr(os, "kill", lambda *_: None)
    with pytest.raises(UnreachableError, match=str(os.getpid())) as caught:
        end(said, timeout_s=5.0)
    assert caught.value.code == "stop_failed"


def test_the_key_of_the_first_start_is_used(home: Path) -> None:
    assert local.read_key(home) is None
    (home / "api_key").write_text("aml_x\n")
    assert local.read_key(home) == "aml_x"
    (home / "api_key").write_text("\n")
    assert local.read_key(home) is None


def test_a_home_made_for_a_service_is_closed_to_others(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key lies in it."""
    home = tmp_path / "new"
    monkeypatch.setattr(subprocess, "Popen", Child(home, code=1))
    with pytest.raises(UnreachableError), presence(home):
        ensure(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
