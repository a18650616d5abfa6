"""The page of the vocabulary has an entry for each term, at the address that its IRI promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.compare import isomorphic

from places import ROOT
from vocabulary import CLASSES, PFOCR, TERMS, load

pytestmark = pytest.mark.slow
SITE = ROOT / "build" / "site"


class Sections(HTMLParser):
    """The text of each <section> by its id, without what other sections in it have."""

    def __init__(self) -> None:
        super().__init__()
        self.text: dict[str, str] = {}
        self.links: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "section":
            self._open.append(attributes.get("id") or "")
            assert self._open[-1] not in self.text, "two sections have one id"
            self.text[self._open[-1]] = ""
        elif tag == "a" and self._open:
            self.links.append(attributes.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open[-1]] += data


@pytest.fixture(scope="module")
def page(missing: Callable[[str], None]) -> Sections:
    file = SITE / "docs" / "reference" / "vocabulary.html"
    if not file.is_file():
        missing("the documentation site is not built (make site)")
    sections = Sections()
    sections.feed(file.read_text(encoding="utf-8"))
    return sections


def said(graph: Graph, term: URIRef) -> Iterator[str]:
    """What an entry has to say."""
    for predicate in (RDFS.label, SKOS.definition, SKOS.note, SKOS.historyNote, SKOS.example):
        yield from map(str, graph.objects(term, predicate))
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf):
        for value in graph.objects(term, predicate):
            if isinstance(value, URIRef):
                yield graph.namespace_manager.curie(value)


def plain(text: str) -> str:
    """A text without blanks and quotes, of which Sphinx makes others."""
    return re.sub(r"[^\w:<>#./-]", "", text)


@pytest.mark.parametrize("name", sorted(TERMS))
def test_a_term_has_its_entry(page: Sections, name: str) -> None:
    entry = plain(page.text[name])
    for text in said(load("pfocr.ttl"), PFOCR[name]):
        assert plain(text) in entry, text


def test_unions_and_properties_of_a_class_are_listed(page: Sections) -> None:
    assert "pfocr:Gene, pfocr:Pathway, pfocr:PathwayFigure" in page.text["organism"]
    assert "pfocr:organism" in page.text["Gene"]
    assert "pfocr:CuratedEvidence" in page.text["Evidence"]
    assert "pfocr:geneBySymbol" in page.text["gene"]


def test_links_on_the_page_lead_to_entries(page: Sections) -> None:
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inside <= page.text.keys()
    assert CLASSES <= inside


def test_pages_link_to_the_terms_that_they_name(page: Sections) -> None:
    text = (SITE / "docs" / "about" / "trust.html").read_text(encoding="utf-8")
    found = re.findall(r'href="\.\./reference/vocabulary\.html#(\w+)"', text)
    assert "meaningCount" in found
    assert set(found) <= page.text.keys()
    named = set(re.findall(r"`pfocr:(\w+)`", (ROOT / "docs/about/trust.md").read_text("utf-8")))
    assert set(found) == named


def test_the_files_are_the_vocabulary(
    missing: Callable[[str], None], normal_literals: None
) -> None:
    folder, graph = SITE / "ontologies", Graph().parse(ROOT / "ontologies" / "pfocr.ttl")
    if not folder.is_dir():
        missing("the documentation site is not built (make site)")
    version = graph.value(predicate=RDF.type, object=OWL.Ontology)
    number = graph.value(version, OWL.versionInfo)
    for name in ("pfocr.ttl", f"pfocr-{number}.ttl", "pfocr.jsonld"):
        assert isomorphic(Graph().parse(folder / name), graph), name
