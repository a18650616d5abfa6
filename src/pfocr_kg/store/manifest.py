"""The manifest of a generation: what its build read from each record, in an SQLite file.

With it, the next build does not read unchanged records again. It holds all triples of the graph
except those of links, so that an export does not look them up in the graph one by one.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import zstandard

from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.model import Name
from pfocr_kg.rdf import labels
from pfocr_kg.store import opening

_VERSION: Final = 8
"""Version of the tables; another release of pfocr-kg can have another."""

_ROWS: Final = 1000
"""Rows that are read at a time; in between, a reader can stop or change rows."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record and its figure: a row of the manifest.

    `key` is the record's absolute path, `shown` its path as reports show it. `stamps_digest` is a
    digest of the sizes and times of its files, or empty if these are not reliable; `digest` is one
    of their bytes. `shared_files` is the fingerprint of what shared files say to the record,
    `clean` is False if part of it could not be read, `pmcid` names its paper. The rest is
    compressed: `names` of its entities, `facts` for linking, `text` for the index of names,
    `unknown` keys, `paper_triples` about its paper and `figure_triples`, all others, both as
    N-Triples.
    """

    key: str
    figid: str
    shown: str
    stamps_digest: bytes
    digest: bytes
    shared_files: str
    clean: bool
    pmcid: str
    names: bytes
    facts: bytes
    text: bytes
    unknown: bytes
    paper_triples: bytes
    figure_triples: bytes

    def triples(self) -> bytes:
        """The triples about the figure and its paper, as N-Triples."""
        return decompress(self.figure_triples) + decompress(self.paper_triples)

    def entity_names(self) -> tuple[Name, ...]:
        """The names of the entities in the record."""
        return labels.from_line(decompress(self.names))

    def text_line(self) -> bytes:
        """The text for the index of names, as one line of JSON."""
        return decompress(self.text)

    def unknown_keys(self) -> list[str]:
        """The unknown keys of the record."""
        return list(json.loads(decompress(self.unknown))) if self.unknown else []

    def without_content(self) -> StoredRecord:
        """The same record without names, facts, text and triples."""
        return replace(
            self,
            names=b"",
            facts=b"",
            text=b"",
            unknown=b"",
            paper_triples=b"",
            figure_triples=b"",
        )

    def has_same_triples(self, other: StoredRecord) -> bool:
        """Whether both have the same triples about a figure and its paper."""
        mine = (self.figure_triples, self.paper_triples)
        return mine == (other.figure_triples, other.paper_triples)

    def has_same_content(self, other: StoredRecord) -> bool:
        """Whether both have the same triples, names, facts and text."""
        mine, others = ((r.names, r.facts, r.text) for r in (self, other))
        return self.has_same_triples(other) and mine == others


@dataclass(frozen=True, slots=True)
class RecordState:
    """The columns of a `StoredRecord` that show whether the record has changed."""

    figid: str
    stamps_digest: bytes
    digest: bytes
    shared_files: str
    clean: bool


_COLUMNS: Final = tuple(field.name for field in fields(StoredRecord))
_values: Final = attrgetter(*_COLUMNS)

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
_STATES: Final = (
    "SELECT key, figid, stamps_digest, digest, shared_files, clean FROM record WHERE key IN "
)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM record "  # noqa: S608


class _Compression(threading.local):
    """A compressor per thread: one that two threads use at once crashes the process."""

    def __init__(self) -> None:
        # With a checksum: bytes that a bad disk changed must not be exported.
        self.compressor = zstandard.ZstdCompressor(level=1, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_compression: Final = _Compression()


def compress(text: bytes) -> bytes:
    """Bytes for a compressed column of the manifest; empty for an empty text."""
    return _compression.compressor.compress(text) if text else b""


def decompress(column: bytes) -> bytes:
    """The text of a column that `compress` made."""
    return _compression.decompressor.decompress(column) if column else b""


def is_usable(path: Path) -> bool:
    """Whether there is a manifest with the tables of this version.

    There is none after a patch, and another release of pfocr-kg can make another version.

    Raises:
        DamagedStoreError: it is damaged.

    """
    if not path.exists():
        return False
    with Manifest(path) as manifest:
        return manifest.version == _VERSION


class Manifest:
    """An open manifest; `close` it, or use it as a context manager.

    Only a manifest in a build's work folder can be changed. Only the thread that opened a
    manifest may use it.

    Raises:
        DamagedStoreError: it is damaged.
        StoreError: it cannot be read or written.

    """

    def __init__(self, path: Path, *, new: bool = False) -> None:
        self.path = path
        mode = "rwc" if new else "ro&immutable=1"
        with self._errors():
            place = f"file:{quote(str(path.absolute()))}?mode={mode}"
            self._base = sqlite3.connect(place, uri=True, isolation_level=None)
            if new:
                # Rows have some kilobytes; smaller pages would be a third empty.
                self._base.execute("PRAGMA page_size=16384")
                _without_journal(self._base)
                self._base.executescript("BEGIN;" + _SCHEMA)

    @classmethod
    def copy(cls, before: Path, path: Path) -> Manifest:
        """The manifest of a generation, copied to a work folder to be changed there."""
        manifest = cls(before)
        try:
            with manifest._errors():
                copied = sqlite3.connect(path, isolation_level=None)
                _without_journal(copied)
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
        """Close the file; uncommitted changes are lost."""
        self._base.close()

    def commit(self) -> None:
        """Write all changes to the disk."""
        with self._errors():
            if self._base.in_transaction:
                self._base.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise opening.sqlite_error(self.path, error) from None
        except (zstandard.ZstdError, ValueError, TypeError) as error:
            raise DamagedStoreError(f"{self.path}: is damaged ({error})") from None

    @property
    def version(self) -> int:
        """The version of the tables."""
        return int(self._value("PRAGMA user_version"))

    def get_note(self, name: str) -> str:
        """A note on the whole graph; "" if there is none."""
        return str(self._value("SELECT value FROM about WHERE name = ?", name) or "")

    def set_note(self, name: str, value: str) -> None:
        """Write a note on the whole graph."""
        self._execute("INSERT OR REPLACE INTO about VALUES (?, ?)", name, value)

    def __len__(self) -> int:
        return int(self._value("SELECT COUNT(*) FROM record"))

    def add(self, record: StoredRecord) -> bool:
        """Add a record; returns False if another has its figid or key."""
        return self._execute(_INSERT, *_values(record)).rowcount == 1

    def remove(self, figid: str) -> None:
        """Remove the record of a figure."""
        self._execute("DELETE FROM record WHERE figid = ?", figid)

    def set_stamps(self, key: str, digest: bytes, shown: str) -> None:
        """Set the digest of stamps and the shown path of the record with this key, if any."""
        command = "UPDATE record SET stamps_digest = ?, shown = ? WHERE key = ?"
        self._execute(command, digest, shown, key)

    def free_key(self, key: str) -> None:
        """Free a key for another record; the record that has it stays, without a source."""
        self._execute("UPDATE record SET key = 'gone:' || figid WHERE key = ?", key)

    def of_figid(self, figid: str) -> StoredRecord | None:
        """The record of a figure."""
        return self._record("WHERE figid = ?", figid)

    def of_key(self, key: str) -> StoredRecord | None:
        """The record with this key."""
        return self._record("WHERE key = ?", key)

    def states(self, keys: Sequence[str]) -> dict[str, RecordState]:
        """The states of some hundred records by key; unknown keys are left out."""
        rows = self._execute(_STATES + f"({', '.join('?' * len(keys))})", *keys)
        with self._errors():
            return {key: RecordState(*state) for key, *state in rows}

    def keys(self) -> Iterator[str]:
        """The keys of all records, ordered by figid."""
        return map(str, self._column("SELECT key FROM record ORDER BY figid"))

    def facts(self, figids: Iterable[str] | None = None) -> Iterator[str]:
        """The facts of figures for linking, one line of JSON per figure.

        Those of all figures are ordered by figid, those of some as their figids are.
        """
        if figids is None:
            column = self._texts("SELECT facts FROM record ORDER BY figid")
        else:
            command = "SELECT facts FROM record WHERE figid = ?"
            column = chain.from_iterable(self._texts(command, figid) for figid in figids)
        return (text.decode() for text in column)

    def paper_triples(self, pmcid: str) -> Iterator[bytes]:
        """The triples about a paper from each of its records, as N-Triples."""
        command = "SELECT paper_triples FROM record WHERE pmcid = ? ORDER BY figid"
        return self._texts(command, pmcid)

    def figids(self) -> list[str]:
        """The figids of all figures."""
        return list(map(str, self._column("SELECT figid FROM record")))

    def figure_triples(self, figid: str) -> bytes:
        """The triples of a figure and its mentions, without those of its paper, as N-Triples."""
        return b"".join(self._texts("SELECT figure_triples FROM record WHERE figid = ?", figid))

    def pmcids(self) -> list[str]:
        """The PMCIDs of all papers."""
        return list(map(str, self._column("SELECT DISTINCT pmcid FROM record")))

    def pmcids_of_several_figures(self) -> list[str]:
        """The PMCIDs of papers with more than one figure."""
        command = "SELECT pmcid FROM record GROUP BY pmcid HAVING COUNT(*) > 1"
        return list(map(str, self._column(command)))

    def set_shared(self, iri: str, triples: bytes) -> None:
        """Store the triples about a node that figures share, as N-Triples."""
        command = "INSERT OR REPLACE INTO shared VALUES (?, ?)"
        self._execute(command, f"<{iri}>", compress(triples))

    def remove_shared(self, iris: Iterable[str]) -> None:
        """Remove the triples about nodes that figures share."""
        for iri in iris:
            self._execute("DELETE FROM shared WHERE subject = ?", f"<{iri}>")

    def shared_subjects(self) -> list[str]:
        """`<IRI>` of each node that figures share, in the order of their bytes."""
        return list(map(str, self._column("SELECT subject FROM shared ORDER BY subject")))

    def shared_triples(self, begin: str, end: str) -> Iterator[bytes]:
        """The triples about each shared subject from `begin` to before `end`, as N-Triples."""
        command = "SELECT triples FROM shared WHERE subject >= ? AND subject < ? ORDER BY subject"
        return self._texts(command, begin, end)

    def all_shared_triples(self) -> Iterator[bytes]:
        """The triples about each shared subject, as N-Triples."""
        return self._texts("SELECT triples FROM shared")

    def unknown_keys(self) -> Counter[str]:
        """The number of records with each unknown key."""
        counts: Counter[str] = Counter()
        for text in self._texts("SELECT unknown FROM record WHERE unknown != x''"):
            counts.update(json.loads(text))
        return counts

    def _execute(self, command: str, *values: object) -> sqlite3.Cursor:
        with self._errors():
            return self._base.execute(command, values)

    def _value(self, command: str, *values: object) -> Any:
        """The first column of the first row; None if there is no row."""
        return next(self._column(command, *values), None)

    def _record(self, where: str, value: str) -> StoredRecord | None:
        rows = self._rows(_SELECT + where, value)
        return next((StoredRecord(*row) for row in rows), None)

    def _texts(self, command: str, *values: str) -> Iterator[bytes]:
        for column in self._column(command, *values):
            with self._errors():
                text = decompress(column)
            yield text

    def _column(self, command: str, *values: object) -> Iterator[Any]:
        return (row[0] for row in self._rows(command, *values))

    def _rows(self, command: str, *values: object) -> Iterator[tuple[Any, ...]]:
        cursor = self._execute(command, *values)
        while True:
            with self._errors():
                rows = cursor.fetchmany(_ROWS)
            if not rows:
                return
            yield from rows


def _without_journal(base: sqlite3.Connection) -> None:
    """Turn off the journal: the work folder of a build that was killed is removed, not repaired."""
    base.execute("PRAGMA journal_mode=OFF")
    base.execute("PRAGMA synchronous=OFF")
