"""Runs a query on a store; errors have one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.query import levels
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.results import Result, wrap
from pfocr_kg.store.sparql import Answering

_SERVICE: Final = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]*)>", re.IGNORECASE)
_UPDATE: Final = re.compile(r"^\s*(insert|delete|load|clear|drop|create|copy|move)\b", re.I | re.M)
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


def run(
    store: Answering,
    query: Query,
    values: Mapping[str, Any] | None = None,
    level: Level = Level.ANY,
) -> Result:
    """Run a query with its parameters bound, about genes of a level.

    Raises:
        QueryError: it does not parse, lacks a parameter, has no levels, or the store cannot run
            it.

    """
    text = levels.at_level(query.name, query.bind(values or {}), level)
    endpoints = ", ".join(dict.fromkeys(_SERVICE.findall(text)))
    hint = f"It asks {endpoints}, which has to be within reach" if endpoints else ""
    try:
        return wrap(store.query(text), hint=hint)
    except SyntaxError as error:
        raise _syntax_error(query, text, str(error)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(f"query {query.name} cannot be run: {error}", hint=hint) from None


def _syntax_error(query: Query, text: str, message: str) -> QueryError:
    """The error of a query that does not parse, with the text after which it is wrong.

    What Oxigraph expected there is left out: it is a list of rules of its grammar.
    """
    if _UPDATE.search(text):
        return QueryError(f"query {query.name}: is an update", hint="The graph is read-only")
    if not (place := _PLACE.search(message)):
        return QueryError(f"query {query.name}: does not parse: {message}")
    line, column = int(place[1]), int(place[2])
    rest = (text.splitlines() or [""])[line - 1 : line]
    near = rest[0][max(column - 1, 0) :].strip() if rest else ""
    where = f"before {near[:40]!r}" if near else "at its end"
    hint = "A prefix is not declared" if "Prefix not found" in message else ""
    return QueryError(
        f"query {query.name}: does not parse, line {line}, column {column}, {where}", hint=hint
    )
