"""The formats that results and graphs are written in, and where they are written to.

These tables feed the writers, the command line's choices, and its help.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import pyoxigraph as ox
import zstandard

from pfocr_kg.errors import FormatError, PfocrError

if TYPE_CHECKING:
    from typing_extensions import Buffer

JSONLD: Final = "jsonld"

RDF: Final[Mapping[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    JSONLD: ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
"""Formats of graphs, by the name the user gives."""

RESULTS: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""W3C formats of SELECT and ASK results, by the name the user gives."""

TABLE: Final = "table"
QUERY: Final = (TABLE, *RESULTS, *RDF)
"""Every format of a query's answer."""

GMT: Final = "gmt"
PARQUET: Final = "parquet"
KGX: Final = "kgx"
NANOPUBS: Final = "nanopubs"
FOLDERS: Final = (PARQUET, KGX)
"""Formats of an export that are several files: its output is a folder."""
EXPORTS: Final = (*RDF, GMT, *FOLDERS, NANOPUBS)
"""Every format of an export; `outputs` writes those that are no RDF of the whole graph."""

COMPRESSION: Final = {".gz": "application/gzip", ".zst": "application/zstd"}
"""Media types of compressed files, by ending."""

_EXTENSIONS: Final = {
    "ttl": "turtle",
    "nt": "ntriples",
    "nq": "nquads",
    "trig": "trig",
    "jsonld": JSONLD,
    "rdf": "rdfxml",
    "owl": "rdfxml",
}


def rdf_format(name: str | None, output: Path | None) -> str:
    """The RDF format named, else the one that the output's ending means, else Turtle.

    Raises:
        FormatError: there is no such format.

    """
    if name is not None:
        if name not in RDF:
            raise FormatError(f"unknown format {name!r}", hint="Formats are " + ", ".join(RDF))
        return name
    return by_ending(output, _EXTENSIONS, "turtle", "RDF format")


def dump_format(path: Path) -> str:
    """The RDF format that a file's ending means, an ending .gz or .zst left aside.

    Raises:
        FormatError: the ending means none.

    """
    return _of_ending(path, _EXTENSIONS, "RDF format", "Endings are ")


def export_format(name: str | None, output: Path | None) -> str:
    """The format of an export: that named, else the one that the output's ending means.

    Raises:
        FormatError: there is no such format, or it needs a folder and there is none.

    """
    if name in FOLDERS and (output is None or str(output) == "-"):
        raise FormatError(f"{name} is several files", hint="Give --output, a folder for them")
    if name is None and output is not None and plain(output).suffix == f".{GMT}":
        return GMT
    return name if name in EXPORTS else rdf_format(name, output)


def plain(output: Path) -> Path:
    """A file's name without the ending that says how it is compressed."""
    return output.with_suffix("") if output.suffix in _COMPRESSED else output


def result_format(output: Path | None) -> str:
    """The format of rows that the output's ending means; a table where there is no output.

    Raises:
        FormatError: the ending means none.

    """
    return by_ending(output, dict(zip(RESULTS, RESULTS, strict=True)), TABLE, "format of rows")


def by_ending(output: Path | None, formats: Mapping[str, str], default: str, what: str) -> str:
    """The format that an output's ending means; `default` where there is no output.

    `formats` has them by ending without its dot, and `what` says in an error what they are.
    Endings of compressed files stand behind.

    Raises:
        FormatError: the ending means none.

    """
    if output is None or str(output) == "-":
        return default
    return _of_ending(output, formats, what, "Give --format, or an ending such as ")


def _of_ending(path: Path, formats: Mapping[str, str], what: str, hint: str) -> str:
    found = formats.get(plain(path).suffix[1:])
    if found is None:
        hint += "." + ", .".join(formats)
        raise FormatError(f"{path}: its ending names no {what}", hint=hint)
    return found


def _gzip(file: IO[bytes]) -> IO[bytes]:
    # No time and no name in the header: the same graph gives the same bytes.
    return cast("IO[bytes]", gzip.GzipFile("", "wb", 6, file, mtime=0))


def _zstd(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", zstandard.ZstdCompressor(6).stream_writer(file, closefd=False))


_COMPRESSED: Final = {".gz": _gzip, ".zst": _zstd}


def _is_pipe(output: Path) -> bool:
    try:
        return output.exists() and not output.is_file()
    except OSError:
        return False  # to open it will say why


@contextmanager
def writing(output: Path) -> Iterator[IO[bytes]]:
    """A file to write to, compressed as its ending says (.gz, .zst).

    It takes its name only when all is written; what was there before stays until then. A pipe
    or device is written to as it is.

    Raises:
        PfocrError: it cannot be written.

    """
    part = part_of(output)
    new = part or output
    try:
        with new.open("wb") as file:
            compress = _COMPRESSED.get(output.suffix)
            if compress is None:
                yield file
            else:
                with compress(file) as packed:
                    yield packed
        if part is not None:
            part.replace(output)
    except OSError as error:
        raise PfocrError(f"{output}: cannot be written: {error.strerror or error}") from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def part_of(output: Path) -> Path | None:
    """The file that `writing` writes to until all is there; None where there is no other."""
    return None if _is_pipe(output) else output.with_name(f".{output.name}.part")


_PIECE: Final = 1024
"""Packed bytes at a time: a hostile file makes no more than some 30 MB of them."""


class _Unpacking(io.RawIOBase):
    """Reads Zstandard; its library's own reader takes a file that is cut off for a whole one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._packed = self._ready = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill the buffer as far as what is unpacked goes; 0 at the end."""
        while not self._ready and self._more():
            self._begun = True
            self._ready = self._frame.decompress(self._packed)
            self._packed = b""
            if self._frame.eof:
                self._packed = self._frame.unused_data
                self._frame = zstandard.ZstdDecompressor().decompressobj()
                self._begun = False
        view = memoryview(buffer)
        size = min(len(view), len(self._ready))
        view[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _more(self) -> bool:
        self._packed = self._packed or self._file.read(_PIECE)
        if not self._packed and self._begun:
            raise EOFError
        return bool(self._packed)


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A file to read from, unpacked as its ending says (.gz, .zst).

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
                yield cast("IO[bytes]", io.BufferedReader(_Unpacking(file), 1 << 16))
            else:
                yield file
    except EOFError:
        raise PfocrError(f"{path}: is cut off") from None
    except (zlib.error, zstandard.ZstdError, gzip.BadGzipFile) as error:
        raise PfocrError(f"{path}: cannot be unpacked: {error}") from None
