"""Front page, search, the one box, the page about the graph, and what all pages share."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.robotparser import RobotFileParser

import pytest

import pfocr_kg
from html_pages import Element, check, parse
from http_server import Server
from http_server import get as http_get
from pfocr_kg.errors import PfocrError, UnknownNameError
from pfocr_kg.names.lookup import IndexedNames
from pfocr_kg.serve import failures
from pfocr_kg.serve.api import handlers as api_handlers
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import about_graph, box, figure_search, front, html, tables
from pfocr_kg.serve.pages.tables import Cell, PageColumn
from pfocr_kg.serve.pages.things import page as things_page
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from pfocr_kg.store import sparql
from plain_reading import read_corpus

HOSTILE = """</title><script>alert("1")</script> 'IL6' & <b onclick="x()">"""
PAGES = {
    "/": front.page,
    "/search": figure_search.page,
    "/go": box.page,
    "/about": about_graph.page,
}


def asked(address: str) -> Asked:
    parts = urlsplit(address)
    return Asked(address=parts.path, query=tuple(parse_qsl(parts.query, keep_blank_values=True)))


def get(site: Site, address: str) -> Reply:
    return PAGES[urlsplit(address).path](site, asked(address))


def page(site: Site, address: str) -> Element:
    read = parse(get(site, address))
    check(read)
    return read


def total(found: Element) -> int:
    return int(found.by_id("figures").text.split(" ")[0].replace(",", ""))


@pytest.mark.parametrize(
    "address",
    [
        "/", "/about", "/search", "/search?q=signaling", "/search?q=zzzz+cancer",
        "/go?q=cancer&all=1",
        "/search?gene=TNF&gene=IL6&organism=human&level=symbol&since=2010&no_pathway=1",
        "/search?gene=nosuchgene", "/search?sort=nosuch", "/search?until=MMXX", "/go?q=p53&all=1",
        "/search?journal=nosuchjournal", "/search?q=%3F%3F",
    ],
)  # fmt: skip
def test_every_page_keeps_the_rules(site: Site, address: str) -> None:
    page(site, address)


@pytest.mark.slow
def test_the_front_page_has_the_numbers_of_the_records(
    site: Site, sample: Path, vocabularies: Path
) -> None:
    facts = read_corpus(sample, vocabularies)
    shown = {
        one.one("dt").text: int(one.one("dd").text.replace(",", ""))
        for one in page(site, "/").one("dl", "numbers").all("div")
    }
    links = site.store.query(
        "SELECT (COUNT(*) AS ?n) { ?link a <https://w3id.org/pfocr/vocab#PathwayLink> }"
    )
    organisms = {taxon for _, taxon in facts.paper_organisms | facts.gene_organisms}
    assert shown == {
        "figures": len(facts.figures),
        "papers": len(facts.papers),
        "genes": len({gene for _, gene, _ in facts.genes}),
        "chemicals": len({iri for _, iri in facts.chemicals}),
        "diseases named": len({iri for _, iri in facts.diseases}),
        "organisms": len(organisms),
        "pathways": 10,
        "pathway links": int(next(iter(links))["n"].value),
    }


def test_one_thing_is_counted_in_the_singular(monkeypatch: pytest.MonkeyPatch) -> None:
    classes = {"pfocr:PathwayFigure": 1, "pfocr:Pathway": 2}
    site: Any = SimpleNamespace(
        once=lambda _, make: make(), names=None, store=SimpleNamespace(report={"classes": classes})
    )
    monkeypatch.setattr(sparql, "rows", lambda *_: [{"n": SimpleNamespace(value="1")}])
    assert front.numbers(site) == ((1, "figure"), (1, "disease named"), (2, "pathways"))


def test_the_front_page_ranks_genes_by_figures_with_their_symbol(
    site: Site, sample: Path, vocabularies: Path
) -> None:
    facts = read_corpus(sample, vocabularies)
    figures: dict[str, set[str]] = {}
    for figure, gene in facts.genes_by_symbol:
        figures.setdefault(gene, set()).add(figure)
    best = sorted((len(some) for some in figures.values()), reverse=True)
    links = [a for a in page(site, "/").all("a") if a.attributes["href"].startswith("/genes/")]
    shown = [(a.attributes["href"].removeprefix("/genes/"), a.all("title")[0].text) for a in links]
    counts = [int(title.rpartition(": ")[2].split(" ")[0]) for _, title in shown]
    assert counts == best[: len(counts)]
    assert [len(figures[gene]) for gene, _ in shown] == counts


@pytest.mark.parametrize(
    "address", ["/search?q=signaling", "/search?gene=TNF", "/search?q=cancer&organism=human"]
)
def test_each_facet_leads_to_as_many_figures_as_it_says(site: Site, address: str) -> None:
    facets = page(site, address).by_id("facets").all("a")
    assert len(facets) > 5
    for value in facets:
        if "aria-current" not in value.attributes:
            count = int(value.one("span", "count").text)
            assert total(page(site, value.attributes["href"])) == count, value.text


def test_a_condition_is_removed_by_its_chip_and_by_its_facet(site: Site) -> None:
    narrow = page(site, "/search?q=signaling&organism=human")
    chips = [chip.attributes["href"] for chip in narrow.all("a", "remove")]
    assert chips == ["/search?organism=human", "/search?q=signaling"]
    chosen = [a for a in narrow.by_id("facets").all("a") if "aria-current" in a.attributes]
    assert [a.attributes["href"] for a in chosen] == ["/search?q=signaling"]
    assert "Homo sapiens" in narrow.one("ul", "chips").text


def test_pages_of_a_search_have_each_figure_once(site: Site) -> None:
    first = page(site, "/search?since=1900")
    assert total(first) > figure_search.HITS
    shown = [
        figid.text
        for number in range(1, -(-total(first) // figure_search.HITS) + 1)
        for figid in page(site, f"/search?since=1900&page={number}").all("a", "figid")
    ]
    assert len(shown) == len(set(shown)) == total(first)
    with pytest.raises(RequestError, match="there is no page 99"):
        get(site, "/search?since=1900&page=99")


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=signaling",
        "/search?gene=TNF&level=symbol&sort=year",
        "/search?no_pathway=1&page=2",
    ],
)
def test_the_file_of_a_search_has_all_its_figures_in_their_order(site: Site, address: str) -> None:
    found = page(site, address)
    (file,) = (a.attributes["href"] for a in found.all("a") if a.text == "CSV")
    (api,) = (one for one in api_handlers.ADDRESSES if one.path == urlsplit(file).path)
    reply = api.handler(site, asked(file))
    assert not callable(reply.body)
    text = b"".join([reply.body] if isinstance(reply.body, bytes) else reply.body).decode()
    figures = [row["figure"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert len(figures) == total(found)
    first = figure_search.HITS if "page=2" in address else 0
    shown = [figid.text for figid in found.all("a", "figid")]
    assert figures[first : first + len(shown)] == shown


def test_without_a_figure_the_search_says_what_there_is_of_each_condition(site: Site) -> None:
    notes = page(site, "/search?q=signalling+cancre").one("ul", "notes").text
    assert "signalling: " in notes
    assert "cancre: 0 figures" in notes


def test_words_that_are_a_gene_lead_to_the_figures_that_draw_it(site: Site) -> None:
    (link,) = page(site, "/search?q=TNF").one("ul", "notes").all("a")
    assert link.attributes["href"] == "/search?gene=TNF"
    assert link.text.startswith(f"{total(page(site, '/search?gene=TNF'))} figures")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("gene=nosuch", 404),
        ("journal=nosuch", 404),
        ("since=nosuch", 400),
        ("q=TNF&sort=nosuch", 400),
    ],
)
def test_what_a_search_cannot_use_is_said_on_its_page(
    site: Site, address: str, status: int
) -> None:
    reply = get(site, f"/search?{address}")
    assert reply.status == status
    assert "nosuch" in parse(reply).one("div", "warn").text


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("p53", "/genes/7157?for=p53"),
        ("TNF", "/genes/7124"),
        ("tnf-\u03b1", "/genes/7124?for=tnf-%CE%B1"),
        ("7124", "/genes/7124"),
        ("lung cancer", "/diseases/DOID_1324?for=lung+cancer"),
        ("10.1039/D3SC00173C", "/papers/PMC10033909"),
        ("WP414", "/pathways/WP414"),
        ("pmc5793760", "/papers/PMC5793760"),
        ("PMC5793760__cshperspect-TGF-022210_F4", "/figures/PMC5793760__cshperspect-TGF-022210_F4"),
        ("wnt signaling in colon", "/search?q=wnt+signaling+in+colon"),
        ("  ", "/search"),
        ("?!", "/search?q=%3F%21"),
    ],
)
def test_the_box_leads_to_the_page_of_what_is_meant(site: Site, text: str, location: str) -> None:
    reply = box.page(site, Asked(address="/go", query=(("q", text),)))
    assert (reply.status, reply.headers.get("location")) == (303, location)


@pytest.mark.parametrize("text", ["bladder cancer", "cell cycle and cell division"])
def test_the_title_of_a_pathway_can_be_meant_as_words(site: Site, text: str) -> None:
    found = page(site, f"/go?q={text.replace(' ', '+')}")
    assert found.by_id("found").one("tbody").all("a")[0].text.lower() == text
    assert "figure" in found.one("p", "lead").text


def test_the_box_lists_what_is_called_alike(site: Site) -> None:
    found = page(site, "/go?q=p53&all=1")
    first = found.by_id("found").one("tbody").all("tr")[0]
    assert [cell.text for cell in first.all("td")][:2] == ["TP53", "gene"]
    assert first.all("a")[0].attributes["href"] == "/genes/7157"
    lead = found.one("p", "lead")
    assert lead.all("a")[0].attributes["href"] == "/search?q=p53"


def test_what_no_figure_names_leads_to_its_words_too(site: Site) -> None:
    """A disease that only a pathway is annotated with."""
    assert isinstance(site.names, IndexedNames)
    ((label, doid),) = site.names.base.execute(
        "SELECT label, identifier FROM thing WHERE kind = 'disease' AND figures = 0 LIMIT 1"
    )
    reply = box.page(site, Asked(address="/go", query=(("q", label),)))
    path = f"/diseases/{doid.replace(':', '_')}"
    assert reply.headers["location"] == f"{path}?{urlencode({'for': label})}"
    shown = things_page.respond("diseases", site, Asked(address=path, path={"name": path[10:]}))
    assert "No figure names it" in parse(shown).text


def test_the_facet_of_organisms_says_what_it_counts(site: Site) -> None:
    facets = page(site, "/search?q=signaling").by_id("facets")
    assert "Of the paper, or one whose gene names fit" in facets.all("section")[0].text


def test_hints_speak_of_addresses_and_parameters(site: Site) -> None:
    """Somebody at a page or the API has no command line."""
    messages = [
        failures.refusal(PfocrError("no gene", hint=hint)).hint
        for hint in (
            "`pfocr-kg queries` lists them. SPARQL begins with SELECT",
            "`pfocr-kg find 'a b'` looks for it in all kinds",
            "`pfocr-kg query figures-of-paper paper=PMC1` lists its figures",
            "It takes symbols; --organism names their organism",
        )
    ]
    assert messages == [
        "/queries lists them. SPARQL begins with SELECT",
        "/api/find?text='a b' looks for it in all kinds",
        "/queries/figures-of-paper?paper=PMC1 lists its figures",
        "It takes symbols; organism names their organism",
    ]


@pytest.mark.parametrize(
    ("address", "accept", "said"),
    [
        ("genes/7124.xyz", "*/*", "“7124.xyz”. /api/find?text=NAME takes names of any kind"),
        ("genes/7124.xyz", "text/html", "<p>The box above takes names of any kind</p>"),
        ("api/queries/nope", "*/*", '"hint": "/api/queries lists them"'),
        ("queries/nope", "text/html", "<p>/queries lists them</p>"),
    ],
)
def test_what_is_not_there_leads_to_what_its_reader_has(
    server: Server, address: str, accept: str, said: str
) -> None:
    answer = http_get(server / address, headers={"accept": accept})
    assert answer.status_code == 404
    assert said in answer.text


def test_programs_that_read_the_web_are_told_what_to_leave(site: Site) -> None:
    body = html.robots(site, Asked()).body
    assert isinstance(body, bytes)
    rules = RobotFileParser()
    rules.parse(body.decode().splitlines())
    assert rules.can_fetch("*", "/genes/7157")
    assert not any(
        rules.can_fetch("*", path) for path in ("/sparql?query=x", "/api/show", "/search?q=a")
    )
    icon = html.icon(site, Asked())
    assert (icon.status, icon.headers["location"]) == (301, html.static("mark.svg"))


def test_the_box_lists_the_human_gene_beside_one_of_no_figure(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for caspase-8, which dictionaries have for mouse only; the sample has no such name."""
    (human,) = site.names.matches("ncbigene:3661")
    monkeypatch.setattr(box.resolving, "drawn_human_gene", lambda *_: human)
    found = page(site, "/go?q=FOG&all=1")
    hrefs = [a.attributes["href"] for a in found.by_id("found").one("tbody").all("a")]
    assert hrefs[:3] == ["/genes/11783", "/genes/22761", "/genes/3661"]


