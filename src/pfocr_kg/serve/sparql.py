"""The SPARQL endpoint: queries by the SPARQL 1.1 Protocol, read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from functools import partial
from typing import IO, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError
from pfocr_kg.query import execution
from pfocr_kg.query.bundled import Query
from pfocr_kg.rdf import formats, writing
from pfocr_kg.serve import description
from pfocr_kg.serve.messages import HTML, Asked, Reply, RequestError
from pfocr_kg.serve.negotiation import GRAPHS, ROWS, choose
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.row_limit import LimitedRows, limited
from pfocr_kg.serve.services import check
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from pfocr_kg.store import depth

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def endpoint(site: Site, asked: Asked) -> Reply:
    """Answer a query; without one, describe the service. People get the editor for both.

    Raises:
        RequestError: the request has no query or more than one, is an update, or wants a format
            that the answer cannot have.
        QueryError: the query does not parse.

    """
    _check_type(asked)
    if asked.all("update"):
        raise RequestError(400, "updates are not possible here", "The graph is read-only")
    text = _query_text(asked)
    if _is_for_people(asked):
        pairs = urlencode(asked.query)
        return Reply(HTML, b"", 303, {"location": "/query" + (f"?{pairs}" if pairs else "")})
    if text is None:
        return description.service(site, asked)
    answer = ask(site, asked, text)
    media_type, form, is_named = _format(asked, isinstance(answer, ox.QueryTriples))
    headers = {}
    if is_named:
        name = f"pfocr-query-{site.built}.{_ENDINGS[form]}"
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Reply(media_type, partial(_write, site.settings, answer, form), headers=headers)


def _check_type(asked: Asked) -> None:
    """Check the media type of what was sent, if anything was.

    Raises:
        RequestError: 415, it is not of the protocol, or not UTF-8.

    """
    if asked.method != "POST":
        return
    header = Message()
    header["content-type"] = asked.content_type
    if header.get_content_type() not in (_FORM, _QUERY):
        raise RequestError(415, f"a query is sent as {_QUERY}, or as query=... in {_FORM}")
    if header.get_content_charset("utf-8") not in ("utf-8", "utf8"):
        raise RequestError(415, "a query is sent in UTF-8")


def _query_text(asked: Asked) -> str | None:
    """The text of the query; None if the address is asked without one.

    Raises:
        RequestError: 400, there are several, a POST has none, or it is not UTF-8.

    """
    queries = asked.all("query")
    if asked.method == "POST" and not asked.content_type.lower().startswith(_FORM):
        try:
            queries.append(asked.body.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise RequestError(400, "the query is not UTF-8") from None
    if len(queries) > 1:
        raise RequestError(400, "there are several queries", "Send one query= at a time")
    if not queries and asked.method != "POST":
        return None
    if not "".join(queries).strip():
        raise RequestError(400, "there is no query", "Send it as query=SELECT ...")
    return queries[0]


def _is_for_people(asked: Asked) -> bool:
    """Whether an address is opened by somebody who likes a page best, so mostly in a browser."""
    return (
        asked.method != "POST"
        and "text/html" in asked.accept
        and not asked.get("format")
        and choose(asked.accept, [*ROWS, *GRAPHS, HTML]) == HTML
    )


def ask(site: Site, asked: Asked, text: str) -> Answer:
    """Begin to answer a query; rows are found while they are read.

    Raises:
        RequestError: it could ask an endpoint that is not allowed, or fails.
        QueryError: it does not parse, or is too deep.

    """
    depth.check(text)
    check(text, site.settings.services)
    graphs = asked.all("default-graph-uri") or asked.all("named-graph-uri")
    try:
        with _running(site.settings):
            if description.is_about(text) and not graphs:
                return description.ask(site, asked.base, text)
            return site.store.query(
                text,
                prefixes=iris.PREFIXES,
                base=f"{asked.base}/sparql",
                default_graphs=_graphs(asked, "default-graph-uri"),
                named_graphs=_graphs(asked, "named-graph-uri"),
            )
    except SyntaxError as error:
        raise execution.syntax_error(Query("", text), text, str(error)) from None


def _graphs(asked: Asked, parameter: str) -> list[str]:
    names = asked.all(parameter)
    for name in names:
        try:
            ox.NamedNode(name)
        except ValueError:
            raise RequestError(400, f"{parameter}: {name!r} is not an IRI") from None
    return names


def _format(asked: Asked, is_graph: bool) -> tuple[str, str, bool]:
    """The media type and the format of an answer, and whether the parameter `format` names it.

    A value that names no format is ignored, as any unknown parameter: clients send their own.

    Raises:
        RequestError: 406, the format is of the other kind of answer, or nothing fits Accept.

    """
    offered, others = (GRAPHS, ROWS) if is_graph else (ROWS, GRAPHS)
    form = asked.get("format").lower()
    names = _CALLED_OTHERWISE[is_graph]
    if found := _named(names.get(form, form), offered):
        return *found, True
    if _named(form, others):
        queries = "SELECT and ASK" if is_graph else "CONSTRUCT and DESCRIBE"
        there_are = ", ".join(dict.fromkeys(offered.values()))
        raise RequestError(
            406, f"format {form} is for answers to {queries}", f"Here there are {there_are}"
        )
    media_type = choose(asked.accept, [*offered])
    return media_type, offered[media_type], False


def _named(form: str, offered: dict[str, str]) -> tuple[str, str] | None:
    """The first media type, and format, that has this name or is this type."""
    for media_type, name in offered.items():
        if form in (name, media_type.partition(";")[0]):
            return media_type, name
    return None


def _write(settings: Settings, answer: Answer, form: str, output: IO[bytes]) -> None:
    """Write an answer.

    Raises:
        RequestError: it has more rows or triples than the limit, or the query fails.

    """
    limit = settings.limits.rows
    written = writing.for_library(output, form)
    with _running(settings):
        if isinstance(answer, ox.QueryTriples):
            ox.serialize(limited(answer, limit), written, formats.RDF[form])
        elif isinstance(answer, ox.QueryBoolean):
            answer.serialize(output, formats.RESULTS[form])
        else:
            answer.serialize(LimitedRows(written, form, limit), formats.RESULTS[form])  # type: ignore[arg-type]
    if form not in ("csv", "tsv"):
        output.write(b"\n")


@contextmanager
def _running(settings: Settings) -> Iterator[None]:
    """Turn failures of a query into errors with a status.

    An OSError with a number is of the pipe; others are of SERVICE, if it is allowed at all.
    """
    try:
        yield
    except PfocrError:
        raise
    except (RuntimeError, ValueError) as error:
        raise RequestError(400, f"the query failed: {error}") from None
    except OSError as error:
        if error.errno is not None or not settings.services:
            raise
        what = str(error).partition(" with payload")[0]
        raise RequestError(502, f"an endpoint that the query asks failed: {what}") from None


_CALLED_OTHERWISE: Final[tuple[dict[str, str], dict[str, str]]] = (
    {},
    {
        "rdf+xml": "rdfxml",
        "xml": "rdfxml",
        "json-ld": formats.JSONLD,
        "json": formats.JSONLD,
        "n-triples": "ntriples",
    },
)
"""What clients, such as SPARQLWrapper, call formats of rows, and of graphs."""

_ENDINGS: Final = {
    "json": "json",
    "xml": "xml",
    "csv": "csv",
    "tsv": "tsv",
    "turtle": "ttl",
    "ntriples": "nt",
    "rdfxml": "rdf",
    formats.JSONLD: "jsonld",
}

ADDRESSES: Final = (Address("/sparql", endpoint, ("GET", "POST"), is_query=True),)
