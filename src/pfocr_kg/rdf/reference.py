"""The mapping itself: PyLD's `to_rdf` of a document under the bundled context.

It is slow; tests check that the bulk path writes the same. JSON-LD 1.1:
https://www.w3.org/TR/json-ld11-api/.
"""

from __future__ import annotations

from typing import Any

from pyld import jsonld

from pfocr_kg import iris
from pfocr_kg.rdf import context
from pfocr_kg.rdf.document import Node


def loader(url: str, options: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG001
    """A PyLD document loader that serves bundled contexts and fetches nothing.

    Raises:
        ContextError: no context is bundled for `url`.

    """
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": context.load(url),
    }


def to_ntriples(document: Node) -> str:
    """The triples of a document as PyLD derives them, as N-Quads without graph names."""
    return _to_rdf({"@context": iris.CONTEXT, **document})


def block_to_ntriples(block: dict[str, Any]) -> str:
    """The triples of a record's own JSON-LD block, under the bundled schema.org context.

    The graph is not made from these: the block repeats the front matter. They show what the
    block's terms mean.
    """
    return _to_rdf(block)


def _to_rdf(document: dict[str, Any]) -> str:
    options = {"format": "application/n-quads", "documentLoader": loader}
    quads: str = jsonld.to_rdf(document, options)
    return quads
