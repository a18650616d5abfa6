"""Finds record files: in a folder, a single file, or an archive that is unpacked first."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pfocr_kg.errors import RecordError, SourceError

MAX_FILE: Final = 8 * 1024 * 1024
"""Real records are below 100 kB; a file beyond this is something else."""

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
            return str(path)
        try:
            return f"{self.shown}/{path.relative_to(self.root).as_posix()}"
        except ValueError:
            return str(path)


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


def read(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        RecordError: it is too large, or cannot be read.
        FileNotFoundError: it is not there.

    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror}") from None
    if len(content) > MAX_FILE:
        raise RecordError(f"is larger than {MAX_FILE >> 20} MB, which no record is")
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
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".md"))
        if names:
            yield _group([folder / name for name in names], folder, place)


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

    Links, devices and names that point outside are left behind; a file is cut one byte past
    the size that `read` refuses, so that a lying archive cannot fill the disk with one.
    """
    members = _zip_members if archive.name.lower().endswith(_ZIP) else _tar_members
    try:
        for name, file in members(archive):
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or path.suffix.lower() not in _KEPT:
                continue
            target = workspace.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read(MAX_FILE + 1))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, RuntimeError, ValueError) as error:
        raise SourceError(
            f"{archive}: is a broken archive: {error}", hint="Pack or download it again"
        ) from None
    return workspace


def _zip_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(archive) as pack:
        for member in pack.infolist():
            if not member.is_dir():
                with pack.open(member) as file:
                    yield member.filename, file


def _tar_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(archive, "r|*") as pack:
        for member in pack:
            if member.isfile() and (file := pack.extractfile(member)):
                yield member.name, file
