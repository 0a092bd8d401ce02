"""The page in a real browser, on the session's one service."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from automl.api.page import BUILT
from automl.datasets.examples import example
from tests.fitting import fitted
from tests.page.browsing import PATIENCE_MS, Visitor
from tests.page.screens import Things
from tests.service_process import Service

# Some tests wait for several things, each of which may take its time.
_TEST_S = 900
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.timeout(_TEST_S))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    expect.set_options(timeout=PATIENCE_MS)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path is not None, "Chromium is needed: make system-packages"
    with sync_playwright() as playwright:
        # As root it has no sandbox of its own; it only ever opens our own page.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def visitor(service: Service, browser: Browser) -> Iterator[Visitor]:
    """A browser at the session's service."""
    assert (BUILT / "index.html").exists(), "the page is not built: make ui"
    with service.client() as client:
        yield Visitor(browser, service.url, client)


@pytest.fixture(scope="session")
def titanic(visitor: Visitor) -> str:
    """The id of a ready example dataset."""
    table = example("titanic")
    return visitor.client.upload(table.path, name=table.name).id


@pytest.fixture(scope="session")
def things(visitor: Visitor, fitted_titanic: str) -> Things:
    """A dataset, and a quickly fitted model of each task with its job."""
    models = {"binary": fitted_titanic}
    for task, name in (("multiclass", "soybean"), ("regression", "wine_quality")):
        table = example(name)
        models[task] = fitted(visitor.client, str(table.path), table.target).model.id
    latest = {task: visitor.client.models.get(each).latest for task, each in models.items()}
    assert latest["binary"] is not None
    jobs = {task: each.job_id for task, each in latest.items() if each is not None}
    return Things(latest["binary"].dataset_id, models, jobs)


@pytest.fixture(scope="session")
def fitted_titanic(visitor: Visitor, titanic: str) -> str:
    """The id of a quickly fitted binary model."""
    return fitted(visitor.client, titanic, "Survived", trials=5).model.id
