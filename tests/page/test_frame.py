"""The frame around all screens: signing in, search, themes and languages, a service that goes away."""

import re

import pytest
from playwright.sync_api import expect

from automl.client.local import read_key
from tests.page.browsing import LANGUAGES, Visitor, overflow, settled
from tests.service_process import Service

PHONE = (390, 844)


def test_the_address_s_code_signs_in_once_and_leaves_the_address(visitor: Visitor) -> None:
    code = visitor.client.system.page_code()
    with visitor.page(f"/#code={code}", signed_in=False) as page:
        expect(page.get_by_role("navigation").first).to_be_visible()
        expect(page).not_to_have_url(re.compile("code"))
        assert page.evaluate("() => document.cookie") == ""
        cookies = page.context.cookies()
        assert [(each["httpOnly"], each["sameSite"]) for each in cookies] == [(True, "Strict")]
        kept = page.evaluate(
            "() => JSON.stringify({...localStorage, ...sessionStorage}) + document.documentElement.outerHTML"
        )
        assert "amc_" not in kept
        assert "ams_" not in kept
    with visitor.page(f"/#code={code}", signed_in=False, allowed=("401",)) as page:
        expect(page.get_by_label("API key")).to_be_visible()
        expect(page.get_by_text("used already", exact=False)).to_be_visible()


def test_a_key_is_typed_once(visitor: Visitor, service: Service) -> None:
    with visitor.page("/", signed_in=False, allowed=("401",)) as page:
        page.get_by_label("API key").fill("aml_wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("is not valid", exact=False)).to_be_visible()
        page.get_by_label("API key").fill(read_key(service.home) or "")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation").first).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("API key")).to_be_visible()


def test_search_opens_and_leads_to_a_screen(visitor: Visitor) -> None:
    with visitor.page() as page:
        page.keyboard.press("Control+k")
        field = page.get_by_role("combobox")
        expect(field).to_be_focused()
        field.fill("data")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/datasets$"))
        # Whoever still types in it asks for no list of keys.
        expect(field).to_have_count(0)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_theme_and_language_change_at_once_and_are_kept(visitor: Visitor) -> None:
    with visitor.page() as page:
        page.get_by_role("button", name="Theme").click()
        page.get_by_role("menuitemradio", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_role("button", name="Language").click()
        page.get_by_role("menuitemradio", name="Русский").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.get_by_role("navigation").first).to_contain_text("Главная")


def test_an_unknown_address_says_so(visitor: Visitor) -> None:
    with visitor.page("/jobs/a/b/c/d") as page:
        expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


def test_a_service_that_goes_away_is_said_and_comes_back_without_a_reload(visitor: Visitor) -> None:
    with visitor.page("/datasets", allowed=("ERR_FAILED", "net::", "Failed to load")) as page:
        settled(page)
        page.evaluate("() => { window.unreloaded = true }")
        page.route("**/v1/**", lambda route: route.abort())
        page.route("**/health/**", lambda route: route.abort())
        banner = page.get_by_text("The service does not answer. What is shown", exact=False)
        expect(banner).to_be_visible()
        page.unroute("**/v1/**")
        page.unroute("**/health/**")
        expect(banner).to_be_hidden()
        assert page.evaluate("() => window.unreloaded") is True


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_runs_out_of_a_phone(visitor: Visitor, titanic: str, language: str) -> None:
    wide = {}
    with visitor.page(language=language, size=PHONE) as page:
        for path in ("/", "/datasets", f"/datasets/{titanic}", f"/jobs/new?dataset={titanic}&target=Survived"):
            page.goto(visitor.url + path)
            settled(page)
            wide[path] = overflow(page)
    assert set(wide.values()) == {0}, wide
