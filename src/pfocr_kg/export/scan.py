"""Reads all triples out of a store, as fast as it gives them.

Oxigraph finds triples fast and their terms slowly: each is looked up by its hash. Two scans
side by side, each of some predicates, look up on two cores; a predicate is named by a code
from a table in the query, which saves looking it up (decisions/0013).
"""

from __future__ import annotations

import os
import re
import selectors
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import StoreError
from pfocr_kg.mapping import context

TYPE: Final = iris.PREFIXES["rdf"] + "type"
_READ: Final = 1 << 20
_PIPES: Final = Path("/dev/fd")
"""Where a pipe has a name that the library can write to."""

_PAUSE: Final = 0.003
_SAMPLE: Final = 20_000

# The optimiser may not look into a query that has a limit: triples come by subject.
_ALL: Final = f"{{ SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {2**62} }}"


class Dumping(Protocol):
    """A store that can write all its triples to a file as N-Triples."""

    def dump(self, path: Path) -> None:
        """Write them, in any order."""


@runtime_checkable
class Scanning(Protocol):
    """A store whose queries are answered by Oxigraph here, which writes rows by itself."""

    def scan(self, text: str, place: str) -> None:
        """Write the rows of a SELECT query to a file or pipe, as TSV."""

    def query(self, text: str) -> Any:
        """Run a SPARQL query."""

    def __len__(self) -> int: ...


@cache
def codes() -> dict[str, int]:
    """Predicate IRI -> its code in rows; three digits, in the order of export.

    The predicates that the mapping writes; rows give others as they are.
    """
    known = {term.predicate for term in context.compiled().terms.values()} - {TYPE}
    return {iri: 100 + place for place, iri in enumerate([TYPE, *sorted(known)])}


