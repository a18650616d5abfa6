"""A graph at a SPARQL endpoint, with the interface of the embedded one.

Protocol: https://www.w3.org/TR/sparql11-protocol/. A query goes by POST, in the form that all
servers take. An endpoint that holds several graphs is told which one by its own URL:
`https://host/sparql?default-graph-uri=IRI`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import requests
import urllib3

from pfocr_kg.errors import StoreError
from pfocr_kg.rdf import description
from pfocr_kg.rdf.compressed import PieceReader
from pfocr_kg.store.http import Http, root_cause

if TYPE_CHECKING:
    import rdflib

_ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_GRAPH: Final = "application/n-triples, text/turtle;q=0.9"
_GRAPHS: Final = ("CONSTRUCT", "DESCRIBE")
"""Kinds of query whose answer is a graph; the other answers are rows, or yes or no."""

_JSON: Final = ox.QueryResultsFormat.JSON
_NTRIPLES: Final = ox.RdfFormat.N_TRIPLES

# The prologue of the grammar, then the keyword of the kind of query.
_FORM: Final = re.compile(
    r"(?:\s|#[^\n\r]*|BASE\s*<[^<>]*>|PREFIX\s*[^\s:]*:\s*<[^<>]*>)*"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)\b",
    re.IGNORECASE,
)
_MISTYPED: Final = {"text/plain": _NTRIPLES, "text/ntriples": _NTRIPLES}
"""Media types of old servers for N-Triples, which had none of its own before 2014."""

_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_SUBJECTS: Final = "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s"
_OF: Final = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { %s } ?s ?p ?o }"
_TRIPLES_AT_ONCE: Final = 5000
"""Triples per request, if an endpoint does not return all at once."""

_PIECE_BYTES: Final = 1 << 16

_SUBJECTS_AT_ONCE: Final = 200
"""Subjects per query: Virtuoso cannot compile much longer queries."""


class Remote:
    """A SPARQL endpoint, opened for reading: only queries are sent to it.

    Raises:
        StoreError: the URL is not valid, or holds credentials.

    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http: Http | None = Http(url)

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def __len__(self) -> int:
        rows = self.query(_COUNT)
        first = next(iter(rows), None) if isinstance(rows, ox.QuerySolutions) else None
        if first is None:
            raise StoreError(f"{self.url}: returns no count of its triples")
        return _number(first["n"])

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a SPARQL query; rows are read as they arrive, a graph is held in memory.

        Raises:
            SyntaxError: it is not a query.
            StoreError: the endpoint cannot be reached or used, reports an error, or breaks off.

        """
        if _form(text) not in _GRAPHS:
            return self._table(text, None)
        graph = ox.Store()
        graph.extend(self._triples(text))
        answer = graph.query(_ALL)
        assert isinstance(answer, ox.QueryTriples)
        return answer

    def _table(self, text: str, graph: str | None) -> ox.QuerySolutions | ox.QueryBoolean:
        """The answer to a SELECT or ASK on a graph, or on the endpoint's default graph."""
        response = self._ask(text, _ROWS, graph)
        read = self._read(response)
        if not isinstance(read, ox.QuerySolutions) or _form(text) == "ASK":
            return _yes_or_no(read)
        if not (limit := _limit(response)):
            return read
        names = [variable.value for variable in read.variables]
        response.close()
        whole = io.BufferedReader(PieceReader(self._paged(text, names, limit, graph)))
        return ox.parse_query_results(whole, format=_JSON)

    def facts(self) -> None:
        """None: an endpoint has no saved facts, so linking queries the graph."""

    def dump(self, path: Path) -> None:
        """Write all triples to a file as N-Triples, in no particular order.

        If fewer triples arrive than the endpoint counts, they are asked for again in blocks of
        some thousand.

        Raises:
            StoreError: the number of triples is not what the endpoint counts.

        """
        expected = len(self)
        if self._write(path, self._triples(_ALL)) == expected:
            return
        written = self._write(path, self._by_subjects())
        if written != expected:
            raise StoreError(
                f"{self.url}: counts {expected:,} triples, but returned {written:,}",
                hint="Name one graph: its URL with ?default-graph-uri=IRI",
            )

    def description(self) -> list[ox.Triple]:
        """The description of the graph as a dataset, counted again.

        A description in the endpoint can be as old as the last push.
        """
        return description.describe(self.query, recount=True)

    def dataset(self) -> rdflib.Dataset:
        """The same graph seen through rdflib, which asks the endpoint for what it needs."""
        # Imported on use: it would make every command start a third of a second later.
        from pfocr_kg.store.view import dataset  # noqa: PLC0415

        return dataset(self.url, self._raw)

    def _raw(self, text: str, graph: str | None) -> tuple[bytes, str]:
        """The body and media type of an answer, for another library to read."""
        if _form(text) in _GRAPHS:
            triples = (quad.triple for quad in self._triples(text, graph))
            return ox.serialize(triples, format=_NTRIPLES) or b"", "text/turtle"
        return self._table(text, graph).serialize(format=_JSON) or b"", _JSON.media_type

    def _ask(self, text: str, accept: str, graph: str | None = None) -> requests.Response:
        if self._http is None:
            raise StoreError(f"{self.url}: was closed", hint="Open it again")
        fields = {"query": text} | ({} if graph is None else {"default-graph-uri": graph})
        response = self._http.send("POST", self.url, data=fields, headers={"Accept": accept})
        if response.headers.get("X-SQL-State") == "S1TAT":
            response.close()
            raise StoreError(f"{self.url}: timed out, and the answer is incomplete")
        return response

    def _read(self, response: requests.Response) -> ox.QuerySolutions | ox.QueryBoolean:
        media = response.headers.get("Content-Type", "")
        form = ox.QueryResultsFormat.from_media_type(media)
        if form not in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML):
            raise self._not_sparql(response)
        return ox.parse_query_results(_body(self.url, response), format=form)

    def _paged(self, text: str, names: list[str], limit: int, graph: str | None) -> Iterator[bytes]:
        """The rows of a SELECT as JSON, asked for in pages of `limit` rows.

        Virtuoso sorts no more than that many, but all that a subselect gives; see "scrollable
        cursors" in its documentation.
        """
        yield json.dumps({"head": {"vars": names}})[:-1].encode()
        begin = b', "results": {"bindings": ['
        for offset in count(0, limit):
            page = self._read(self._ask(_page(text, names, offset, limit), _ROWS, graph))
            rows = json.loads(page.serialize(format=_JSON) or b"")["results"]["bindings"]
            if rows:
                yield begin + json.dumps(rows).encode()[1:-1]
                begin = b","
            if len(rows) < limit:
                break
        yield b"]}}" if begin == b"," else begin + b"]}}"

    def _triples(self, text: str, graph: str | None = None) -> Iterator[ox.Quad]:
        response = self._ask(text, _GRAPH, graph)
        media = response.headers.get("Content-Type", "")
        form = ox.RdfFormat.from_media_type(media) or _MISTYPED.get(media.partition(";")[0])
        if form is None:
            raise self._not_sparql(response)
        try:
            yield from ox.parse(_body(self.url, response), format=form, lenient=True)
        except SyntaxError as error:
            raise StoreError(f"{self.url}: its answer is broken: {error}") from None

    def _not_sparql(self, response: requests.Response) -> StoreError:
        response.close()
        media = response.headers.get("Content-Type", "no type")
        return StoreError(
            f"{self.url}: answers with {media}, which is not an answer to a query",
            hint="Is it the URL of a SPARQL endpoint?",
        )

    def _write(self, path: Path, quads: Iterable[ox.Quad]) -> int:
        """Write triples to a file; returns their number."""
        found = 0

        def counted() -> Iterator[ox.Triple]:
            nonlocal found
            for quad in quads:
                found += 1
                yield quad.triple

        with path.open("wb") as file:
            ox.serialize(counted(), file, format=_NTRIPLES)
        return found

    def _by_subjects(self) -> Iterator[ox.Quad]:
        """All triples, asked for some hundred subjects at a time."""
        for batch in _batches(self._subjects()):
            yield from self._of(batch)

    def _subjects(self) -> Iterator[tuple[ox.NamedNode, int]]:
        rows = self.query(_SUBJECTS)
        assert isinstance(rows, ox.QuerySolutions)
        # Blank nodes cannot be named in a query; the count at the end shows that they are missing.
        found = ((row["s"], _number(row["n"])) for row in rows)
        yield from ((node, n) for node, n in found if isinstance(node, ox.NamedNode))

    def _of(self, batch: dict[ox.NamedNode, int]) -> Iterator[ox.Quad]:
        quads = list(self._triples(_OF % " ".join(map(str, batch))))
        if len(quads) < sum(batch.values()):
            raise StoreError(
                f"{self.url}: gave {len(quads):,} triples where it counts {sum(batch.values()):,}",
                hint="Raise the server's limit",
            )
        yield from quads