def test_the_box_lists_the_genes_that_figures_have_a_word_for(site: Site) -> None:
    """FOG was a symbol of the human gene ZFPM1, which no figure of the sample draws."""
    found = page(site, "/go?q=FOG")
    hrefs = [a.attributes["href"] for a in found.by_id("found").one("tbody").all("a")]
    assert hrefs[:2] == ["/genes/11783", "/genes/22761"]


@pytest.mark.parametrize("text", ["PMC1", "WP99999", "10.1000/none", "DOID:0"])
def test_an_id_that_nothing_has_is_no_search(site: Site, text: str) -> None:
    with pytest.raises(UnknownNameError):
        box.page(site, Asked(address="/go", query=(("q", text),)))


ROWS = [
    {"name": Cell("b<i>", "/genes/2"), "n": 10, "p": 0.5, "none": None},
    {"name": Cell("A", "/genes/1"), "n": 9, "p": None, "none": ""},
    {"name": [Cell("c", chip="symbol"), Cell("d", "/genes/3")], "n": 100, "p": 1e-9, "none": None},
]
COLUMNS = [
    PageColumn("name", "gene"),
    PageColumn("n", "figures", is_number=True),
    PageColumn("p", "p value", is_number=True),
    PageColumn("none", "nothing"),
]


def table(query: str = "", **more: object) -> Element:
    ask = asked(f"/x?{query}")
    made = tables.table(ask, "genes", "Genes", COLUMNS, ROWS, **more)  # type: ignore[arg-type]
    text = html._environment().from_string("{{ ui.table(t) }}").render(t=made)
    return parse(text)


