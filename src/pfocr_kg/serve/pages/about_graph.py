"""The page about the graph: what it is, how far to trust it, and how programs ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pfocr_kg.serve.messages import Asked, Reply
from pfocr_kg.serve.pages import front
from pfocr_kg.serve.pages.html import render
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site


@dataclass(frozen=True, slots=True)
class ForPrograms:
    """An address for programs, what is there, and a line that uses it."""

    path: str
    what: str
    example: str


_PROGRAMS: Final = (
    ForPrograms(
        "/sparql",
        "SPARQL 1.1 endpoint: SELECT, ASK, CONSTRUCT and DESCRIBE, by GET or POST",
        "curl {base}/sparql -H 'Accept: text/csv' --data-urlencode "
        "'query=SELECT ?gene {{ ?figure pfocr:gene ?gene }} LIMIT 5'",
    ),
    ForPrograms(
        "/openapi.json",
        "API of bundled queries, names, search, things and enrichment, as OpenAPI describes it",
        "curl '{base}/api/queries/figures-of-gene?gene=p53&format=csv'",
    ),
    ForPrograms(
        "/.well-known/void",
        "Description of the graph (VoID), with classes, properties and example queries",
        "curl {base}/.well-known/void",
    ),
    ForPrograms(
        "/genes/7157",
        "Linked data: every page as Turtle, JSON-LD or JSON, by its Accept header or its ending",
        "curl {base}/genes/7157.ttl",
    ),
    ForPrograms(
        "/mcp",
        "Tools for assistants (Model Context Protocol, streamable HTTP)",
        "{base}/mcp",
    ),
)

# From docs/about/trust.md, which `python -m bench.match_trial` measures.
_TRUST: Final = (
    ("symbol", "by symbol", "genes whose symbol was read", "97.9%", "62.1%"),
    (
        "unambiguous",
        "unambiguous",
        "human genes of words that can mean nothing else",
        "95.7%",
        "60.5%",
    ),
    ("any", "any word", "all genes, also those of aliases and families", "75.9%", "69.4%"),
)


def page(site: Site, asked: Asked) -> Reply:
    """The page about the graph."""
    return render(
        site, asked, "about.html", title="About", section="/about",
        numbers=front.numbers(site),
        triples=site.store.report["triples"],
        programs=[(one, one.example.format(base=asked.base)) for one in _PROGRAMS],
        trust=_TRUST,
        limits=site.settings.limits,
        pictures=bool(site.settings.pictures),
    )  # fmt: skip


ADDRESSES: Final = (Address("/about", page, for_people=True),)
