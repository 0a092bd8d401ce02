"""Fixtures that several kinds of tests share."""

import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers import servers as servers
from tests.service_process import Service

# The page comes last: the browser's event loop stays in the main thread, where no other can then be started.
_ORDER = ("architecture", "unit", "contract", "ray", "integration", "e2e", "faults", "chaos", "page")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests marked long")
    parser.addoption("--fault-report", metavar="FILE", help="where seconds of recoveries are written as JSON")
    parser.addoption("--sweep-book", metavar="FILE", help="JSON lines of the fault sweep: written, and gone on from")


# The same examples each time, so that what passed here passes elsewhere; --long draws new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("new" if config.getoption("--long") else "same")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The quick ones first, before anything is started that lasts for the session; long ones only when asked for."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    folder = Path(__file__).parent
    items.sort(key=lambda item: _ORDER.index(item.path.relative_to(folder).parts[0]))


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The session's service."""
    with tempfile.TemporaryDirectory(prefix="automl-e2e-") as folder:
        made = Service(Path(folder))
        made.start()
        yield made
        made.stop()


@pytest.fixture
def own_service() -> Iterator[Service]:
    """A service of one test's own, for tests that kill it."""
    with tempfile.TemporaryDirectory(prefix="automl-own-") as folder:
        made = Service(Path(folder))
        try:
            yield made
        finally:
            made.stop(signal.SIGKILL)


@pytest.fixture
def wait_for() -> Callable[..., None]:
    """Wait until a condition holds."""

    def wait(condition: Callable[[], bool], timeout_s: float = 30.0, what: str = "the condition") -> None:
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end, f"{what} did not come within {timeout_s} s"
            time.sleep(0.05)

    return wait
