"""The editor, and completion in forms, in a browser: by keyboard alone, without an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from http_server import Server

pytestmark = pytest.mark.slow
SLOW = """SELECT (COUNT(*) AS ?n) {
  ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STRLEN(STR(?c)) > STRLEN(STR(?f)) + STRLEN(STR(?i)))
}"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page in which nothing goes wrong: no error in the console, no other host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda m: m.type in ("error", "warning") and wrong.append(m.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    yield page
    context.close()
    # A query that does not parse has a status of its own, which the console lists.
    assert [line for line in wrong if "status of 400" not in line] == []
    assert hosts <= {"127.0.0.1"}


def focus(page: Any) -> str:
    """The id, or else the label, of what has the focus; "editor" if it is within it."""
    found = page.evaluate(
        """() => {
          const at = document.activeElement;
          return at.shadowRoot?.activeElement ? "editor" : at.id || at.textContent.trim();
        }"""
    )
    return str(found)


def to_editor(page: Any) -> None:
    page.locator(".cm-content").focus()


def test_writes_and_runs_by_keyboard(page: Any, server: Server) -> None:
    page.goto(server / "query")
    to_editor(page)
    keys = page.keyboard
    keys.press("Control+A")
    keys.type("SELECT ?gene { ?gene a pfocr:Gen")
    page.locator(".cm-completionLabel").get_by_text("pfocr:Gene", exact=True).wait_for()
    page.wait_for_timeout(200)  # the list takes no key in its first moment
    keys.press("Enter")
    assert (
        page.locator(".cm-line")
        .all_inner_texts()[0]
        .startswith("SELECT ?gene { ?gene a pfocr:Gene")
    )
    keys.press("End")
    keys.type(" LIMIT 3")
    keys.press("Escape")
    keys.press("Control+Enter")
    page.locator("#rows td").first.wait_for()
    assert page.locator("#rows tbody tr").count() == 3
    (query,) = parse_qs(urlsplit(page.url).query)["query"]
    assert query.startswith("SELECT ?gene { ?gene a pfocr:Gene")
    assert "Answered in" in page.locator("#state").inner_text()
    # The address opens it again, and leads back.
    page.reload()
    assert page.locator("#rows tbody tr").count() == 3
    page.go_back()
    # The page loads itself again then: a context that is closed meanwhile never answers.
    page.locator("#rows td").first.wait_for(state="detached")
    page.wait_for_load_state()
    assert page.url == server / "query"


def test_tab_leaves_the_editor(page: Any, server: Server) -> None:
    page.goto(server / "query")
    to_editor(page)
    assert focus(page) == "editor"
    page.keyboard.press("Tab")
    assert focus(page) == "Run"
    page.keyboard.press("Shift+Tab")
    assert focus(page) == "editor"
    page.keyboard.press("Shift+Tab")
    assert focus(page) == "SPARQL"


@pytest.mark.parametrize("empty", ["", " \n"])
def test_without_a_query_it_asks_for_one(page: Any, server: Server, empty: str) -> None:
    page.goto(server / "query")
    to_editor(page)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(empty)
    page.get_by_role("button", name="Run").click()
    page.get_by_text("Write a query first").wait_for()
    assert focus(page) == "editor"
    assert page.url == server / "query"


def test_an_error_is_marked_in_the_editor(page: Any, server: Server) -> None:
    page.goto(server / "query")
    to_editor(page)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT *\nWHERE {\n  ?s pfocr:gene }")
    page.keyboard.press("Control+Enter")
    page.locator("#error").wait_for()
    assert "line 3" in page.locator("#error").inner_text()
    assert page.locator(".cm-lintRange-error").count() == 1
    assert focus(page) == "editor"


def test_a_query_can_be_cancelled(page: Any, server: Server) -> None:
    page.goto(server / "query")
    to_editor(page)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(SLOW)
    page.keyboard.press("Control+Enter")
    page.locator("#cancel").wait_for()
    page.locator("#cancel").press("Enter")
    page.get_by_text("Cancelled after").wait_for()
    assert not page.locator("#cancel").is_visible()
    page.goto(server / "query?query=ASK{?s+?p+?o}")  # a worker is free
    page.get_by_role("heading", name="Yes").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_syntax_has_colours(page: Any, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(server / "query?query=SELECT+?s+{+?s+a+<http://x.org/>+#+y%0A}")
    colours = page.evaluate(
        """() => [...document.querySelector("#editor > div").shadowRoot
          .querySelectorAll(".cm-line span")].map((span) => getComputedStyle(span).color)"""
    )
    assert len(set(colours)) >= 3


def test_completes_names_in_forms(page: Any, server: Server) -> None:
    page.goto(server / "queries/figures-of-gene")
    page.locator("#gene1").focus()
    page.keyboard.type("tnf")
    page.locator(".names li").first.wait_for()
    assert page.locator("#gene1").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#gene1").get_attribute("aria-activedescendant")
    text = page.locator(f"#{chosen}").get_attribute("data-value")
    page.keyboard.press("Enter")
    assert page.locator("#gene1").input_value() == text
    assert page.locator("#gene1").get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.locator("#rows td").first.wait_for()


def test_completes_one_of_several_names(page: Any, server: Server) -> None:
    page.goto(server / "queries/figures-with-genes")
    page.locator("#gene1").focus()
    page.keyboard.type("TNF,STAT")
    page.locator(".names li").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#gene1").input_value().startswith("TNF, STAT")
    page.keyboard.type(",zzzzz")
    page.keyboard.press("Escape")
    assert not page.get_by_role("listbox").first.is_visible()


def test_a_file_of_genes_is_tested(page: Any, server: Server) -> None:
    page.goto(server / "enrich")
    content = b"symbol,p\nIFNB1,0.1\nSTAT1,0.2\nTBK1,0.3\n"
    file = {"name": "genes.csv", "mimeType": "text/csv", "buffer": content}
    page.locator("input[name=genes]").set_input_files(file)
    page.get_by_role("button", name="Test").click()
    page.locator("#pathways td").first.wait_for()
    assert "/enrich?genes=symbol" in page.url
    assert "of the column symbol" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    "address", ["query", "queries", "queries/figures-of-gene?gene=TNF", "enrich?genes=TNF+IL6"]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_scrolls_sideways(page: Any, server: Server, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(server / address)
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0


def test_the_editor_works_without_scripts(browser: Any, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server / "query")
    page.get_by_label("Query").fill("SELECT * { ?s a pfocr:Gene } LIMIT 2")
    page.get_by_role("button", name="Run").click()
    assert page.locator("#rows tbody tr").count() == 2
    assert "/query?query=SELECT" in page.url
    context.close()
