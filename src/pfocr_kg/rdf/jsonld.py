"""Writes a graph as JSON-LD documents: the mapping in the other direction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import IO, Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import ContextError
from pfocr_kg.rdf import context
from pfocr_kg.rdf.document import Node

_TYPE: Final = iris.PREFIXES["rdf"] + "type"
_STRING: Final = iris.PREFIXES["xsd"] + "string"

# Where the context has several keys for one predicate, these are for nodes of one type only.
_KEYS_OF_TYPE: Final = {
    "figid": "PathwayFigure",
    "figtitle": "PathwayFigure",
    "pmcid": "ScholarlyArticle",
    "papertitle": "ScholarlyArticle",
}


def write(triples: Iterable[ox.Triple], output: IO[bytes]) -> None:
    """Write triples, which come sorted by subject, as one JSON-LD document, one node per line.

    The context is written out, so that readers need not fetch it.
    """
    terms = json.dumps(context.load(iris.CONTEXT)["@context"], ensure_ascii=False)
    output.write(f'{{"@context": {terms},\n"@graph": ['.encode())
    separator = "\n"
    for node in nodes(triples):
        output.write(f"{separator}{json.dumps(node, ensure_ascii=False)}".encode())
        separator = ",\n"
    output.write(b"\n]}\n")


def nodes(triples: Iterable[ox.Triple]) -> Iterator[Node]:
    """Node objects of triples that come sorted by subject; a node refers to another by its IRI.

    Predicates and classes that the context does not know are written out as IRIs.
    """
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        yield _node(_name(subject), list(group))


def _name(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _node(subject: str, triples: list[ox.Triple]) -> Node:
    compact = _classes()
    kinds = [_name(t.object) for t in triples if t.predicate.value == _TYPE]
    kinds = [compact.get(kind, kind) for kind in kinds]
    values: dict[str, list[Any]] = {}
    for triple in triples:
        if triple.predicate.value != _TYPE:
            key, value = _entry(triple, kinds)
            values.setdefault(key, []).append(value)
    types = {"type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}
    return {"id": subject, **types, **{k: v[0] if len(v) == 1 else v for k, v in values.items()}}


def _entry(triple: ox.Triple, kinds: list[str]) -> tuple[str, Any]:
    predicate, value = triple.predicate.value, triple.object
    if not isinstance(value, ox.Literal):
        key = _key(predicate, None, kinds)
        return (key, _name(value)) if key else (predicate, {"id": _name(value)})
    datatype = value.datatype.value
    key = None if value.language else _key(predicate, datatype, kinds)
    if key:
        return key, value.value
    if value.language:
        return predicate, {"@value": value.value, "@language": value.language}
    if datatype == _STRING:
        return predicate, {"@value": value.value}
    return predicate, {"@value": value.value, "@type": datatype}


def _key(predicate: str, datatype: str | None, kinds: list[str]) -> str | None:
    keys = _keys().get((predicate, datatype), ())
    for key in keys:
        if _KEYS_OF_TYPE.get(key) in kinds:
            return key
    return next((key for key in keys if key not in _KEYS_OF_TYPE), keys[0] if keys else None)


@cache
def _keys() -> dict[tuple[str, str | None], tuple[str, ...]]:
    """(predicate, datatype) -> keys of the context."""
    keys: dict[tuple[str, str | None], tuple[str, ...]] = {}
    for key, term in context.compiled().terms.items():
        place = (term.predicate, term.datatype)
        keys[place] = (*keys.get(place, ()), key)
    return keys


@cache
def _classes() -> dict[str, str]:
    """Class IRI -> type of the context."""
    classes = {iri: key for key, iri in context.compiled().classes.items() if key[0].isupper()}
    if not classes:
        raise ContextError("the context has no types")
    return classes
