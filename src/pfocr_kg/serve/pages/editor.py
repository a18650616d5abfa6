"""The SPARQL editor: a form, with the answer to the query that it is given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled, hints, results
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.results import Rows
from pfocr_kg.serve import failures, negotiation, sparql
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.messages import JSON, PLAIN, Asked, Reply, RequestError
from pfocr_kg.serve.pages import answers
from pfocr_kg.serve.pages.answers import ShownAnswer
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.pages.queries import LONGEST, without_header
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

_BEGIN: Final = """# The genes that most figures draw
SELECT ?gene ?symbol (COUNT(?figure) AS ?figures)
WHERE {
  ?figure pfocr:gene ?gene .
  ?gene rdfs:label ?symbol .
}
GROUP BY ?gene ?symbol
ORDER BY DESC(?figures)
LIMIT 20
"""
_PLACE: Final = re.compile(r"line (\d+), column (\d+)")
_TERMS: Final = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term (SAMPLE(?isClass) AS ?class) (COALESCE(SAMPLE(?text), "") AS ?definition) {
  ?term a ?type FILTER (?type != owl:Ontology && ISIRI(?term))
  BIND (?type = owl:Class AS ?isClass)
  OPTIONAL { ?term skos:definition ?text }
} GROUP BY ?term ORDER BY ?term"""
_USUAL: Final = ("rdf:type", "rdfs:label", "skos:altLabel", "skos:prefLabel")
"""Properties of the graph that the vocabulary does not declare."""


def page(site: Site, asked: Asked) -> Reply:
    """The editor. A query that was posted and fits into an address is sent to its address."""
    text = asked.get("query")
    here = address("/query", {"query": text})
    if asked.method == "POST" and text and len(here) <= LONGEST:
        return Reply(PLAIN, b"", 303, {"location": here})
    found: ShownAnswer | None = None
    error: RequestError | None = None
    why: list[str] = []
    try:
        if text:
            found, why = _answer(site, asked, text)
    except (QueryError, RequestError) as raised:
        error = failures.refusal(raised)
    place = _PLACE.search(error.message) if error else None
    return render(
        site, asked, "editor.html",
        title="SPARQL",
        section="/query",
        status=error.status if error else 200,
        scripts=("query.js",),
        text=text or _example(asked) or _BEGIN,
        found=found,
        hints=why,
        error=error,
        place=place.groups() if place else None,
        downloads=list(_downloads(text, found)) if found else [],
        is_long=len(here) > LONGEST,
        topics=[(topic, list(some)) for topic, some in _by_topic()],
        prefixes=sorted(iris.PREFIXES.items()),
    )  # fmt: skip


def _example(asked: Asked) -> str:
    """The text of the bundled query that the request names, to begin with."""
    name = asked.get("example")
    return without_header(operations.bundled_query(name)) if name else ""


def _by_topic() -> Iterator[tuple[str, Iterator[Query]]]:
    return groupby(bundled.queries().values(), key=lambda query: query.topic)


def _answer(site: Site, asked: Asked, text: str) -> tuple[ShownAnswer, list[str]]:
    """The answer, and where it is empty the reasons.

    Raises:
        QueryError: the query does not parse, or fails.
        RequestError: it asks another endpoint.

    """
    found = results.wrap(sparql.ask(site, asked, text))
    shown = answers.shown(asked, found, str)
    is_empty = isinstance(found, Rows) and not shown.count
    return shown, list(hints.reasons(site.store, Query("", text), {})) if is_empty else []


def _downloads(text: str, found: ShownAnswer) -> Iterator[tuple[str, str]]:
    """Every format of the answer, with its address at the endpoint."""
    offered = negotiation.ROWS if found.turtle is None else negotiation.GRAPHS
    for name in dict.fromkeys(offered.values()):
        yield name, address("/sparql", {"query": text, "format": name})


def terms(site: Site, _: Asked) -> Reply:
    """What the editor completes, as JSON: the terms of the vocabulary, and the prefixes."""
    return Reply(JSON, site.once("terms of the editor", lambda: json.dumps(_terms()).encode()))


def _terms() -> list[dict[str, str]]:
    vocabulary = ox.Store()
    vocabulary.load(path=resources.ontology("pfocr.ttl"), format=ox.RdfFormat.TURTLE)
    found = vocabulary.query(_TERMS)
    assert isinstance(found, ox.QuerySolutions)
    known = [
        {
            "label": iris.curie(row["term"].value),
            "type": "class" if row["class"].value == "true" else "property",
            "info": row["definition"].value,
        }
        for row in found
    ]
    usual = [{"label": label, "type": "property"} for label in _USUAL]
    prefixes = [{"label": f"{prefix}:", "type": "namespace"} for prefix in sorted(iris.PREFIXES)]
    return [*(term for term in known if "//" not in term["label"]), *usual, *prefixes]


ADDRESSES: Final = (
    Address("/query", page, methods=("GET", "POST"), is_query=True, for_people=True),
    Address("/query/terms.json", terms),
)
