"""The files of tables have as many rows as the page says."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from starlette.routing import compile_path

from html_pages import Element, parse
from pfocr_kg.serve.messages import Asked, Reply
from pfocr_kg.serve.routes import addresses
from pfocr_kg.serve.site import Site

from .replies import body

PAGES = (
    "/search?q=cell&gene=&since=&until=&sort=year",
    "/search?gene=TNF&gene=IL6&level=symbol",
    "/genes/7124",
    "/genes/3661?level=symbol&figures.sort=-year",
    "/diseases/DOID_162",
    "/organisms/9606",
    "/pathways/WP4880",
    "/papers/PMC3614012",
    "/figures/PMC3614012__nihms379615f2",
    "/queries/figures-of-gene?gene=TNF&level=unambiguous",
    "/queries/figures-with-genes?gene=TNF&gene=IL6&minimum=2",
    "/queries/figures-by-score?lowest=0&highest=0.9",
    "/queries/figures-of-organism?organism=human&by=genes",
    "/queries/most-drawn-genes?organism=human",
    "/queries/figures-per-year",
    "/enrich?genes=TNF+IL6+IRF3&background=TNF+IL6+IRF3+TP53+EGFR",
    "/enrich?genes=TNF%0AIL6%0AIRF3&against=figures&level=symbol",
)
ENDINGS = ("CSV", "TSV", "JSON")


def follow(site: Site, address: str) -> Reply:
    """The reply to a link of a page."""
    parts = urlsplit(address)
    for one in addresses():
        pattern, _, _ = compile_path(one.path)
        if found := pattern.match(parts.path):
            path = {name: unquote(value) for name, value in found.groupdict().items()}
            query = tuple(httpx.QueryParams(parts.query).multi_items())
            asked = Asked(address=parts.path, path=path, query=query, accept="text/html, */*;q=0.8")
            return one.handler(site, asked)
    raise AssertionError(f"nothing is at {address}")


def counted(section: Element) -> int:
    """The number of rows that a heading says: "12" beside it, or "12 figures" in it."""
    texts = [e.text for e in (*section.all(of_class="count"), *section.all("h2"))]
    number = next(found for text in texts if (found := re.match(r"[\d,]+", text)))
    return int(number[0].replace(",", ""))


def rows(reply: Reply, form: str) -> int:
    text = body(reply).decode()
    if form == "JSON":
        return len(json.loads(text)["rows"])
    delimiter = {"CSV": ",", "TSV": "\t"}[form]
    return sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) - 1


@pytest.mark.parametrize("page", PAGES)
def test_files_have_the_rows_that_the_page_says(site: Site, page: str) -> None:
    reply = follow(site, page)
    assert reply.status == 200
    read = parse(reply)
    checked = 0
    for section in read.all("section", "table") or [read.one("main")]:
        links = [(e.text.upper(), e.attributes["href"]) for e in section.all("a")]
        files = {form: follow(site, href) for form, href in links if form in ENDINGS}
        for form, file in files.items():
            name = rf'attachment; filename="pfocr-[\w.-]+-{site.built}\.{form.lower()}"'
            assert re.fullmatch(name, file.headers["content-disposition"])
            assert rows(file, form) == counted(section)
        checked += len(files)
    assert checked
