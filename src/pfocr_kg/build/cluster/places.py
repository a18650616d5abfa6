"""Where sources lie and parts go: this machine's folders, or any filesystem that fsspec opens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pfocr_kg.errors import PfocrError, RecordError, SourceError
from pfocr_kg.records import files, frontmatter, sources
from pfocr_kg.records.values import given

_FIGURES: Final = "_figures"
_TABLES: Final = "_data"
_ORGANISMS: Final = "_organisms"
_MAPS: Final = ("wpid_map.tsv", "ndex_map.tsv")
_KINDS: Final = ("genes", "chemicals", "diseases")

_AT_ONCE: Final = 16
"""Files that are fetched at the same time, where the filesystem can; most of it is waiting."""


@dataclass(frozen=True, slots=True)
class Found:
    """Records of one group, with paths that hold in every process.

    `remote` is the fsspec filesystem that the paths are of; None for this machine's own files,
    or a folder that all machines share.
    """

    group: sources.RecordFolder
    remote: Any = None


def is_address(name: str) -> bool:
    """Whether a source or an output is given as a URL, as fsspec knows it."""
    return "://" in name or "::" in name


def opened(name: str) -> tuple[Any, str]:
    """The filesystem of a path or URL, None for this machine's own; and the path in it.

    Raises:
        PfocrError: no such filesystem is known, or what reads it is not installed.

    """
    if not is_address(name):
        return None, name
    from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra, imported on use
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    with reaching(name):
        remote, path = url_to_fs(name)
    return (None if isinstance(remote, LocalFileSystem) else remote), path


@contextmanager
def reaching(name: str) -> Iterator[None]:
    """Tell in one line what a filesystem says that is not ours.

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


def find(source: str, workspace: Path) -> list[Found]:
    """The groups of records of a source, in an order that depends on names only.

    Archives of this machine are unpacked below `workspace`.

    Raises:
        SourceError: there is no such source, or it holds no records.

    """
    remote, path = opened(source)
    if remote is None:
        return [Found(_absolute(group)) for group in sources.find_records(Path(path), workspace)]
    with reaching(source):
        groups = list(_remote(remote, path))
    if not groups:
        raise SourceError(
            f"{source}: holds no records",
            hint="Past this machine a source is a record (.md), or a folder of them",
        )
    return [Found(group, remote) for group in groups]


def _absolute(group: sources.RecordFolder) -> sources.RecordFolder:
    """The group for a worker that runs in another folder; its files are shown as before."""
    if group.place.root.is_absolute():
        return group
    here = Path.cwd()
    return sources.RecordFolder(
        sources.Place(here, "."),
        tuple(here / record for record in group.records),
        tuple(here / table for table in group.tables),
        None if group.organisms is None else here / group.organisms,
    )


def _remote(remote: Any, source: str) -> Iterator[sources.RecordFolder]:
    """The groups of a remote folder, chosen as `sources.find_records` does for a local one."""
    root = PurePosixPath(source)
    if remote.isfile(source):
        if root.suffix.lower() == ".md":
            yield _group(remote, root.parent, [root.name])
        return
    names: dict[PurePosixPath, list[str]] = {}
    for path in map(PurePosixPath, remote.find(source)):
        if _is_record(path, root):
            names.setdefault(path.parent, []).append(path.name)
    if root.name == _FIGURES:
        names = {root: names[root]} if root in names else {}
    figures = [folder for folder in names if folder.name == _FIGURES]
    for folder in sorted(figures or [f for f in names if f.name not in (_ORGANISMS, _TABLES)]):
        yield _group(remote, folder, sorted(names[folder]))


def _is_record(path: PurePosixPath, root: PurePosixPath) -> bool:
    # A key of an object store can hold what no path of a folder does: it is copied into one.
    parts = path.relative_to(root).parts
    return path.suffix == ".md" and ".." not in parts and not any(p.startswith(".") for p in parts)


def _group(remote: Any, folder: PurePosixPath, names: list[str]) -> sources.RecordFolder:
    if folder.name == _FIGURES:
        tree, tables = folder.parent, [folder.parent / _TABLES]
    else:
        tree, tables = folder, [folder, folder / _TABLES, folder.parent / _TABLES]
    organisms = tree / _ORGANISMS
    return sources.RecordFolder(
        # With the one slash that is put before a path, a URL.
        sources.Place(Path("/"), _protocol(remote)),
        tuple(Path(folder / name) for name in names),
        tuple(Path(table) for table in tables if remote.isdir(str(table))),
        Path(organisms) if remote.isdir(str(organisms)) else None,
    )


