"""Every screen in every language and both colour schemes: nothing that axe finds serious."""

from typing import Any

import pytest

from tests.page.browsing import LANGUAGES, OF_COLORS, Visitor, axe_findings, go, ready, wear
from tests.page.screens import Things, declared, screens


def test_every_route_of_the_page_is_among_the_screens(things: Things) -> None:
    assert {screen.route for screen in screens(things)} == declared()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_serious_on_any_screen(visitor: Visitor, things: Things, language: str) -> None:
    found: dict[str, Any] = {}
    with visitor.page(language=language) as page:
        for screen in screens(things):
            # Reports differ by task in their figures alone: one of them is read in every language.
            if language != "en" and screen.name in ("report-multiclass", "report-regression"):
                continue
            go(page, screen.path)
            ready(page)
            for theme, rules in (("light", ()), ("dark", OF_COLORS)):
                wear(page, theme)
                if findings := axe_findings(page, rules):
                    found[f"{screen.path} {theme}"] = findings
    assert found == {}
