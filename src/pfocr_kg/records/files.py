"""Finds record files: in a folder, a single file, or an archive that is unpacked first."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError, SourceError

MAX_FILE: Final = 8 * 1024 * 1024
"""Real records are below 100 kB; a file beyond this is something else."""

_ARCHIVES: Final = (".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tar.xz")
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
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()


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
        elif source.name.lower().endswith(_ARCHIVES):
            # Imported on use: most sources are folders, and every command would wait.
            from pfocr_kg.records import archives  # noqa: PLC0415

            unpacked = archives.unpack(source, workspace, MAX_FILE)
            yield from _folder(unpacked, Place(workspace, str(source)))
        elif source.suffix.lower() == ".md":
            yield _group([source], source.parent, Place(source.parent, ""))
        else:
            raise SourceError(
                f"{source}: is no source of records",
                hint="A source is a .md file, a folder, or a .zip or .tar.gz",
            )
    except OSError as error:
        raise SourceError(f"{source}: cannot be read: {error.strerror or error}") from None


def distinct(groups: Iterable[Group]) -> Iterator[Group]:
    """The groups with each file once."""
    seen: set[str] = set()
    for group in groups:
        # os.path.realpath, since Path.resolve gives up on a link to itself.
        fresh = tuple(r for r in group.records if os.path.realpath(r) not in seen)
        seen.update(os.path.realpath(record) for record in fresh)
        yield replace(group, records=fresh)


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
