"""Asks a graph about one thing, for the modules of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.model import Level
from pfocr_kg.names.lookup import Names
from pfocr_kg.names.matches import How, Match, NamedKind
from pfocr_kg.query import bundled, levels, prefixes
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.execution import answer
from pfocr_kg.query.results import Rows, Value, to_python
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_CAPITAL: Final = re.compile(r"(?=[A-Z])")
FIRST: Final = 100
"""Rows of bundled queries that end."""
_END: Final = re.compile(rf"\bLIMIT {FIRST}\b")
_MATCH_KIND: Final = re.compile(re.escape(iris.PREFIXES["pfocr"]) + r"(\w+)Match")
_LISTS: Final = ("match_kinds", "found_in", "evidence", "wider_pathways")
"""Columns of bundled queries that hold several words with blanks between them."""
_ENTITIES: Final = """SELECT ?%(kind)s (MIN(?label) AS ?%(kind)sName)
    (COUNT(?figure) AS ?figures) {
  %(figures)s . ?figure pfocr:%(kind)s ?%(kind)s
  OPTIONAL { ?%(kind)s skos:prefLabel ?label }
} GROUP BY ?%(kind)s HAVING (COUNT(?figure) > 0)
ORDER BY DESC(?figures) ?%(kind)sName ?%(kind)s"""
_YEARS: Final = """SELECT ?year (COUNT(DISTINCT ?figure) AS ?figures) {
  %s . %s
} GROUP BY ?year HAVING (COUNT(?figure) > 0) ORDER BY ?year"""
_LOOKED_UP: Final = "?figure dcterms:isPartOf ?paper . ?paper dcterms:issued ?year"
_HASHED: Final = """{ SELECT ?figure ?paper { ?figure dcterms:isPartOf ?paper } }
  { SELECT ?paper ?year { ?paper dcterms:issued ?year } }"""
"""Oxigraph reads the papers of all figures at once."""
_MANY: Final = 1_000
"""Figures of a thing from which on that is faster than to look each up."""

_TITLES: Final = """SELECT ?figure (MIN(?named) AS ?figureTitle) (MIN(?title) AS ?paperTitle)
    (MIN(?issued) AS ?year) {
  VALUES ?figure { $figures }
  OPTIONAL { ?figure dcterms:title ?named }
  ?figure dcterms:isPartOf ?paper
  OPTIONAL { ?paper dcterms:title ?title } OPTIONAL { ?paper dcterms:issued ?issued }
} GROUP BY ?figure"""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A list about a thing: its first rows, and how many there are.

    `query` is the bundled query that lists all of them, with its parameters; "" if there is none.
    """

    rows: tuple[Row, ...]
    count: int
    query: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """All of it, JSON-ready."""
        query = {"name": self.query, "parameters": dict(self.parameters)} if self.query else None
        return {"count": self.count, "rows": list(self.rows), "query": query}


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that is asked about.

    Genes below `level` do not count; a part has at most `limit` rows, all if it is None.
    """

    store: Answering
    names: Names
    match: Match
    level: Level
    limit: int | None

    @property
    def node(self) -> ox.NamedNode:
        """The thing as it stands in SPARQL."""
        return ox.NamedNode(self.match.iri)

    @property
    def name(self) -> str:
        """A name that means this thing only, short if possible."""
        symbol = self.match.kind is NamedKind.GENE and self.match.taxon == iris.HUMAN
        return self.match.label if symbol else self.match.identifier

    def bundled(self, query: str, *, count: int | None = None) -> Part:
        """The answer of a bundled query about the thing, as the list of a part.

        A query that ends after its first rows goes on to the limit; `count` is of all its rows.
        """
        parameters = {self.match.kind.value: self.name}
        asked = bundled.find(query)
        if count is not None and (self.limit is None or self.limit > FIRST):
            text = _END.sub(f"LIMIT {self.limit}" if self.limit else "", asked.text)
            asked = replace(asked, text=text)
        read, terms = self._of_bundled(asked)
        first = tuple(map(read, islice(terms, self.limit)))
        if count is not None:
            return Part(first, count, query if count <= FIRST else "", parameters)
        return Part(first, len(first) + sum(1 for _ in terms), query, parameters)

    def all_of(self, query: str) -> list[Row]:
        """All rows of a bundled query about the thing."""
        read, terms = self._of_bundled(bundled.find(query))
        return list(map(read, terms))

    def select(self, question: str, level: Level | None = None, **values: str) -> list[Row]:
        """All rows of a question, in which $thing stands for the thing, and $NAME for a value."""
        text = _prepared(sparql.PROLOGUE + question, level or self.level)
        for name, value in {"thing": str(self.node), **values}.items():
            text = text.replace(f"${name}", value)
        read, terms = self._answer(Query("show", text))
        return list(map(read, terms))

    def entities(self, kind: str, figures: str) -> Part:
        """What the figures of a pattern draw or name of a kind ("disease"), in most of them first.

        In the pattern, $thing stands for the thing and ?figure for a figure.
        """
        return self.part(self.select(_ENTITIES % {"kind": kind, "figures": figures}))

    def by_year(self, figures: str) -> dict[str, int]:
        """Year -> number of the figures of a pattern."""
        papers = _HASHED if self.match.figures > _MANY else _LOOKED_UP
        rows = self.select(_YEARS % (figures, papers))
        return {str(row["year"]): row["figures"] for row in rows}

    def part(self, rows: Iterable[Row], query: str = "", **more: str) -> Part:
        """Rows as a part; `query` is the bundled query that lists them."""
        found = list(rows)
        parameters = {self.match.kind.value: self.name, **more} if query else {}
        return Part(tuple(found[: self.limit]), len(found), query, parameters)

    def titled(self, part: Part) -> Part:
        """The same with titles of its figures and their papers, and the year, in each row."""
        titles = {
            row["figure"]: row
            for some in sparql.batches(row["figure"] for row in part.rows)
            for row in self.select(_TITLES, figures=sparql.values(some))
        }
        return replace(part, rows=tuple({**titles[row["figure"]], **row} for row in part.rows))

    def drawing(self, gene: str) -> str:
        """What follows a pattern of ?link: that its figure draws a gene at the level.

        Nothing at the level "any": links by genes are of figures that draw them.
        """
        if self.level is Level.ANY:
            return ""
        return f". ?link pfocr:figure ?figure . ?figure pfocr:gene {gene}"

    def properties(self) -> Callable[[str], list[Any]]:
        """A function that returns the sorted values of a property, given by its CURIE."""
        found: dict[str, set[Any]] = {}
        for row in self.select("SELECT ?property ?value { $thing ?property ?value }"):
            found.setdefault(iris.curie(str(row["property"])), set()).add(row["value"])
        return lambda name: sorted(found.get(name, ()))

    def names_by(self, *hows: How) -> list[str]:
        """The names of the thing that belong to it in one of these ways."""
        named = self.names.names_of(self.match)
        return list(dict.fromkeys(name for how, name in named if how in hows))

    def _of_bundled(self, query: Query) -> tuple[Callable[[list[Any]], Row], Iterator[list[Any]]]:
        """The answer of a bundled query about the thing, as `_answer` gives it."""
        prepared = replace(query, text=_prepared(query.text, self.level))
        terms = query.terms({self.match.kind.value: self.match.iri}, lambda iri, _: iri)
        return self._answer(replace(prepared, text=prepared.with_values(terms)))

    def _answer(self, query: Query) -> tuple[Callable[[list[Any]], Row], Iterator[list[Any]]]:
        """What reads a row of the terms of the answer, and these rows."""
        found = answer(self.store, query, query.text)
        assert isinstance(found, Rows)
        keys = [_CAPITAL.sub("_", variable).lower() for variable in found.variables]
        return lambda terms: {
            k: _value(k, term) for k, term in zip(keys, terms, strict=True)
        }, found.terms()


@lru_cache(maxsize=200)
def _prepared(text: str, level: Level) -> str:
    """A query with declarations of its prefixes, at a level if it is about genes.

    To read a text for that takes as long as to answer most questions about a thing.
    """
    chosen = levels.at_level("show", text, level) if levels.has_genes(text) else text
    return prefixes.undeclared(text) + chosen


def bound(query: Query, values: Mapping[str, str]) -> str:
    """The text of a query with these IRIs and numbers as its parameters."""
    return query.bind(query.terms(values, lambda iri, _: iri))


def one(values: list[Any]) -> Any:
    """The first value, None without any."""
    return values[0] if values else None


def grouped(rows: Iterable[Row], by: tuple[str, ...], column: str, name: str) -> list[Row]:
    """One row for each value of `by`, with the different values of a column as the list `name`."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        values = found.setdefault(tuple(row[key] for key in by), [])
        if row[column] is not None and row[column] not in values:
            values.append(row[column])
    return [{**dict(zip(by, key, strict=True)), name: values} for key, values in found.items()]


def _value(key: str, term: Any) -> Value | list[str]:
    """The plain value of a term; of a kind of match its short name, as in "symbol"."""
    value = to_python(term)
    if key in _LISTS:
        return str(value or "").split()
    kind = _MATCH_KIND.fullmatch(value) if isinstance(value, str) else None
    return kind[1].lower() if kind else value
