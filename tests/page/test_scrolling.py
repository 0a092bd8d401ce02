"""What a step of scrolling costs where thousands of rows are: milliseconds of script, as Chromium counts them."""

import json
from collections.abc import Callable
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.page.browsing import Visitor
from tests.page.screens import Things
from tests.page.test_lists import TRIALS, LongBoard

JOBS = 10_000
STEPS, STEP_PX = 60, 400
# A step has 16 ms where the picture shall not stand still. A machine may be several times as slow; what draws all rows
# anew at each step takes seconds.
MOST_MS = 100.0

_STEP = """([frame, px]) => new Promise(done => {
    frame.scrollTop += px;
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""


def _per_step(page: Page, frame: Locator) -> dict[str, float]:
    """Median milliseconds of the processor for one step: script, and all that the page's thread did."""
    session = page.context.new_cdp_session(page)
    # The processor's time: what else the machine does does not count.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> dict[str, float]:
        found = session.send("Performance.getMetrics")["metrics"]
        return {
            each["name"]: 1000 * each["value"] for each in found if each["name"] in ("ScriptDuration", "TaskDuration")
        }

    handle = frame.element_handle()
    taken: dict[str, list[float]] = {"ScriptDuration": [], "TaskDuration": []}
    for _ in range(STEPS):
        before = spent()
        page.evaluate(_STEP, [handle, STEP_PX])
        after = spent()
        for name, each in taken.items():
            each.append(after[name] - before[name])
    session.detach()
    return {name: round(median(each), 2) for name, each in taken.items()}


def _judge(what: str, figures: dict[str, float], record: Callable[[str, object], None]) -> None:
    record(f"{what}_script_ms_a_step", figures["ScriptDuration"])
    record(f"{what}_task_ms_a_step", figures["TaskDuration"])
    print(f"{what}: {figures['ScriptDuration']} ms of script, {figures['TaskDuration']} ms of all work a step")
    assert figures["ScriptDuration"] < MOST_MS, figures


class LongJobs:
    """A list of many jobs, page by page, made from one real job."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job

    def answer(self, route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        start = int(query.get("cursor", ["0"])[0])
        end = min(JOBS, start + int(query["limit"][0]))
        items = [{**self.job, "id": f"job_{each:020}", "name": f"Job {each}"} for each in range(start, end)]
        route.fulfill(body=json.dumps({"items": items, "cursor": str(end) if end < JOBS else None}))


def load_all(page: Page, frame: Locator) -> None:
    """Scroll down in the list of jobs until there are no more."""
    while page.get_by_text("Older ones are loaded on scrolling").count():
        frame.evaluate("frame => { frame.scrollTop = frame.scrollHeight }")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    expect(page.get_by_text(f"{JOBS:,} loaded")).to_be_visible()


def test_the_leaderboard(visitor: Visitor, things: Things, record_property: Callable[[str, object], None]) -> None:
    job = things.job["binary"]
    board = LongBoard(visitor.client.jobs.leaderboard(job)[0].model_dump(mode="json"))
    with visitor.page() as page:
        page.route(f"**/v1/jobs/{job}/leaderboard**", board.answer)
        page.goto(f"{visitor.url}/jobs/{job}/leaderboard")
        expect(page.get_by_text(f"{TRIALS:,} rows")).to_be_visible()
        frame = page.locator("[role=region][aria-label=Trials]")
        figures = _per_step(page, frame)
        assert frame.evaluate("frame => frame.scrollTop") == STEPS * STEP_PX
        _judge("leaderboard", figures, record_property)


@pytest.mark.parametrize("all_loaded", [False, True], ids=["loading", "loaded"])
def test_the_list_of_jobs(
    visitor: Visitor, things: Things, record_property: Callable[[str, object], None], all_loaded: bool
) -> None:
    jobs = LongJobs(visitor.client.jobs.get(things.job["binary"]).model_dump(mode="json"))
    with visitor.page() as page:
        page.route("**/v1/jobs?**", jobs.answer)
        page.goto(f"{visitor.url}/jobs")
        rows = page.locator("[role=row][aria-rowindex]")
        expect(rows.first).to_be_visible()
        frame = page.locator("[role=rowgroup]").last
        if all_loaded:
            expect(page.get_by_text("Older ones are loaded on scrolling")).to_be_visible()
            load_all(page, frame)
            frame.evaluate("frame => { frame.scrollTop = 0 }")
            expect(page.get_by_role("link", name="Job 0", exact=True)).to_be_visible()
        figures = _per_step(page, frame)
        assert 5 < rows.count() <= 60
        _judge(f"jobs_{'loaded' if all_loaded else 'loading'}", figures, record_property)
