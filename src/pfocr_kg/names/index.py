"""The index of names and texts of a generation: SQLite, with FTS5 for texts.

    thing    entities: genes, diseases, chemicals, organisms, pathways
    name     their names and identifiers, by key (see `folding.keys`)
    parts    the words of their names (FTS5)
    figure   figures with their papers; `text` has their texts by words (FTS5)
    linked   figures that have a link to a pathway
    pubmed   PubMed ids of papers

Rows with `linked` = 1 come from pathways, all others from records. The full-text tables hold no
texts: a row is deleted by giving the text once more
(https://www.sqlite.org/fts5.html#the_delete_command).
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from pfocr_kg.names.figure_text import INDEXED, FigureText, searchable
from pfocr_kg.store import opening

_FIGURE: Final = (
    *("title", "paper_title", "alias", "file_name", "page", "pmcid", "doi"),
    *("journal", "year", "score", "genes"),
)
"""Fields of a `FigureText` that are columns of `figure`."""

TOKENIZER: Final = "porter unicode61 remove_diacritics 2"
"""How FTS5 makes words of texts of figures (https://www.sqlite.org/fts5.html#tokenizers)."""

_SCHEMA: Final = f"""
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
  identifier TEXT NOT NULL, taxon TEXT NOT NULL, figures INTEGER NOT NULL, linked INTEGER NOT NULL
);
CREATE TABLE name (
  thing INTEGER NOT NULL, how INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
  linked INTEGER NOT NULL, PRIMARY KEY (thing, how, name, key)
) WITHOUT ROWID;
CREATE TABLE figure (
  id INTEGER PRIMARY KEY, figid TEXT NOT NULL, {", ".join(_FIGURE)}
);
CREATE TABLE linked (figid TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pubmed (pubmed TEXT PRIMARY KEY, pmcid TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE parts USING fts5(
  names, content='', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE text USING fts5(
  {", ".join(INDEXED)}, content='', tokenize='{TOKENIZER}'
);
"""
# Made when all rows of a new index are there: faster than one by one.
_INDEXES: Final = """
CREATE UNIQUE INDEX thing_iri ON thing (iri, kind);
CREATE INDEX name_key ON name (key);
CREATE UNIQUE INDEX figure_figid ON figure (figid COLLATE NOCASE, figid);
CREATE INDEX figure_alias ON figure (alias COLLATE NOCASE);
CREATE INDEX figure_file ON figure (file_name COLLATE NOCASE);
CREATE INDEX figure_page ON figure (page COLLATE NOCASE);
CREATE INDEX figure_pmcid ON figure (pmcid);
CREATE INDEX figure_doi ON figure (doi);
"""
_ADD_FIGURE: Final = (
    f"INSERT INTO figure (figid, {', '.join(_FIGURE)}) "  # noqa: S608
    f"VALUES ({', '.join('?' * (len(_FIGURE) + 1))})"
)
_MARKS: Final = ", ".join("?" * len(INDEXED))
_ADD_TEXT: Final = f"INSERT INTO text (rowid, {', '.join(INDEXED)}) VALUES (?, {_MARKS})"  # noqa: S608
_DELETE_TEXT: Final = (
    f"INSERT INTO text (text, rowid, {', '.join(INDEXED)}) VALUES ('delete', ?, {_MARKS})"  # noqa: S608
)
_DELETE_PARTS: Final = "INSERT INTO parts (parts, rowid, names) VALUES ('delete', ?, ?)"
_ADD_THING: Final = "INSERT INTO thing VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"
_ADD_NAME: Final = "INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, ?)"
_NAMES_OF: Final = "SELECT how, name, key FROM name WHERE thing = ?"
_LINKED_THINGS: Final = """SELECT id, iri, kind, label, identifier, taxon, figures
  FROM thing WHERE linked"""
_LINKED_NAMES: Final = """SELECT thing.iri, how, name, key FROM name
  JOIN thing ON thing.id = name.thing WHERE name.linked AND NOT thing.linked"""
_WORDS: Final = 1 << 24
"""Bytes of words that FTS5 collects before it writes them."""


class Thing(NamedTuple):
    """A row of `thing`; `figures` is the number of figures that have it."""

    iri: str
    kind: str
    label: str
    identifier: str
    taxon: str
    figures: int


class ThingName(NamedTuple):
    """A row of `name`: the place of `how` in `matches.ORDER`, the name, and a key of it."""

    how: int
    name: str
    key: str


@contextmanager
def errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise opening.sqlite_error(path, error) from None


class NewIndex:
    """An index that a build writes, at first empty or a copy of another without pathways.

    Raises:
        DamagedStoreError: the index to copy is damaged.
        StoreError: it cannot be written.

    """

    def __init__(self, path: Path, begin_with: Path | None = None) -> None:
        self.path = path
        with errors(path):
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("PRAGMA page_size=16384")
            if begin_with is not None:
                _copy(begin_with, self._base)
            # The work folder of a build that was killed is removed, not repaired.
            self._base.execute("PRAGMA journal_mode=OFF")
            self._base.execute("PRAGMA synchronous=OFF")
            self._base.execute("BEGIN")
            if begin_with is None:
                for command in filter(str.strip, _SCHEMA.split(";\n")):
                    self._base.execute(command)
                hashed = "INSERT INTO text (text, rank) VALUES ('hashsize', ?)"
                self._base.execute(hashed, (_WORDS,))
            else:
                self._remove_linked()

    def close(self) -> None:
        """Close the file; uncommitted changes are lost."""
        self._base.close()

    def commit(self) -> None:
        """Write all to the disk."""
        with errors(self.path):
            self._base.execute("COMMIT")

    def add_figure(self, figid: str, text: FigureText) -> None:
        """Add a figure."""
        values = (getattr(text, name) for name in _FIGURE)
        with errors(self.path):
            row = self._base.execute(_ADD_FIGURE, (figid, *values)).lastrowid
            self._base.execute(_ADD_TEXT, (row, *searchable(text)))

    def remove_figure(self, figid: str, text: FigureText) -> None:
        """Remove a figure, given its text."""
        with errors(self.path):
            found = self._base.execute(
                "SELECT id FROM figure WHERE figid = ? COLLATE NOCASE AND figid = ?", (figid, figid)
            )
            (row,) = found.fetchone()
            self._base.execute(_DELETE_TEXT, (row, *searchable(text)))
            self._base.execute("DELETE FROM figure WHERE id = ?", (row,))

    def add_thing(self, thing: Thing, names: Iterable[ThingName], *, linked: bool = False) -> None:
        """Add an entity with its names; `linked` if pathways alone have it."""
        with errors(self.path):
            row = self._base.execute(_ADD_THING, (*thing, linked)).lastrowid
            assert row is not None
            self._base.executemany(_ADD_NAME, ((row, *name, linked) for name in names))
            self._base.execute(
                "INSERT INTO parts (rowid, names) VALUES (?, ?)", (row, self._parts(row))
            )

    def add_names(self, iri: str, names: Iterable[ThingName]) -> None:
        """Add names that pathways give an entity that is there."""
        with errors(self.path):
            for row in self._rows_of(iri):
                self._base.executemany(_ADD_NAME, ((row, *name, True) for name in names))

    def remove_things(self, iris: Iterable[str]) -> None:
        """Remove entities with their names."""
        with errors(self.path):
            for iri in iris:
                for row in self._rows_of(iri):
                    self._remove(row)

    def set_linked(self, figids: Iterable[str]) -> None:
        """Note the figures that have a link to a pathway."""
        with errors(self.path):
            self._base.executemany(
                "INSERT OR IGNORE INTO linked VALUES (?)", ((f,) for f in figids)
            )

    def pmcids(self) -> set[str]:
        """The PMCIDs of all papers."""
        with errors(self.path):
            return {pmcid for (pmcid,) in self._base.execute("SELECT DISTINCT pmcid FROM figure")}

    def keep_linked(self, before: Path) -> None:
        """Take over what an earlier index has from pathways."""
        copied = open_index(before)
        with errors(self.path), closing(copied):
            for row, *fields in copied.execute(_LINKED_THINGS):
                thing = Thing(*fields)
                if thing.kind == "pathway":
                    self.remove_things([thing.iri])
                if not self._rows_of(thing.iri):
                    names = copied.execute(_NAMES_OF, (row,)).fetchall()
                    self.add_thing(thing, itertools.starmap(ThingName, names), linked=True)
            for iri, *name in copied.execute(_LINKED_NAMES):
                self.add_names(iri, [ThingName(*name)])
            self.set_linked(figid for (figid,) in copied.execute("SELECT figid FROM linked"))
            self.set_pubmed(dict(copied.execute("SELECT pubmed, pmcid FROM pubmed")))

    def _rows_of(self, iri: str) -> list[int]:
        """The rows of an entity, one for each of its kinds."""
        found = self._base.execute("SELECT id FROM thing WHERE iri = ?", (iri,))
        return [row for (row,) in found.fetchall()]

    def set_pubmed(self, ids: Mapping[str, str]) -> None:
        """Note PubMed ids with the PMCIDs of their papers."""
        with errors(self.path):
            self._base.executemany(
                "INSERT OR IGNORE INTO pubmed VALUES (?, ?)", sorted(ids.items())
            )

    def complete(self) -> None:
        """Make what searches need, when all figures and their entities are in a new index."""
        with errors(self.path):
            for command in filter(str.strip, _INDEXES.split(";\n")):
                self._base.execute(command)
            self._base.execute("INSERT INTO text (text) VALUES ('optimize')")
            self._base.execute("INSERT INTO parts (parts) VALUES ('optimize')")

    def _parts(self, row: int) -> str:
        # Identifiers (0) and words read off figures (4) are no names that others would know.
        found = self._base.execute(
            "SELECT DISTINCT name FROM name WHERE thing = ?1 AND how IN (1, 2, 3)"
            " AND linked = (SELECT linked FROM thing WHERE id = ?1) ORDER BY how, name",
            (row,),
        )
        return "\n".join(name for (name,) in found)

    def _remove(self, row: int) -> None:
        self._base.execute(_DELETE_PARTS, (row, self._parts(row)))
        self._base.execute("DELETE FROM name WHERE thing = ?", (row,))
        self._base.execute("DELETE FROM thing WHERE id = ?", (row,))

    def _remove_linked(self) -> None:
        for (row,) in self._base.execute("SELECT id FROM thing WHERE linked").fetchall():
            self._remove(row)
        for table in ("name WHERE linked", "linked", "pubmed"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608


def _copy(before: Path, into: sqlite3.Connection) -> None:
    copied = open_index(before)
    try:
        copied.backup(into)
    finally:
        copied.close()


def in_memory(
    figures: Iterable[tuple[str, FigureText]], linked: Iterable[str]
) -> sqlite3.Connection:
    """An index of figures (figid and text), of which some are linked, without names."""
    made = NewIndex(Path(":memory:"))
    for figid, text in figures:
        made.add_figure(figid, text)
    made.set_linked(linked)
    return made._base


def open_index(path: Path) -> sqlite3.Connection:
    """An index, opened for reading."""
    place = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    return sqlite3.connect(place, uri=True, isolation_level=None, check_same_thread=False)
