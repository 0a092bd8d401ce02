"""The machine over memory and over files; `make faults` runs it longer."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from automl.backends.blobs.local import LocalBlobs
from automl.backends.records.sqlite import SqliteRecords
from tests.memory_folder import memory_folder
from tests.unit.jobs.machine import Machine


class FilesMachine(Machine):
    """The same over SQLite and files; a crash opens both anew."""

    def stores(self):  # type: ignore[no-untyped-def]
        self.folder = tempfile.TemporaryDirectory(prefix="automl-machine-", dir=memory_folder())
        return self.reopened()

    def reopened(self):  # type: ignore[no-untyped-def]
        home = Path(self.folder.name)
        if hasattr(self, "records"):
            self.records.close()
        return SqliteRecords(home / "records.sqlite"), LocalBlobs(home / "blobs", self.clock)

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def run(machine: type[Machine], examples: int, steps: int) -> None:
    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(machine, settings=bounds)


def test_over_memory() -> None:
    run(Machine, 60, 50)


def test_over_files() -> None:
    run(FilesMachine, 12, 40)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("machine", "examples"), [(Machine, 1500), (FilesMachine, 150)])
def test_longer(machine: type[Machine], examples: int) -> None:
    run(machine, examples, 80)
