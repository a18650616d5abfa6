"""Unpacks archives of records into a folder; refuses hostile ones."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from pfocr_kg.errors import OnError, RecordError, SourceError
from pfocr_kg.records.files import on_disk, printable
from pfocr_kg.records.sources import FOLDERS

_MOST_BYTES: Final = 1 << 30
_MOST_TIMES: Final = 200
"""An archive may unpack to a gigabyte, or to 200 times its size; text compresses to a tenth."""

_ENDINGS: Final = (".md", ".tsv")

_Member = tuple[str, IO[bytes] | RecordError]
"""A member's name, and its content or why it is left out."""


def unpack(archive: Path, workspace: Path, max_file: int, on_error: OnError) -> Path:
    """Write the Markdown files and tables of an archive below `workspace`.

    A hard link to one of them is a file too. Other links, devices and names that point outside are
    left out, each with an error. For a file larger than `max_file` bytes, a file of that size
    without content is written, which takes no space.

    Raises:
        SourceError: the archive is broken or encrypted, holds a file twice, or unpacks to too many
            bytes.

    """
    workspace.mkdir(parents=True, exist_ok=True)
    members = _zip_members if archive.suffix.lower() == ".zip" else _tar_members
    try:
        for name, file in members(archive, _Budget(archive), workspace):
            path = _path(name)
            if "__MACOSX" in path.parts or not _is_of_records(path, file):
                continue
            if isinstance(file, RecordError) or not _is_inside(path):
                outside = RecordError("has a name that leads outside")
                error = file if isinstance(file, RecordError) else outside
                on_error(error.at(printable(f"{archive}/{name}")))
                continue
            content, shown = file.read(max_file + 1), f"{archive}: {name}"
            written = content if len(content) <= max_file else None
            _write(workspace.joinpath(*path.parts), written, len(content), shown)
    except _BROKEN as error:
        if "encrypted" in str(error):
            raise SourceError(f"{archive}: is encrypted", hint="Unpack it yourself") from None
        raise SourceError(
            f"{archive}: is a broken archive: {error}", hint="Pack or download it again"
        ) from None
    return workspace


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(on_disk(name.replace("\\", "/")))


def _is_inside(path: PurePosixPath) -> bool:
    return not path.is_absolute() and ".." not in path.parts


def _is_of_records(path: PurePosixPath, file: IO[bytes] | RecordError) -> bool:
    """Whether it is a record or table, or stands for a folder of them."""
    return path.suffix.lower() in _ENDINGS or (
        isinstance(file, RecordError) and path.name in FOLDERS
    )


# RuntimeError: an encrypted zip; its subclass NotImplementedError: an unknown compression.
_BROKEN: Final = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, gzip.BadGzipFile),
    *(EOFError, RuntimeError, ValueError),
)


class _Budget:
    """The bytes that an archive may still unpack to, whatever they are: files, headers, padding."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._most = self._left = max(_MOST_BYTES, _MOST_TIMES * archive.stat().st_size)

    def spend(self, size: int) -> None:
        """Count bytes.

        Raises:
            SourceError: they are more than are left.

        """
        self._left -= size
        if self._left < 0:
            raise SourceError(
                f"{self._archive}: unpacks to more than {self._most >> 20:,} MB, {_MOST_TIMES} "
                "times its size, more than any archive of records"
            )


def _symbolic() -> RecordError:
    return RecordError("is a symbolic link, which is not followed in an archive")


def _zip_members(archive: Path, budget: _Budget, _: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as pack:
        for member in pack.infolist():
            if stat.S_ISLNK(member.external_attr >> 16):
                yield member.filename, _symbolic()
            elif not member.is_dir():
                with pack.open(member) as file:
                    yield member.filename, file
                    budget.spend(file.tell())


def _write(target: Path, content: bytes | None, size: int, shown: str) -> None:
    """Write one member, or an empty file of that size."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            if content is None:
                out.truncate(size)
            else:
                out.write(content)
    except FileExistsError:
        raise SourceError(
            f"{shown}: its name is in the archive twice", hint="Pack it again"
        ) from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise SourceError(f"{shown}: cannot be unpacked: {error.strerror}") from None


_OPENERS: Final[dict[str, Callable[[Path], IO[bytes]]]] = {
    ".tar": lambda path: path.open("rb"),
    ".gz": lambda path: cast("IO[bytes]", gzip.open(path)),
    ".tgz": lambda path: cast("IO[bytes]", gzip.open(path)),
    ".bz2": lambda path: cast("IO[bytes]", bz2.open(path)),
    ".xz": lambda path: cast("IO[bytes]", lzma.open(path)),
}


class _CountedStream:
    """A stream whose bytes count when they are read."""

    def __init__(self, stream: IO[bytes], budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._budget.spend(len(content))
        return content


def _tar_members(archive: Path, budget: _Budget, workspace: Path) -> Iterator[_Member]:
    with _OPENERS[archive.suffix.lower()](archive) as unpacked:
        stream = cast("IO[bytes]", _CountedStream(unpacked, budget))
        pack = tarfile.open(fileobj=stream, mode="r|", encoding="utf-8")
        for member in pack:
            if member.isfile() and (file := pack.extractfile(member)):
                yield member.name, file
            elif member.islnk():
                yield from _linked(member, budget, workspace)
            elif not member.isdir():
                other = _symbolic() if member.issym() else RecordError("is not a regular file")
                yield member.name, other
        # A broken header looks like the end to tarfile. What follows the true end is zeros,
        # and reading it to the last byte makes the decompressor check its checksum.
        while rest := stream.read(1 << 20):
            if rest.strip(b"\0"):
                raise tarfile.ReadError("a member is broken")


def _linked(member: tarfile.TarInfo, budget: _Budget, workspace: Path) -> Iterator[_Member]:
    """A hard link: tar writes one for each further name of a file that it has packed."""
    target = _path(member.linkname)
    if not _is_inside(target) or not (file := workspace.joinpath(*target.parts)).is_file():
        error = RecordError("is a hard link to no record or table before it in the archive")
        yield member.name, error
        return
    budget.spend(file.stat().st_size)
    with file.open("rb") as content:
        yield member.name, content
