"""Declares the project's prefixes for queries that use them without a declaration."""

from __future__ import annotations

import re
from typing import Final

from pfocr_kg import iris
from pfocr_kg.query import tokens

_TOKEN: Final = re.compile(
    rf"""{tokens.COMMENT} | {tokens.STRING} | {tokens.IRI} | {tokens.VARIABLE}
    | \bPREFIX (?:\s|{tokens.COMMENT})+ (?P<declared>{tokens.PREFIX}):
    | (?P<used>{tokens.PREFIX}):{tokens.LOCAL_NAME}
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def undeclared(text: str) -> str:
    """Declarations of the prefixes of `iris.PREFIXES` that a query uses and does not declare.

    They stand before the query in its first line, so that no line of it gets another number.
    """
    found = [token.groupdict() for token in _TOKEN.finditer(text)]
    used = {token["used"] for token in found} - {token["declared"] for token in found}
    known = sorted(iris.PREFIXES.keys() & used)
    return "".join(f"PREFIX {name}: <{iris.PREFIXES[name]}> " for name in known)
