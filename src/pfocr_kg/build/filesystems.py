"""Sources and outputs on any filesystem that fsspec opens, such as an object store.

Records are read from local files only. `lay_out` gives a remote source the form of a local
folder, in which records are found by the same rules; `RemoteTree.copied` copies the files of
some records to where they are mapped.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from pfocr_kg.errors import PfocrError, RecordError, SourceError
from pfocr_kg.records import files, frontmatter
from pfocr_kg.records.record_files import TABLES, table_paths
from pfocr_kg.records.shared_files import NETWORK_MAP, PATHWAY_MAP
from pfocr_kg.records.sources import ORGANISMS_FOLDER, TABLES_FOLDER, Place, RecordFolder
from pfocr_kg.records.values import text_or_empty

_MAPS: Final = (PATHWAY_MAP, NETWORK_MAP)


def is_url(name: str) -> bool:
    """Whether a source or an output is a URL of fsspec."""
    return "://" in name or "::" in name


def open_filesystem(name: str) -> tuple[Any, str]:
    """The fsspec filesystem of a path or URL, and the path in it; a local path is absolute.

    Raises:
        PfocrError: no such filesystem is known, or the package that reads it is not installed.

    """
    from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra, imported on use
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    if not is_url(name):
        return LocalFileSystem(), str(Path.cwd() / name)
    with errors_of(name):
        filesystem, path = url_to_fs(name)
    return filesystem, str(path)


def is_local(filesystem: Any) -> bool:
    """Whether a filesystem is the local one."""
    return "file" in _protocols(filesystem)


def _protocols(filesystem: Any) -> tuple[str, ...]:
    known = filesystem.protocol
    return (known,) if isinstance(known, str) else tuple(known)


@contextmanager
def errors_of(name: str) -> Iterator[None]:
    """Turn exceptions of a filesystem into an error of one line.

    Each has exceptions of its own (an object store's client, its HTTP library), so that all
    are caught here, and nowhere else.
    """
    try:
        yield
    except PfocrError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise PfocrError(f"{name}: cannot be used: {reason}") from error


@dataclass(frozen=True, slots=True)
class RemoteTree:
    """A remote source at `path`, for which the local folder `root` stands.

    `shown` is what stands for `root` in the names of files that the user sees. `maps` and
    `organism_pages` are the files that records share, by their paths below `root`.
    """

    filesystem: Any
    path: str
    root: Path
    shown: str
    maps: tuple[Path, ...] = ()
    organism_pages: tuple[Path, ...] = ()

    @contextmanager
    def copied(self, records: RecordFolder, build: str) -> Iterator[RecordFolder]:
        """Copy the files of some records into a local folder while the context is open.

        Files that the records of a folder share are copied once for each build.
        """
        root = _folder_of_thread(build)
        shared = [path for path in self._shared(records) if not self._at(path, root).exists()]
        self.copy(shared, root)
        copies = self.copy(records.records, root)
        try:
            figids = sorted(set(filter(None, map(_figid, copies))))
            tables = [
                table
                for figid in figids
                for kind in TABLES
                for table in table_paths(records, figid, kind)
            ]
            copies += self.copy(map(Path, tables), root)
            yield self._moved(records, root)
        finally:
            for copy in copies:
                copy.unlink(missing_ok=True)

    def _moved(self, records: RecordFolder, root: Path) -> RecordFolder:
        """The same records below another root."""
        tables = tuple(self._at(path, root) for path in records.tables)
        organisms = None if records.organisms is None else self._at(records.organisms, root)
        for folder in (*tables, *([] if organisms is None else [organisms])):
            folder.mkdir(parents=True, exist_ok=True)
        return replace(
            records,
            place=Place(root, self.shown),
            records=tuple(self._at(path, root) for path in records.records),
            tables=tables,
            organisms=organisms,
        )

    def _shared(self, records: RecordFolder) -> Iterator[Path]:
        yield from (path for path in self.maps if path.parent in records.tables)
        yield from (path for path in self.organism_pages if path.parent == records.organisms)

    def _at(self, path: Path, root: Path) -> Path:
        return root / path.relative_to(self.root)

    def copy(self, paths: Iterable[Path], root: Path) -> list[Path]:
        """Copy the files that exist; returns the copies."""
        paths = list(paths)
        above = PurePosixPath(self.path)
        remote = [str(above / path.relative_to(self.root).as_posix()) for path in paths]
        with errors_of(self.shown):
            # `cat` would read brackets and stars in a name as a pattern.
            contents = self.filesystem.cat_ranges(
                remote, [None] * len(remote), [None] * len(remote), on_error="return"
            )
            copies = []
            for path, content in zip(paths, contents, strict=True):
                if isinstance(content, FileNotFoundError):
                    continue
                if isinstance(content, BaseException):
                    raise content
                copy = self._at(path, root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)
                copies.append(copy)
        return copies


class _Copies(threading.local):
    """The folder of a thread for the copied files of one build.

    A folder for each thread: another one could remove a table that both are reading. It goes
    with the process, or with the worker's own folder, which Dask removes.
    """

    build: str = ""
    folder: TemporaryDirectory[str]


_copies: Final = _Copies()


def _folder_of_thread(build: str) -> Path:
    if _copies.build != build:
        _copies.folder = TemporaryDirectory(prefix="pfocr-kg-", dir=_folder_of_worker())
        _copies.build = build
    return Path(_copies.folder.name)


def _folder_of_worker() -> str | None:
    from distributed import get_worker  # noqa: PLC0415 - an extra, imported on use

    try:
        return str(get_worker().local_directory)
    except ValueError:
        return None


def _figid(record: Path) -> str:
    """The figid of a record, which is in the names of its tables; empty if it cannot be read."""
    try:
        page = frontmatter.parse(frontmatter.decode(files.read(record)), lambda _: None)
    except RecordError:
        return ""  # reading the record reports why
    figid = page.get("figid")
    return text_or_empty(figid) if isinstance(figid, str) else ""


def lay_out(source: str, filesystem: Any, path: str, root: Path) -> tuple[RemoteTree, Path]:
    """Give a remote source the form of a local folder: its records as empty files.

    Maps and organism pages are copied. Gives the tree and the place of the source in it.

    Raises:
        SourceError: it holds no records.
        PfocrError: it cannot be listed or read.

    """
    place = PurePosixPath(path)
    with errors_of(source):
        is_file = filesystem.isfile(path)
        above = place.parent.parent if is_file else place.parent
        listed = [path] if is_file else filesystem.find(path)
        # A key of an object store can hold parts that a path cannot.
        listed = [name for name in listed if not _is_hidden(PurePosixPath(name), place)]
        beside = {above, place.parent} if is_file else {above}
        if is_file:
            maps_beside = (str(place.parent / name) for name in _MAPS)
            listed += filter(filesystem.isfile, maps_beside)
        for folder in (f / n for f in beside for n in (TABLES_FOLDER, ORGANISMS_FOLDER)):
            if filesystem.isdir(str(folder)):
                (root / folder.relative_to(above)).mkdir(parents=True)
                listed += filesystem.find(str(folder), maxdepth=1)
    names = [PurePosixPath(name).relative_to(above) for name in sorted(set(listed))]
    if not any(name.suffix == ".md" for name in names):
        raise SourceError(
            f"{source}: holds no records",
            hint="A remote source is a record (.md), or a folder of them",
        )
    for name in names:
        (root / name.parent).mkdir(parents=True, exist_ok=True)
        if name.suffix == ".md":
            (root / name).touch()
    maps = tuple(root / name for name in names if name.name in _MAPS)
    pages = tuple(
        root / n for n in names if n.parent.name == ORGANISMS_FOLDER and n.suffix == ".md"
    )
    shown = _shown(filesystem, above)
    tree = RemoteTree(filesystem, str(above), root, shown, maps, pages)
    tree.copy((*maps, *pages), root)
    return tree, root / place.relative_to(above)


def _is_hidden(path: PurePosixPath, source: PurePosixPath) -> bool:
    """Whether a name below the source begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(source).parts)


def _shown(filesystem: Any, folder: PurePosixPath) -> str:
    name = _protocols(filesystem)[0]
    inside = "" if str(folder) == "." else str(folder).strip("/")
    return f"{name}://{inside}" if inside else f"{name}:/"
