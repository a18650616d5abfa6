"""The texts of a graph without an index, read by SPARQL into an index in memory.

Each word and entity that is wanted chooses figures by a question in SPARQL; the texts of those that
all of them choose are indexed as a build does it, so that words mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import Final

import pyoxigraph as ox

from pfocr_kg.model import LEVEL_PROPERTIES
from pfocr_kg.names import index
from pfocr_kg.names.expressions import Term, spellings
from pfocr_kg.names.figure_text import FigureText
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.wanted import Wanted
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_PREFIX: Final = 4
"""Letters of a word that all words of the same stem begin with, at most."""

_TEXTS: Final = """{ ?figure dcterms:title ?text } UNION { ?figure schema:caption ?text }
  UNION { ?figure pfocr:keyword ?text }
  UNION { ?figure dcterms:isPartOf/dcterms:title ?text }
  UNION { ?figure dcterms:isPartOf/schema:keywords ?text }
  UNION { ?figure pfocr:mention/pfocr:word ?text }
  UNION { ?figure pfocr:mention/pfocr:matchedTerm ?text }
  UNION { ?figure pfocr:gene/rdfs:label ?text }
  UNION { ?figure pfocr:chemical/rdfs:label ?text }
  UNION { ?figure pfocr:disease/rdfs:label ?text }"""
_WITH_WORD: Final = "SELECT DISTINCT ?figure WHERE { %s ?figure a pfocr:PathwayFigure FILTER(%s) }"
_WITH_ENTITY: Final = (
    "SELECT DISTINCT ?figure WHERE { ?figure a pfocr:PathwayFigure ; pfocr:%s %s }"
)
_ALL: Final = "SELECT ?figure WHERE { ?figure a pfocr:PathwayFigure }"
_FIELDS: Final = """SELECT ?figure ?field ?text WHERE {
  VALUES ?figure { %s }
  { ?figure dcterms:identifier ?text BIND("figid" AS ?field) }
  UNION { ?figure dcterms:title ?text BIND("title" AS ?field) }
  UNION { ?figure schema:caption ?text BIND("caption" AS ?field) }
  UNION { ?figure pfocr:keyword ?text BIND("keywords" AS ?field) }
  UNION { ?figure pfocr:pathwayScore ?text BIND("score" AS ?field) }
  UNION { ?figure dcterms:isPartOf/dcterms:title ?text BIND("paper_title" AS ?field) }
  UNION { ?figure dcterms:isPartOf/schema:keywords ?text BIND("keywords" AS ?field) }
  UNION { ?figure dcterms:isPartOf/prism:publicationName ?text BIND("journal" AS ?field) }
  UNION { ?figure dcterms:isPartOf/dcterms:issued ?text BIND("year" AS ?field) }
  UNION { ?figure pfocr:gene ?text BIND("genes" AS ?field) }
}"""
_DRAWN: Final = """SELECT DISTINCT ?figure ?text WHERE {
  VALUES ?figure { %s }
  { ?figure pfocr:mention/pfocr:word ?text } UNION { ?figure pfocr:mention/pfocr:matchedTerm ?text }
  UNION { ?figure pfocr:gene/rdfs:label ?text } UNION { ?figure pfocr:chemical/rdfs:label ?text }
  UNION { ?figure pfocr:disease/rdfs:label ?text }
}"""
_LINKED: Final = """SELECT DISTINCT ?figid WHERE {
  ?link a pfocr:PathwayLink ; pfocr:figure ?figure . ?figure dcterms:identifier ?figid
}"""
_EMPTY: Final = dict.fromkeys(set(FigureText._fields) - {"facets", "genes"}, "")


def read(store: Answering, wanted: Wanted) -> Connection:
    """An index in memory of the figures that can have what is wanted.

    All of them have the wanted entities.
    """
    questions = [*_of_entities(wanted), *_of_words(wanted.terms)] or [_ALL]
    figures = set.intersection(*(_column(store, question) for question in questions))
    texts = (
        text
        for some in sparql.batches(sorted(figures))
        for text in _read(store, some, " ".join(wanted.facets), drawn=bool(wanted.terms))
    )
    return index.in_memory(texts, _column(store, _LINKED) if wanted.no_pathway else ())


def _column(store: Answering, question: str) -> set[str]:
    return {term.value for (term,) in sparql.rows(store, question)}


def _of_entities(wanted: Wanted) -> Iterator[str]:
    for match in wanted.entities:
        is_gene = match.kind is NamedKind.GENE
        way = LEVEL_PROPERTIES[wanted.level] if is_gene else match.kind.value
        yield _WITH_ENTITY % (way, ox.NamedNode(match.iri))


def _of_words(terms: Iterable[Term]) -> Iterator[str]:
    for part in dict.fromkeys(part for term in terms for part in term.parts):
        tests = (
            f"CONTAINS(LCASE(STR(?text)), {ox.Literal(_beginning(word))})"
            for word in spellings(part)
        )
        yield _WITH_WORD % (_TEXTS, " || ".join(tests))


def _beginning(word: str) -> str:
    """The letters that a word keeps in all its forms: "ski" of "skies", "sk" of "sky"."""
    return word if len(word) < 3 else word[: min(_PREFIX, len(word) - 1)]


def _read(
    store: Answering, figures: Sequence[str], facets: str, *, drawn: bool
) -> Iterator[tuple[str, FigureText]]:
    fields: dict[str, dict[str, list[str]]] = {figure: {} for figure in figures}
    values = sparql.values(figures)
    for row in sparql.rows(store, _FIELDS % values):
        of_figure = fields[row["figure"].value]
        of_figure.setdefault(row["field"].value, []).append(row["text"].value)
    for row in sparql.rows(store, _DRAWN % values) if drawn else ():
        fields[row["figure"].value].setdefault("drawn", []).append(row["text"].value)
    for found in fields.values():
        genes = len(set(found.pop("genes", ())))
        (figid,) = found.pop("figid")
        texts = {name: "\n".join(sorted(some)) for name, some in found.items()}
        yield figid, FigureText(**_EMPTY | texts, facets=facets, genes=genes)
