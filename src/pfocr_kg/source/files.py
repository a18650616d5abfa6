"""Finds record files: in a folder, a single file, or an archive that is unpacked first."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from pfocr_kg.errors import RecordError, SourceError

MAX_FILE: Final = 8 * 1024 * 1024
"""Real records are below 100 kB; a file beyond this is something else."""

_MOST_BYTES: Final = 1 << 30
_MOST_TIMES: Final = 200
"""An archive may unpack to a gigabyte, or to 200 times its size: text packs to a tenth."""

_ZIP: Final = (".zip",)
_TAR: Final = (".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tar.xz")
_KEPT: Final = (".md", ".tsv")
_TABLES: Final = "_data"
_FIGURES: Final = "_figures"
_ORGANISMS: Final = "_organisms"


@dataclass(frozen=True, slots=True)
class Place:
    """Where files of one source lie, and how they are shown to the user.

    `root` is the folder on disk, `shown` what stands for it in reports (the archive's path
    where the source is one).
    """

    root: Path
    shown: str

    def show(self, path: Path) -> str:
        """A path of this source as the user knows it."""
        if not self.shown:
            return _printable(str(path))
        try:
            return _printable(f"{self.shown}/{path.relative_to(self.root).as_posix()}")
        except ValueError:
            return _printable(str(path))

    def key(self, path: Path) -> str:
        """A path of this source, the same from wherever the source is named."""
        if self.shown:
            inside = path.relative_to(self.root).as_posix()
            return _printable(f"{os.path.realpath(self.shown)}/{inside}")
        folder, name = os.path.split(path)
        return _printable(f"{_real(folder)}/{name}")


@lru_cache(maxsize=64)
def _real(folder: str) -> str:
    return os.path.realpath(folder)


def forget() -> None:
    """Let folders be looked up anew: what a link leads to can have changed."""
    _real.cache_clear()


def _printable(name: str) -> str:
    """A file's name as text, even where its bytes are no UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Group:
    """Records that share their tables and maps: the `_figures` folder of one tree.

    `records` are the Markdown files in order, `tables` the folders to look for tables in,
    `organisms` the folder of organism pages, where there is one.
    """

    place: Place
    records: tuple[Path, ...]
    tables: tuple[Path, ...]
    organisms: Path | None


def joined(folder: str, name: str) -> str:
    """The path of a file in a folder, as `Path` writes it, in half the time."""
    return name if folder == "." else os.path.join(folder, name)  # noqa: PTH118


def read(path: Path) -> bytes:
    """A file's bytes; see `read_with_status`."""
    return read_with_status(path)[0]


def read_with_status(path: Path | str) -> tuple[bytes, os.stat_result]:
    """A file's bytes, and its status as it was before they were read.

    Raises:
        RecordError: it is too large, or cannot be read.
        FileNotFoundError: it is not there.

    """
    try:
        file = os.open(path, _READ)
    except FileNotFoundError:
        if os.path.islink(path):  # noqa: PTH114 (a text is looked up faster than a `Path`)
            raise RecordError("is a link to nothing") from None
        raise
    except OSError as error:
        raise _unreadable(error) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise RecordError("is no regular file")
        content = _all(file, status.st_size)
    except OSError as error:
        raise _unreadable(error) from None
    finally:
        os.close(file)
    if len(content) > MAX_FILE:
        raise RecordError(f"is larger than {MAX_FILE >> 20} MB, which no record is")
    return content, status


# Without waiting: a named pipe would make the build wait for whoever writes into it.
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _unreadable(error: OSError) -> RecordError:
    return RecordError(f"cannot be read: {error.strerror}")


def _all(file: int, size: int) -> bytes:
    """What a file holds, and a byte more than `MAX_FILE` at most."""
    content = os.read(file, min(size, MAX_FILE) + 1)
    if len(content) == size:
        return content
    while len(content) <= MAX_FILE and (more := os.read(file, MAX_FILE + 1 - len(content))):
        content += more
    return content


def find(source: Path, workspace: Path) -> list[Group]:
    """The groups of records of a source, in an order that depends on names only.

    Archives are unpacked below `workspace`.

    Raises:
        SourceError: there is no such source, or it holds no records.

    """
    groups = list(_find(source, workspace))
    if not any(group.records for group in groups):
        raise SourceError(
            f"{source}: holds no records",
            hint="A source is a record (.md), a folder with _figures/*.md or with .md files, "
            "or a .zip or .tar.gz of one",
        )
    return groups


