"""Reports in the browser, and as a file that opens with no network."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.browsing import Visitor, axe_findings, overflow, settled
from tests.page.screens import Things


@pytest.fixture
def models(things: Things) -> Mapping[str, str]:
    """Task → the id of a quickly fitted model."""
    return things.model


def _matrix(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("^Confusion matrix: TP"))


def _at(page: Page, tp: int, fn: int, fp: int, tn: int) -> None:
    """Wait until the matrix holds these counts."""
    expect(_matrix(page)).to_have_attribute("aria-label", f"Confusion matrix: TP {tp}, FN {fn}, FP {fp}, TN {tn}")


def test_the_threshold_moves_the_matrix_the_costs_and_the_address(visitor: Visitor, models: Mapping[str, str]) -> None:
    report = visitor.client.models.report(models["binary"])
    data = report.performance.data
    assert data is not None
    with visitor.page(f"/models/{models['binary']}/report") as page:
        slider = page.get_by_role("slider", name=re.compile("Threshold"))
        expect(slider).to_be_visible()
        rows, positives = data.rows, data.positives  # type: ignore[union-attr]
        # At the threshold it begins with, some rows are called negative.
        expect(_matrix(page)).not_to_have_attribute("aria-label", re.compile("TN 0$"))
        slider.focus()
        page.keyboard.press("Home")
        # Everything is called positive at 0.
        expect(page.get_by_test_id("threshold")).to_have_text("0")
        _at(page, tp=positives, fn=0, fp=rows - positives, tn=0)
        expect(page).to_have_url(re.compile(r"threshold=0(&|$)"))
        page.get_by_label("Cost of a false alarm").fill("7")
        cost = page.locator("dt", has_text="Cost at this threshold").locator("xpath=following-sibling::dd")
        expect(cost).to_have_text(f"{7 * (rows - positives):,}")
        page.reload()
        expect(page.get_by_test_id("threshold")).to_have_text("0")
        _at(page, tp=positives, fn=0, fp=rows - positives, tn=0)


@pytest.mark.parametrize(
    ("task", "figure", "theme", "language", "size"),
    [
        ("binary", "ROC", "light", "en", (1280, 860)),
        ("multiclass", "Матрица ошибок", "dark", "ru", (1280, 860)),
        ("regression", "Actual against predicted", "dark", "en", (390, 844)),
    ],
)
def test_a_report_of_each_task_is_whole(
    visitor: Visitor,
    models: Mapping[str, str],
    task: str,
    figure: str,
    theme: str,
    language: str,
    size: tuple[int, int],
) -> None:
    with visitor.page(f"/models/{models[task]}/report", theme=theme, language=language, size=size) as page:
        expect(page.get_by_role("figure", name=re.compile(figure)).first).to_be_visible()
        # What is computed on demand comes by itself.
        expect(page.locator("#importance figure svg[role=img]").first).to_be_visible()
        expect(page.locator("#dependence figure").first).to_be_visible()
        settled(page)
        assert overflow(page) == 0
        assert axe_findings(page) == []


def test_the_report_file_opens_without_a_network(visitor: Visitor, models: Mapping[str, str], tmp_path: Path) -> None:
    saved = tmp_path / "report.html"
    with visitor.page(f"/models/{models['binary']}/report") as page:
        page.get_by_role("button", name="Download", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="HTML").click()
        download.value.save_as(saved)
    context = visitor.browser.new_context(offline=True)
    try:
        page = context.new_page()
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(saved.as_uri())
        expect(page.get_by_role("heading", name=re.compile("Report: Survived"))).to_be_visible()
        before = _matrix(page).get_attribute("aria-label")
        assert before is not None
        page.get_by_role("slider").focus()
        page.keyboard.press("End")
        expect(page.get_by_test_id("threshold")).to_have_text("1")
        expect(_matrix(page)).not_to_have_attribute("aria-label", before)
        assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
        assert faults == []
    finally:
        context.close()
