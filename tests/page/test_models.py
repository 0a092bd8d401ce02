"""Models and predictions in a browser: one row, a whole file, aliases, deleting, the service's own state."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from automl.datasets.examples import example
from tests.fitting import fitted
from tests.page.browsing import LANGUAGES, Visitor, axe_findings, hold_time, overflow, read_note, settled
from tests.page.figures import is_shown

PHONE = (390, 844)


@pytest.fixture(scope="module")
def model(visitor: Visitor, titanic: str) -> str:
    """The id of a model that answers quickly."""
    return fitted(visitor.client, titanic, "Survived").model.id


def test_a_row_is_predicted_and_explained(visitor: Visitor, model: str) -> None:
    with visitor.page(f"/models/{model}/predict") as page:
        settled(page)
        # Typical values of the data stand there already.
        expect(page.get_by_label("Sex", exact=True)).not_to_have_value("")
        page.get_by_label("Sex", exact=True).fill("female")
        page.get_by_label("Age", exact=True).fill("")
        page.get_by_role("button", name="Predict", exact=True).click()
        answer = page.get_by_test_id("prediction")
        expect(answer).to_be_visible()
        row = json.loads(_as_json(page))
        assert row["Sex"] == "female"
        assert row["Age"] is None
        expected = visitor.client.models.predict(model, [row], proba=True)
        expect(answer).to_have_text(str(expected.predictions[0]))
        assert expected.probabilities is not None
        shown = page.get_by_label("Probability of each class").inner_text()
        for label, probability in expected.probabilities[0].items():
            assert is_shown(shown, 100 * probability, 1), (label, probability, shown)
        expect(page.get_by_role("heading", name="Why")).to_be_visible()
        assert axe_findings(page) == []


def _as_json(page: Page) -> str:
    """The row that is shown, by the page's other view of it; comes back to the form."""
    page.get_by_role("tab", name="JSON").click()
    expect(page).to_have_url(re.compile("view=json"))
    text = page.get_by_label("Row as JSON").input_value()
    page.get_by_role("tab", name="Form").click()
    return text


def test_what_is_new_or_wrong_is_said_at_its_column(visitor: Visitor, model: str) -> None:
    with visitor.page(f"/models/{model}/predict", allowed=("422",)) as page:
        settled(page)
        page.get_by_label("Embarked", exact=True).fill("Atlantis")
        page.get_by_role("button", name="Predict", exact=True).click()
        expect(page.get_by_text("never met this value of “Embarked”")).to_be_visible()
        page.get_by_label("Age", exact=True).fill("old")
        expect(page.get_by_text("needs a number")).to_be_visible()
        expect(page.get_by_label("Age", exact=True)).to_have_attribute("aria-invalid", "true")


def test_a_file_is_predicted_downloaded_and_deleted(visitor: Visitor, model: str, tmp_path: Path) -> None:
    held_out = example("titanic").test_path
    assert held_out is not None
    rows = len(held_out.read_text().splitlines()) - 1
    with visitor.page(f"/models/{model}/predict?view=batch") as page:
        settled(page)
        page.locator("input[type=file]").set_input_files(held_out)
        item = page.get_by_role("listitem", name=held_out.name)
        expect(item.get_by_text("succeeded")).to_be_visible()
        expect(item.get_by_text(f"{rows} rows")).to_be_visible()
        expect(page).not_to_have_url(re.compile("data="))
        with page.expect_download() as csv:
            item.get_by_role("link", name="CSV").click()
        csv.value.save_as(tmp_path / "answers.csv")
        lines = (tmp_path / "answers.csv").read_text().splitlines()
        assert lines[0] == "prediction,proba_0,proba_1"
        assert len(lines) == rows + 1
        with page.expect_download() as parquet:
            item.get_by_role("link", name="Parquet").click()
        parquet.value.save_as(tmp_path / "answers.parquet")
        assert (tmp_path / "answers.parquet").read_bytes()[:4] == b"PAR1"
        # A reload shows what the service has.
        page.reload()
        settled(page)
        item.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        # What stands behind an open dialog is found by nobody.
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(item).to_have_count(0)
    assert [each for each in visitor.client.predictions.list().items if each.model_id == model] == []


