"""Files that are written as a whole or not at all, and compressed if they end in .gz or .zst."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import zstandard

from pfocr_kg.errors import PfocrError
from pfocr_kg.rdf import unfinished

if TYPE_CHECKING:
    from typing_extensions import Buffer


def _gzip(file: IO[bytes]) -> IO[bytes]:
    # No time and no name in the header: the same graph gives the same bytes.
    return cast("IO[bytes]", gzip.GzipFile("", "wb", 6, file, mtime=0))


def _zstd(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", zstandard.ZstdCompressor(6).stream_writer(file, closefd=False))


_WRITERS: Final = {".gz": _gzip, ".zst": _zstd}


@contextmanager
def writing(output: Path) -> Iterator[IO[bytes]]:
    """A file to write to, compressed if its name ends in .gz or .zst.

    Everything goes to a new file beside it, which replaces the output at the end: two writers do
    not mix, and until then the output is unchanged. A link stays; the file that it leads to is
    replaced. A pipe or device is written to directly.

    Raises:
        PfocrError: it cannot be written.

    """
    try:
        if output.exists() and not output.is_file():
            opened: AbstractContextManager[IO[bytes]] = output.open("wb")
        else:
            opened = _replacing(Path(os.path.realpath(output)))
        with opened as file, _compressing(file, output) as packed:
            yield packed
    except OSError as error:
        raise PfocrError(f"{output}: cannot be written: {error.strerror or error}") from None


@contextmanager
def _compressing(file: IO[bytes], output: Path) -> Iterator[IO[bytes]]:
    compress = _WRITERS.get(output.suffix)
    if compress is None:
        yield file
    else:
        with compress(file) as packed:
            yield packed


@contextmanager
def _replacing(output: Path) -> Iterator[IO[bytes]]:
    """A new file that replaces `output` if nothing is raised; it has the same permissions."""
    with unfinished.file_beside(output) as part:
        with part.open("wb") as file:
            yield file
        if output.exists():
            shutil.copymode(output, part)
        part.replace(output)


_PIECE: Final = 1024
"""Compressed bytes to read at a time; a hostile file unpacks them to 30 MB at most."""


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """The content of a Zstandard file in pieces.

    The reader of `zstandard` itself does not notice that a file is cut off.

    Raises:
        EOFError: it is cut off.

    """
    packed = file.read(_PIECE)
    while packed:
        frame = zstandard.ZstdDecompressor().decompressobj()
        while not frame.eof:
            if not packed:
                raise EOFError
            yield frame.decompress(packed)
            packed = frame.unused_data if frame.eof else file.read(_PIECE)
        packed = packed or file.read(_PIECE)


class PieceReader(io.RawIOBase):
    """Pieces of bytes, one after the other, as a file to read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer; gives the number of bytes, 0 at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        view = memoryview(buffer)
        size = min(len(view), len(self._rest))
        view[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A file to read from, unpacked if its name ends in .gz or .zst.

    Raises:
        PfocrError: it cannot be read, or is cut off.

    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise PfocrError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        with file:
            if path.suffix == ".gz":
                yield cast("IO[bytes]", gzip.GzipFile(fileobj=file))
            elif path.suffix == ".zst":
                yield cast("IO[bytes]", io.BufferedReader(PieceReader(_unpacked(file)), 1 << 16))
            else:
                yield file
    except EOFError:
        raise PfocrError(f"{path}: is cut off") from None
    except (zlib.error, zstandard.ZstdError, gzip.BadGzipFile) as error:
        raise PfocrError(f"{path}: cannot be unpacked: {error}") from None
