r"""Refuses queries so deep that they would crash the process: Oxigraph's parser is recursive.

A level is a bracket that is open: `{`, `(`, `[` or `<<`. What stands in a row is nested in what the
parser makes of it, so it counts too, as a part of a level, until its bracket closes: operators
(`&&`, `+`, `/` of a path), filters and groups; OPTIONAL, MINUS and AS twice; triples; elements of
lists.
With a stack of 1 MiB, the smallest that threads have on usual systems, Oxigraph 0.5.13 crashes at
some 110 nested calls of functions, 275 groups, 150 elements of a list, 300 OPTIONAL, 1,000
operators or 1,500 triples.

Nothing can hide here from a hostile text, since Oxigraph's parser has no tokens: keywords need no
blanks around them, and `?a <((1))&&?b> ?c` is no IRI in an expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pfocr_kg.errors import QueryError
from pfocr_kg.store import tokens

LEVELS: Final = 64
_LEVEL: Final = 16
OPERATORS: Final = 256
_OPERATOR: Final = 4
TRIPLES: Final = 512
_TRIPLE: Final = 2
_ELEMENT: Final = 8
"""What a level, an operator, a triple and an element of a list add to the depth."""
_DEEPEST: Final = LEVELS * _LEVEL

_ESCAPE: Final = r"""\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""
_KEYWORD: Final = r"(?:FILTER|OPTIONAL|MINUS|AS(?=[\s\#]*[?$])|BY|HAVING)"
_TOKEN: Final = re.compile(
    rf"""{tokens.COMMENT} | \\. | \^\^
    | \"{{3}}(?:[^"\\]|{_ESCAPE}|\"{{1,2}}(?!\"))*+\"{{3}} | \"(?:[^"\\\r\n]|\\.)*+\"
    | '{{3}}(?:[^'\\]|{_ESCAPE}|'{{1,2}}(?!'))*+'{{3}} | '(?:[^'\\\r\n]|\\.)*+'
    | (?P<iri> <[^<>"{{}}|^`\x00-\x20]*+> )
    | (?P<term> [?$]\w*+ | (?:(?!{_KEYWORD})\w)++ ) (?=(?P<call> \s*\( )?)
    | (?P<mark> << | >> | && | \|\| | [(){{}}\[\],;/|^!*+=-] | \.(?=[\s{{}}?$<"'\[(\#]|\Z)
      | {_KEYWORD} )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""Strings as Oxigraph reads them: one of three quotes with a wrong escape is one of no letters."""

_IRI: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
"""No expression begins so."""
_PLAIN_IRI: Final = re.compile(r"(?<![<\\])<https?://[A-Za-z0-9/._:#%-]*+>")
"""An IRI that is one wherever it stands outside of strings and comments, and ends none of these."""
_SHORT: Final = 10_000
"""Characters of a text that is remembered."""

_CLOSED_BY: Final = {"{": "}", "(": ")", "[": "]", "<<": ">>"}
_CLOSING: Final = frozenset(_CLOSED_BY.values())
_ENDS: Final = frozenset(".;,")
_ORDERS: Final = frozenset(("BY", "HAVING"))
_CLAUSES: Final = {"FILTER": 1, "OPTIONAL": 2, "MINUS": 2}
_OF_PATHS: Final = frozenset("/|^!")


def check(text: str) -> None:
    """Refuse a query that is too deep to be parsed.

    Raises:
        QueryError: it is, with the line where.

    """
    # A client asks the same about one thing after the other: what differs are mostly IRIs.
    (_check_shape if len(text) < _SHORT else _check)(_PLAIN_IRI.sub("<a://>", text))


def _check(text: str) -> None:
    _read(text, 0, len(text), _Nesting())


_check_shape: Final = lru_cache(maxsize=250)(_check)


@dataclass(slots=True)
class _Level:
    """An open bracket, and what its content adds to the depth: all of it, and what may end.

    `row` are operators, and `terms` the elements without an operator between them.
    """

    closed_by: str = ""
    content: int = 0
    row: int = 0
    terms: int = 0
    list_before: int = 0
    has_order: bool = False
    has_name: bool = False

    @property
    def is_expression(self) -> bool:
        return self.closed_by in (")", ">>")

    @property
    def depth(self) -> int:
        return self.content + self.row + _ELEMENT * max(0, self.terms - 1)


class _Nesting:
    """The brackets that are open, and the depth of all but the innermost."""

    def __init__(self) -> None:
        self.open = [_Level()]
        self.outer = 0

    @property
    def depth(self) -> int:
        return self.outer + self.open[-1].depth

    def copy(self) -> _Nesting:
        other = _Nesting()
        other.open, other.outer = [replace(level) for level in self.open], self.outer
        return other

    def term(self) -> None:
        """Go on by a variable, a name, an IRI or a literal."""
        level = self.open[-1]
        if level.is_expression:
            level.terms += 1
        else:
            self._end_list(level)

    def take(self, mark: str) -> None:
        """Go on by one mark."""
        level = self.open[-1]
        if not level.is_expression and mark != "(":
            self._end_list(level)
        if mark in _CLOSED_BY:
            self.outer += level.depth + _LEVEL
            self.open.append(_Level(_CLOSED_BY[mark]))
        elif mark in _CLOSING:
            self._close(mark)
        elif mark in _ENDS:
            self._end_row(level, mark)
        elif mark in _ORDERS:
            level.has_order = True
        elif mark == "AS":
            level.has_name = True
        elif mark in _CLAUSES:
            level.content += _OPERATOR * _CLAUSES[mark]
        elif level.is_expression or mark in _OF_PATHS:
            level.terms = 0
            level.row += _OPERATOR * (mark != "=")

    def _end_list(self, level: _Level) -> None:
        """Count a list in brackets as elements: no row of VALUES, which another one follows."""
        level.content += level.list_before
        level.list_before = 0

    def _end_row(self, level: _Level, mark: str) -> None:
        if not level.is_expression:
            level.row = 0
            level.content += _TRIPLE
        elif mark == ",":
            level.row = level.terms = 0

    def _close(self, mark: str) -> None:
        if self.open[-1].closed_by == ">>" != mark == self.open[-2].closed_by:
            self._close(">>")  # it was two comparisons
        if self.open[-1].closed_by != mark:
            return
        closed = self.open.pop()
        level = self.open[-1]
        self.outer -= level.depth + _LEVEL
        listed = closed.depth - closed.row
        if mark == "]":
            level.content += closed.content + _TRIPLE
        elif mark == "}":
            level.content += _OPERATOR
            level.row *= level.is_expression
        elif closed.has_name or (level.has_order and not level.is_expression):
            level.content += _OPERATOR * (1 + closed.has_name)
        elif level.is_expression:
            level.terms += max(1, closed.terms)
            level.content += closed.content
        else:
            level.list_before = listed


def _read(text: str, start: int, end: int, nesting: _Nesting) -> None:
    for token in _TOKEN.finditer(text, start, end):
        if mark := token["mark"]:
            nesting.take(mark.upper())
        elif token[0][0] not in "#\\^" and not token["call"]:
            is_open = token["iri"] and nesting.open[-1].is_expression
            nesting.term()
            if is_open and not _IRI.match(token[0]):
                _read_both_ways(text, token, nesting)
        if nesting.depth > _DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            raise QueryError(
                f"the query is too deep in line {line}: it can have {LEVELS} levels of brackets, "
                f"or {OPERATORS} operators, filters and groups or {TRIPLES} triples in a row"
            )


def _read_both_ways(text: str, token: re.Match[str], nesting: _Nesting) -> None:
    """Read what is an IRI, or a part of an expression between two comparisons."""
    as_iri = nesting.copy()
    _read(text, token.start() + 1, token.end() - 1, nesting)
    if nesting.depth < as_iri.depth:
        nesting.open, nesting.outer = as_iri.open, as_iri.outer
