"""Runs a query on a store; errors have one line."""

from __future__ import annotations

import re
from functools import partial
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.query import levels, prefixes
from pfocr_kg.query.bundled import Query, Terms, Values
from pfocr_kg.query.parameters import ENTITIES, iri_of_id
from pfocr_kg.query.results import Result, wrap
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_SERVICE: Final = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]*)>", re.IGNORECASE)
_UPDATE: Final = re.compile(r"^\s*(insert|delete|load|clear|drop|create|copy|move)\b", re.I | re.M)
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


def run(
    store: Answering,
    query: Query,
    values: Values = MappingProxyType({}),
    level: Level = Level.ANY,
    *,
    example: bool = False,
) -> Result:
    """Run a query with its parameters bound, about genes of a level.

    With `example`, parameters that are needed and not given have the values of the query's header.

    Raises:
        QueryError: it does not parse, is not given a parameter that it needs, or one that it does
            not have, has no levels, or the store cannot run it.

    """
    if not example and (missing := query.needs(values)):
        needs = " ".join(parameter.placeholder for parameter in missing)
        examples = " and ".join(parameter.example for parameter in missing)
        raise QueryError(f"query {query.name} needs {needs}; --example asks about {examples}")
    text = levels.at_level(query.name, query.bind(terms(store, query, values)), level)
    endpoints = ", ".join(dict.fromkeys(_SERVICE.findall(text)))
    hint = f"It asks {endpoints}, which has to be within reach" if endpoints else ""
    try:
        return wrap(store.query(text), hint=hint)
    except SyntaxError as error:
        raise _syntax_error(query, text, str(error)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(f"query {query.name} cannot be run: {error}", hint=hint) from None


def terms(store: Answering, query: Query, values: Values) -> Terms:
    """The RDF terms of a user's values for the parameters of a query.

    Raises:
        QueryError: the query has no such parameter, or a value is not of its type, or names no
            entity.

    """
    return query.terms(values, partial(_entity_iri, store))


def _entity_iri(store: Answering, text: str, kind: str) -> str:
    """The IRI of an entity from its label, id, IRI or CURIE."""
    label = ox.Literal(text)
    for row in sparql.rows(
        store,
        f"""SELECT ?iri {{ ?iri a {_CLASSES[kind]} ; rdfs:label|skos:altLabel ?name
        FILTER(LCASE(STR(?name)) = LCASE({label})) }} ORDER BY DESC(?name = {label})""",
    ):
        return str(row["iri"].value)
    return iri_of_id(text, kind)


_CLASSES: Final = {kind: f"pfocr:{kind.capitalize()}" for kind in ENTITIES} | {
    "paper": "schema:ScholarlyArticle",
    "figure": "pfocr:PathwayFigure",
}


def _syntax_error(query: Query, text: str, message: str) -> QueryError:
    """The error of a query that does not parse, with the text after which it is wrong.

    What Oxigraph expected there is left out: it is a list of rules of its grammar.
    """
    if _UPDATE.search(query.text):
        return QueryError(f"query {query.name}: is an update", hint="The graph is read-only")
    if not (place := _PLACE.search(message)):
        return QueryError(f"query {query.name}: does not parse: {message}")
    line, column = int(place[1]), int(place[2])
    rest = (text.splitlines() or [""])[line - 1 : line]
    near = rest[0][max(column - 1, 0) :].strip() if rest else ""
    if line == 1:  # as the user wrote it
        column -= len(prefixes.undeclared(query.text))
    where = f"before {near[:40]!r}" if near else "at its end"
    hint = "A prefix is not declared" if "Prefix not found" in message else ""
    return QueryError(
        f"query {query.name}: does not parse, line {line}, column {column}, {where}", hint=hint
    )
