r"""Refuses queries that could make the store ask another endpoint (SERVICE).

A query is refused if any way to read it has a SERVICE clause outside of strings, comments and
IRIs. That is stricter than a parser: no parser but Oxigraph's own reads all that Oxigraph runs.
Its parser has no tokens: `trueSERVICE<x>{` and `SERVICEex:x{` are clauses, three quotes can begin
two strings, and `ex:SERVICE` is a prefix and a keyword if `ex:SERVICE` is no IRI.

So all ways to read a text are followed at once. Each is only a position, since what follows a
position does not depend on how it was reached. At `<`, an IRI and the operator are followed; at a
quote, a string of three quotes, one of one quote, and (if neither fits) the character alone.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pfocr_kg.serve.messages import RequestError

_WORK: Final = 20_000_000
"""Characters to look at before a text is refused as unreadable: about a second."""
_STEP: Final = 100
"""Characters that take as long as one step."""

_BLANKS: Final = r"(?: [ \t\r\n] | \#[^\r\n]*+ )*+"
_LONG: Final = 1000
"""A prefixed name or variable of so many characters is taken for a part of a clause."""
_PART: Final = r"""(?: [^\x00-\x20<>"'{}()\#\\:] | \\. )"""
_CLAUSE: Final = re.compile(
    rf"""
    {_BLANKS} (?: SILENT {_BLANKS} )?+
    (?: (?P<long> (?: {_PART} | : ){{{_LONG}}} )
      | (?P<name> <[^<>]*+> | [?$] {_PART}*+ | {_PART}*+ : (?: {_PART} | : )*+ ) {_BLANKS}
        (?P<open> \{{ )?+
    )?+""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
"""What follows SERVICE in a clause, as far as it is there."""

_KEYWORD: Final = re.compile("SERVICE", re.IGNORECASE | re.ASCII)
_SPECIAL: Final = re.compile(r"""[<"'\#?$\\]|SERVICE""", re.IGNORECASE | re.ASCII)
# What a variable can be beyond ASCII is left to the other characters: that reads more, not less.
_TOKENS: Final = {
    "<": re.compile(r"<[^<>\"{}|^`\x00-\x20]*+>"),
    "?": re.compile(r"\?[A-Za-z0-9_]*+"),
    "$": re.compile(r"\$[A-Za-z0-9_]*+"),
    "\\": re.compile(r"\\.?", re.DOTALL),  # in a prefixed name: `ex:a\#b`
}
_LINE: Final = re.compile(r"[^\r\n]*+")
_HEX: Final = "[0-9A-Fa-f]"
_ESCAPE: Final = rf"""\\(?:[tbnrf"'\\]|(?:u|U0000)(?![Dd][89A-Fa-f]){_HEX}{{4}})"""
# Oxigraph reads a string of three quotes as such wherever it can, else as one of one quote. It
# cannot if an escape is wrong, hence the third pattern, which takes any.
_STRINGS: Final = {
    quote: (
        re.compile(rf"{quote * 3}(?:[^{quote}\\]|{_ESCAPE}|{quote}(?!{quote * 2}))*+{quote * 3}"),
        re.compile(rf"{quote * 3}(?:[^{quote}\\]|\\.|{quote}(?!{quote * 2}))*+{quote * 3}", re.S),
        re.compile(rf"{quote}(?:[^{quote}\\\r\n]|\\.)*+{quote}", re.DOTALL),
    )
    for quote in "\"'"
}
_CODE_POINT: Final = re.compile(rf"\\u({_HEX}{{4}})|\\U({_HEX}{{8}})")
_ENDPOINT: Final = re.compile(r"(https?://[^/?#\\\s]+)((?:[/?][^\\\s#]*)?)")
_DOTS: Final = re.compile(r"/(?:\.|%2e){1,2}(?:[/?]|$)", re.IGNORECASE)


def check(text: str, allowed: Sequence[str] = ()) -> None:
    """Refuse a query that could ask an endpoint, except those that `allowed` names.

    The endpoint must then be written in full, and begin with an allowed IRI, of which the last
    part must be whole: `http://a:80` allows `http://a:80/x`, not `http://a:8080/` or
    `http://a:80@b/`. Oxigraph follows no redirect of an endpoint.

    Raises:
        RequestError: the query is refused (403).

    """
    # Oxigraph 0.5 reads \u0053ERVICE as it stands; by the standard it is SERVICE.
    for reading in dict.fromkeys((text, _decoded(text))):
        for name in _clauses(reading) if _KEYWORD.search(reading) else ():
            _refuse(name, allowed)


def _refuse(name: str, allowed: Sequence[str]) -> None:
    if name.startswith("<") and _is_allowed(name[1:-1], allowed):
        return
    if not allowed:
        raise RequestError(
            403,
            "SERVICE is refused: this server asks no other endpoint",
            hint="`pfocr-kg query` asks others; a server does with --allow-service",
        )
    names = ", ".join(allowed)
    if name.startswith("<"):
        raise RequestError(
            403, f"SERVICE {name[:200]} is refused", hint=f"this server asks only: {names}"
        )
    raise RequestError(
        403,
        f"SERVICE {name[:200]} is refused: the IRI of the endpoint must be written in full",
        hint=f"this server asks only: {names}",
    )


def _is_allowed(iri: str, allowed: Iterable[str]) -> bool:
    found = _ENDPOINT.fullmatch(iri)
    if found is None or _DOTS.search(found[2]):
        return False
    for each in allowed:
        prefix = _ENDPOINT.fullmatch(each)
        if prefix is None or prefix[1] != found[1] or not found[2].startswith(prefix[2]):
            continue
        rest = found[2][len(prefix[2]) :]
        if not rest or rest[0] in "/?" or prefix[2].endswith("/"):
            return True
    return False


def _decoded(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        try:
            return chr(int(found[1] or found[2], 16))
        except (ValueError, OverflowError):
            return found[0]

    return _CODE_POINT.sub(character, text)


def _clauses(text: str) -> Iterator[str]:
    """The names of all SERVICE clauses that some reading of a text has."""
    ahead, reached, work, line_end = [0], {0}, _WORK, 0
    while ahead:
        at = heapq.heappop(ahead)
        special = _SPECIAL.search(text, at)
        if special is None:
            continue
        scanned, ends = special.end(), list(_ends(text, special))
        if special[0] == "#":  # all comments of a line end where its first one does
            if scanned > line_end:
                line_end = scanned = _end_of_line(text, scanned)
            ends = [line_end]
        elif len(special[0]) > 1:
            clause = _CLAUSE.match(text, scanned)
            assert clause, "all parts of the pattern are optional"
            scanned = clause.end()
            if clause["long"] or clause["open"]:
                yield clause["name"] or "of a long name"
        for end in ends:
            if end not in reached:
                reached.add(end)
                heapq.heappush(ahead, end)
        work -= _STEP + scanned - at
        if work < 0:
            raise RequestError(403, "the query cannot be checked for SERVICE: it is too tangled")


def _end_of_line(text: str, start: int) -> int:
    found = _LINE.match(text, start)
    return found.end() if found else start


def _ends(text: str, special: re.Match[str]) -> Iterator[int]:
    """Where the things can end that can start where a special character is."""
    start = special.start()
    if special[0] in _STRINGS:
        sure, long, short = (each.match(text, start) for each in _STRINGS[special[0]])
        ends = [each.end() for each in ([sure] if sure else [long, short]) if each]
        yield from ends or [special.end()]
        return
    token = _TOKENS.get(special[0])
    found = token.match(text, start) if token else None
    if found:
        yield found.end()
    if found is None or special[0] == "<":
        yield special.end()
