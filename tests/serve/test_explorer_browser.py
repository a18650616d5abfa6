"""The explorer in a browser: in both themes, wide and on a phone, with and without scripts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from http_server import Server

pytestmark = pytest.mark.slow
ADDRESSES = (
    *("", "search", "search?q=signaling", "search?gene=TNF&level=symbol", "search?gene=nosuch"),
    *("go?q=p53&all=1", "about", "nowhere", "genes/7124", "diseases/DOID_162", "pathways/WP4912"),
    *("figures/PMC5793760__cshperspect-TGF-022210_F4", "papers/PMC5793760", "organisms/9606"),
    *("network", "network?gene=TNF", "enrich", "enrich?genes=TNF,IL6,NFKB1,RELA", "queries"),
    *("queries/figures-of-gene?gene=TNF", "query", "query?query=SELECT+*+{?s+?p+?o}+LIMIT+5"),
)


class Visit:
    """A page of a browser, with what went wrong in it and the hosts that it asked."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.wrong: list[str] = []
        self.others: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.wrong.append(message.text)

    def _request(self, request: Any) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            self.others.append(request.url)


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(java_script_enabled=request.param, accept_downloads=True)
    visit = Visit(context)
    yield visit
    context.close()
    assert (visit.wrong, visit.others) == ([], [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_can_be_read_by_all(browser: Any, server: Server, theme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True
    )
    visit = Visit(context)
    found = []
    for address in ADDRESSES:
        visit.page.goto(server / address, wait_until="load")
        size = visit.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if size[0] > size[1]:
            found.append(f"{address}: scrolls sideways, {size}")
        found += [
            f"{address}: {one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in Axe().run(visit.page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    context.close()
    assert found == []
    assert (visit.wrong, visit.others) == ([], [])


_NUMBERS_ON_BARS = """() => {
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) =>
    [one.textContent, one.getBoundingClientRect()]);
  const touch = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const bars = boxes(".chart-bar");
  return boxes(".chart-axis-left .chart-text").filter(([, a]) => a.left < 0 ||
    bars.some(([, b]) => touch(a, b))).map(([text]) => text);
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_bar_is_behind_the_numbers_of_a_chart(browser: Any, server: Server, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for address in ("", "genes/7124"):
        page.goto(server / address)
        assert page.locator(".chart-axis-left .chart-text").count() > 2
        assert page.evaluate(_NUMBERS_ON_BARS) == []
    page.close()


_HIDDEN_OF_NETWORK = """() => {
  const box = document.querySelector(".network-box").getBoundingClientRect();
  const inside = (one) => one.left >= box.left && one.right <= box.right &&
    one.top >= box.top && one.bottom <= box.bottom;
  const nodes = [...document.querySelectorAll("#drawing a")];
  return nodes.filter((node) => !inside(node.getBoundingClientRect())).length;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_whole_network_is_seen_at_first_and_again(
    browser: Any, server: Server, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(server / "network?gene=TNF")
    assert page.evaluate(_HIDDEN_OF_NETWORK) == 0
    tools, box = (page.locator(one).bounding_box() for one in (".network-tools", ".network-box"))
    assert tools["y"] + tools["height"] <= box["y"]
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(_HIDDEN_OF_NETWORK) > 0
    page.get_by_role("button", name="Whole network").click()
    assert page.evaluate(_HIDDEN_OF_NETWORK) == 0
    page.close()


def test_from_a_search_to_a_file(visit: Visit, server: Server, tmp_path: Path) -> None:
    page = visit.page
    page.goto(server.address)
    page.locator("#box").fill("tgf beta signaling")
    page.locator("main button").first.click()
    page.wait_for_url("**/search?q=*")
    page.locator(".hits h3 a").first.click()
    page.wait_for_url("**/figures/*")
    page.locator("#genes tbody a[href^='/genes/']").first.click()
    page.wait_for_url("**/genes/*")
    page.locator("#q").fill("tnf")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/genes/7124?for=tnf")
    symbol = page.locator("h1").inner_text()
    page.get_by_role("link", name="Network", exact=True).last.click()
    page.wait_for_url("**/network?*")
    assert page.locator("svg a[href^='/genes/']").count() > 1
    page.get_by_role("link", name="Gene list", exact=True).first.click()
    page.locator("textarea[name=genes]").fill(f"{symbol} TNF IL6")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/enrich?*")
    assert page.locator("h1").count() == 1
    page.get_by_role("link", name="Queries", exact=True).first.click()
    page.locator("main a[href='/queries/figures-of-gene']").first.click()
    page.locator("main input[name=gene]").fill(symbol)
    page.locator("main input[name=gene]").press("Enter")
    page.wait_for_url("**/queries/figures-of-gene?*")
    rows = page.locator("main tbody tr").count()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name.startswith("pfocr-figures-of-gene-")
    with file.open(encoding="utf-8", newline="") as lines:
        assert len([*csv.reader(lines)]) == rows + 1 > 1


def test_the_box_is_reached_and_used_by_keys_alone(visit: Visit, server: Server) -> None:
    page = visit.page
    page.goto(server / "about")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the content
    assert page.url.endswith("#main")
    page.goto(server / "about")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("TNF")
    page.keyboard.press("Enter")
    page.wait_for_url("**/genes/7124")


def test_the_way_to_a_gene_by_keys_alone(browser: Any, server: Server) -> None:
    page = browser.new_page()
    page.goto(server.address)
    reach(page, "main input[type=search]")
    page.keyboard.type("interferon signature")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")
    reach(page, "ol.hits h3 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/figures/**")
    reach(page, "#genes tbody a[href^='/genes/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/genes/**")
    page.close()


def reach(page: Any, selector: str) -> None:
    """Press Tab until something of the selector has the focus, which has to be seen."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{selector} is not reached")


def test_a_picture_is_fetched_when_it_is_asked_for(browser: Any, server: Server) -> None:
    context = browser.new_context()
    context.route(lambda url: "127.0.0.1" not in url, lambda route: route.fulfill(status=404))
    visit = Visit(context)
    visit.page.goto(server / "figures/PMC5793760__cshperspect-TGF-022210_F4", wait_until="load")
    assert visit.others == []
    visit.page.get_by_role("link", name="Show the picture").click()
    visit.page.wait_for_timeout(1000)
    assert len(visit.others) == 1
    context.close()