def sample(store: Scanning) -> list[tuple[str, str, Any]]:
    """(subject in N-Triples, predicate IRI, object) of some triples, in hash order."""
    rows = store.query(f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {_SAMPLE}")
    return [(str(row["s"]), row["p"].value, row["o"]) for row in rows]


def rows(store: Scanning, some: Iterable[tuple[str, str, Any]], work: Path) -> Iterator[bytes]:
    r"""All triples, as chunks of lines: subject, tab, predicate's code or IRI, tab, object.

    Terms are as in SPARQL's TSV results. Triples of a subject mostly stand together.

    Raises:
        StoreError: not all triples arrived.

    """
    got, answers = 0, list[_Answer]()
    queries = _queries(_half(some))
    by_pipe = _PIPES.exists()
    chunks = _piped(store, queries, answers) if by_pipe else _filed(store, queries, work, answers)
    for chunk in chunks:
        got += chunk.count(b"\n")
        yield chunk
    # A pipe cannot be synchronised to disk, and the library says so at its end: what counts
    # is whether all triples came.
    if got != len(store):
        why = next((f": {answer.error}" for answer in answers if answer.error), "")
        raise StoreError(f"{got} of {len(store)} triples could be read from the store{why}")


def _half(some: Iterable[tuple[str, str, Any]]) -> list[str]:
    """Predicates whose triples are half of the work: an IRI is looked up, a text is not always."""
    work: dict[str, int] = {}
    for _, predicate, object_ in some:
        cost = 3 if isinstance(object_, ox.NamedNode) else 2
        if predicate in codes():
            work[predicate] = work.get(predicate, 0) + cost
    half, chosen = sum(work.values()) / 2, []
    for predicate in sorted(work, key=lambda p: (-work[p], p)):
        if work[predicate] <= half:
            half -= work[predicate]
            chosen.append(predicate)
    return chosen


def _queries(first: list[str]) -> list[str]:
    table = {iri: f"({ox.NamedNode(iri)} {code})" for iri, code in codes().items()}
    rest = " ".join(row for iri, row in table.items() if iri not in first)
    named = f"OPTIONAL {{ VALUES (?p ?code) {{ {rest} }} }} BIND(IF(BOUND(?code), ?code, ?p) AS ?i)"
    if not first:
        return [f"SELECT ?s ?i ?o {{ {_ALL} {named} }}"]
    ours = " ".join(table[iri] for iri in first)
    others = " && ".join(f"!sameTerm(?p, {ox.NamedNode(iri)})" for iri in first)
    return [
        f"SELECT ?s ?i ?o {{ {_ALL} VALUES (?p ?i) {{ {ours} }} }}",
        f"SELECT ?s ?i ?o {{ {_ALL} FILTER({others}) {named} }}",
    ]


class _Answer:
    """A query's rows, written by the library in a thread of its own."""

    def __init__(self, store: Scanning, query: str, place: str, writer: int | None = None) -> None:
        self.error: Exception | None = None
        self._rest = b""
        self._headed = False
        arguments = (store, query, place, writer)
        self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
        self._thread.start()

    def _run(self, store: Scanning, query: str, place: str, writer: int | None) -> None:
        try:
            store.scan(query, place)
        except Exception as error:  # raised again where the rows are read
            # Its frames hold the library's rows, which no other thread may let go of.
            self.error = error.with_traceback(None)
        finally:
            if writer is not None:
                os.close(writer)

    def take(self, data: bytes) -> bytes:
        """The lines that `data` completes, without the head."""
        end = data.rfind(b"\n") + 1
        if not end:
            self._rest += data
            return b""
        lines, self._rest = self._rest + data[:end], data[end:]
        if self._headed:
            return lines
        self._headed = True
        return lines[lines.index(b"\n") + 1 :]

    def join(self) -> None:
        """Wait until the library is done."""
        self._thread.join()


def _piped(store: Scanning, queries: list[str], answers: list[_Answer]) -> Iterator[bytes]:
    """Rows through pipes, while the store still looks up others."""
    with selectors.DefaultSelector() as ready:
        try:
            for query in queries:
                reader, writer = os.pipe()
                _widen(writer)
                answers.append(_Answer(store, query, f"/dev/fd/{writer}", writer))
                ready.register(reader, selectors.EVENT_READ, answers[-1])
            while ready.get_map():
                time.sleep(_PAUSE)  # for the pipes to fill: a few large pieces cost less
                for key, _ in ready.select():
                    if data := os.read(key.fd, _READ):
                        yield key.data.take(data)
                    else:
                        ready.unregister(key.fd)
                        os.close(key.fd)
        finally:
            for key in list(ready.get_map().values()):
                os.close(key.fd)  # the library, if it still writes, stops at a closed pipe
            for answer in answers:
                answer.join()


def _widen(pipe: int) -> None:
    """Give a pipe room, so that its two ends seldom wait for each other (Linux only)."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415  (there is none on Windows)

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _READ)


def _filed(
    store: Scanning, queries: list[str], work: Path, answers: list[_Answer]
) -> Iterator[bytes]:
    """Rows through files, where a pipe has no name to write to."""
    places = [work / f"rows-{number}.tsv" for number in range(len(queries))]
    for query, place in zip(queries, places, strict=True):
        answers.append(_Answer(store, query, str(place)))
    for answer in answers:
        answer.join()
    for answer, place in zip(answers, places, strict=True):
        if answer.error is not None:
            raise answer.error
        with place.open("rb") as file:
            while data := file.read(_READ):
                yield answer.take(data)
        place.unlink()


_LINE: Final = re.compile(rb"^(\S+) (\S+) (.*) \.$", re.MULTILINE)


def dumped_rows(dumped: Path) -> Iterator[bytes]:
    """The rows of an N-Triples file, as `rows` gives them; the file is removed at the end."""
    with dumped.open("rb") as file:
        while lines := file.readlines(_READ):
            yield _LINE.sub(rb"\1\t\2\t\3", b"".join(lines))
    dumped.unlink()


def dumped_sample(dumped: Path) -> list[str]:
    """Subjects of an N-Triples file, at places evenly spread; in N-Triples."""
    size, found = dumped.stat().st_size, []
    with dumped.open("rb") as file:
        for place in range(0, size, max(1, size // 5_000)):
            file.seek(place)
            file.readline()
            if line := file.readline():
                found.append(line.split(b" ", 1)[0].decode())
    return found
