"""Long lists: what is shown stays little, whatever there is."""

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Route, expect

from tests.page.browsing import Visitor
from tests.page.screens import Things

TRIALS, PAGE = 5_000, 200
# Rows of the table at once: what fits its frame and a few beyond.
MOST_ROWS = 60


class LongBoard:
    """A leaderboard of many trials, page by page, made from one real row."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.asked: Counter[int] = Counter()

    def answer(self, route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        start = int(query.get("cursor", ["0"])[0])
        end = start + min(int(query["limit"][0]), PAGE)
        self.asked[start] += 1
        rows = [
            {**self.row, "trial": each, "rank": each + 1, "name": f"Trial {each}", "score": 1 - each / 10_000}
            for each in range(start, end)
        ]
        route.fulfill(body=json.dumps({"items": rows, "cursor": str(end) if end < TRIALS else None}))


def test_a_leaderboard_of_thousands_keeps_few_rows_in_the_page(visitor: Visitor, things: Things) -> None:
    job = things.job["binary"]
    board = LongBoard(visitor.client.jobs.leaderboard(job)[0].model_dump(mode="json"))
    with visitor.page() as page:
        # Without a feed: when it opens, or tells of the job, whatever is being asked for begins anew.
        page.route("**/v1/events", lambda route: route.fulfill(status=204))
        page.route(f"**/v1/jobs/{job}/leaderboard**", board.answer)
        page.goto(f"{visitor.url}/jobs/{job}/leaderboard")
        expect(page.get_by_text(f"{TRIALS:,} rows")).to_be_visible()
        assert board.asked == Counter(range(0, TRIALS, PAGE))
        rows = page.locator("tbody tr[aria-rowindex]")
        assert 5 < rows.count() <= MOST_ROWS
        region = page.locator("[role=region][aria-label=Trials]")
        region.evaluate("frame => { frame.scrollTop = frame.scrollHeight }")
        expect(page.get_by_text(f"Trial {TRIALS - 1}", exact=True)).to_be_visible()
        assert rows.count() <= MOST_ROWS
        # Sorted by what only all pages together tell.
        page.get_by_role("button", name="Configuration").click()
        region.evaluate("frame => { frame.scrollTop = 0 }")
        # The first one has badges beside its name.
        for name in ("Trial 1", "Trial 2"):
            expect(page.get_by_text(name, exact=True)).to_be_visible()
