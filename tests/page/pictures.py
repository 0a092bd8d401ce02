"""Takes pictures of every screen of a service with finished jobs: `make screenshots`."""

import argparse
import contextlib
import io
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from automl.api.page import BUILT
from automl.client.client import Client
from automl.client.fit import fit
from automl.client.handles import Job
from automl.client.local import find
from automl.core.states import TrialState
from automl.core.views import ModelVersionView
from automl.datasets.examples import example
from tests.page.browsing import ROOT, Visitor, ready
from tests.page.screens import Screen, Things, screens
from tests.service_process import Service

IMAGES = ROOT / "docs" / "images"
# Task → the example that shows it, and the seconds its job has.
JOBS = {"binary": ("titanic", 60), "multiclass": ("soybean", 40), "regression": ("wine_quality", 40)}
REFIT_S = 120.0
LIVE_TRIALS = 3
# Levels of a colour's part below which two are one.
APART = 4
# Looks like another screen.
NO_PICTURE = ("job-report", "predict-json")
DESK, PHONE = (1280, 860), (390, 844)
# A phone is for watching: what nobody does there has no picture.
ON_PHONE = (
    "home",
    "job-live",
    "job",
    "job-log",
    "leaderboard",
    "report-binary",
    "predict-form",
    "dataset-columns",
    "jobs",
    "new-job",
    "model",
)


@dataclass(frozen=True)
class View:
    """One way to look at a screen. suffix: of the file's name."""

    suffix: str
    theme: str
    size: tuple[int, int]
    language: str = "en"


VIEWS = (View("", "light", DESK), View("-dark", "dark", DESK), View("-phone", "light", PHONE))


@contextlib.contextmanager
def running(home: Path | None) -> Iterator[Client]:
    """A client of the service that runs in this home, or of one that ends with this."""
    if home is not None and find(home) is not None:
        with Client(home=home) as client:
            yield client
        return
    with tempfile.TemporaryDirectory(prefix="automl-") as folder:
        service = Service(home or Path(folder))
        try:
            service.start()
            with service.client() as client:
                yield client
        finally:
            service.stop(signal.SIGTERM)


def prepared(client: Client) -> tuple[Things, str]:
    """Fit what is not there yet; with the id of the job that made the fast variant of the binary model."""
    jobs, models, fast, titanic = {}, {}, "", ""
    known = {each.latest.task: each for each in client.models.list().items if each.latest is not None}
    for task, (name, budget_s) in JOBS.items():
        if task not in known:
            table = example(name)
            dataset = client.upload(table.path, name=table.name)
            job = fit(dataset.id, table.target, budget=budget_s, client=client)
            client.jobs.update(job.id, name=table.title)
            known[task] = client.models.get(job.model.id)
        versions = client.models.versions(known[task].id)
        ensemble = next(each for each in versions if each.variant == "ensemble")
        jobs[task], models[task] = ensemble.job_id, known[task].id
        if task == "binary":
            titanic = ensemble.dataset_id
            fast = next((each.job_id for each in versions if each.variant == "fast"), None) or refitted(
                client, ensemble
            )
    return Things(titanic, models, jobs), fast


def refitted(client: Client, version: ModelVersionView) -> str:
    """The id of the job that has made the fast variant of a version."""
    return Job(client, client.jobs.refit(version.job_id, REFIT_S)).wait(quiet=True).id


def more_screens(things: Things, fast: str) -> tuple[Screen, ...]:
    """What only a service with two versions of a model can show."""
    return (
        Screen("job-fast", "/jobs/:jobId", f"/jobs/{fast}"),
        Screen("model-compare", "/models/:model", f"/models/{things.model['binary']}?compare=1,2&version=1"),
    )


def take(page: Page, url: str, screen: Screen, target: Path, whole: bool) -> int:
    """Save one screen as it looks when all its parts are there; the file's size in bytes."""
    page.goto(url + screen.path)
    ready(page)
    # Reports are long: what is on them is seen from their first figures on.
    if screen.name.startswith("report") and not whole:
        page.evaluate("() => document.getElementById('performance')?.scrollIntoView()")
    if screen.name == "job-log" and not whole:
        page.get_by_role("log").locator("[data-index]").first.wait_for()
        page.get_by_role("log").locator("xpath=ancestor::section").evaluate("part => part.scrollIntoView()")
    if screen.name == "job-live":
        page.locator("main figure svg path[data-series]").first.wait_for()
    if screen.name == "predict-form":
        page.get_by_role("button", name="Predict", exact=True).click()
        page.get_by_test_id("prediction").wait_for()
        ready(page)
    image = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    few_colors(image.convert("RGB")).save(target, optimize=True)
    return target.stat().st_size


def few_colors(image: Image.Image) -> Image.Image:
    """The same in its most frequent colours, exact ones that are not almost alike, which is a third of the bytes."""
    found = image.getcolors(image.width * image.height) or []
    kept: list[tuple[int, ...]] = []
    for _, color in sorted(found, reverse=True)[:4000]:
        assert isinstance(color, tuple)
        if len(kept) < 256 and all(max(abs(a - b) for a, b in zip(color, each, strict=True)) > APART for each in kept):
            kept.append(color)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for color in kept for part in color])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=IMAGES, help="folder of the pictures")
    parser.add_argument("--home", type=Path, help="of a running service with jobs (otherwise one is started)")
    parser.add_argument("--only", nargs="*", default=[], help="names of screens")
    parser.add_argument("--whole", action="store_true", help="whole pages instead of what a window shows")
    parser.add_argument("--language", default="en")
    arguments = parser.parse_args()
    if not (BUILT / "index.html").exists():
        raise SystemExit("the page is not built: make ui")
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with running(arguments.home) as client, sync_playwright() as playwright:
        things, fast = prepared(client)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        visitor = Visitor(browser, client.url, client)
        with contextlib.ExitStack() as open_pages:
            pages = []
            for view in VIEWS:
                opened = visitor.page(language=arguments.language, theme=view.theme, size=view.size)
                pages.append((view, open_pages.enter_context(opened)))

            def photograph(screen: Screen) -> None:
                for view, page in pages:
                    wanted = not arguments.only or screen.name in arguments.only
                    if wanted and (view.size == DESK or arguments.whole or screen.name in ON_PHONE):
                        target = arguments.into / f"{screen.name}{view.suffix}.png"
                        size = take(page, client.url, screen, target, arguments.whole)
                        print(f"{target.name}: {size / 1024:.0f} KiB", flush=True)

            # All views of a job at work at once, before it ends.
            live = fit(things.dataset, "Survived", budget=900, wait=False, client=client)
            try:
                client.jobs.update(live.id, name="Titanic, fifteen minutes")
                while sum(row.state == TrialState.COMPLETE for row in client.jobs.leaderboard(live.id)) < LIVE_TRIALS:
                    time.sleep(0.5)
                photograph(Screen("job-live", "/jobs/:jobId", f"/jobs/{live.id}"))
            finally:
                # Nobody looks at it any more when it goes.
                for _, page in pages:
                    page.goto(f"{client.url}/settings")
                client.jobs.cancel(live.id)
                while not client.jobs.get(live.id).state.is_terminal:
                    time.sleep(0.5)
                client.jobs.delete(live.id)
            for screen in (*screens(things), *more_screens(things, fast)):
                if screen.name not in NO_PICTURE:
                    photograph(screen)
        browser.close()


if __name__ == "__main__":
    main()
