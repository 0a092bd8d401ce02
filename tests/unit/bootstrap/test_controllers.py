"""Controllers are kept alive, one by one."""

from collections.abc import Mapping
from typing import Any

import pytest

from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.bootstrap.controllers import Controllers
from automl.core.errors import UnavailableError
from automl.settings import ComputeSettings, Settings


class Host:
    """A host whose drivers live until a test ends them."""

    def __init__(self) -> None:
        self.alive: set[str] = set()
        self.starts: list[str] = []
        self.wanted = 0
        self.refuses = False

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        if self.refuses:
            raise UnavailableError("no room")
        assert Settings.model_validate_json(args["settings"]).compute.controllers == 2
        assert callable(entry.load())
        self.starts.append(name)
        self.alive.add(name)

    def status(self, name: str) -> DriverStatus | None:
        return DriverStatus(name, alive=name in self.alive) if name in self.starts else None

    def idle(self, want: int) -> int:
        self.wanted = want
        return 0


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def two(host: Host) -> Controllers:
    return Controllers(host, Settings(compute=ComputeSettings(controllers=2)))  # type: ignore[arg-type]


def test_each_copy_is_started_once(host: Host, two: Controllers) -> None:
    two.ensure()
    two.ensure()
    assert host.starts == ["controller", "controller-2"]


def test_one_that_died_is_started_again(host: Host, two: Controllers) -> None:
    two.ensure()
    host.alive.remove("controller-2")
    two.ensure()
    assert host.starts == ["controller", "controller-2", "controller-2"]


def test_the_first_start_may_fail_loudly_a_later_one_waits(host: Host, two: Controllers) -> None:
    host.refuses = True
    with pytest.raises(UnavailableError):
        two.ensure()
    host.refuses = False
    two.ensure()
    host.alive.clear()
    host.refuses = True
    two.ensure()
    host.refuses = False
    two.ensure()
    assert host.alive == {"controller", "controller-2"}


def test_a_process_that_only_answers_has_none(host: Host) -> None:
    none = Controllers(host, None)  # type: ignore[arg-type]
    none.ensure()
    none.warm(3)
    assert (host.starts, host.wanted) == ([], 0)


def test_warm_processes_are_asked_for(host: Host, two: Controllers) -> None:
    two.warm(3)
    assert host.wanted == 3
