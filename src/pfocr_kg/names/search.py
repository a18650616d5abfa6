"""Searches figures by the words of their texts, and by what they draw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from sqlite3 import Connection, Cursor
from typing import Final, Never, TypedDict, Unpack

from pfocr_kg.errors import Limit, QueryError, UnknownNameError, quoted, without_middle
from pfocr_kg.model import Level
from pfocr_kg.names import expressions, folding, index, lookup, resolving, unknown
from pfocr_kg.names.figure_text import INDEXED
from pfocr_kg.names.lookup import IndexedNames, Names
from pfocr_kg.names.matches import How, Match, NamedKind, listed
from pfocr_kg.names.wanted import Wanted
from pfocr_kg.store.sparql import Answering


class Sort(StrEnum):
    """The order of figures; those that are alike in it are ordered by figid.

    RELEVANCE is BM25 of the words, where a word counts most in a title; without words it is YEAR,
    the newest first. SCORE is the pathway score, the highest first.

    Raises:
        QueryError: the text names no order.

    """

    RELEVANCE = "relevance"
    YEAR = "year"
    SCORE = "score"

    @classmethod
    def _missing_(cls, value: object) -> Never:
        raise QueryError(
            f"there is no order {quoted(str(value))}", hint="Orders are " + ", ".join(cls)
        )


_WEIGHTS: Final = {
    "title": 8,
    "paper_title": 4,
    "keywords": 2,
    "caption": 1,
    "drawn": 1,
    "facets": 0,
}
"""What a word in a column counts; a facet says nothing about relevance."""

_ORDERS: Final = {
    Sort.RELEVANCE: f"bm25(text, {', '.join(str(_WEIGHTS[name]) for name in INDEXED)})",
    Sort.YEAR: "year = '', year DESC",
    Sort.SCORE: "score = '', CAST(score AS REAL) DESC",
}
_HITS: Final = """SELECT figid, figure.title, figure.paper_title, year, journal, score, genes
  FROM {tables} WHERE {conditions} ORDER BY {order}, figid LIMIT ?"""
_BEST: Final = """WITH ranked AS MATERIALIZED (
    SELECT rowid AS number, {order} AS rank FROM text WHERE {conditions}
  )
  SELECT figid, title, paper_title, year, journal, score, genes
  FROM ranked JOIN figure ON figure.id = ranked.number
  WHERE rank <= (SELECT MAX(rank) FROM (SELECT rank FROM ranked ORDER BY rank LIMIT {limit}))
  ORDER BY rank, figid LIMIT ?"""
"""The same, where words choose and rank: twice as fast, since only the best are joined."""

_BOTH: Final = "text JOIN figure ON figure.id = text.rowid"
_JOURNALS: Final = "SELECT DISTINCT journal FROM figure WHERE journal != '' ORDER BY journal"


@dataclass(frozen=True, slots=True)
class Hit:
    """A figure (figid) that a search found; absent texts are "", absent numbers None."""

    figure: str
    title: str
    paper_title: str
    year: int | None
    journal: str
    score: float | None
    genes: int


@dataclass(frozen=True, slots=True)
class Found:
    """The first figures of a search, how many there are in all, and what was `wanted` of them."""

    hits: tuple[Hit, ...]
    total: int
    wanted: Wanted


class SearchOptions(TypedDict, total=False):
    """What `search` takes beside words; all of it is optional."""

    gene: str | Collection[str]
    disease: str | Collection[str]
    chemical: str | Collection[str]
    organism: str | Collection[str]
    journal: str
    since: int | None
    until: int | None
    no_pathway: bool
    level: str
    sort: str
    limit: Limit | None
    on_note: Callable[[str], None]


def search(store: Answering, words: str = "", **options: Unpack[SearchOptions]) -> Found:
    """Find the figures that have all the words, draw or name all the entities, and so on.

    Words and quoted phrases are sought in title, caption, keywords, title of the paper and names
    of what is drawn; `docs/guides/names.md` says how they are read. Entities are names or ids.
    Genes count as the `level` says. `since` and `until` are years, included. A `limit` of
    None is none; it is 20 by default. `on_note` is called with what each name was
    taken for, and with hints.

    Raises:
        QueryError: there is nothing to search for, or an option has no such value.
        UnknownNameError: no entity or journal is called so.
        AmbiguousNameError: several entities are called so.

    """
    names = lookup.of_store(store)
    on_note = options.get("on_note", _unheard)
    journal = options.get("journal", "").strip()
    wanted = Wanted(
        terms=tuple(expressions.terms(words)),
        entities=tuple(_entities(names, options, on_note)),
        level=Level(options.get("level", Level.ANY)),
        since=options.get("since"),
        until=options.get("until"),
        no_pathway=options.get("no_pathway", False),
    )
    if wanted.since and wanted.until and wanted.since > wanted.until:
        years = f"no year is from {wanted.since} on and until {wanted.until}"
        raise QueryError(years, hint="Give the earlier year as since")
    if words.strip() and not wanted.terms:
        raise QueryError(f"{quoted(words)} has no letters and no numbers")
    if wanted == Wanted(level=wanted.level) and not journal:
        raise QueryError(
            "there is nothing to search for",
            hint="Give words, or a gene, disease, chemical, organism, journal or year",
        )
    if names.slow:
        on_note(lookup.SLOW)
    sort = Sort(options.get("sort", Sort.RELEVANCE))
    with _opened(store, names, wanted) as base:
        if journal:
            wanted = replace(wanted, journals=_journals(base, journal))
        found = _search(base, wanted, sort, options.get("limit", 20))
        for note in _hints(base, names, wanted, words, found.total):
            on_note(without_middle(note))
    return found


def _unheard(_: str) -> None:
    """Take a note that nobody wants."""


def _entities(
    names: Names, options: SearchOptions, on_note: Callable[[str], None]
) -> Iterator[Match]:
    asked = {
        NamedKind.GENE: options.get("gene", ()),
        NamedKind.DISEASE: options.get("disease", ()),
        NamedKind.CHEMICAL: options.get("chemical", ()),
        NamedKind.ORGANISM: options.get("organism", ()),
    }
    for kind, texts in asked.items():
        for text in [texts] if isinstance(texts, str) else texts:
            resolution = resolving.resolve(names, text, [kind])
            on_note(resolution.note)
            yield resolution.match


@contextmanager
def _opened(store: Answering, names: Names, wanted: Wanted) -> Iterator[Connection]:
    """The index of a store; without one, an index in memory of what can be wanted."""
    if isinstance(names, IndexedNames):
        with index.errors(names.path):
            yield names.base
        return
    from pfocr_kg.names.texts_by_sparql import read  # noqa: PLC0415

    with closing(read(store, wanted)) as base:
        yield base


def _search(base: Connection, wanted: Wanted, sort: Sort, limit: int | None) -> Found:
    order = Sort.YEAR if sort is Sort.RELEVANCE and not wanted.terms else sort
    conditions, values = wanted.conditions
    tables = _BOTH if wanted.expression else "figure"
    most = -1 if limit is None else limit
    best = _BEST if order is Sort.RELEVANCE and wanted.only_expression else _HITS
    question = best.format(tables=tables, conditions=conditions, order=_ORDERS[order], limit=most)
    rows = base.execute(question, (*values, most))
    return Found(tuple(_hit(*row) for row in rows), count(base, wanted), wanted)


def count(base: Connection, wanted: Wanted) -> int:
    """How many figures of an index have what is wanted."""
    ((number,),) = _of_all(base, wanted, "COUNT(*)")
    return int(number)


def rows(base: Connection, wanted: Wanted) -> Iterator[int]:
    """The rows in the index of all figures that have what is wanted, in no order."""
    of_text = wanted.expression
    return (row for (row,) in _of_all(base, wanted, "text.rowid" if of_text else "figure.id"))


def _of_all(base: Connection, wanted: Wanted, what: str) -> Cursor:
    conditions, values = wanted.conditions
    tables = ("text" if wanted.only_expression else _BOTH) if wanted.expression else "figure"
    return base.execute(f"SELECT {what} FROM {tables} WHERE {conditions}", values)  # noqa: S608


def _hit(
    figid: str, title: str, paper_title: str, year: str, journal: str, score: str, genes: int
) -> Hit:
    number = int(year) if year else None
    return Hit(figid, title, paper_title, number, journal, float(score) if score else None, genes)


def _journals(base: Connection, journal: str) -> tuple[str, ...]:
    """The journal in the spellings that the graph has.

    Raises:
        UnknownNameError: the graph has no such journal.

    """
    key = folding.folded(journal)
    known: dict[str, list[str]] = {}
    for (name,) in base.execute(_JOURNALS):
        known.setdefault(folding.folded(name), []).append(name)
    if key in known:
        return tuple(known[key])
    near = [k for k in known if key in k] or get_close_matches(key, known, lookup.NEAR)
    listed = "; ".join(known[k][0] for k in near[: lookup.NEAR])
    raise UnknownNameError(
        f"no journal of the graph is called {quoted(journal)}",
        hint=f"Is one of these meant: {listed}?" if listed else "",
    )


def _hints(base: Connection, names: Names, wanted: Wanted, words: str, total: int) -> Iterator[str]:
    if wanted.no_pathway and not base.execute("SELECT 1 FROM linked LIMIT 1").fetchone():
        yield "no figure has a pathway: the graph is not linked (pfocr-kg link)"
    if len(wanted.terms) == 1 and not names.slow:
        yield from _gene_hint(base, names, wanted, words.strip(' "'))
    if not total:
        yield from _reasons(base, names, wanted)


def _gene_hint(base: Connection, names: Names, wanted: Wanted, text: str) -> Iterator[str]:
    """That the word of a search is a gene, which figures can draw under other names."""
    gene = next(iter(names.matches(text, [NamedKind.GENE])), None)
    if gene is None or gene.how is How.WORD or gene.fold or gene in wanted.entities:
        return
    drawn = count(base, replace(wanted, terms=(), entities=(*wanted.entities, gene)))
    if drawn:
        figures = _figures(drawn)
        yield f"{text} is {gene.description}, too: --gene {text!r} finds {figures} that draw it"


def _reasons(base: Connection, names: Names, wanted: Wanted) -> Iterator[str]:
    """How many figures meet each condition alone, and what is spelled like an unknown word."""
    for alone, text in wanted.alone():
        number = count(base, alone)
        line = f"{text}: {_figures(number)}"
        is_unknown = not number and alone.terms and not names.matches(text)
        if is_unknown and (near := unknown.near(names, text)):
            line += f"; near is {listed(near)}"
        yield line


def _figures(count: int) -> str:
    return f"{count:,} figure{'' if count == 1 else 's'}"
