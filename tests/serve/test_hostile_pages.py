"""Pages of hostile records, and for hostile requests, in a browser: nothing of them runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import pytest

import pfocr_kg
from hostile import CLOSING, LINK, STEERING, TEXT
from http_server import Server, get, serving

pytestmark = pytest.mark.slow
ASKED = quote_plus(TEXT)
FIGURE = "figures/PMC9999001__F1"
THINGS = (
    *(FIGURE, "papers/PMC9999001", "pathways/WP11", "genes/7157", "diseases/DOID_3571"),
    *("chemicals/CHEBI:59111", "organisms/9606"),
)
ADDRESSES = (
    *(
        "",
        "about",
        "search",
        "search?q=apoptosis",
        "search?q=paper&sort=year",
        "go?q=apoptosis&all=1",
    ),
    *THINGS,
    *("network?gene=TP53", "network?kind=diseases", "network?kind=bipartite&gene=TP53", "queries"),
    *("enrich?genes=TP53+EGFR+AKT1+TNF", "enrich?genes=TP53+EGFR+AKT1&against=figures"),
    *("queries/figures-of-gene?gene=TP53", "queries/captions-with-word?word=cancer"),
    "query?query=" + quote_plus("SELECT * { ?s ?p ?o FILTER(isLiteral(?o)) }"),
    "query?query=" + quote_plus("DESCRIBE ?s { ?s a pfocr:PathwayFigure }"),
    # What the request says is shown too.
    *(f"search?q={ASKED}", f"search?q=apoptosis&journal={ASKED}", f"search?gene={ASKED}"),
    *(f"go?q={ASKED}", f"go?q={ASKED}&all=1", f"genes/7157?for={ASKED}", f"enrich?genes={ASKED}"),
    *(f"network?gene={ASKED}", f"network?kind={ASKED}", f"queries/figures-of-gene?gene={ASKED}"),
    *(f"query?query={ASKED}", f"queries/{quote(TEXT, safe='')}", f"figures/{quote(TEXT, safe='')}"),
    *(
        f"query?query={quote_plus('SELECT ?x { BIND(<' + LINK + '> AS ?x) }')}",
        quote(TEXT, safe=""),
    ),
)


@pytest.fixture(scope="module")
def server(hostile_store: Path) -> Iterator[Server]:
    with serving(hostile_store, "--workers", "2", "--timeout", "120") as running:
        yield running


def watched(browser: Any, **options: Any) -> tuple[Any, list[str]]:
    """A page, and all that should not happen in it."""
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(120_000)
    wrong: list[str] = []
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.extend(elsewhere(request.url)))
    page.on(
        "console",
        lambda message: wrong.extend([message.text] if "Policy" in message.text else []),
    )
    return page, wrong


def elsewhere(url: str) -> list[str]:
    parts = urlsplit(url)
    is_ours = parts.hostname == "127.0.0.1" or parts.scheme in ("data", "blob", "file")
    return [] if is_ours else [url]


LINKS = """[...document.querySelectorAll('[href],[src],[action]')]
  .map(element => element.href || element.src || element.action)"""
ALIEN = """[...document.querySelectorAll(`script:not([src]):not([type="application/ld+json"]),
  [onerror],[onload],[onmouseover],[onclick]`)].map(element => element.outerHTML)"""


def check(page: Any, place: str) -> None:
    assert page.evaluate("window.ran") is None, place
    assert page.evaluate(ALIEN) == [], place
    schemes = {urlsplit(str(url)).scheme for url in page.evaluate(LINKS) if isinstance(url, str)}
    assert schemes <= {"http", "https"}, (place, schemes)
    for block in page.locator('script[type="application/ld+json"]').all():
        page.evaluate("text => { JSON.parse(text) }", block.text_content())


def test_nothing_runs(browser: Any, server: Server) -> None:
    page, wrong = watched(browser)
    for address in ADDRESSES:
        page.goto(server / address, wait_until="load")
        check(page, address)
        assert wrong == [], address
    shown = page.goto(server / FIGURE, wait_until="load") and page.locator("main").inner_text()
    assert "<script>window.ran=1</script>" in shown
    page.context.close()


def test_what_completes_in_the_box_runs_nothing(browser: Any, server: Server) -> None:
    page, wrong = watched(browser)
    page.goto(server.address, wait_until="load")
    page.locator("#box").press_sequentially("apoptosis", delay=20)
    page.wait_for_selector("[role=option]")
    check(page, "completions")
    assert wrong == []
    page.context.close()


@pytest.mark.parametrize("kind", ["genes", "bipartite", "figures", "diseases"])
def test_a_plot_runs_nothing(kind: str, browser: Any, hostile_store: Path, tmp_path: Path) -> None:
    from pfocr_kg.network import plot

    with pfocr_kg.open(hostile_store) as graph:
        network = graph.network(kind, min_weight=1)
    for _, data in network.nodes(data=True):
        data["label"] = f"{data['label']} {CLOSING}"
    for form in ("html", "svg"):
        place = tmp_path / f"plot.{form}"
        with place.open("wb") as file:
            plot.draw(network, file, form)
        page, wrong = watched(browser)
        page.goto(place.as_uri(), wait_until="load")
        assert page.evaluate("window.ran") is None
        assert page.evaluate("[...document.querySelectorAll('img,[onload]')].length") == 0
        assert wrong == []
        page.context.close()


@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/turtle", "text/csv"])
def test_headers_hold_one_line(accept: str, server: Server) -> None:
    """No header has a line of the request, and none that the server does not set itself."""
    lines = quote_plus(f"x\r\nset-cookie: a=b\r\n\r\n<script>{STEERING}")
    for address in (
        *(f"search?q={lines}&format=csv", f"go?q={lines}", f"figures/{lines}", f"genes/{lines}"),
        *(
            f"queries/{lines}",
            f"queries/figures-of-gene?gene={lines}&format=csv",
            f"static/{lines}",
        ),
        *(f"{FIGURE}?format=turtle", f"{FIGURE}?format=gpml", f"api/find?text={lines}"),
        *(f"sparql?query={lines}", f"network?gene=TP53&format={lines}"),
        f"sparql?query=ASK{{}}&download={lines}",
    ):
        reply = get(server / address, headers={"accept": accept}, follow_redirects=False)
        assert "set-cookie" not in reply.headers, address
        assert all(value.isprintable() and value.isascii() for value in reply.headers.values())
        assert reply.headers["x-content-type-options"] == "nosniff"
