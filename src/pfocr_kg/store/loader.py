"""Loads triples into a graph, in other threads than the code that writes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import zstandard

from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.rdf import compressed
from pfocr_kg.store.new_graph import NewGraph

BLOCK: Final = 8 << 20
"""Bytes of N-Triples that are read at a time."""

_PIECE: Final = 250_000
"""Triples loaded at a time. A million take four times the memory and load no faster."""

_THREADS: Final = 2
"""Pieces loaded in parallel: one call of the library is mostly sequential."""


class Loader:
    """Collects N-Triples in pieces, and loads a piece while the next one is collected.

    Three pieces are in memory. Used as a context manager, it is finished at the end.

    Raises:
        StoreError: the graph cannot take a piece.

    """

    def __init__(self, graph: NewGraph) -> None:
        self._graph = graph
        self._piece: list[bytes] = []
        self._gathered = 0
        self._threads = ThreadPoolExecutor(_THREADS, "pfocr-kg-loader")
        self._under_way: deque[Future[None]] = deque()
        self.triples = 0

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def finish(self) -> None:
        """Load the last piece."""
        if self._piece:
            self._load()
        self._wait(0)

    def write(self, triples: bytes) -> int:
        """Take whole lines of N-Triples; returns their number of bytes."""
        lines = triples.count(b"\n")
        self.triples += lines
        self._gathered += lines
        self._piece.append(triples)
        if self._gathered >= _PIECE:
            self._load()
        return len(triples)

    def _load(self) -> None:
        piece = b"".join(self._piece)
        self._piece, self._gathered = [], 0
        self._wait(_THREADS - 1)
        self._under_way.append(self._threads.submit(self._graph.load, piece))

    def _wait(self, most: int) -> None:
        """Wait until at most `most` pieces are being loaded."""
        while len(self._under_way) > most:
            self._under_way.popleft().result()


class CompressingLoader:
    """Passes N-Triples to a loader, and writes them to a compressed file."""

    def __init__(self, loader: Loader, file: zstandard.ZstdCompressionWriter) -> None:
        self._loader, self._file = loader, file

    def write(self, triples: bytes) -> int:
        """Take whole lines of N-Triples; returns their number of bytes."""
        self._file.write(triples)
        return self._loader.write(triples)


@contextmanager
def compressing(path: Path, loader: Loader) -> Iterator[CompressingLoader]:
    """A writer of N-Triples to a loader and to a compressed file."""
    compressor = zstandard.ZstdCompressor(level=1, write_checksum=True)
    with zstandard.open(path, "wb", cctx=compressor) as file:
        yield CompressingLoader(loader, file)


def read_compressed(path: Path) -> Iterator[bytes]:
    """The lines of a file that `compressing` wrote, some megabytes at a time.

    Raises:
        StoreError: it is damaged, or cut off.

    """
    try:
        with compressed.reading(path) as file:
            while lines := file.readlines(BLOCK):
                yield b"".join(lines)
    except PfocrError as error:
        raise StoreError(error.message, hint="Link the store again: pfocr-kg link") from None