def _form(text: str) -> str:
    if not (found := _FORM.match(text)):
        raise SyntaxError("it is neither SELECT, ASK, CONSTRUCT nor DESCRIBE")
    return found[1].upper()


def _number(term: object) -> int:
    assert isinstance(term, ox.Literal)
    return int(term.value)


def _yes_or_no(answer: ox.QuerySolutions | ox.QueryBoolean) -> ox.QueryBoolean:
    """The answer to an ASK; Virtuoso 7 returns a row with 1 for true, or one with 0 or no row."""
    if isinstance(answer, ox.QueryBoolean):
        return answer
    values = [row[0].value for row in answer]
    is_yes = bool(values) and values[0] in ("1", "true")
    text = json.dumps({"head": {}, "boolean": is_yes}).encode()
    parsed = ox.parse_query_results(text, format=_JSON)
    assert isinstance(parsed, ox.QueryBoolean)
    return parsed


def _limit(response: requests.Response) -> int:
    """The number of rows to which Virtuoso cut the answer, from a header; 0 if it is complete."""
    rows = response.headers.get("X-SPARQL-MaxRows", "")
    return int(rows) if rows.isdecimal() else 0


def _page(text: str, names: Sequence[str], offset: int, limit: int) -> str:
    """The query for the rows from `offset` on, with its own order or else one by its variables."""
    found = _FORM.match(text)
    assert found
    prologue, inner = text[: found.start(1)], text[found.start(1) :]
    shown = " ".join(f"?{name}" for name in names)
    if not re.search(r"\bORDER\s+BY\b[^{}]*$", inner, re.IGNORECASE):
        inner = f"SELECT * WHERE {{ {{ {inner}\n}} }} ORDER BY {shown}"
    elif not re.search(r"\b(LIMIT|OFFSET)\s+\d+[^{}]*$", inner, re.IGNORECASE):
        inner = f"{inner}\n{shown}"
    return f"{prologue}SELECT {shown} WHERE {{ {{ {inner}\n}} }} OFFSET {offset} LIMIT {limit}"


def _batches(page: Iterable[tuple[ox.NamedNode, int]]) -> Iterator[dict[ox.NamedNode, int]]:
    batch: dict[ox.NamedNode, int] = {}
    total = 0
    for node, triples in page:
        if batch and (total + triples > _TRIPLES_AT_ONCE or len(batch) == _SUBJECTS_AT_ONCE):
            yield batch
            batch, total = {}, 0
        batch[node] = triples
        total += triples
    if batch:
        yield batch


def _body(url: str, response: requests.Response) -> io.BufferedReader:
    """The body of an answer as a file; one that ends too early is an error."""
    return io.BufferedReader(PieceReader(_pieces(url, response)), _PIECE_BYTES)


def _pieces(url: str, response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.raw.stream(_PIECE_BYTES, decode_content=True)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise StoreError(f"{url}: the answer broke off: {root_cause(error)}") from None
    finally:
        response.close()
