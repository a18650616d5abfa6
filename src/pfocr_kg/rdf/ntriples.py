"""The bulk path: a document's N-Triples, made from the compiled context.

It writes what `reference.to_ntriples` writes, many times faster; tests hold the two equal.
Format: https://www.w3.org/TR/n-triples/.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple, Protocol

from pfocr_kg import iris
from pfocr_kg.errors import ContextError
from pfocr_kg.rdf.context import ContextTerm, compiled
from pfocr_kg.rdf.document import Node

_TYPE: Final = f"<{iris.PREFIXES['rdf']}type>"
_STRING: Final = iris.PREFIXES["xsd"] + "string"


class TriplesWriter(Protocol):
    """Something that triples are written to."""

    def write(self, triples: bytes, /) -> int:
        """Write whole lines of N-Triples; returns the number of bytes."""


def to_ntriples(document: Node) -> bytes:
    """All triples of a document, one per line, in the document's order.

    Raises:
        ContextError: a key or a type is not a term of the context.

    """
    lines: list[str] = []
    _add(document, lines, _ends(), _type_lines())
    # One by one: nearly all are ASCII, which costs nothing; joined, they would not be.
    return b"".join(map(str.encode, lines))


class _Ends(NamedTuple):
    """The text of a line before and after the value of a key."""

    before: str
    after: str
    is_text: bool


@cache
def _ends() -> dict[str, _Ends]:
    return {key: _ends_of(term) for key, term in compiled().terms.items()}


def _ends_of(term: ContextTerm) -> _Ends:
    if term.datatype is None:
        return _Ends(f" <{term.predicate}> <", "> .\n", is_text=False)
    kind = "" if term.datatype == _STRING else f"^^<{term.datatype}>"
    return _Ends(f' <{term.predicate}> "', f'"{kind} .\n', is_text=True)


@cache
def _type_lines() -> dict[str, str]:
    """Type of a node -> what follows the subject in the line that says so."""
    return {key: f" {_TYPE} <{iri}> .\n" for key, iri in compiled().classes.items()}


def _add(node: Node, lines: list[str], known: dict[str, _Ends], types: dict[str, str]) -> None:
    """Append the lines of a node and of those inside it, each after the line that leads to it."""
    subject = f"<{node['id']}>"
    type_line = types.get(node["type"])
    if type_line is None:
        raise ContextError(f"type {node['type']!r} is not a term of the context")
    lines.append(subject + type_line)
    for key, value in node.items():
        if key in ("id", "type"):
            continue
        ends = known.get(key)
        if ends is None:
            raise ContextError(f"key {key!r} is not a term of the context")
        before, after, is_text = ends
        if isinstance(value, str):  # as most are: beside the loop, they are faster
            lines.append(f"{subject}{before}{_escaped(value) if is_text else value}{after}")
            continue
        if not is_text and isinstance(value, list) and value and isinstance(value[0], str):
            # IRIs, as often as not the most of a node's lines: put together at once.
            between = f"{after}{subject}{before}"
            lines.append(f"{subject}{before}{between.join(value)}{after}")
            continue
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, dict):
                lines.append(f"{subject}{before}{item['id']}{after}")
                _add(item, lines, known, types)
            else:
                lines.append(f"{subject}{before}{_escaped(item) if is_text else item}{after}")


def _escaped(text: str) -> str:
    # To look first is faster: most texts have nothing to escape. Four searches for one
    # character take less than one for any of four.
    if '"' in text or "\\" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        return text.replace("\n", "\\n").replace("\r", "\\r")
    return text