def _protocol(remote: Any) -> str:
    return f"{remote.protocol if isinstance(remote.protocol, str) else remote.protocol[0]}:/"


class Desk:
    """A folder on this machine to which the files of remote groups are copied to be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shared: dict[tuple[object, ...], sources.RecordFolder] = {}

    def shared(self, found: Found) -> sources.RecordFolder:
        """Copy what the group's records share, once; gives the group without its records."""
        own = found.group
        key = (found.remote, own.tables, own.organisms)
        if key not in self._shared:
            root = self.folder / str(len(self._shared))
            group = sources.RecordFolder(
                sources.Place(root, own.place.shown),
                (),
                tuple(_copy_of(table, root) for table in own.tables),
                None if own.organisms is None else _copy_of(own.organisms, root),
            )
            for folder in (*group.tables, group.organisms or root):
                folder.mkdir(parents=True, exist_ok=True)
            _copy(found.remote, list(_shared_files(found)), root)
            self._shared[key] = group
        return self._shared[key]

    @contextmanager
    def records(self, found: Found) -> Iterator[sources.RecordFolder]:
        """Copy records and their tables; what was copied is removed in the end."""
        group = self.shared(found)
        root = group.place.root
        copied: list[Path] = []
        try:
            copied += _copy(found.remote, found.group.records, root)
            figids = sorted({figid for path in copied if (figid := _figid(path))})
            tables = [
                table / f"{figid}-{kind}.tsv"
                for table in found.group.tables
                for figid in figids
                for kind in _KINDS
            ]
            copied += _copy(found.remote, tables, root)
            records = tuple(_copy_of(path, root) for path in found.group.records)
            yield sources.RecordFolder(group.place, records, group.tables, group.organisms)
        finally:
            for path in copied:
                path.unlink(missing_ok=True)


def _shared_files(found: Found) -> Iterator[Path]:
    own = found.group
    yield from (table / name for table in own.tables for name in _MAPS)
    if own.organisms is not None:
        with reaching(_protocol(found.remote) + own.organisms.as_posix()):
            listed = found.remote.find(own.organisms.as_posix(), maxdepth=1)
        yield from (Path(path) for path in listed if path.endswith(".md"))


def _copy_of(path: Path, root: Path) -> Path:
    return root / path.as_posix().lstrip("/")


def _copy(remote: Any, paths: Sequence[Path], root: Path) -> list[Path]:
    """Copy those of the files that are there; gives the copies."""
    copies = []
    for path, content in zip(paths, _contents(remote, paths), strict=True):
        if content is not None:
            copy = _copy_of(path, root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
            copies.append(copy)
    return copies


def _contents(remote: Any, paths: Sequence[Path]) -> list[bytes | None]:
    """What the files hold, None where there is no such file."""

    def content(path: Path) -> bytes | None:
        # Not `cat`, which reads brackets and stars in a name as a pattern.
        with reaching(_protocol(remote) + path.as_posix()):
            try:
                return bytes(remote.cat_file(path.as_posix()))
            except FileNotFoundError:
                return None

    if not remote.async_impl:  # it need not be safe to use from several threads
        return [content(path) for path in paths]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(content, paths))


def _figid(record: Path) -> str:
    """The figid that names a record's tables, "" where there is none to be had."""
    try:
        figid = frontmatter.parse(frontmatter.decode(files.read(record))).get("figid")
    except RecordError:
        return ""  # reading the record will say why
    figid = given(figid) if isinstance(figid, str) else ""
    return "" if {"/", "\\"} & set(figid) else figid


def unique(found: list[Found]) -> list[Found]:
    """The groups without the records that an earlier group has, under whatever path."""
    seen: set[str] = set()
    kept = []
    for one in found:
        fresh = []
        for record in one.group.records:
            # os.path.realpath, since Path.resolve gives up on a link to itself.
            name = os.path.realpath(record) if one.remote is None else f"{one.remote!r} {record}"
            if name not in seen:
                seen.add(name)
                fresh.append(record)
        own = one.group
        kept.append(
            Found(
                sources.RecordFolder(own.place, tuple(fresh), own.tables, own.organisms), one.remote
            )
        )
    return kept
