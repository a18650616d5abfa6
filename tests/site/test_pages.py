"""Every page of the built site: `make site` builds it first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from tools.take_pictures import PICTURES

import html_pages
from html_pages import Element
from places import ROOT

pytestmark = pytest.mark.slow

SITE = ROOT / "build" / "site"
FIRST = SITE / "docs" / "index.html"
ASSETS = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src"}
QUESTIONS = {
    "get the figures of a gene": ("guides/ask", "figures-of-gene"),
    "meaningCount 3": ("about/trust", "meaning count of 3"),
    "a disease": ("about/trust", "keyword"),
    "beside WikiPathways RDF in Virtuoso": ("tutorials/triple-store", "rdf_loader_run"),
    "add a column": ("tutorials/developer", "GENE_COLUMNS"),
    "cite": ("about/citing", "10.1186/s13059-020-02181-2"),
}
"""A question on the first page -> the page that a link beside it leads to, and words of it."""


@pytest.fixture(scope="module", autouse=True)
def _built(missing: Callable[[str], None]) -> None:
    if not FIRST.is_file():
        missing("the site is not built: make site")


def pages() -> list[Path]:
    return [path for path in sorted(SITE.rglob("*.html")) if "_static" not in path.parts]


@cache
def parsed(page: Path) -> Element:
    return html_pages.parse(page.read_text(encoding="utf-8"))


@cache
def ids(page: Path) -> set[str]:
    return {e.attributes["id"] for e in parsed(page).walk() if "id" in e.attributes}


def is_elsewhere(address: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*:|//", address) is not None


def ways(page: Path, part: Element) -> Iterator[tuple[Path, str]]:
    """The files that links lead to, and the anchors in them."""
    for link in part.all("a"):
        address = link.attributes.get("href", "")
        if not is_elsewhere(address):
            path, anchor = urldefrag(address)
            yield (page.parent / unquote(path)).resolve() if path else page, unquote(anchor)


def test_links_lead_to_pages_and_places_of_the_site() -> None:
    lost = []
    for page in pages():
        for path, anchor in ways(page, parsed(page)):
            is_there = path.is_file() and (not anchor or anchor in ids(path))
            if not is_there:
                lost.append(f"{page.relative_to(SITE)}: {path.name}#{anchor}")
    assert lost == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    for page in pages():
        for element in parsed(page).walk():
            address = element.attributes.get(ASSETS.get(element.tag, ""), "")
            if address and not address.startswith(("data:", "#")):
                assert not is_elsewhere(address), f"{page}: {address}"
                assert (page.parent / unquote(address.split("?")[0])).is_file(), address
    for style in SITE.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", text), style


def test_each_page_says_what_it_is() -> None:
    titles = []
    for page in pages():
        head = parsed(page).one("head")
        titles.append(head.all("title")[0].text)
        assert len(parsed(page).all("h1")) == 1, page
        assert parsed(page).one("html").attributes["lang"] == "en"
        assert any(meta.attributes.get("name") == "viewport" for meta in head.all("meta")), page
        for image in parsed(page).all("img"):
            # That of the logo is empty, since its name is beside it.
            assert image.attributes.get("alt") or "logo__image" in image.attributes["class"], page
    assert len(titles) == len(set(titles)), "two pages have one title"


def test_each_page_is_at_most_three_clicks_away() -> None:
    seen = reached = {FIRST}
    for _ in range(3):
        reached = {to for page in reached for to, _ in ways(page, parsed(page))} - seen
        reached = {page for page in reached if page.suffix == ".html"}
        seen = seen | reached
    at_the_root = {SITE / name for name in ("index.html", "404.html")}
    made = {SITE / name for name in ("genindex.html", "py-modindex.html", "search.html")}
    assert set(pages()) - seen <= at_the_root | made


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_first_page_answers(question: str) -> None:
    (row,) = (row for row in parsed(FIRST).all("tr") if question in row.text)
    name, words = QUESTIONS[question]
    wanted = FIRST.parent / f"{name}.html"
    assert wanted in {to for to, _ in ways(FIRST, row)}
    assert words in parsed(wanted).one("article", "bd-article").text


def test_pictures_of_pages_are_those_that_the_script_takes() -> None:
    made = {f"page-{picture.name}.png" for picture in PICTURES}
    there = {path.name for path in (ROOT / "docs" / "pictures").glob("page-*.png")}
    assert made == there
    shown = {Path(i.attributes["src"]).name for p in pages() for i in parsed(p).all("img")}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in there - shown if name not in readme} == set()


def test_search_needs_no_network(browser: Any) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(f"{(SITE / 'search.html').as_uri()}?q=virtuoso")
    page.wait_for_selector("#search-results li")
    found = page.locator("#search-results li a").all_inner_texts()
    assert any("Triple stores" in text for text in found)
    context.close()


def test_no_page_is_wider_than_a_screen_or_a_phone(browser: Any) -> None:
    """Nor asks another host, nor has an error in the console."""
    page = browser.new_page()
    wide, said = [], []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("request", lambda request: said.append(request.url))
    for file in sorted((SITE / "docs").rglob("*.html")):
        page.goto(file.as_uri(), wait_until="load")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{file.name}: {width}")
    page.close()
    assert wide == []
    assert [line for line in said if not line.startswith(("file:", "data:", "log:"))] == []
