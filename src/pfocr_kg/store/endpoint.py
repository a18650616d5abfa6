"""A graph at a SPARQL endpoint, with the interface of the embedded one.

Protocol: https://www.w3.org/TR/sparql11-protocol/. A query goes by POST, in the form that all
servers take. An endpoint that holds several graphs is told which one by its own URL:
`https://host/sparql?default-graph-uri=IRI`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import requests

from pfocr_kg.errors import StoreError
from pfocr_kg.rdf import description
from pfocr_kg.rdf.compressed import PieceReader
from pfocr_kg.store import connections, query_text
from pfocr_kg.store.answers import BROKEN, Answer, EndpointRows
from pfocr_kg.store.http import UNUSABLE, Http, root_cause

if TYPE_CHECKING:
    import rdflib
    from typing_extensions import Buffer

_ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_GRAPH: Final = "application/n-triples, text/turtle;q=0.9"
_GRAPHS: Final = ("CONSTRUCT", "DESCRIBE")
"""Kinds of query whose answer is a graph; the other answers are rows, or yes or no."""

_NO: Final = ox.Literal("0")
_JSON: Final = ox.QueryResultsFormat.JSON
_NTRIPLES: Final = ox.RdfFormat.N_TRIPLES

_MISTYPED: Final = {"text/plain": _NTRIPLES, "text/ntriples": _NTRIPLES}
"""Media types of old servers for N-Triples, which had none of its own before 2014."""

_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_SUBJECTS: Final = "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s"
_OF: Final = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { %s } ?s ?p ?o }"
_TRIPLES_AT_ONCE: Final = 5000
"""Triples per request, if an endpoint does not return all at once."""

_PIECE_BYTES: Final = 1 << 16
_LONGEST_ROW: Final = 1 << 26
_LONGEST_ANSWER: Final = 1 << 32
_LONGEST_GRAPH: Final = 1 << 30
"""Bytes of a row or triple, of all rows, and of a graph that is held in memory."""
_PAGES: Final = 10_000
"""Answers for one query: so many rows that nobody reads them over HTTP."""

_SUBJECTS_AT_ONCE: Final = 200
"""Subjects per query: Virtuoso cannot compile much longer queries."""


class Remote:
    """A SPARQL endpoint, opened for reading: only queries are sent to it.

    Raises:
        StoreError: the URL is not valid, or holds credentials.

    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = Http(url)
        self._is_closed = False

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._is_closed = True

    def __len__(self) -> int:
        return self.count(_COUNT)

    def count(self, question: str) -> int:
        """The number that a SELECT of one row counts as `?n`.

        Raises:
            StoreError: it gives no such number.

        """
        rows = self._table(question, None)
        found = list(islice(rows, 2)) if isinstance(rows, EndpointRows) else []
        if len(found) != 1:
            raise self._broken("it has no count")
        return self._number(found[0]["n"])

    def query(self, text: str) -> Answer:
        """Run a SPARQL query; rows are read as they arrive, a graph is held in memory.

        Raises:
            SyntaxError: it is not a query.
            StoreError: the endpoint cannot be reached or used, reports an error, or breaks off.

        """
        if query_text.form(text) not in _GRAPHS:
            return self._table(text, None)
        graph = ox.Store()
        graph.extend(self._triples(text, longest=_LONGEST_GRAPH))
        answer = graph.query(_ALL)
        assert isinstance(answer, ox.QueryTriples)
        return answer

    def _table(self, text: str, graph: str | None) -> EndpointRows | ox.QueryBoolean:
        """The answer to a SELECT or ASK on a graph, or on the endpoint's default graph."""
        response = self._ask(text, _ROWS, graph)
        read = self._read(response, query_text.columns(text))
        if query_text.form(text) == "ASK":
            return self._yes_or_no(read)
        if isinstance(read, ox.QueryBoolean):
            raise self._broken("it is yes or no, and no rows")
        if not (limit := _limit(response)):
            return read
        response.close()
        names = [variable.value for variable in read.variables]
        whole = io.BufferedReader(PieceReader(self._paged(text, names, limit, graph)))
        rows = ox.parse_query_results(whole, format=_JSON)
        assert isinstance(rows, ox.QuerySolutions)
        return EndpointRows(rows, names, self._broken)

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
        if self._write(path, self._triples(_ALL), expected) == expected:
            return
        written = self._write(path, self._by_subjects(), expected)
        if written != expected:
            returned = "more" if written > expected else f"{written:,}"
            raise StoreError(
                f"{self.url}: counts {expected:,} triples, but returned {returned}",
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
        from pfocr_kg.store import view  # noqa: PLC0415

        return view.of_endpoint(self.url, self._raw)

    def _raw(self, text: str, graph: str | None) -> tuple[bytes, str]:
        """The body and media type of an answer, for another library to read."""
        if query_text.form(text) in _GRAPHS:
            triples = (quad.triple for quad in self._triples(text, graph))
            return ox.serialize(triples, format=_NTRIPLES) or b"", "text/turtle"
        answer = self._table(text, graph)
        body = answer.serialize(format=_JSON)
        return body or b"", _JSON.media_type

    def _ask(self, text: str, accept: str, graph: str | None = None) -> requests.Response:
        if self._is_closed:
            raise StoreError(f"{self.url}: was closed", hint="Open it again")
        fields = {"query": text} | ({} if graph is None else {"default-graph-uri": graph})
        response = self._http.send("POST", self.url, data=fields, headers={"Accept": accept})
        if response.headers.get("X-SQL-State") == "S1TAT":
            response.close()
            raise StoreError(f"{self.url}: timed out, and the answer is incomplete")
        return response

    def _read(
        self, response: requests.Response, names: Sequence[str] = ()
    ) -> EndpointRows | ox.QueryBoolean:
        media = response.headers.get("Content-Type", "")
        form = ox.QueryResultsFormat.from_media_type(media)
        if form not in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML):
            raise self._not_sparql(response)
        body = _Body(self._pieces(response), _LONGEST_ANSWER, self._broken)
        try:
            read = ox.parse_query_results(io.BufferedReader(body, _PIECE_BYTES), format=form)
        except BROKEN as error:
            raise self._broken(str(error)) from None
        if isinstance(read, ox.QueryBoolean):
            return read
        return EndpointRows(read, names, self._broken, body.next_row)

    def _paged(self, text: str, names: list[str], limit: int, graph: str | None) -> Iterator[bytes]:
        """The rows of a SELECT as JSON, asked for in pages of `limit` rows.

        Virtuoso sorts no more than that many, but all that a subselect gives; see "scrollable
        cursors" in its documentation.
        """
        yield json.dumps({"head": {"vars": names}})[:-1].encode()
        begin = b', "results": {"bindings": ['
        for offset in range(0, _PAGES * limit, limit):
            page = self._read(self._ask(_page(text, names, offset, limit), _ROWS, graph))
            if isinstance(page, ox.QueryBoolean):
                raise self._broken("it is yes or no, and no rows")
            rows = json.loads(page.serialize(format=_JSON))["results"]["bindings"]
            if rows:
                yield begin + json.dumps(rows).encode()[1:-1]
                begin = b","
            if len(rows) < limit:
                yield b"]}}" if begin == b"," else begin + b"]}}"
                return
        raise self._broken(f"it has more than {_PAGES:,} pages")

    def _triples(
        self, text: str, graph: str | None = None, longest: int | None = None
    ) -> Iterator[ox.Quad]:
        response = self._ask(text, _GRAPH, graph)
        media = response.headers.get("Content-Type", "")
        form = ox.RdfFormat.from_media_type(media) or _MISTYPED.get(media.partition(";")[0])
        if form not in (_NTRIPLES, ox.RdfFormat.TURTLE):  # RDF/XML has entities, which grow
            raise self._not_sparql(response)
        body = _Body(self._pieces(response), longest, self._broken)
        try:
            file = io.BufferedReader(body, _PIECE_BYTES)
            for quad in ox.parse(file, format=form):
                body.next_row()
                yield quad
        except BROKEN as error:
            raise self._broken(str(error)) from None

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """The body of an answer; one that ends too early is an error."""
        try:
            while piece := connections.read(response, _PIECE_BYTES):
                yield piece
        except UNUSABLE as error:
            reason = self._http.readable(root_cause(error))
            raise StoreError(f"{self.url}: the answer broke off: {reason}") from None
        finally:
            response.close()

    def _broken(self, reason: str) -> StoreError:
        return StoreError(f"{self.url}: its answer is broken: {self._http.readable(reason)}")

    def _not_sparql(self, response: requests.Response) -> StoreError:
        response.close()
        media = self._http.readable(response.headers.get("Content-Type", "no type"))
        return StoreError(
            f"{self.url}: answers with {media}, which is not an answer to a query",
            hint="Is it the URL of a SPARQL endpoint?",
        )

    def _write(self, path: Path, quads: Iterable[ox.Quad], expected: int) -> int:
        """Write triples to a file, one more than expected at most; returns their number."""
        found = 0

        def counted() -> Iterator[ox.Triple]:
            nonlocal found
            for quad in islice(quads, expected + 1):
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
        rows = self._table(_SUBJECTS, None)
        assert isinstance(rows, EndpointRows)
        # Blank nodes cannot be named in a query; the count at the end shows that they are missing.
        found = ((row["s"], self._number(row["n"])) for row in rows)
        yield from ((node, n) for node, n in found if isinstance(node, ox.NamedNode))

    def _of(self, batch: dict[ox.NamedNode, int]) -> Iterator[ox.Quad]:
        counted = sum(batch.values())
        quads = list(islice(self._triples(_OF % " ".join(map(str, batch))), counted + 1))
        if len(quads) < counted:
            raise StoreError(
                f"{self.url}: gave {len(quads):,} triples where it counts {counted:,}",
                hint="Raise the server's limit",
            )
        yield from quads

    def _number(self, term: object) -> int:
        """The integer of a count."""
        text = term.value if isinstance(term, ox.Literal) else ""
        if not re.fullmatch("[0-9]{1,18}", text):
            raise self._broken(f"a count is {text!r}")
        return int(text)

    def _yes_or_no(self, answer: EndpointRows | ox.QueryBoolean) -> ox.QueryBoolean:
        """The answer to an ASK; Virtuoso 7 gives a row with 1 for true, or one with 0 or no row."""
        if isinstance(answer, ox.QueryBoolean):
            return answer
        values = [row[0] if answer.variables else None for row in islice(answer, 2)] or [_NO]
        value = values[0].value if len(values) == 1 and isinstance(values[0], ox.Literal) else ""
        if value not in ("0", "1", "false", "true"):
            raise self._broken("it is neither yes nor no")
        text = json.dumps({"head": {}, "boolean": value in ("1", "true")}).encode()
        parsed = ox.parse_query_results(text, format=_JSON)
        assert isinstance(parsed, ox.QueryBoolean)
        return parsed


