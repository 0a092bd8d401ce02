"""The contract of a driver host as tests; every adapter passes them unchanged."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from automl.backends.compute.base import DriverHost, EntryPoint
from automl.testing.compute_folds import MODULE
from automl.testing.compute_runner import eventually, is_alive
from automl.testing.threads import together

_DRIVER = EntryPoint(f"{MODULE}:driver")

NewDriver = Callable[..., "Driver"]


class Driver:
    """One driver of a test, which waits until it is let go."""

    def __init__(self, name: str, folder: Path, children: int) -> None:
        self.name = name
        self.args: Mapping[str, Any] = {"folder": str(folder), "name": name, "children": children}
        self._folder = folder

    def notes(self) -> list[Mapping[str, Any]]:
        """One for each time its function began."""
        return [json.loads(path.read_text()) for path in sorted(self._folder.glob(f"driver-{self.name}-*"))]

    def wait_for_begin(self, times: int = 1) -> Mapping[str, Any]:
        eventually(lambda: len(self.notes()) >= times, "the driver's begin")
        return self.notes()[-1]

    def let_go(self, words: str = "") -> None:
        """It returns, or raises RuntimeError with these words."""
        go = self._folder / f"{self.name}-go"
        hidden = go.with_name(f".{go.name}")
        hidden.write_text(words)
        hidden.rename(go)

    def hold(self) -> None:
        """A further one of this name waits again."""
        (self._folder / f"{self.name}-go").unlink()


class DriverHostContract:
    """A subclass supplies the fixture `host`, and `peer` where another process could find the same drivers.
    has_processes: drivers are processes of their own, which can be killed."""

    has_processes = True

    @pytest.fixture
    def host(self) -> DriverHost:
        """The adapter under test."""
        raise NotImplementedError

    @pytest.fixture
    def peer(self, host: DriverHost) -> DriverHost:
        """Another object for the same drivers, as another controller has one."""
        return host

    @pytest.fixture
    def new_driver(self, host: DriverHost, tmp_path: Path) -> Iterator[NewDriver]:
        """(children) → a driver to start, with a name of its own; afterwards it is stopped."""
        made: list[Driver] = []

        def new(children: int = 0) -> Driver:
            made.append(Driver(f"job-{uuid.uuid4().hex[:12]}-1", tmp_path, children))
            return made[-1]

        yield new
        for driver in made:
            driver.let_go()
            host.stop(driver.name)
        eventually(lambda: not {driver.name for driver in made} & set(host.names()), "the end of every driver")

    def test_a_driver_runs_under_its_name(self, host: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        assert host.status(driver.name) is None
        host.start(driver.name, _DRIVER, driver.args)
        note = driver.wait_for_begin()
        status = host.status(driver.name)
        assert status is not None
        assert (status.name, status.alive) == (driver.name, True)
        assert driver.name in host.names()
        if self.has_processes:
            assert note["pid"] != os.getpid()

    def test_one_that_lives_is_left_alone(self, host: DriverHost, peer: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin()
        host.start(driver.name, _DRIVER, driver.args)
        peer.start(driver.name, _DRIVER, driver.args)
        assert len(driver.notes()) == 1
        assert host.names().count(driver.name) == 1

    def test_of_many_starters_one_wins(self, host: DriverHost, peer: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        starters = [host, peer] * 3
        together([lambda each=each: each.start(driver.name, _DRIVER, driver.args) for each in starters])  # type: ignore[misc]
        driver.wait_for_begin()
        assert host.names().count(driver.name) == 1
        driver.let_go()
        eventually(lambda: driver.name not in host.names(), "its end")
        assert len(driver.notes()) == 1

    def test_one_that_returned_is_gone(self, host: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin()
        driver.let_go()
        eventually(lambda: driver.name not in host.names(), "its end")
        status = host.status(driver.name)
        assert status is None or (status.alive, status.error) == (False, None)

    def test_one_that_failed_says_why(self, host: DriverHost, peer: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin()
        driver.let_go("the store is away: übel")
        eventually(lambda: driver.name not in host.names(), "its end")
        for each in (host, peer):
            status = each.status(driver.name)
            assert status is not None
            assert not status.alive
            assert "the store is away: übel" in (status.error or "")

    def test_a_name_may_be_used_again(self, host: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin()
        driver.let_go("the first one fails")
        eventually(lambda: driver.name not in host.names(), "its end")
        driver.hold()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin(2)
        status = host.status(driver.name)
        assert status is not None
        assert (status.alive, status.error) == (True, None)

    def test_stop_kills_it_and_what_it_started(self, host: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver(2 if self.has_processes else 0)
        host.start(driver.name, _DRIVER, driver.args)
        note = driver.wait_for_begin()
        host.stop(driver.name)
        assert driver.name not in host.names()
        status = host.status(driver.name)
        assert status is None or not status.alive
        if self.has_processes:
            pids = [note["pid"], *note["children"]]
            eventually(lambda: not any(map(is_alive, pids)), "the end of its processes")
        host.stop(driver.name)

    def test_another_finds_and_stops_it(self, host: DriverHost, peer: DriverHost, new_driver: NewDriver) -> None:
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin()
        found = peer.status(driver.name)
        assert found is not None
        assert found.alive
        assert driver.name in peer.names()
        peer.stop(driver.name)
        eventually(lambda: driver.name not in host.names(), "its end")

    def test_a_killed_driver_is_dead(self, host: DriverHost, peer: DriverHost, new_driver: NewDriver) -> None:
        if not self.has_processes:
            pytest.skip("drivers run in this process")
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        os.kill(driver.wait_for_begin()["pid"], 9)
        for each in (host, peer):
            eventually(lambda each=each: driver.name not in each.names(), "its end")  # type: ignore[misc]
            status = each.status(driver.name)
            assert status is None or not status.alive

    def test_it_outlives_the_object_that_started_it(
        self, host: DriverHost, peer: DriverHost, new_driver: NewDriver
    ) -> None:
        driver = new_driver()
        host.start(driver.name, _DRIVER, driver.args)
        driver.wait_for_begin()
        host.close()
        assert driver.name in peer.names()

    def test_several_at_once(self, host: DriverHost, new_driver: NewDriver) -> None:
        drivers = [new_driver() for _ in range(3)]
        for driver in drivers:
            host.start(driver.name, _DRIVER, driver.args)
        for driver in drivers:
            driver.wait_for_begin()
        host.stop(drivers[1].name)
        names = set(host.names())
        assert [driver.name in names for driver in drivers] == [True, False, True]

    def test_unknown_names_change_nothing(self, host: DriverHost) -> None:
        host.stop("job-nobody-1")
        assert host.status("job-nobody-1") is None
        assert "job-nobody-1" not in host.names()

    def test_room_for_work(self, host: DriverHost) -> None:
        assert host.capacity() >= 1
        assert host.idle(0) >= 0
