"""Counts the rows of an answer while they are written, and stops at a limit.

Oxigraph writes rows itself, several times faster than Python does, so they are counted in what it
writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Final, TypeVar

from pfocr_kg.serve.messages import RequestError

T = TypeVar("T")

Counter = Callable[[bytes], tuple[int, bytes]]
"""The rows of a piece of the answer, and what has to stand before the next piece to count it."""


class LimitedRows:
    """A file that passes rows on to another, up to a limit; `form` as in `formats.RESULTS`.

    `write` raises RequestError where there are more.
    """

    def __init__(self, output: IO[bytes], form: str, limit: int) -> None:
        self._output = output
        self._count, lines_before = _COUNTERS[form]
        self._limit = limit
        self._rows = -lines_before
        self._before = b""

    def write(self, piece: bytes) -> int:
        """Pass a piece on."""
        rows, self._before = self._count(self._before + piece)
        self._rows += rows
        if self._rows > self._limit:
            raise _too_many(self._limit, "rows")
        return self._output.write(piece)

    def flush(self) -> None:
        """Do nothing: the other file decides when it writes."""


def limited(triples: Iterable[T], limit: int) -> Iterator[T]:
    """The triples of an answer.

    Raises:
        RequestError: there are more than `limit`.

    """
    left = iter(triples)
    yield from islice(left, limit)
    if any(True for _ in left):
        raise _too_many(limit, "triples")


def _too_many(limit: int, what: str) -> RequestError:
    line = f"the answer has more than {limit:,} {what}, the limit here"
    return RequestError(403, line, "Add a LIMIT, or ask for less")


def _json(text: bytes) -> tuple[int, bytes]:
    """Rows begin with a brace after a comma or bracket, outside of strings."""
    whole = text.rstrip(b"\\")
    escape = text[len(whole) :]
    if b"\\" in whole:
        whole = whole.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = whole.translate(None, _NO_MARKS)
    # Most strings have no marks, or are IRIs with one colon. An even number of quotes is removed,
    # so that all others still begin or end what they did.
    marks = marks.replace(b'""', b"").replace(b'":"', b"")
    parts = marks.split(b'"')
    outside = b"".join(parts[::2])
    in_string = len(parts) % 2 == 0
    rows = outside.count(b",{") + outside.count(b"[{")
    return rows, outside[-1:] + b'"' * in_string + escape


_NO_MARKS: Final = bytes(set(range(256)) - set(b'",:[{'))


def _xml(text: bytes) -> tuple[int, bytes]:
    # Text of the answer has &lt; for <.
    return text.count(b"<result>"), text[1 - len(b"<result>") :]


def _csv(text: bytes) -> tuple[int, bytes]:
    """Rows end with a line outside of quotes; a quote in a text is two."""
    parts = text.split(b'"')
    return sum(part.count(b"\n") for part in parts[::2]), b'"' * (len(parts) % 2 == 0)


def _tsv(text: bytes) -> tuple[int, bytes]:
    return text.count(b"\n"), b""


_COUNTERS: Final[dict[str, tuple[Counter, int]]] = {
    "json": (_json, 0),
    "xml": (_xml, 0),
    "csv": (_csv, 1),
    "tsv": (_tsv, 1),
}
"""By format: the function that counts, and the lines before the first row."""
