"""Chooses the media type of a reply by the Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from pfocr_kg.rdf import formats
from pfocr_kg.serve.messages import RequestError

ROWS: Final = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv; charset=utf-8": "csv",
    "text/tab-separated-values; charset=utf-8": "tsv",
    "application/json": "json",
    "application/xml": "xml",
}
"""Media types of rows, and of yes and no -> their formats, the best first."""

GRAPHS: Final = {
    "text/turtle; charset=utf-8": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": formats.JSONLD,
}
"""Media types of graphs -> their formats, the best first."""

# A quote that nothing closes is closed by the end, so that the header is read only once.
_ELEMENT: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*+(?:"|\Z)|[^,"])+')
_RANGE: Final = re.compile(r"\s*(\*|[^\s;/]+/[^\s;]+)\s*(;.*)?", re.DOTALL)
# Some old clients write .5: every number is read that can be meant.
_WEIGHT: Final = re.compile(r";\s*q\s*=\s*(0?\.\d+|[01](?:\.\d*)?)\s*(?:;|\Z)", re.IGNORECASE)


def choose(accept: str, offered: Sequence[str]) -> str:
    """The offered media type that a client likes best.

    Among types of the same weight, one that the header names goes before one of type/*, and that
    before */*; then the order of `offered`, whose types can have parameters, decides. Parameters
    of the header other than q are ignored, and so is what cannot be read.

    Raises:
        RequestError: 406, the client accepts none of them.

    >>> choose("text/csv;q=0.5, text/*;q=0.9", ["application/json", "text/csv", "text/turtle"])
    'text/turtle'
    """
    return _choose(accept, tuple(offered))


@lru_cache(maxsize=256)
def _choose(accept: str, offered: tuple[str, ...]) -> str:
    weights = _weights(accept)
    liked = [_liking(weights, media_type) for media_type in offered]
    best = max(liked)
    if best[0] == 0:
        raise RequestError(406, "no format here fits the Accept header", _formats(offered))
    return offered[liked.index(best)]


def _weights(accept: str) -> dict[str, float]:
    """The weight, 0 to 1, of each media range of a header."""
    weights: dict[str, float] = {}
    for element in _ELEMENT.findall(accept):
        if found := _RANGE.fullmatch(element):
            weight = _WEIGHT.search(found[2] or "")
            name = "*/*" if found[1] == "*" else found[1].lower()
            weights[name] = max(float(weight[1]) if weight else 1, weights.get(name, 0))
    return weights or {"*/*": 1}


def _liking(weights: dict[str, float], media_type: str) -> tuple[float, int]:
    """The weight of a media type, and how exactly the header names it: 0, 1 or 2."""
    name = media_type.partition(";")[0].strip().lower()
    for exactness, media_range in ((2, name), (1, name.partition("/")[0] + "/*"), (0, "*/*")):
        if media_range in weights:
            return min(weights[media_range], 1), exactness
    return 0, 0


def _formats(offered: Sequence[str]) -> str:
    names = dict.fromkeys(media_type.partition(";")[0] for media_type in offered)
    return "There are " + ", ".join(names)
