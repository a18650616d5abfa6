"""What the text of a query says of its answer: the kind of query, and its columns."""

from __future__ import annotations

import re
from typing import Final

from pfocr_kg.store import tokens

# The prologue of the grammar, then the keyword of the kind of query.
_FORM: Final = re.compile(
    r"(?:\s|#[^\n\r]*|BASE\s*<[^<>]*>|PREFIX\s*[^\s:]*:\s*<[^<>]*>)*"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)\b",
    re.IGNORECASE,
)
_COLUMN: Final = re.compile(
    rf"""{tokens.COMMENT} | {tokens.STRING} | {tokens.IRI}
    | (?P<as>\bAS\s*)? (?P<variable>{tokens.VARIABLE})
    | (?P<end>\b(?:WHERE|FROM)\b) | (?P<mark>[(){{}}*])
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def form(text: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE.

    Raises:
        SyntaxError: it is none of them.

    """
    return _form(text)[1].upper()


def begin(text: str) -> int:
    """Where the prologue ends.

    Raises:
        SyntaxError: it is not a query.

    """
    return _form(text).start(1)


def _form(text: str) -> re.Match[str]:
    if not (found := _FORM.match(text)):
        raise SyntaxError("it is neither SELECT, ASK, CONSTRUCT nor DESCRIBE")
    return found


def columns(text: str) -> list[str]:
    """The columns that a SELECT names; none for SELECT * and for other queries."""
    if form(text) != "SELECT":
        return []
    names: list[str] = []
    depth = 0
    for token in _COLUMN.finditer(text, _form(text).end()):
        mark = token["mark"]
        if token["variable"] and depth == (1 if token["as"] else 0):
            names.append(token["variable"][1:])
        elif depth == 0 and (token["end"] or mark == "{"):
            break
        elif depth == 0 and mark == "*":
            return []
        elif mark in ("(", "{"):
            depth += 1
        elif mark in (")", "}"):
            depth -= 1
    return names
