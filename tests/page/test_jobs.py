"""Jobs in the browser: followed to the end, steered, listed, compared."""

import re

import pytest
from playwright.sync_api import expect

from automl.client.fit import fit
from tests.page.browsing import Visitor, axe_findings, overflow, settled
from tests.page.figures import is_shown


def test_a_live_job_is_followed_and_stopped_with_its_best_model(visitor: Visitor, titanic: str) -> None:
    job = fit(titanic, "Survived", budget="10m", wait=False, client=visitor.client)
    with visitor.page(f"/jobs/{job.id}") as page:
        stop = page.get_by_role("button", name="Stop and keep best")
        expect(stop).to_be_enabled()
        # The first trial that is worth something, without a reload.
        best = page.get_by_role("table", name="Best trials")
        expect(best.get_by_text(re.compile(r"^[01]\.\d{4}$")).first).to_be_visible()
        stop.click()
        expect(page.get_by_role("heading", name="Result")).to_be_visible()
        expect(page.get_by_role("link", name="Report").first).to_be_visible()
        ended = visitor.client.jobs.get(job.id)
        assert ended.state == "succeeded"
        assert ended.score is not None
        # What is shown is what the service says.
        shown = page.get_by_text(re.compile(r"^roc_auc \d\.\d{4}$")).inner_text()
        assert is_shown(shown, ended.score, 4), (shown, ended.score)
        wish = page.get_by_role("log").get_by_text("Its owner wants it to end")
        expect(wish).to_be_visible()
        page.get_by_role("button", name="Warnings").click()
        expect(page).to_have_url(re.compile("level=warning"))
        expect(wish).to_have_count(0)
        assert axe_findings(page) == []


def test_a_job_is_cancelled_only_after_a_question_and_then_deleted(visitor: Visitor, titanic: str) -> None:
    job = fit(titanic, "Survived", budget="10m", wait=False, client=visitor.client)
    # The feed may tell of the deletion before its own answer comes, and the page then asks once more.
    with visitor.page(f"/jobs/{job.id}", allowed=("404",)) as page:
        page.get_by_role("button", name="Cancel job").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Cancel", exact=True).click()
        expect(dialog).to_be_hidden()
        assert visitor.client.jobs.get(job.id).wanted == "run"
        page.get_by_role("button", name="Cancel job").click()
        dialog.get_by_role("button", name="Cancel and discard").click()
        expect(page.get_by_text("nothing of it was kept")).to_be_visible()
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("menuitem", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.wait_for_url(re.compile("/jobs$"))
    assert job.id not in [each.id for each in visitor.client.jobs.list().items]


@pytest.mark.parametrize(("language", "size"), [("en", (1280, 860)), ("ru", (390, 844))])
def test_the_leaderboard_compares_and_keeps_its_state_in_the_address(
    visitor: Visitor, fitted_titanic: str, language: str, size: tuple[int, int]
) -> None:
    job_id = visitor.client.models.get(fitted_titanic).latest.job_id  # type: ignore[union-attr]
    with visitor.page(f"/jobs/{job_id}/leaderboard", language=language, size=size) as page:
        settled(page)
        boxes = page.get_by_role("checkbox")
        expect(boxes.first).to_be_visible()
        boxes.nth(0).click()
        boxes.nth(1).click()
        expect(page).to_have_url(re.compile(r"compare=\d+%2C\d+"))
        rows = visitor.client.jobs.leaderboard(job_id)
        expect(page.locator("tr[aria-rowindex]").first).to_contain_text(rows[0].name)
        assert overflow(page) == 0
        assert axe_findings(page) == []


def test_the_list_of_jobs_is_searched_by_name(visitor: Visitor, fitted_titanic: str) -> None:
    job_id = visitor.client.models.get(fitted_titanic).latest.job_id  # type: ignore[union-attr]
    visitor.client.jobs.update(job_id, name="A needle")
    with visitor.page("/jobs") as page:
        page.get_by_role("searchbox").fill("needle")
        expect(page.get_by_role("link", name="A needle")).to_be_visible()
        expect(page.locator("[role=row][aria-rowindex]")).to_have_count(1)
        page.get_by_role("combobox", name="State").click()
        page.get_by_role("option", name="succeeded").click()
        expect(page.locator("[role=row][aria-rowindex]")).to_have_count(1)
        page.get_by_role("combobox", name="State").click()
        page.get_by_role("option", name="failed").click()
        expect(page.get_by_text("No job fits")).to_be_visible()
        page.get_by_role("searchbox").fill("no such name")
        expect(page.get_by_text("No job fits")).to_be_visible()
        assert axe_findings(page) == []


def test_the_search_screen_names_its_method(visitor: Visitor, fitted_titanic: str) -> None:
    job_id = visitor.client.models.get(fitted_titanic).latest.job_id  # type: ignore[union-attr]
    with visitor.page(f"/jobs/{job_id}/search", theme="dark") as page:
        expect(page.get_by_role("figure", name=re.compile("Timeline"))).to_be_visible()
        assert axe_findings(page) == []
