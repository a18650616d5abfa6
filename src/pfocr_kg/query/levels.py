"""Asks a query about genes of one level only: those read by their symbol, or without ambiguity."""

from __future__ import annotations

import re
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.model import LEVEL_PROPERTIES, Level

_GENE: Final = LEVEL_PROPERTIES[Level.ANY]
_VOCABULARY: Final = iris.PREFIXES["pfocr"]

# What SPARQL 1.1's grammar (section 19.8) takes as one token, as far as pfocr:gene could be part
# of it: comments, strings, IRIs, variables and prefixed names. A dot ends no prefixed name.
_TOKEN: Final = re.compile(
    rf"""\#[^\r\n]*
    | \"{{3}}(?:[^"\\]|\\.|\"{{1,2}}(?!\"))*\"{{3}} | \"(?:[^"\\\r\n]|\\.)*\"
    | '{{3}}(?:[^'\\]|\\.|'{{1,2}}(?!'))*'{{3}} | '(?:[^'\\\r\n]|\\.)*'
    | (?P<before><{re.escape(_VOCABULARY)}|pfocr:){_GENE}(?P<after>>|(?!\.*[\w:%\\-]))
    | <[^<>"{{}}|^`\\\x00-\x20]*>
    | [?$]\w+
    | [^\W\d](?:[\w.-]*[\w-])?:(?:[\w:.-]|%[0-9A-Fa-f]{{2}}|\\.)*
    """,
    re.VERBOSE | re.DOTALL,
)


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