def test_a_file_without_the_columns_is_refused_by_name(visitor: Visitor, model: str, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("Sex,Age\n" + "".join(f"male,{row}\n" for row in range(30)))
    with visitor.page(f"/models/{model}/predict?view=batch", allowed=("422",)) as page:
        settled(page)
        page.locator("input[type=file]").set_input_files(other)
        refusal = page.get_by_role("alert").filter(has_text="could not be predicted")
        expect(refusal).to_be_visible()
        expect(refusal).to_contain_text("Pclass")
        page.get_by_role("button", name="Take other data").click()
        expect(page.get_by_role("button", name="Choose a file")).to_be_visible()


def test_a_second_version_is_promoted_rolled_back_compared_and_deleted(
    visitor: Visitor, model: str, titanic: str
) -> None:
    with visitor.page() as page:
        hold_time(page)
        page.goto(f"{visitor.url}/models/{model}")
        page.get_by_role("link", name="Train a version").click()
        page.get_by_role("button", name="More choices").click()
        expect(page.get_by_text("becomes the next version of a model")).to_be_visible()
        page.get_by_label("Minutes").fill("10")
        page.get_by_role("button", name="Start").click()
        # A job ends when it has something, not when some seconds are over.
        best = page.get_by_role("table", name="Best trials")
        expect(best.get_by_text(re.compile(r"^[01]\.\d{4}$")).first).to_be_visible()
        page.get_by_role("button", name="Stop and keep best").click()
        read_note(page, "finishes now")
        expect(page.get_by_role("heading", name="Result")).to_be_visible()
        page.get_by_role("link", name="Model", exact=True).click()
        second = page.get_by_role("listitem", name="version 2")
        expect(second).to_be_visible()
        # A new version waits for its promotion.
        assert visitor.client.models.get(model).aliases == {"champion": "1"}
        second.get_by_role("button", name="Make champion").click()
        expect(second.get_by_text("champion", exact=True)).to_be_visible()
        assert visitor.client.models.get(model).aliases["champion"] == "2"
        page.get_by_role("button", name="Roll back").click()
        expect(page.get_by_role("listitem", name="version 1").get_by_text("champion", exact=True)).to_be_visible()
        assert visitor.client.models.get(model).aliases["champion"] == "1"
        # One note after the other, in the order of what was done.
        read_note(page, "champion now means version 2")
        read_note(page, "champion now means version 1")
        for name in ("Compare version 1", "Compare version 2"):
            # The choice goes through the address, so it shows a moment later.
            page.get_by_label(name).click()
            expect(page.get_by_label(name)).to_be_checked()
        expect(page.get_by_role("region", name="Versions side by side")).to_contain_text("version 2")
        expect(page).to_have_url(re.compile("compare=1%2C2|compare=1,2"))
        assert axe_findings(page) == []
        page.get_by_role("button", name="Delete version 2").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        read_note(page, "Version 2 was deleted")
        expect(second).to_have_count(0)
    assert visitor.client.models.get(model).versions == ["1"]


def test_an_alias_and_a_name_are_given_on_the_service(visitor: Visitor, model: str) -> None:
    with visitor.page(allowed=("409",)) as page:
        hold_time(page)
        page.goto(f"{visitor.url}/models/{model}")
        settled(page)
        page.get_by_label("Alias", exact=True).fill("canary")
        page.get_by_role("button", name="Set").click()
        read_note(page, "canary now means version 1")
        assert visitor.client.models.get(model).aliases["canary"] == "1"
        page.get_by_role("listitem").filter(has_text="canary").get_by_role("button", name="Roll back").click()
        expect(page.get_by_text("has meant only one version")).to_be_visible()
        page.get_by_role("button", name="Rename").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Ship")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Ship", exact=True)).to_be_visible()
    assert visitor.client.models.get(model).name == "Ship"


def test_deleting_can_be_taken_back(visitor: Visitor, model: str) -> None:
    with visitor.page() as page:
        # The time to think it over does not run out while a slow machine draws the way back.
        hold_time(page)
        page.goto(f"{visitor.url}/models/{model}")
        settled(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.method == "DELETE" else None)
        page.get_by_role("button", name="Delete", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page).to_have_url(re.compile(r"/models$"))
        page.get_by_role("main").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("main").get_by_text("is being deleted")).to_have_count(0)
        expect(page.get_by_role("table").or_(page.get_by_role("grid")).first).to_be_visible()
        assert asked == []
    assert visitor.client.models.get(model).id == model


def test_the_system_s_parts_and_its_test_of_itself(visitor: Visitor) -> None:
    with visitor.page("/system") as page:
        expect(page.get_by_text("Everything works.")).to_be_visible()
        for name in visitor.client.system.ready()["components"]:
            label = {"records": "Records", "blobs": "Files and models", "cache": "Cache"}.get(name, name)
            expect(page.get_by_role("listitem").filter(has_text=label)).to_contain_text("works")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_text("Passed:")).to_be_visible()
        expect(page.get_by_text("Message over the bus", exact=True)).to_be_visible()
        assert axe_findings(page) == []


def test_settings_change_at_once_and_go_back(visitor: Visitor) -> None:
    with visitor.page("/settings") as page:
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.get_by_text("a session of this browser")).to_be_visible()
        page.get_by_role("button", name="Reset settings").click()
        page.get_by_role("dialog").get_by_role("button", name="Reset settings").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits_a_phone_and_reads_well(visitor: Visitor, model: str, language: str) -> None:
    paths = (f"/models/{model}/predict", f"/models/{model}", "/models", "/predict", "/system", "/settings")
    with visitor.page("/models", language=language, theme="dark", size=PHONE) as page:
        for path in paths:
            page.goto(visitor.url + path)
            page.locator("main h1").wait_for()
            settled(page)
            assert overflow(page) == 0, path
            assert axe_findings(page) == [], path
