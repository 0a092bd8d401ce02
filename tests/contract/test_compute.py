"""Every plain compute adapter keeps the contract."""

from pathlib import Path

import pytest

from automl.backends.compute.base import DriverHost, StudyRunner
from automl.backends.compute.inline import InlineHost, InlineRunner
from automl.backends.compute.process_host import ProcessHost
from automl.backends.compute.processes import ProcessRunner
from automl.core.clock import SystemClock
from automl.testing.compute import DriverHostContract, StudyRunnerContract
from automl.testing.compute_runner import MakeRunner


def inline() -> StudyRunner:
    return InlineRunner(SystemClock())


def processes() -> StudyRunner:
    return ProcessRunner(SystemClock())


class TestInlineRunner(StudyRunnerContract):
    workers = 1
    has_processes = False

    @pytest.fixture
    def make_runner(self) -> MakeRunner:
        return inline


class TestProcessRunner(StudyRunnerContract):
    @pytest.fixture
    def make_runner(self) -> MakeRunner:
        return processes


class TestInlineHost(DriverHostContract):
    has_processes = False

    @pytest.fixture
    def host(self) -> DriverHost:
        return InlineHost()


class TestProcessHost(DriverHostContract):
    @pytest.fixture
    def host(self, tmp_path: Path) -> DriverHost:
        return ProcessHost(tmp_path / "drivers", cpus=2)

    @pytest.fixture
    def peer(self, tmp_path: Path) -> DriverHost:
        return ProcessHost(tmp_path / "drivers", cpus=2)
