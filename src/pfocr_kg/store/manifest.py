"""What a build remembers of each record, so that the next one need not read it again.

An SQLite file in every generation. Its rows are the records whose figures are in the graph, and
what they share: entities. It holds all triples of the graph but those of links, so that these
need not be looked up again in the graph, term by term.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Final
from urllib.parse import quote

import zstandard

from pfocr_kg.errors import StoreError


@dataclass(frozen=True, slots=True)
class Row:
    """One record, and its figure.

    `key` is the record's place, `shown` the same for people. `signature` stands for sizes and
    times of its files and is empty where these say nothing; `content` is a digest of what they
    hold, `maps` what shared files say of the figure; `clean` says that all of the record could
    be read; `pmcid` names its paper. What follows is packed: `names` is what the record calls
    its entities, `facts` what linking wants to know, `unknown` its keys that nobody knows,
    `paper` the triples about its paper and `triples` all its others, as N-Triples.
    """

    key: str
    figid: str
    shown: str
    signature: bytes
    content: bytes
    maps: str
    clean: bool
    pmcid: str
    names: bytes
    facts: bytes
    unknown: bytes
    paper: bytes
    triples: bytes


@dataclass(frozen=True, slots=True)
class Looks:
    """What tells whether a record has changed: see `Row`."""

    figid: str
    signature: bytes
    content: bytes
    maps: str
    clean: bool


_COLUMNS: Final = tuple(field.name for field in fields(Row))
_values: Final = attrgetter(*_COLUMNS)

_VERSION: Final = 3
"""Of the tables; another one was made by another pfocr-kg."""

_SCHEMA: Final = f"""
PRAGMA user_version = {_VERSION};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record ({", ".join(_COLUMNS)}, PRIMARY KEY (key));
CREATE UNIQUE INDEX record_figid ON record (figid);
CREATE INDEX record_pmcid ON record (pmcid);
CREATE TABLE shared (subject TEXT PRIMARY KEY, triples BLOB NOT NULL) WITHOUT ROWID;
"""
_INSERT: Final = (
    f"INSERT OR IGNORE INTO record ({', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join('?' * len(_COLUMNS))})"
)
_LOOKS: Final = "SELECT key, figid, signature, content, maps, clean FROM record WHERE key IN "
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM record "  # noqa: S608


class _Packing(threading.local):
    """A compressor for each thread: used by two at once, one brings the process down."""

    def __init__(self) -> None:
        # With a sum: what a bad disk changes must not be exported.
        self.packer = zstandard.ZstdCompressor(level=1, write_checksum=True)
        self.unpacker = zstandard.ZstdDecompressor()


_packing: Final = _Packing()


def pack(text: bytes) -> bytes:
    """Bytes for a packed column of a `Row`."""
    return _packing.packer.compress(text) if text else b""


def unpack(packed: bytes) -> bytes:
    """What `pack` was given."""
    return _packing.unpacker.decompress(packed) if packed else b""


def is_usable(path: Path) -> bool:
    """Whether a generation has a manifest with the tables of today.

    It has none once a patch was applied, and another one if another pfocr-kg made it.

    Raises:
        StoreError: it is damaged.

    """
    if not path.exists():
        return False
    with Manifest(path) as manifest:
        return manifest.version == _VERSION


class Manifest:
    """The manifest of a generation, open; `close` it, or use it as a context manager.

    One in a build's work folder may be changed. It is for the thread that opened it.

    Raises:
        StoreError: it is damaged, or the disk is full.

    """

    def __init__(self, path: Path, *, new: bool = False) -> None:
        self.path = path
        with self._said():
            how = "rwc" if new else "ro&immutable=1"
            place = f"file:{quote(str(path.absolute()))}?mode={how}"
            self._base = sqlite3.connect(place, uri=True, isolation_level=None)
            if new:
                # Rows of some kilobytes: of a smaller page, a third would be empty.
                self._base.execute("PRAGMA page_size=16384")
                # A build that dies takes its work folder with it: nothing to roll back.
                self._base.execute("PRAGMA journal_mode=OFF")
                self._base.execute("PRAGMA synchronous=OFF")
                self._base.executescript("BEGIN;" + _SCHEMA)

    @classmethod
    def copy(cls, before: Path, path: Path) -> Manifest:
        """The manifest of a generation, copied to a work folder to be changed there."""
        manifest = cls(before)
        try:
            with manifest._said():
                copied = sqlite3.connect(path, isolation_level=None)
                copied.execute("PRAGMA synchronous=OFF")
                copied.execute("PRAGMA journal_mode=OFF")
                manifest._base.backup(copied)
        finally:
            manifest.close()
        manifest.path, manifest._base = path, copied
        copied.execute("BEGIN")
        return manifest

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, as it is."""
        self._base.close()

    def commit(self) -> None:
        """Write everything out."""
        with self._said():
            if self._base.in_transaction:
                self._base.execute("COMMIT")

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, zstandard.ZstdError, ValueError, TypeError) as error:
            raise StoreError(
                f"{self.path}: what is known of the records is damaged, or cannot be written "
                f"({error})",
                hint="Is the disk full? Else build into a new folder, without --add",
            ) from None

    @property
    def version(self) -> int:
        """The version of its tables."""
        with self._said():
            return int(self._base.execute("PRAGMA user_version").fetchone()[0])

    def about(self, name: str) -> str:
        """A note on the whole, "" where there is none."""
        with self._said():
            row = self._base.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, name: str, value: str) -> None:
        """Leave a note on the whole."""
        with self._said():
            self._base.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def __len__(self) -> int:
        with self._said():
            return int(self._base.execute("SELECT COUNT(*) FROM record").fetchone()[0])

    def add(self, row: Row) -> bool:
        """Add a record; False if there is one of its figid or key."""
        with self._said():
            return self._base.execute(_INSERT, _values(row)).rowcount == 1

    def remove(self, figid: str) -> None:
        """Remove the record of a figure."""
        with self._said():
            self._base.execute("DELETE FROM record WHERE figid = ?", (figid,))

    def sign(self, key: str, signature: bytes, shown: str) -> None:
        """Note new times of a record's files, if its figure is not another record's by now."""
        with self._said():
            self._base.execute(
                "UPDATE record SET signature = ?, shown = ? WHERE key = ?",
                (signature, shown, key),
            )

    def yield_key(self, key: str) -> None:
        """Let a key go to another record: whatever has it stays, as a record of no source."""
        with self._said():
            self._base.execute(
                "UPDATE record SET key = 'gone:' || figid WHERE key = ?",
                (key,),
            )

    def of_figid(self, figid: str) -> Row | None:
        """The record of a figure."""
        return self._one("WHERE figid = ?", figid)

    def of_key(self, key: str) -> Row | None:
        """The record of a place."""
        return self._one("WHERE key = ?", key)

    def looks(self, keys: Sequence[str]) -> dict[str, Looks]:
        """What the records of some hundred places looked like, by key; the unknown are left out."""
        with self._said():
            found = self._base.execute(_LOOKS + f"({', '.join('?' * len(keys))})", keys)
            return {key: Looks(*rest) for key, *rest in found}

    def _one(self, where: str, value: str) -> Row | None:
        with self._said():
            found = self._base.execute(_SELECT + where, (value,)).fetchone()
            return None if found is None else Row(*found)

    def record_keys(self) -> Iterator[str]:
        """The keys of all records, ordered by figid."""
        for (key,) in self._rows("SELECT key FROM record ORDER BY figid"):
            yield str(key)

    def facts(self) -> Iterator[str]:
        """What linking wants to know of all figures, ordered by figid."""
        for (packed,) in self._rows("SELECT facts FROM record ORDER BY figid"):
            yield self._unpacked(packed).decode()

    def papers(self, pmcid: str) -> Iterator[bytes]:
        """What each record of a paper says of it, as N-Triples."""
        command = "SELECT paper FROM record WHERE pmcid = ? ORDER BY figid"
        for (packed,) in self._rows(command, (pmcid,)):
            yield self._unpacked(packed)

    def figids(self) -> list[str]:
        """All figures."""
        return [str(figid) for (figid,) in self._rows("SELECT figid FROM record")]

    def triples(self, figid: str) -> bytes:
        """A figure's own triples, its mentions' among them, as N-Triples."""
        with self._said():
            command = "SELECT triples FROM record WHERE figid = ?"
            return unpack(self._base.execute(command, (figid,)).fetchone()[0])

    def pmcids(self) -> list[str]:
        """All papers."""
        return [str(pmcid) for (pmcid,) in self._rows("SELECT DISTINCT pmcid FROM record")]

    def share(self, iri: str, triples: bytes) -> None:
        """Keep the triples about a node that is no figure's own, as N-Triples."""
        with self._said():
            self._base.execute(
                "INSERT OR REPLACE INTO shared VALUES (?, ?)", (f"<{iri}>", pack(triples))
            )

    def unshare(self, iris: Iterable[str]) -> None:
        """Forget the triples about nodes that are no figure's own."""
        with self._said():
            self._base.executemany(
                "DELETE FROM shared WHERE subject = ?", ((f"<{iri}>",) for iri in iris)
            )

    def shared_subjects(self) -> list[str]:
        """`<IRI>` of each node that is no figure's own, by their bytes."""
        return [str(s) for (s,) in self._rows("SELECT subject FROM shared ORDER BY subject")]

    def shared(self, begin: str, end: str) -> Iterator[bytes]:
        """The triples about each of those from `begin` to before `end`, as N-Triples."""
        command = "SELECT triples FROM shared WHERE subject >= ? AND subject < ? ORDER BY subject"
        for (packed,) in self._rows(command, (begin, end)):
            yield self._unpacked(packed)

    def unknown_keys(self) -> Counter[str]:
        """In how many records each key stands that nobody knows."""
        counts: Counter[str] = Counter()
        for (packed,) in self._rows("SELECT unknown FROM record WHERE unknown != x''"):
            counts.update(json.loads(self._unpacked(packed)))
        return counts

    def _unpacked(self, packed: object) -> bytes:
        assert isinstance(packed, bytes)
        with self._said():
            return unpack(packed)

    def _rows(self, command: str, values: Iterable[str] = ()) -> Iterator[tuple[object, ...]]:
        with self._said():
            found = self._base.execute(command, tuple(values))
        while True:
            # In batches: a reader can stop early, or change rows between.
            with self._said():
                batch = found.fetchmany(1000)
            if not batch:
                return
            yield from batch
