"""The data of a thing in forms for programs: RDF, JSON, gene sets and sketches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Final

from pfocr_kg.errors import QueryError
from pfocr_kg.export import gmt, gpml, sketches
from pfocr_kg.model import Level
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query.about import showing
from pfocr_kg.rdf import formats
from pfocr_kg.serve import addresses, downloads, negotiation
from pfocr_kg.serve.messages import HTML, JSON, PLAIN, Asked, Reply, RequestError
from pfocr_kg.serve.pages.html import address
from pfocr_kg.serve.site import Site

_RDF: Final = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "jsonld": formats.JSONLD}
"""Ending of an address -> format of RDF."""
_NEGOTIATED: Final = {e: formats.RDF[name].media_type for e, name in _RDF.items()} | {"json": JSON}
_FILES: Final = {"gmt": PLAIN, "gpml": "application/xml"}
_OF_KIND: Final[Mapping[NamedKind, tuple[str, ...]]] = {
    NamedKind.FIGURE: ("gmt", "gpml"),
    NamedKind.PATHWAY: ("gpml",),
}
_NAMES: Final = {
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
    "json": "JSON",
    "gmt": "GMT",
    "gpml": "GPML",
}


def endings(kind: NamedKind) -> tuple[str, ...]:
    """The endings of addresses that give the data of a thing of a kind."""
    return (*_NEGOTIATED, *_OF_KIND.get(kind, ()))


def links(match: Match, level: Level) -> list[tuple[str, str, str]]:
    """The data of a thing: (name of the form, address, media type)."""
    page = addresses.page(match.iri, match.kind)
    # RDF is the same at all levels.
    chosen = {} if level is Level.ANY else {"level": level.value}
    types = _NEGOTIATED | _FILES
    return [
        (_NAMES[end], address(f"{page}.{end}", {} if end in _RDF else chosen), types[end])
        for end in endings(match.kind)
    ]


def accepted(asked: Asked) -> str:
    """The ending of the form that the Accept header wants; "" for the page.

    Raises:
        RequestError: 406, there is no such form.

    """
    chosen = negotiation.choose(asked.accept, [HTML, *_NEGOTIATED.values()])
    return next((end for end, media_type in _NEGOTIATED.items() if media_type == chosen), "")


def reply(site: Site, match: Match, ending: str, level: Level) -> Reply:
    """The data of a thing.

    Raises:
        RequestError: 404, a sketch or gene set of it would be empty.

    """
    if ending in _RDF:
        triples = showing.triples(site.store, match)
        return Reply(_NEGOTIATED[ending], partial(_write, triples.write, _RDF[ending]))
    if ending == "json":
        about = showing.show(site.store, site.names, match, level, None)
        return Reply(JSON, downloads.dumps(about.as_dict()) + b"\n")
    what = f"{match.kind}-{match.identifier}"
    write = _gmt if ending == "gmt" else _gpml
    return Reply(
        _FILES[ending], write(site, match, level), headers=downloads.attachment(site, what, ending)
    )


def _gmt(site: Site, match: Match, level: Level) -> bytes:
    if line := gmt.of_figure(site.store, match.iri, level):
        return line
    raise RequestError(404, f"{match.identifier} draws no gene of level {level.value!r}")


def _gpml(site: Site, match: Match, level: Level) -> bytes:
    try:
        if match.kind is NamedKind.FIGURE:
            sketch = sketches.of_figure(site.store, match, level, None, lambda _: None)
        else:
            sketch = sketches.of_pathway(site.store, match, level)
    except QueryError as error:
        raise RequestError(404, error.message, error.hint) from None
    return gpml.document(sketch)


def _write(write: Callable[[IO[bytes], str], None], form: str, output: IO[bytes]) -> None:
    write(output, form)
