"""One table of recoveries for all tests that kill something."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.times import SLACK, Times


@pytest.fixture(scope="session")
def times(request: pytest.FixtureRequest) -> Iterator[Times]:
    """Printed at the end, and written where `--fault-report` says."""
    found = Times(SLACK)
    yield found
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{found.table()}")
    target = request.config.getoption("--fault-report")
    if target:
        found.write(Path(target))
