"""Facets count what a plain scan of the records counts; excerpts mark what a search found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import pfocr_kg
from pfocr_kg.model import Level
from pfocr_kg.names import excerpts, expressions, facets, index, lookup, overview
from pfocr_kg.names.figure_text import FigureText
from pfocr_kg.names.search import search
from pfocr_kg.names.wanted import Wanted
from pfocr_kg.store.embedded import Embedded
from plain_reading import Facts, present, read_corpus, read_front_matter
from plain_search import read_texts
from plain_search import search as plain_search

QUESTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("signaling", "signaling", {}),
    ("signaling", "signaling", {"organism": "human"}),
    ("signaling", "signaling", {"since": 2015, "until": 2018}),
    ("cancer", "cancer", {"no_pathway": True}),
    ("", "", {"organism": "mouse"}),
    ("zzzz", "zzzz", {}),
]
TAXA = {"human": "9606", "mouse": "10090"}


class Plain:
    """What records say, by figid."""

    def __init__(self, corpus: Path, vocabularies: Path, linked: set[str]) -> None:
        self.facts: Facts = read_corpus(corpus, vocabularies)
        self.texts = read_texts(corpus, vocabularies)
        pages = map(read_front_matter, sorted((corpus / "_figures").glob("*.md")))
        self.records = {page["figid"]: page for page in pages}
        self.linked = linked

    def organisms(self, figid: str) -> set[str]:
        pairs = self.facts.paper_organisms | self.facts.gene_organisms
        return {taxon for figure, taxon in pairs if figure == figid}

    def year(self, figid: str) -> str:
        return present(str(self.records[figid].get("year") or ""))

    def found(self, question: str, options: dict[str, Any]) -> set[str]:
        some = plain_search(self.texts, question) if question else set(self.records)
        if organism := options.get("organism"):
            some = {f for f in some if TAXA[organism] in self.organisms(f)}
        if "since" in options:
            some = {f for f in some if options["since"] <= int(self.year(f) or 0)}
            some = {f for f in some if int(self.year(f)) <= options["until"]}
        return some - self.linked if options.get("no_pathway") else some


@pytest.fixture(scope="module")
def plain(sample: Path, vocabularies: Path, linked_sample: Path) -> Plain:
    with pfocr_kg.open(linked_sample) as graph:
        rows = graph.query("""PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
            PREFIX dcterms: <http://purl.org/dc/terms/>
            SELECT DISTINCT ?id { ?link a pfocr:PathwayLink ; pfocr:figure ?f .
                                  ?f dcterms:identifier ?id }""")
        linked = {str(row["id"]) for row in rows}
    return Plain(sample, vocabularies, linked)


@pytest.mark.parametrize(("words", "question", "options"), QUESTIONS)
def test_facets_of_the_sample(
    plain: Plain, linked_sample: Path, words: str, question: str, options: dict[str, Any]
) -> None:
    figures = plain.found(question, options)
    with Embedded(linked_sample) as store:
        base = lookup.IndexedNames(store).base
        found = search(store, words, **options)
        counted = facets.count(base, facets.read(base), found.wanted)
    assert found.total == len(figures) == counted.with_pathway + counted.without_pathway
    assert counted.with_pathway == len(figures & plain.linked)
    taxa = Counter(taxon for figure in figures for taxon in plain.organisms(figure))
    assert {match.identifier.split(":")[1]: n for match, n in counted.organisms} == taxa
    assert [n for _, n in counted.organisms] == sorted(taxa.values(), reverse=True)
    years = Counter(map(plain.year, figures))
    assert counted.years == {year: n for year, n in sorted(years.items()) if year}
    journals = Counter(present(plain.records[f].get("journal_title")).lower() for f in figures)
    del journals[""]
    assert {name.lower(): n for name, n in counted.journals.items()} == journals
    assert [*counted.journals.values()] == sorted(journals.values(), reverse=True)
    assert counted.levels == {}


def test_levels_count_the_figures_of_the_wanted_genes(plain: Plain, linked_sample: Path) -> None:
    at = {
        Level.ANY: {figure for figure, gene, _ in plain.facts.genes if gene == "7124"},
        Level.SYMBOL: {f for f, gene in plain.facts.genes_by_symbol if gene == "7124"},
        Level.UNAMBIGUOUS: {f for f, gene in plain.facts.unambiguous_genes if gene == "7124"},
    }
    with Embedded(linked_sample) as store:
        base = lookup.IndexedNames(store).base
        for level in Level:
            wanted = search(store, gene="TNF", level=level).wanted
            counted = facets.count(base, facets.read(base), wanted)
            assert counted.levels == {level: len(some) for level, some in at.items()}


def text(**values: str) -> FigureText:
    return FigureText(**{**dict.fromkeys(FigureText._fields, ""), "genes": 0, **values})  # type: ignore[arg-type]


def made(figures: Iterable[tuple[str, FigureText]]) -> facets.Facets:
    base = index.in_memory(figures, ["b"])
    return facets.count(base, facets.read(base), Wanted())


def test_spellings_of_a_journal_are_one() -> None:
    names = ["PLoS One", "PLOS ONE", "PLoS One", "Cell", ""]
    found = made((figid, text(journal=name)) for figid, name in zip("abcde", names, strict=True))
    assert found.journals == {"PLoS One": 3, "Cell": 1}
    assert (found.with_pathway, found.without_pathway) == (1, 4)


def test_an_empty_graph_has_no_facets() -> None:
    assert made([]) == facets.Facets((), {}, {}, 0, 0, {})


def test_rows_that_an_update_removed_are_not_counted(tmp_path: Path) -> None:
    made = index.NewIndex(tmp_path / "names.sqlite")
    texts = {
        figid: text(year=year) for figid, year in zip("abc", ["2001", "2002", "2003"], strict=True)
    }
    for figid, one in texts.items():
        made.add_figure(figid, one)
    made.complete()
    made.remove_figure("b", texts["b"])
    made.commit()
    made.close()
    base = index.open_index(tmp_path / "names.sqlite")
    assert facets.count(base, facets.read(base), Wanted()).years == {"2001": 1, "2003": 1}
    base.close()


def test_the_overview_counts_what_records_have(plain: Plain, linked_sample: Path) -> None:
    with Embedded(linked_sample) as store:
        seen = overview.read(lookup.IndexedNames(store).base)
    facts = plain.facts
    assert (seen.figures, seen.papers) == (len(facts.figures), len(facts.papers))
    years = Counter(map(plain.year, plain.records))
    assert seen.years == {year: n for year, n in sorted(years.items()) if year}
    assert seen.things["gene"] == len({gene for _, gene, _ in facts.genes})  # type: ignore[index]
    diseases = facts.diseases | facts.disease_keywords
    assert seen.things["disease"] == len({iri for _, iri in diseases})  # type: ignore[index]
    assert seen.things["chemical"] == len({iri for _, iri in facts.chemicals})  # type: ignore[index]


def marked(some: str, words: str, *, short: bool = False) -> list[str]:
    (pieces,) = excerpts.marked([some], expressions.terms(words), short=short)
    if not short:
        assert "".join(piece for piece, _ in pieces) == some
    return [piece for piece, is_marked in pieces if is_marked]


@pytest.mark.parametrize(
    ("some", "words", "found"),
    [
        ("IL-6 and IL6 and IL 6", "il-6", ["IL-6", "IL6", "IL 6"]),
        ("Viruses, a virus", "virus", ["Viruses", "virus"]),
        ("liver cancer; cancer of the liver", '"liver cancers"', ["liver cancer"]),
        ("liver <b>cancer</b>", "liver cancer", ["liver", "cancer"]),
        ("TNF-\u03b1 acts", "TNF alpha", ["TNF-\u03b1"]),
        ("nothing", "apoptosis", []),
        ("", "apoptosis", []),
    ],
)
def test_the_words_of_a_search_are_marked(some: str, words: str, found: list[str]) -> None:
    assert marked(some, words) == found


def test_an_excerpt_is_of_the_place_that_has_the_words() -> None:
    long = "before " * 200 + "apoptosis of a liver cell" + " after" * 200
    (pieces,) = excerpts.marked([long], expressions.terms("liver apoptosis"), short=True)
    words = "".join(piece for piece, _ in pieces)
    assert "apoptosis of a liver cell" in words
    assert len(words.split()) < 60
    (plain_pieces,) = excerpts.marked([long], [], short=True)
    assert plain_pieces == ((" ".join(["before"] * 45) + "…", False),)
