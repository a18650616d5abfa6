"""No value of a parameter changes what a query is: its rows are the values, and all else stays."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from fuzz.pieces import Pieces
from fuzz.scratch import one_line
from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled
from pfocr_kg.query.bundled import Query

KINDS = ("string", "integer", "decimal", "iri", "gene")
QUERIES = [query for query in bundled.queries().values() if query.parameters]
EXAMPLES = {
    "string": '"x"',
    "integer": "1",
    "decimal": "1.5",
    "iri": "<urn:x:y>",
    "gene": "<https://identifiers.org/ncbigene/7157>",
}
TEXT = """# param: one | %s | x | One
# param: other | %s | x | Other
SELECT ?one ?other ?seven WHERE {
  VALUES ?one { %s }
  VALUES ?other { %s }
  BIND(7 AS ?seven)
}
"""


def check(data: bytes) -> None:
    pieces = Pieces(data)
    if pieces.number(16) == 0:
        of_bundled(pieces)
    else:
        of_two(pieces)


def of_two(pieces: Pieces) -> None:
    """Rows of a query that gives its parameters back are all pairs of values."""
    kinds = (pieces.choice(KINDS), pieces.choice(KINDS))
    query = bundled.parse("q", TEXT % (*kinds, *(EXAMPLES[kind] for kind in kinds)))
    given = {
        name: [pieces.text("surrogateescape") for _ in range(1 + pieces.number(3))]
        for name in ("one", "other")
    }
    if (text := bound(query, given)) is None:
        return
    rows = [tuple(term.value for term in row) for row in ox.Store().query(text)]
    first, second = (meant(kind, given[name]) for name, kind in zip(given, kinds, strict=True))
    wanted = [(one, other, "7") for one in first for other in second]
    # A query says no order.
    assert sorted(same(row, kinds) for row in rows) == sorted(same(row, kinds) for row in wanted)


def of_bundled(pieces: Pieces) -> None:
    """The algebra of a bundled query, without its values, is that of its file."""
    query = pieces.choice(QUERIES)
    parameter = pieces.choice(query.parameters)
    value = pieces.text("surrogateescape")
    text = bound(query, {parameter.name: value})
    # rdflib takes the last part of \\u0022 in a string for an escape, and cannot parse the rest;
    # nor an escaped control character with four more digits behind it.
    misread = "\\u" in value.lower() or re.search(r"[\x00-\x1f\x7f][0-9A-Fa-f]{4}", value)
    if text is not None and not misread:
        assert shape(text) == shape(query.text)


def bound(query: Query, given: dict[str, Any]) -> str | None:
    try:
        return query.bind(query.terms(given, lambda text, _: text))
    except QueryError as error:
        one_line(error)
        return None


def same(row: tuple[str, ...], kinds: tuple[str, str]) -> tuple[object, ...]:
    """A row, in which a decimal is a number: Oxigraph writes fewer zeros."""
    values = zip(row, (*kinds, ""), strict=True)
    return tuple(Decimal(text) if kind == "decimal" else text for text, kind in values)


def meant(kind: str, texts: list[str]) -> list[str]:
    """What the texts mean as values, in plain words."""
    if kind == "integer":
        values = [str(int(text)) for text in texts]
    elif kind == "iri":
        values = [iris.expand(text.strip("<>")) for text in texts]
    else:
        values = texts
    return list(dict.fromkeys(values))


def shape(text: str) -> str:
    return described(prepareQuery(text, initNs=iris.PREFIXES).algebra)


def described(part: Any) -> str:
    """A part of rdflib's algebra, in which all rows of VALUES are one word."""
    if isinstance(part, CompValue):
        if part.name in ("values", "ToMultiSet"):
            return f"{part.name} {sorted(map(str, part.var or ())) if 'var' in part else ''}"
        inner = (f"{key}: {described(value)}" for key, value in sorted(part.items()))
        return f"{part.name}({', '.join(inner)})"
    if isinstance(part, list | tuple):
        return f"[{', '.join(map(described, part))}]"
    return repr(sorted(map(str, part))) if isinstance(part, set | frozenset) else repr(part)
