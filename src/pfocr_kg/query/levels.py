"""Asks a query about genes of one level only: those read by their symbol, or without ambiguity."""

from __future__ import annotations

import re
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.store import tokens

_GENE: Final = LEVEL_PROPERTIES[Level.ANY]
_VOCABULARY: Final = iris.PREFIXES["pfocr"]

# A dot ends no prefixed name.
_TOKEN: Final = re.compile(
    rf"""{tokens.COMMENT} | {tokens.STRING}
    | (?P<before><{re.escape(_VOCABULARY)}|pfocr:){_GENE}(?P<after>>|(?!\.*[\w:%\\-]))
    | {tokens.IRI} | {tokens.VARIABLE} | {tokens.PREFIX}:{tokens.LOCAL_NAME}
    """,
    re.VERBOSE | re.DOTALL,
)


def has_genes(text: str) -> bool:
    """Whether a query asks for `pfocr:gene`, so that it has levels."""
    return any(token["before"] is not None for token in _TOKEN.finditer(text))


def at_level(name: str, text: str, level: Level) -> str:
    """The text of a query with `pfocr:gene` read as the property of a level.

    Only the property itself is replaced, never a part of a string, comment or other name; so a
    column that asks for `pfocr:geneBySymbol` stays as it is. `name` is the query's, for errors.

    Raises:
        QueryError: the query does not ask for `pfocr:gene`, so that a level would change nothing.

    """
    if level is Level.ANY:
        return text
    found = 0

    def replace(token: re.Match[str]) -> str:
        nonlocal found
        if token["before"] is None:
            return token[0]
        found += 1
        return f"{token['before']}{LEVEL_PROPERTIES[level]}{token['after']}"

    changed = _TOKEN.sub(replace, text)
    if not found:
        raise QueryError(
            f"query {name} has no level {level.value}: it does not ask for pfocr:gene",
            hint="Ask it without a level",
        )
    return changed