def cells(read: Element) -> list[list[str]]:
    return [[cell.text for cell in row.all("td")] for row in read.one("tbody").all("tr")]


def test_a_table_shows_its_rows_and_leaves_out_empty_columns() -> None:
    read = table()
    assert [h.text for h in read.all("th")] == ["gene", "figures", "p value"]
    assert cells(read) == [["b<i>", "10", "0.5"], ["A", "9", ""], ["c d", "100", "1e-09"]]
    assert [a.attributes["href"] for a in read.one("tbody").all("a")] == [
        "/genes/2", "/genes/1", "/genes/3"
    ]  # fmt: skip


def test_a_long_id_can_be_broken_after_its_signs_and_nowhere_else() -> None:
    shown = html.breakable("PMC3270028__pone.0030802-g006<b>")
    assert shown == "PMC3270028__<wbr>pone.<wbr>0030802-<wbr>g006&lt;b&gt;"
    for text in ("WP4912_r1", "a long text, with-signs and blanks", "1.2e-15"):
        assert html.breakable(text) == text


def test_heads_sort_first_one_way_then_the_other() -> None:
    def column(query: str, heading: str) -> tuple[str, list[str]]:
        read = table(query)
        at = [h.text for h in read.all("th")].index(heading)
        href = read.all("th")[at].one("a").attributes["href"]
        assert href.startswith("/x?")
        assert href.endswith("#genes")
        return urlsplit(href).query, [row[at] for row in cells(read)]

    query, _ = column("level=any", "figures")
    query, down = column(query, "figures")
    query, up = column(query, "figures")
    assert (down, up) == (["100", "10", "9"], ["9", "10", "100"])
    assert ("level", "any") in parse_qsl(query)
    query, _ = column("", "gene")
    assert column(query, "gene")[1] == ["A", "b<i>", "c d"]
    query, _ = column("", "p value")
    query, down = column(query, "p value")
    assert (down, column(query, "p value")[1]) == (["0.5", "1e-09", ""], ["1e-09", "0.5", ""])
    with pytest.raises(RequestError, match="no column 'x'"):
        table("genes.sort=-x")


