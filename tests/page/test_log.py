"""A job's log in the browser: live, whole, searched, and left alone where the reader stands."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from automl.client.fit import fit
from tests.page.browsing import Visitor, axe_findings, overflow, settled
from tests.page.screens import Things

LINES, PAGE = 3_000, 200
MOST_ROWS = 60


def _follows(page: Page, wanted: bool) -> None:
    button = page.get_by_role("button", name="Follow the end")
    expect(button).to_have_attribute("aria-pressed", str(wanted).lower())


def _long_log(route: Route) -> None:
    """Pages of a log of thousands of lines, some of which need several rows of text."""
    start = int(parse_qs(urlsplit(route.request.url).query).get("cursor", ["0"])[0])
    end = min(LINES, start + PAGE)
    items = [
        {
            "seq": each,
            "at": "2026-01-01T00:00:00Z",
            "level": "warning" if each % 10 == 0 else "info",
            "source": "worker",
            "message": f"line {each}" + (" and more of it" * 20 if each % 7 == 0 else ""),
            "trial": None,
            "fold": None,
        }
        for each in range(start + 1, end + 1)
    ]
    route.fulfill(body=json.dumps({"items": items, "cursor": str(end) if end < LINES else None}))


def test_lines_come_while_the_job_goes_on_and_all_are_there_after_it(
    visitor: Visitor, titanic: str, tmp_path: Path
) -> None:
    job = fit(titanic, "Survived", budget="10m", wait=False, client=visitor.client)
    with visitor.page(f"/jobs/{job.id}?level=debug") as page:
        log = page.get_by_role("log")
        # The end of a fold, told by the events alone.
        expect(log.get_by_text(re.compile(r"^Trial \d+, fold \d+")).first).to_be_visible()
        page.get_by_role("button", name="Stop and keep best").click()
        expect(log.get_by_text(re.compile("^Succeeded: version"))).to_be_visible()
        said = visitor.client.jobs.logs(job.id, level="debug", limit=200)
        lines = list(said.items)
        while said.cursor is not None:
            said = visitor.client.jobs.logs(job.id, level="debug", limit=200, cursor=said.cursor)
            lines += said.items
        expect(page.get_by_text(f"{len(lines):,} lines")).to_be_visible()
        with page.expect_download() as download:
            log.locator("xpath=ancestor::section").get_by_role("button", name="Download").click()
        download.value.save_as(tmp_path / "job.log")
        saved = (tmp_path / "job.log").read_text().splitlines()
        assert len(saved) == len(lines)
        assert all(each.message in text for each, text in zip(lines, saved, strict=True))
        page.get_by_role("button", name="Main", exact=True).click()
        expect(log.get_by_text(re.compile(r"^Trial \d+, fold \d+: roc_auc"))).to_have_count(0)
        page.get_by_label("Find in the log").fill("owner wants")
        expect(log.get_by_text(re.compile("^Its owner wants it to end"))).to_be_visible()
        expect(page.get_by_text(re.compile(r"^1 of \d+ lines"))).to_be_visible()
        expect(page).to_have_url(re.compile("find=owner"))
        assert axe_findings(page) == []


def test_the_end_is_followed_until_the_reader_goes_up(visitor: Visitor, things: Things) -> None:
    job = things.job["binary"]
    with visitor.page() as page:
        page.route(f"**/v1/jobs/{job}/logs**", _long_log)
        page.goto(f"{visitor.url}/jobs/{job}")
        log = page.get_by_role("log")
        expect(page.get_by_text(f"{LINES:,} lines")).to_be_visible()
        log.scroll_into_view_if_needed()
        expect(log.get_by_text(re.compile(f"^line {LINES}$"))).to_be_in_viewport()
        assert log.locator("[data-index]").count() <= MOST_ROWS
        _follows(page, True)
        log.hover()
        page.mouse.wheel(0, -400)
        _follows(page, False)
        expect(log.get_by_text(re.compile(f"^line {LINES}$"))).not_to_be_in_viewport()
        log.focus()
        page.keyboard.press("End")
        _follows(page, True)
        expect(log.get_by_text(re.compile(f"^line {LINES}$"))).to_be_in_viewport()
        page.keyboard.press("Home")
        _follows(page, False)
        expect(log.get_by_text("line 1", exact=True)).to_be_in_viewport()
        # The key that leads to the search of a screen leads to that of its log.
        page.keyboard.press("/")
        expect(page.get_by_label("Find in the log")).to_be_focused()
        page.keyboard.type(f"line {LINES - 1}")
        expect(page.get_by_text(f"1 of {LINES:,} lines")).to_be_visible()
        expect(log.locator("[data-index]")).to_have_count(1)


def test_a_log_that_cannot_be_read_says_so_and_is_read_again(visitor: Visitor, things: Things) -> None:
    job = things.job["binary"]
    with visitor.page(allowed=("ERR_FAILED", "net::", "Failed to load")) as page:
        page.route(f"**/v1/jobs/{job}/logs**", lambda route: route.abort())
        page.goto(f"{visitor.url}/jobs/{job}")
        expect(page.get_by_text("The log could not be read")).to_be_visible()
        page.unroute(f"**/v1/jobs/{job}/logs**")
        failed = page.get_by_role("alert").filter(has_text="The log could not be read")
        failed.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("log").get_by_text(re.compile("^Succeeded: version"))).to_be_visible()
        expect(failed).to_have_count(0)


def test_it_fits_a_phone(visitor: Visitor, things: Things) -> None:
    path = f"/jobs/{things.job['binary']}?level=debug"
    with visitor.page(path, language="ru", theme="dark", size=(390, 844)) as page:
        expect(page.get_by_role("log").locator("[data-index]").first).to_be_visible()
        settled(page)
        assert overflow(page) == 0
        assert axe_findings(page) == []
