"""The files of one record: their paths, sizes and times, and a digest of their bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unicodedata import normalize

from pfocr_kg.records import files
from pfocr_kg.records.sources import RecordFolder

TABLES: Final = ("genes", "chemicals", "diseases")
"""The tables of a figure, in the order in which they are read."""

_DIGEST_SIZE: Final = 16
"""Bytes: two of 100,000 records have the same digest with a probability below 1e-28."""

_TIME_STEP: Final = 2_000_000_000
"""Nanoseconds: some file systems keep times in steps of two seconds. A file that
changed less than this before it was read can change again without a new time."""

FileStamp = tuple[str, int, int]
"""A file's path, its size in bytes, and when it was changed, in nanoseconds."""


@dataclass(slots=True)
class RecordFiles:
    """The files of one record that were read, in the order of reading."""

    stamps: list[FileStamp] = field(default_factory=list)
    _digest: hashlib.blake2b = field(
        default_factory=lambda: hashlib.blake2b(digest_size=_DIGEST_SIZE)
    )

    def read(self, path: str) -> bytes:
        """A file's bytes, like `files.read`; also notes the file."""
        content, status = files.read_with_status(path)
        self.stamps.append((path, status.st_size, status.st_mtime_ns))
        name = os.fsencode(os.path.basename(path))  # noqa: PTH119 (faster than a `Path`)
        self._digest.update(b"%d %s %d\n" % (len(name), name, len(content)))
        self._digest.update(content)
        return content

    @property
    def digest(self) -> bytes:
        """A digest of the names and bytes of the files."""
        return self._digest.digest()

    def stamps_digest(self, now: int) -> bytes:
        """`stamps_digest` of the files; empty if one changed just before `now` (nanoseconds)."""
        if any(changed > now - _TIME_STEP for _, _, changed in self.stamps):
            return b""
        return stamps_digest(self.stamps)


def stamps_digest(stamps: Iterable[FileStamp]) -> bytes:
    """A digest of paths, sizes and times."""
    text = "\n".join([f"{path}\t{size}\t{changed}" for path, size, changed in stamps])
    return hashlib.blake2b(os.fsencode(text), digest_size=_DIGEST_SIZE).digest()


def reread(path: Path, folder: RecordFolder, figid: str) -> RecordFiles:
    """Read the files of a record of this figid, without parsing them.

    Raises:
        RecordError: one of them cannot be read.
        FileNotFoundError: the record does not exist.

    """
    record = RecordFiles()
    record.read(str(path))
    for name in TABLES:
        for table in table_paths(folder, figid, name):
            try:
                record.read(table)
            except FileNotFoundError:
                continue
            break
    return record


def table_paths(folder: RecordFolder, figid: str, name: str) -> Iterator[str]:
    """The possible paths of a table of a figure; the first one that exists is read."""
    for file in _table_names(figid, name):
        for place in folder.tables:
            # Texts: making a `Path` takes longer than looking for the file.
            yield files.join(str(place), file)


def _table_names(figid: str, name: str) -> tuple[str, ...]:
    """The possible file names of a table, as on disk: the figid as written, and in normal forms.

    Some systems change the normal form of a file's name when they copy or unpack it.
    """
    if "/" in figid or "\\" in figid:
        return ()
    file = f"{figid}-{name}.tsv"
    if file.isascii():
        return (file,)
    forms = (file, normalize("NFC", file), normalize("NFD", file))
    return tuple(dict.fromkeys(map(files.on_disk, forms)))


class FolderListing:
    """Sizes and times of all files of some folders; each folder is listed once."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, FileStamp]] = {}

    def stamps(self, path: Path, folder: RecordFolder, figid: str) -> Iterator[FileStamp]:
        """The stamps of the files that would be read for a record of this figid."""
        if record := self._stamp(*os.path.split(path)):
            yield record
        places = [str(place) for place in folder.tables]
        for name in TABLES:
            possible = ((p, f) for f in _table_names(figid, name) for p in places)
            found = (self._stamp(place, file) for place, file in possible)
            if table := next(filter(None, found), None):
                yield table

    def _stamp(self, folder: str, name: str) -> FileStamp | None:
        stamps = self._folders.get(folder)
        if stamps is None:
            stamps = self._folders[folder] = dict(_stamps(folder))
        return stamps.get(name)


def _stamps(folder: str) -> Iterator[tuple[str, FileStamp]]:
    try:
        listed = os.scandir(folder or ".")
    except OSError:
        return  # its files may still be readable: they will be read again
    with listed as entries:
        for entry in entries:
            try:
                status = entry.stat()
            except OSError:
                continue  # a broken link, or removed meanwhile: reading reports it
            path = files.join(folder, entry.name)
            yield entry.name, (path, status.st_size, status.st_mtime_ns)
