"""Addresses of the API: reads a request, asks for the answer, and writes it in a format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import IO, Any, Final

from pfocr_kg.query.results import Answer, Rows, Triples
from pfocr_kg.serve import downloads, negotiation
from pfocr_kg.serve.api import catalog, openapi, operations, parameters
from pfocr_kg.serve.api.catalog import Operation
from pfocr_kg.serve.messages import JSON, Asked, Reply, RequestError
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

_LONGEST: Final = 4000
"""Characters of notes in a header; some programs take no more than 8,000 of all headers."""


def answer(operation: Operation, site: Site, asked: Asked) -> Reply:
    """The reply to a request for an operation.

    Raises:
        RequestError: the request cannot be answered so.

    """
    kind = asked.content_type.partition(";")[0].strip().lower()
    if asked.method == "POST" and kind not in parameters.FORMS:
        raise RequestError(
            415, "the request is no form", f"Send it as {' or '.join(parameters.FORMS)}"
        )
    given = parameters.read(operation.all_parameters, asked)
    named = given.pop("format")
    form = named or _accepted(operation.formats, asked.accept)
    reply = _reply(operation, site, given, form)
    if named:
        what = "-".join(asked.path.values()) or operation.name
        reply.headers |= downloads.attachment(site, what, _ENDINGS.get(form, form))
    return reply


_ENDINGS: Final = {"sparql-json": "srj", "xml": "srx", "turtle": "ttl", "ntriples": "nt"} | {
    "nquads": "nq",
    "rdfxml": "rdf",
}


def bundled_query(site: Site, asked: Asked) -> Reply:
    """The answer of a bundled query."""
    operation = catalog.of_query(asked.path["name"])
    return answer(operation, site, asked)


def description(_: Site, asked: Asked) -> Reply:
    """The description of all operations."""
    return Reply(JSON, downloads.dumps(openapi.document(asked.base)) + b"\n")


def _accepted(formats: Mapping[str, str], accept: str) -> str:
    chosen = negotiation.choose(accept, list(formats.values()))
    return next(name for name, media_type in formats.items() if media_type == chosen)


def _reply(operation: Operation, site: Site, given: dict[str, Any], form: str) -> Reply:
    if operation.query and form != "json":
        return _written(operation, site, given, form)
    found = operation.answer(site, given)
    if "rows" not in found:
        return Reply(JSON, downloads.dumps(found) + b"\n")
    rows = found.pop("rows")
    reply = downloads.reply(form, found["columns"], rows, found)
    if form != "json":
        reply.headers = _headers(found.get("notes", ()), more=found["more"])
    return reply


def _written(operation: Operation, site: Site, given: dict[str, Any], form: str) -> Reply:
    """The answer of a query in a format of SPARQL results or of RDF."""
    query = operation.query
    assert query
    notes: list[str] = []
    options = catalog.options_of(query, given)
    limit = options.pop("limit", None)
    found = operations.answer(
        site, query.name, catalog.values_of(query, given), **options, notes=notes
    )
    more = False
    if isinstance(found, Rows):
        count, more = operations.held(site, found, limit)
        found = found.only((), count)
    write = _writer(found, catalog.RESULTS.get(form, form))
    return Reply(operation.formats[form], write, headers=_headers(notes, more=more))


def _writer(found: Rows | Answer | Triples, form: str) -> Callable[[IO[bytes]], object]:
    return lambda output: found.write(output, form)


def _headers(notes: Sequence[str], *, more: bool) -> dict[str, str]:
    """What a format without a place for notes says beside the answer, as JSON in ASCII."""
    said = [*notes, *(["there are more rows"] if more else [])]
    text = json.dumps(said)
    while len(text) > _LONGEST:
        said = [*said[: len(said) // 2], "and more; JSON has all"]
        text = json.dumps(said)
    return {"pfocr-notes": text} if said else {}


ADDRESSES: Final = (
    *(
        Address(
            operation.path,
            partial(answer, operation),
            methods=operation.methods,
            is_query=operation.is_query,
        )
        for operation in catalog.OPERATIONS
    ),
    Address("/api/queries/{name}", bundled_query, is_query=True),
    Address("/openapi.json", description),
)