def _limit(response: requests.Response) -> int:
    """The number of rows to which Virtuoso cut the answer, from a header; 0 if it is complete."""
    rows = response.headers.get("X-SPARQL-MaxRows", "")
    return int(rows) if re.fullmatch("[0-9]{1,9}", rows) else 0


def _page(text: str, names: Sequence[str], offset: int, limit: int) -> str:
    """The query for the rows from `offset` on, with its own order or else one by its variables."""
    begin = query_text.begin(text)
    prologue, inner = text[:begin], text[begin:]
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


class _Body(PieceReader):
    """The body of an answer, of `longest` bytes at most; `next_row` is called after each row."""

    def __init__(
        self, pieces: Iterator[bytes], longest: int | None, fail: Callable[[str], StoreError]
    ) -> None:
        super().__init__(pieces)
        self._left = longest
        self._row_left = _LONGEST_ROW
        self._fail = fail

    def next_row(self) -> None:
        """Count the bytes of a row anew."""
        self._row_left = _LONGEST_ROW

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer; StoreError if there is too much to read."""
        size = super().readinto(buffer)
        self._row_left -= size
        if self._row_left < 0:
            raise self._fail(f"a row of it has more than {_LONGEST_ROW:,} bytes")
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise self._fail("it is too long")
        return size
