"""Any text can be sought and found: an answer, or an error of one line.

A search has the figures that a plain scan finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace

from fuzz.pieces import Pieces
from fuzz.scratch import one_line
from fuzz.targets import names_index
from pfocr_kg.errors import PfocrError
from pfocr_kg.model import Kind, Labelled
from pfocr_kg.names import expressions, finding, resolving, search
from pfocr_kg.names.expressions import Term
from pfocr_kg.names.figure_text import SEARCHED, FigureText
from pfocr_kg.names.lookup import IndexedNames
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.wanted import Wanted
from plain_search import stems

TEXTS = (
    "TNF-\u03b1 and IL-6 in liver cancer|Il 6 signaling|NF\u03baB NF-kappa B|p53",
    "Viral infections (viruses) of cells|interleukin 6|apoptosis, analyses|TP53 p53-like",
    "caf\u00e9 cafe\u0301|\u0130stanbul \u00e6 \u00df STRASSE|5-HT2A 2,3-DPG|\u4e2d\u6587",
    'Quotes " OR AND NEAR ^ * {title} : drawn - + (a)|a b c|x\u00b2 H\u2082O|\ufb01bre',
    "",
)
FIGURES = {
    f"PMC1__f{number}": FigureText(*[*text.split("|"), "", "", "", ""][:5], facets="g1", alias="",
                                   file_name="", page="", pmcid="PMC1", doi="", journal="",
                                   year="2020", score="", genes=1)
    for number, text in enumerate(TEXTS)
}  # fmt: skip
PLAIN = {figid: "\n".join(map(stems, text[: len(SEARCHED)])) for figid, text in FIGURES.items()}


@cache
def names() -> IndexedNames:
    path = names_index.place("corpus")
    genes = [names_index.MADE[Kind.GENE]("7157")]
    things = [Labelled(genes[0], "TP53", ("p53", "TNF-\u03b1"))]
    names_index.write(path, things, FIGURES.items(), [])
    return IndexedNames(SimpleNamespace(generation=SimpleNamespace(index=path)))


def check(data: bytes) -> None:
    pieces = Pieces(data)
    check_one = pieces.choice([check_words, check_words, check_words, check_search, check_find])
    text = pieces.rest().decode(errors="surrogateescape")
    known, search.lookup.of_store = search.lookup.of_store, lambda _: names()
    try:
        check_one(text)
    except PfocrError as error:
        one_line(error)
    finally:
        search.lookup.of_store = known


def check_find(text: str) -> None:
    found = finding.find(None, text, on_note=str)
    assert all(match.iri for match in found)
    resolving.resolve(names(), text, [NamedKind.DISEASE])


def check_search(text: str) -> None:
    found = search.search(None, text, limit=None)
    assert {hit.figure for hit in found.hits} == plain(found.wanted.terms), text
    assert found.total == len(found.hits)


def check_words(text: str) -> None:
    terms = tuple(expressions.terms(text))
    if terms:
        found = search.rows(names().base, Wanted(terms=terms))
        figures = {f"PMC1__f{row - 1}" for row in found}
        assert figures == plain(terms), (text, terms, figures ^ plain(terms))


def plain(terms: Iterable[Term]) -> set[str]:
    """The figures that have each of the terms, written in one of its ways."""
    wanted = [[stems(" ".join(way)) for way in term.ways] for term in terms]
    return {
        figid
        for figid, texts in PLAIN.items()
        if all(any(way in texts for way in ways) for ways in wanted)
    }
