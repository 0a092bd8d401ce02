"""The fast variant of a model in the browser: asked for at its job, told apart, refused with a reason."""

import re

import pytest
from playwright.sync_api import Page, expect

from automl.client.handles import Job
from tests.fitting import fitted
from tests.page.browsing import Visitor, axe_findings, settled


@pytest.fixture(scope="module")
def ensemble(visitor: Visitor, titanic: str) -> Job:
    """An ended job whose model is an ensemble."""
    return fitted(visitor.client, titanic, "Survived")


def _ask(page: Page) -> None:
    page.get_by_role("button", name="Make a fast variant").click()
    page.get_by_role("menuitem", name="15 min").click()


def test_it_is_made_and_told_apart(visitor: Visitor, ensemble: Job) -> None:
    model = ensemble.model.id
    with visitor.page(f"/jobs/{ensemble.id}", allowed=("ERR_FAILED",)) as page:
        button = page.get_by_role("button", name="Make a fast variant")
        expect(button).to_have_accessible_description(re.compile("fitted once more on all rows"))
        # What goes wrong says what stayed as it was.
        page.route("**/*:refit", lambda route: route.abort())
        _ask(page)
        failure = page.get_by_role("alert").filter(has_text="could not be asked for")
        expect(failure).to_contain_text("The model stays as it is.")
        page.unroute("**/*:refit")
        _ask(page)
        expect(page).not_to_have_url(re.compile(ensemble.id))
        made = page.url.rsplit("/", 1)[1]
        expect(page.get_by_role("link", name="goes on from an earlier job")).to_have_attribute(
            "href", f"/jobs/{ensemble.id}"
        )
        expect(page.get_by_role("heading", name="Result")).to_be_visible()
        job = visitor.client.jobs.get(made)
        assert (job.state, job.variant, job.continues, job.model_id) == ("succeeded", "fast", ensemble.id, model)
        expect(page.get_by_text("Fast variant", exact=True)).to_be_visible()
        assert job.variant_reason is not None
        expect(page.locator("main").get_by_text(job.variant_reason).first).to_be_visible()
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description(re.compile("the fast variant already"))
        assert axe_findings(page) == []
        # The ensemble knows its fast variant.
        page.goto(f"{visitor.url}/jobs/{ensemble.id}")
        expect(page.get_by_text(f"version {job.model_version} is the fast variant")).to_be_visible()
        expect(button).to_be_disabled()
        page.get_by_role("link", name="Open it").click()
        row = page.get_by_role("listitem", name=f"version {job.model_version}")
        expect(row.get_by_text("fast", exact=True)).to_be_visible()
        for version in ("1", job.model_version):
            page.get_by_role("checkbox", name=f"Compare version {version}").click()
        compared = page.get_by_role("group", name="Versions side by side").get_by_role("row", name="Variant")
        expect(compared).to_have_text("Variantensemblefast")
        row.get_by_role("link", name="Report").click()
        expect(page.get_by_text("One model of all rows answers alone.")).to_be_visible()
    assert visitor.client.models.get(model).aliases["champion"] == "1"


def test_a_deleted_job_has_none_to_give(visitor: Visitor, titanic: str) -> None:
    job = fitted(visitor.client, titanic, "Survived", trials=2)
    model = job.model.id
    # The page asks for the job before it knows.
    with visitor.page(f"/models/{model}", allowed=("404",)) as page:
        settled(page)
        button = page.get_by_role("button", name="Make a fast variant")
        expect(button).to_be_enabled()
        visitor.client.jobs.delete(job.id)
        page.reload()
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description(re.compile("the job was deleted"))
