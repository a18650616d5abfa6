"""Runs a query on a store; errors have one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from types import MappingProxyType
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError, UnknownNameError
from pfocr_kg.model import Level
from pfocr_kg.names import lookup
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.resolving import resolve
from pfocr_kg.query import levels, prefixes
from pfocr_kg.query.bundled import Query, Terms, Values
from pfocr_kg.query.results import Result, wrap
from pfocr_kg.store import depth, tokens
from pfocr_kg.store.sparql import Answering

_SERVICE: Final = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]*)>", re.IGNORECASE)
_BEGIN: Final = re.compile(
    rf"""(?: \s | {tokens.COMMENT} | BASE\s*{tokens.IRI} | PREFIX\s+[^\s:]*:\s*{tokens.IRI} )*
    ([a-z]+)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "COPY", "MOVE", "WITH")
)
_FORMS: Final = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "BASE", "PREFIX"))
_PATHWAY: Final = re.compile(r"(?:wikipathways:)?(WP[0-9]+)", re.IGNORECASE)
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")
_CUT_WORD: Final = re.compile(r"[?$]?\w[\w:.-]*[\w:]\Z")

OnNote = Callable[[str], None]
"""Takes a line for each name, which says what it was taken for."""


def run(
    store: Answering,
    query: Query,
    values: Values = MappingProxyType({}),
    level: Level = Level.ANY,
    *,
    example: bool = False,
    organism: str = "",
    on_note: OnNote = lambda _: None,
) -> Result:
    """Run a query with its parameters bound, about genes of a level.

    Names are resolved as `names.resolving.resolve` does, those of genes and pathways with the
    `organism`. With `example`, parameters that are needed and not given have the values of the
    query's header.

    Raises:
        QueryError: it does not parse, is too deep, is not given a parameter that it needs, or one
            that it does not have, has no levels, or the store cannot run it.

    """
    if not example and (missing := query.needs(values)):
        needs = " ".join(parameter.placeholder for parameter in missing)
        examples = " and ".join(parameter.example for parameter in missing)
        raise QueryError(f"query {query.name} needs {needs}; --example asks about {examples}")
    text = levels.at_level(
        query.name, query.bind(terms(store, query, values, organism, on_note)), level
    )
    depth.check(text)
    return answer(store, query, text)


def answer(store: Answering, query: Query, text: str) -> Result:
    """The answer to the text of a query, which is bound and at its level.

    Raises:
        QueryError: it does not parse, or the store cannot run it.

    """
    others = ", ".join(endpoints(text))
    hint = f"It asks {others}, which has to be within reach" if others else ""
    try:
        return wrap(store.query(text), hint=hint)
    except SyntaxError as error:
        raise syntax_error(query, text, str(error)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(f"query {query.name} cannot be run: {error}", hint=hint) from None


def endpoints(text: str) -> list[str]:
    """The other endpoints that a query asks, by their IRIs in its text."""
    return list(dict.fromkeys(_SERVICE.findall(text)))


def terms(
    store: Answering,
    query: Query,
    values: Values,
    organism: str = "",
    on_note: OnNote = lambda _: None,
) -> Terms:
    """The RDF terms of a user's values for the parameters of a query, as `run` resolves them.

    Raises:
        QueryError: the query has no such parameter, or a value is not of its type, or nothing is
            called so.

    """

    # Most queries are about one thing: without names, the index is not opened.
    @cache
    def names() -> lookup.Names:
        found = lookup.of_store(store)
        if found.slow:
            on_note(lookup.SLOW)
        return found

    def find_iri(text: str, kind: NamedKind) -> str:
        try:
            resolution = resolve(names(), text, {kind}, organism)
        except UnknownNameError:
            pathway = _PATHWAY.fullmatch(iris.curie(text))
            if pathway and kind is NamedKind.PATHWAY and _SERVICE.search(query.text):
                return iris.pathway(pathway[1].upper())  # the other endpoint may have it
            raise
        on_note(resolution.note)
        return resolution.match.iri

    return query.terms(values, find_iri)


def syntax_error(query: Query, text: str, message: str) -> QueryError:
    """The error of a query that does not parse, with the text after which it is wrong.

    `text` is what the store was asked, which can begin with prefixes that the query does not
    declare. What Oxigraph expected there is left out: it is a list of rules of its grammar.
    """
    what = f"query {query.name}:" if query.name else "the query"
    word = begin[1] if (begin := _BEGIN.match(query.text)) else "SELECT"
    if word.upper() in _UPDATES:
        return QueryError(f"{what} is an update", hint="The graph is read-only")
    if word.upper() not in _FORMS:
        hint = "A query is a SELECT, ASK, CONSTRUCT or DESCRIBE"
        return QueryError(f"{what} does not parse: it begins with {word[:40]!r}", hint=hint)
    if not (place := _PLACE.search(message)):
        return QueryError(f"{what} does not parse: {message}")
    line, column = int(place[1]), int(place[2])
    rest = (text.splitlines() or [""])[line - 1 : line]
    if rest and (cut := _CUT_WORD.search(rest[0], 0, column)):
        column = cut.start() + 1
    near = rest[0][max(column - 1, 0) :].strip() if rest else ""
    if line == 1 and text != query.text:  # as the user wrote it
        column -= len(prefixes.undeclared(query.text))
    where = f"before {near[:40]!r}" if near else "at its end"
    hint = prefixes.unknown(query.text)
    if not hint and "Prefix not found" in message:
        hint = "A prefix is not declared"
    elif not hint and "contains a variable that is unbound" in message:
        hint = "With GROUP BY, or a COUNT, SELECT has no other variables than those grouped by"
    return QueryError(f"{what} does not parse, line {line}, column {column}, {where}", hint=hint)
