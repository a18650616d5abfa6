"""Declares the project's prefixes for queries that use them without a declaration."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from pfocr_kg import iris
from pfocr_kg.store import tokens

_TOKEN: Final = re.compile(
    rf"""{tokens.COMMENT} | {tokens.STRING} | {tokens.IRI} | {tokens.VARIABLE}
    | \bPREFIX (?:\s|{tokens.COMMENT})+ (?P<declared>{tokens.PREFIX}):
    | (?<!\w)(?P<used>{tokens.PREFIX}):{tokens.LOCAL_NAME}
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def undeclared(text: str) -> str:
    """Declarations of the prefixes of `iris.PREFIXES` that a query uses and does not declare.

    They stand before the query in its first line, so that no line of it gets another number.
    """
    known = sorted(iris.PREFIXES.keys() & _undeclared(text))
    return "".join(f"PREFIX {name}: <{iris.PREFIXES[name]}> " for name in known)


def unknown(text: str) -> str:
    """What to say of prefixes that neither a query declares nor the project has; "" if none."""
    said = []
    for name in sorted(_undeclared(text) - iris.PREFIXES.keys() - {"_"}):
        near = get_close_matches(name, iris.PREFIXES, n=1)
        said.append(f"The prefix {name}: is not declared" + "".join(f"; {n}: ?" for n in near))
    return ". ".join(said)


def _undeclared(text: str) -> set[str]:
    found = [token.groupdict() for token in _TOKEN.finditer(text)]
    used = {token["used"] for token in found} - {token["declared"] for token in found}
    return used - {None}
