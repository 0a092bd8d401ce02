"""A browser on the page of a running service: refuses console errors and policy violations, checks with axe."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from automl.client.client import Client

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = ("en", "zh", "ru")
THEMES = ("light", "dark")
# Whatever is waited for comes at once on a quiet machine; what else a machine does may make everything slow.
PATIENCE_MS = 120_000
# Serious and critical ones fail a test.
_BAD = ("serious", "critical")


@dataclass
class Visitor:
    """One signed-in browser context. url: of the service; faults: what the browser complained of."""

    browser: Browser
    url: str
    client: Client
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def page(
        self,
        path: str | None = "/",
        *,
        language: str = "en",
        theme: str = "light",
        size: tuple[int, int] = (1280, 860),
        signed_in: bool = True,
        allowed: Sequence[str] = (),
    ) -> Iterator[Page]:
        """A page at this address, ready to be looked at; None: where signing in leads, or nowhere yet.

        allowed: patterns of complaints that the test provokes.
        """
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, color_scheme=theme, reduced_motion="reduce"
        )
        try:
            context.add_init_script(f"try {{ localStorage.setItem('automl.language', '{language}') }} catch {{}}")
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            faults: list[str] = []
            page.on("console", lambda message: _note(message, faults))
            page.on("pageerror", lambda error: faults.append(f"{error.name}: {error.message}"))
            if signed_in:
                # Sets the cookie of this context by the page's own way in.
                page.goto(f"{self.url}/#code={self.client.system.page_code()}")
                page.get_by_role("navigation").first.wait_for()
            if path is not None and (path != "/" or not signed_in):
                page.goto(self.url + path)
            yield page
            left = [fault for fault in faults if not any(re.search(each, fault) for each in allowed)]
            assert left == [], left
        finally:
            context.close()


def _note(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type in ("error", "warning"):
        faults.append(f"{message.type}: {message.text}")


# Thousands of points in a drawing would take most of the time. A sheet made by script needs no nonce.
_RUN_AXE = """async options => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('svg > * { display: none !important }');
    document.adoptedStyleSheets = [sheet];
    try {
        return JSON.stringify((await axe.run(document, options)).violations);
    } finally {
        document.adoptedStyleSheets = [];
    }
}"""
# What a colour scheme alone can make worse.
OF_COLORS = ("color-contrast", "link-in-text-block")


def axe_findings(page: Page, rules: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What axe finds serious on the page as it is. rules: these alone; all of them where none are given.

    The insides of drawings are left out: a drawing is one image with a name, and has a table beside it.
    """
    # What is half faded in has no contrast yet.
    still(page)
    # Through the debugger, which the page's policy does not bind.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text() + "\n;0")
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = json.loads(page.evaluate(_RUN_AXE, arg=options))
    return [
        {
            "id": each["id"],
            "help": each["help"],
            "nodes": [
                f"{node['target']} {node['html'][:160]} {node['failureSummary'][:200]}" for node in each["nodes"]
            ][:4],
        }
        for each in found
        if each["impact"] in _BAD
    ]


def settled(page: Page) -> None:
    """Wait until nothing on the page is still being loaded."""
    page.locator("main").first.wait_for()
    page.wait_for_function("() => document.querySelectorAll('main .MuiSkeleton-root').length === 0")


def ready(page: Page, timeout_s: float = PATIENCE_MS / 1000) -> None:
    """Wait until a screen shows its head, and all its parts, those too that the service has still to compute."""
    page.locator("main h1").first.wait_for(timeout=timeout_s * 1000)
    settled(page)
    page.wait_for_function(
        "() => document.querySelectorAll('main [role=status] .MuiLinearProgress-root').length === 0",
        timeout=timeout_s * 1000,
    )


def go(page: Page, path: str) -> None:
    """To another screen of the page that is open, without loading the page anew."""
    page.evaluate(
        "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }", arg=path
    )


def wear(page: Page, theme: str) -> None:
    """Change the colour scheme of the open page, and wait until all of it has it."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its two names
    page.locator(f"html[data-theme={theme}]").wait_for()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    still(page)


def still(page: Page) -> None:
    """Wait until nothing fades or slides; bars that move for as long as something goes on never end."""
    page.wait_for_function(
        "() => document.getAnimations()"
        ".every(each => each.playState !== 'running' || each.effect.getTiming().iterations > 1)"
    )


# How long notes stay, and how long a deletion can be taken back.
_PASSING_MS = (6_000, 10_000)


def hold_time(page: Page) -> None:
    """From the next load of the page on, what it shows for some seconds stays until somebody closes it."""
    page.add_init_script(
        "const later = window.setTimeout;"
        f"const passing = {list(_PASSING_MS)};"
        "window.setTimeout = (act, ms, ...rest) => later(act, passing.includes(ms) ? 2 ** 31 - 1 : ms, ...rest);"
    )


def read_note(page: Page, text: str) -> None:
    """Wait for the note with this text, and close it, so that the next one can come."""
    note = page.get_by_role("alert").filter(has_text=text)
    expect(note).to_be_visible()
    note.get_by_role("button").click()
    expect(note).to_have_count(0)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
