"""Finds the record files of a source: a folder, a single file, or an archive."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pfocr_kg.errors import OnError, RecordError, SourceError
from pfocr_kg.records.files import MAX_SHARED, printable

_ARCHIVES: Final = (".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tar.xz")
TABLES_FOLDER: Final = "_data"
_FIGURES: Final = "_figures"
ORGANISMS_FOLDER: Final = "_organisms"
FOLDERS: Final = (_FIGURES, TABLES_FOLDER, ORGANISMS_FOLDER)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one source lie, and how they are shown to the user.

    `root` is the folder on disk. `shown` replaces it in reports (the archive's path where the
    source is an archive); if it is empty, paths are shown as they are.
    """

    root: Path
    shown: str

    def show(self, path: Path) -> str:
        """A path of this source as the user knows it."""
        if not self.shown:
            return printable(str(path))
        try:
            return printable(f"{self.shown}/{path.relative_to(self.root).as_posix()}")
        except ValueError:
            return printable(str(path))

    def real_path(self, folder: Path) -> str:
        """The absolute path of a folder of this source, without links."""
        if self.shown:
            return f"{os.path.realpath(self.shown)}/{folder.relative_to(self.root).as_posix()}"
        return os.path.realpath(folder)


@dataclass(frozen=True, slots=True)
class RecordFolder:
    """Records of one folder, which share their tables and maps.

    `records` are the Markdown files in order, `tables` the folders to look for tables in,
    `organisms` the folder of organism pages, where there is one. `real_path` is the folder
    without links, from which the keys of its records are made.
    """

    place: Place
    records: tuple[Path, ...]
    tables: tuple[Path, ...]
    organisms: Path | None
    real_path: str = ""

    def key(self, record: Path) -> str:
        """The absolute path of a record, without links."""
        return printable(f"{self.real_path}/{record.name}")


def _raise(error: RecordError) -> None:
    raise error


def find_records(source: Path, workspace: Path, on_error: OnError = _raise) -> list[RecordFolder]:
    """The folders of records of a source, in an order that depends on names only.

    Archives are unpacked below `workspace`.

    Raises:
        SourceError: the source does not exist, or holds no records.
        RecordError: without `on_error`, the first member of an archive that is left out.

    """
    folders = list(_find(source, workspace, on_error))
    if not any(folder.records for folder in folders):
        raise SourceError(
            f"{source}: holds no records",
            hint="A source is a record (.md), a folder with _figures/*.md or with .md files, "
            "or a .zip or .tar.gz of such a folder",
        )
    return folders


def _find(source: Path, workspace: Path, on_error: OnError) -> Iterator[RecordFolder]:
    try:
        if source.is_dir():
            yield from _folders(source, Place(source, ""))
        elif not source.exists():
            raise SourceError(f"{source}: there is no such file or folder")
        elif not source.is_file():
            raise SourceError(f"{source}: is neither a file nor a folder")
        elif source.name.lower().endswith(_ARCHIVES):
            # Imported on use: most sources are folders, and every command would wait.
            from pfocr_kg.records import archives  # noqa: PLC0415

            unpacked = archives.unpack(source, workspace, MAX_SHARED, on_error)
            yield from _folders(unpacked, Place(workspace, str(source)))
        elif source.suffix.lower() == ".md":
            yield _record_folder([source], source.parent, Place(source.parent, ""))
        else:
            raise SourceError(
                f"{source}: is not a source of records",
                hint="A source is a .md file, a folder, or a .zip or .tar.gz",
            )
    except OSError as error:
        place = error.filename or source
        raise SourceError(f"{place}: cannot be read: {error.strerror or error}") from None


def distinct_records(folders: Iterable[RecordFolder]) -> Iterator[RecordFolder]:
    """The folders, without records that an earlier folder holds too."""
    seen: set[str] = set()
    for folder in folders:
        # os.path.realpath, since Path.resolve fails on a link to itself.
        new = tuple(r for r in folder.records if os.path.realpath(r) not in seen)
        seen.update(os.path.realpath(record) for record in new)
        yield replace(folder, records=new)


def _folders(root: Path, place: Place) -> Iterator[RecordFolder]:
    """Every `_figures` below `root`, or, if there is none, every folder with Markdown files."""
    below = [root] if root.name == _FIGURES else sorted(_walk(root))
    figures = [folder for folder in below if folder.name == _FIGURES]
    for folder in figures or [f for f in below if f.name not in (ORGANISMS_FOLDER, TABLES_FOLDER)]:
        if found := markdown_files(folder):
            yield _record_folder(found, folder, place)


def markdown_files(folder: Path) -> list[Path]:
    """The Markdown files of a folder in order.

    Raises:
        OSError: the folder cannot be read.

    """
    # Editors and operating systems make files that begin with a dot (`._x.md` of macOS).
    names = (name for name in os.listdir(folder) if name.endswith(".md") and name[0] != ".")  # noqa: PTH208
    return [folder / name for name in sorted(names)]


def _walk(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for path, folders, _ in os.walk(root, onerror=refuse, followlinks=False):
        # Only links to folders of figures are followed: users combine folders by such links.
        yield from (Path(path, f) for f in folders if f == _FIGURES and Path(path, f).is_symlink())
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield Path(path)


def _record_folder(records: list[Path], folder: Path, place: Place) -> RecordFolder:
    if folder.name == _FIGURES or folder.resolve().name == _FIGURES:
        tree = folder.parent if folder.name == _FIGURES else folder.resolve().parent
        tables: tuple[Path, ...] = (tree / TABLES_FOLDER,)
    else:
        tree = folder
        tables = (folder, folder / TABLES_FOLDER, folder.parent / TABLES_FOLDER)
    organisms = tree / ORGANISMS_FOLDER
    return RecordFolder(
        place,
        tuple(records),
        tuple(t for t in tables if t.is_dir()),
        organisms if organisms.is_dir() else None,
        place.real_path(folder),
    )
