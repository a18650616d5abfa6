"""The pages in a real browser: the whole way of a user, accessibility, and no request elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from browsers import CHROMIUM, FLAGS
from http_server import Server

pytestmark = pytest.mark.slow

THEMES, WIDTHS = ("light", "dark"), (1280, 390)


@pytest.fixture(scope="module")
def browser(missing: Callable[[str], None]) -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        missing("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """A page, the errors of its console, and its requests to other hosts, which are refused."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.host = urlsplit(server.address).netloc
        page.on("console", self._keep)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route(lambda url: urlsplit(url).netloc not in (self.host, ""), self._refuse)

    def _keep(self, message) -> None:
        if message.type == "error" and "ERR_FAILED" not in message.text:
            self.errors.append(message.text)

    def _refuse(self, route) -> None:
        self.elsewhere.append(route.request.url)
        route.abort()


@contextmanager
def opened(browser: Browser, server: Server, **options) -> Iterator[Watch]:
    context = browser.new_context(**options)
    watch = Watch(context.new_page(), server)
    yield watch
    context.close()
    assert not watch.errors


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_whole_way(browser: Browser, server: Server, with_scripts: bool) -> None:
    """Search, figure, gene, network, gene list, query, download."""
    with opened(browser, server, java_script_enabled=with_scripts) as watch:
        page = watch.page
        page.goto(server / "")
        page.locator("input[type=search]").first.fill("interferon signature")
        page.get_by_role("button", name="Go").first.click()
        page.locator("ol.hits h3 a").first.click()
        assert urlsplit(page.url).path.startswith("/figures/")
        assert not watch.elsewhere
        page.get_by_role("link", name="Show the picture").click()
        page.wait_for_load_state("networkidle")
        assert len(watch.elsewhere) == 1
        assert "/bin/" in watch.elsewhere[0]

        page.locator("#genes tbody a[href^='/genes/']").first.click()
        symbol = page.locator("h1").inner_text()
        page.get_by_role("link", name="Network", exact=True).last.click()
        page.goto(server / "network?gene=TNF")  # the gene of the figure is in no other
        assert page.locator("svg a").count() > 1

        page.get_by_role("link", name="Gene list", exact=True).click()
        page.locator("textarea[name=genes]").fill(f"{symbol}\nTNF\nRIPK1\n")
        page.locator("main button[type=submit], main form button:not([type=button])").first.click()
        expect(page.locator("main")).to_contain_text("RIPK1")

        page.get_by_role("link", name="Queries", exact=True).click()
        page.locator("a[href='/queries/figures-of-gene']").first.click()
        page.locator("input[name=gene]").fill("TNF")
        page.keyboard.press("Escape")
        page.locator("main form button:not([type=button])").first.click()
        page.wait_for_load_state("networkidle")
        said = int(page.locator("main section.table .count").first.inner_text().replace(",", ""))
        with page.expect_download() as downloading:
            page.get_by_role("link", name="CSV", exact=True).first.click()
        with downloading.value.path().open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == said > 0
        assert len(watch.elsewhere) == 1


def test_the_way_by_keyboard_alone(browser: Browser, server: Server) -> None:
    """Tab and Enter reach the search, its first figure and a gene of it."""
    with opened(browser, server) as watch:
        page = watch.page
        page.goto(server / "")
        reach(page, "input[type=search]")
        page.keyboard.type("interferon signature")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search**")
        reach(page, "ol.hits h3 a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/figures/**")
        reach(page, "#genes tbody a[href^='/genes/']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/genes/**")


def reach(page: Page, selector: str) -> None:
    """Press Tab until something of the selector has the focus, which has to be seen."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none"
            return
    pytest.fail(f"{selector} is not reached")


FIGURE = "/figures/PMC5863502__fimmu-09-00326-g001"
SELECT = urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 5"})
PAGES = (
    *("/", "/about", "/search", "/search?q=signaling", "/go?q=TNF&all=1", "/go?q=nowhere"),
    *("/queries", "/queries/figures-of-gene", "/queries/figures-of-gene?gene=TNF"),
    *("/query", f"/query?{SELECT}", "/query?query=SELECT"),
    *("/enrich", "/enrich?genes=TNF+RIPK1+FADD+CASP8+nonsense", "/network", "/network?gene=TNF"),
    *(FIGURE, "/papers/PMC5863502", "/genes/7124", "/organisms/9606"),
    *("/diseases/DOID_162", "/pathways/WP254", "/figures/none"),
)
"""A page of each kind, and pages of errors."""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_keeps_people_out(browser: Browser, server: Server, theme: str, width: int) -> None:
    """axe finds nothing serious or critical, and no page can be scrolled sideways."""
    size = {"width": width, "height": 900}
    found = []
    with opened(browser, server, color_scheme=theme, viewport=size) as watch:
        for address in PAGES:
            watch.page.goto(server.address + address)
            response = Axe().run(watch.page).response
            found += [
                (address, violation["id"], violation["nodes"][0]["html"])
                for violation in response["violations"]
                if violation["impact"] in ("serious", "critical")
            ]
            if wide := watch.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            ):
                found.append((address, "sideways", str(wide)))
        assert not found
        assert not watch.elsewhere