def _find(source: Path, workspace: Path) -> Iterator[Group]:
    try:
        if source.is_dir():
            yield from _folder(source, Place(source, ""))
        elif not source.exists():
            raise SourceError(f"{source}: there is no such file or folder")
        elif not source.is_file():
            raise SourceError(f"{source}: is neither a file nor a folder")
        elif source.name.lower().endswith(_ZIP + _TAR):
            yield from _folder(_unpack(source, workspace), Place(workspace, str(source)))
        elif source.suffix.lower() == ".md":
            yield _group([source], source.parent, Place(source.parent, ""))
        else:
            raise SourceError(
                f"{source}: is no source of records",
                hint="A source is a .md file, a folder, or a .zip or .tar.gz",
            )
    except OSError as error:
        raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from None


def _folder(root: Path, place: Place) -> Iterator[Group]:
    """Every `_figures` below `root`; where there is none, the Markdown files as they lie."""
    if root.name == _FIGURES:
        found = [root]
    else:
        found = sorted(_walk(root))
    figures = [folder for folder in found if folder.name == _FIGURES]
    for folder in figures or [f for f in found if f.name not in (_ORGANISMS, _TABLES)]:
        names = sorted(entry.name for entry in os.scandir(folder) if _is_record(entry.name))
        if names:
            yield _group([folder / name for name in names], folder, place)


def _is_record(name: str) -> bool:
    # What begins with a dot is an editor's or an operating system's (`._x.md` of macOS).
    return name.endswith(".md") and not name.startswith(".")


def _walk(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for path, folders, _ in os.walk(root, onerror=refuse, followlinks=False):
        # A link to a folder of figures is followed, one step: trees are put together so.
        yield from (Path(path, f) for f in folders if f == _FIGURES and Path(path, f).is_symlink())
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield Path(path)


def _group(records: list[Path], folder: Path, place: Place) -> Group:
    if folder.name == _FIGURES or folder.resolve().name == _FIGURES:
        tree = folder.parent if folder.name == _FIGURES else folder.resolve().parent
        tables: tuple[Path, ...] = (tree / _TABLES,)
    else:
        tree = folder
        tables = (folder, folder / _TABLES, folder.parent / _TABLES)
    organisms = tree / _ORGANISMS
    return Group(
        place,
        tuple(records),
        tuple(t for t in tables if t.is_dir()),
        organisms if organisms.is_dir() else None,
    )


def _unpack(archive: Path, workspace: Path) -> Path:
    """Write the archive's Markdown and tables below `workspace`, nothing else of it.

    Links, devices and names that point outside are left behind.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    unpacked, most = 0, max(_MOST_BYTES, _MOST_TIMES * archive.stat().st_size)
    members = _zip_members if archive.name.lower().endswith(_ZIP) else _tar_members
    try:
        for name, file in members(archive):
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or path.suffix.lower() not in _KEPT:
                continue
            if "__MACOSX" in path.parts:
                continue
            unpacked += _unpack_member(workspace.joinpath(*path.parts), file, f"{archive}: {name}")
            if unpacked > most:
                raise SourceError(
                    f"{archive}: unpacks to more than {most >> 20:,} MB, {_MOST_TIMES} times its "
                    "size, which no archive of records does"
                )
    except _BROKEN as error:
        if "encrypted" in str(error):
            raise SourceError(f"{archive}: is encrypted", hint="Unpack it yourself") from None
        raise SourceError(
            f"{archive}: is a broken archive: {error}", hint="Pack or download it again"
        ) from None
    return workspace


# RuntimeError: an encrypted zip; NotImplementedError, one of them: an unknown compression.
_BROKEN: Final = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, gzip.BadGzipFile),
    *(EOFError, RuntimeError, ValueError),
)


def _zip_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(archive) as pack:
        for member in pack.infolist():
            if not member.is_dir():
                with pack.open(member) as file:
                    yield member.filename, file


def _unpack_member(target: Path, file: IO[bytes], shown: str) -> int:
    """Write one member; gives its size. What `read` will refuse takes no room."""
    content = file.read(MAX_FILE + 1)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            if len(content) > MAX_FILE:
                out.truncate(len(content))
                return 0
            return out.write(content)
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


def _tar_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with (
        _OPENERS[archive.suffix.lower()](archive) as stream,
        tarfile.open(fileobj=stream, mode="r|") as pack,
    ):
        for member in pack:
            if member.isfile() and (file := pack.extractfile(member)):
                yield member.name, file
        # A broken header looks like the end to tarfile. What follows the true end is zeros,
        # and reading it to the last byte makes the compression check its sum.
        while rest := stream.read(1 << 20):
            if rest.strip(b"\0"):
                raise tarfile.ReadError("a member is broken")