def test_a_table_says_how_many_of_its_rows_it_shows() -> None:
    short = table("level=any", first=2, total=1234, download="/api/x?gene=p53")
    foot = short.one("p", "table-foot")
    assert "the first 2 of 1,234" in foot.text
    links = {a.text: a.attributes["href"] for a in foot.all("a")}
    assert links["show all"] == "/x?level=any&genes.all=1#genes"
    assert links["CSV"] == "/api/x?gene=p53&format=csv"
    assert links["Permalink"] == "/x?level=any#genes"
    whole = table("genes.all=1", first=2)
    assert len(cells(whole)) == 3
    assert "first" not in whole.one("p", "table-foot").text
    assert tables.wanted(asked("/x"), "genes") == tables.FIRST
    assert tables.wanted(asked("/x?genes.sort=n"), "genes") is None


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of one figure, whose texts would break a page that does not escape them."""
    folder = tmp_path_factory.mktemp("hostile")
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    lines = [
        "---", "figid: PMC1__f1", "pmcid: PMC1", "filename: f1.jpg", f"figtitle: {quoted}",
        f"caption: {quoted}", f"papertitle: {quoted}", f"journal_title: {quoted}", "year: '2020'",
        "---", "",
    ]  # fmt: skip
    (folder / "PMC1__f1.md").write_text("\n".join(lines), encoding="utf-8")
    pfocr_kg.build(folder / "PMC1__f1.md", folder / "store")
    site = Site(Settings(folder / "store"))
    yield site
    site.close()


def test_texts_of_records_are_shown_and_never_run(hostile: Site) -> None:
    for address in ("/", "/search?q=il6", "/search?since=2000", "/go?q=alert&all=1", "/about"):
        page(hostile, address)
    found = page(hostile, "/search?q=il6")
    assert found.one("ol", "hits").all("h3")[0].text == HOSTILE
    assert [mark.text for mark in found.one("ol", "hits").all("mark")] == ["IL6", "IL6"]
    assert HOSTILE in found.by_id("facets").text
    narrow = found.by_id("facets").all("a")[1].attributes["href"]
    assert total(page(hostile, narrow)) == 1


@pytest.mark.parametrize(
    "address", ["/search?q={}", "/search?gene={}", "/go?q={}&all=1", "/?for={}"]
)
def test_texts_of_requests_are_shown_and_never_run(site: Site, address: str) -> None:
    path, _, query = address.partition("?")
    pairs = tuple((key, value.replace("{}", HOSTILE)) for key, value in parse_qsl(query))
    read = parse(PAGES[path](site, Asked(address=path, query=pairs)))
    check(read)
    assert not read.all("b") or "onclick" not in read.all("b")[0].attributes


def test_the_page_of_an_error_needs_no_store() -> None:
    reply = html.error_page(None, Asked(address="/genes/<x>"), 404, HOSTILE, "Is p53 meant?")
    assert reply.status == 404
    read = parse(reply)
    check(read)
    assert HOSTILE in read.one("main").text
    assert "Is p53 meant?" in read.one("main").text


def test_each_page_can_be_cited(site: Site) -> None:
    text = page(site, "/").by_id("citation").text
    assert "10.1186/s13059-020-02181-2" in text
    assert f"built {site.built}, with pfocr-kg {pfocr_kg.__version__}" in text
    reply = html.render(site, Asked(), "error.html", title="x", message="", hint="", paper="A <b>")
    assert parse(reply).by_id("citation").text.startswith("A <b> Hanspers")


def test_static_files_have_addresses_that_change_with_them(site: Site) -> None:
    address = asked(html.static("style.css"))
    for query, is_for_ever in ((address.query, True), ((), False), ((("v", "old"),), False)):
        reply = html.static_file(site, Asked(path={"file": "style.css"}, query=query))
        assert reply.media_type == "text/css; charset=utf-8"
        assert ("immutable" in reply.headers.get("cache-control", "")) is is_for_ever
    for name in ("../html.py", "nothing.css", ""):
        with pytest.raises(RequestError):
            html.static_file(site, Asked(path={"file": name}))


def test_structured_data_cannot_leave_its_element(site: Site) -> None:
    reply = html.render(
        site, Asked(), "error.html", title="x", message="", hint="", jsonld={"name": HOSTILE}
    )
    read = parse(reply)
    check(read)
    (data,) = (s for s in read.all("script") if "src" not in s.attributes)
    assert "<" not in data.text


@pytest.mark.parametrize(
    "address",
    [
        "/api/find?text=%s",
        "/api/search?q=%s",
        "/api/show?name=%s",
        "/api/queries/figures-of-gene?gene=%s",
        "/search?q=%s",
        "/search?organism=%s",
        "/go?q=%s&all=1",
        "/genes/7124?for=%s",
        "/queries/%s",
        "/no-such-page/%s",
    ],
)
@pytest.mark.parametrize("text", ["x" * 30_000, "some words " * 2_500], ids=["word", "words"])
def test_no_message_repeats_a_text_that_is_too_long_to_read(
    address: str, text: str, server: Server
) -> None:
    answer = http_get(server.address + address % text, headers={"accept": "text/html"})
    if answer.headers["content-type"] == "application/json":
        given = answer.json()
        lines = [given.get("error", ""), given.get("hint", ""), *given.get("notes", ())]
    else:
        lines = re.split(r"<[^>]*>", answer.text)
    assert max(map(len, lines)) < 8_100  # a message and its hint
    assert max(map(len, server.log), default=0) < 4_100
