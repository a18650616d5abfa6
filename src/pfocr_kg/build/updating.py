"""Changes a copy of the last build's graph into what the sources hold now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from pfocr_kg import iris
from pfocr_kg.build.batch import Mapped, MappedFigure
from pfocr_kg.build.changes import Changes
from pfocr_kg.build.report import Progress
from pfocr_kg.build.work import Work
from pfocr_kg.errors import RecordError
from pfocr_kg.model import Entity
from pfocr_kg.rdf import labels
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.store.loader import Loader
from pfocr_kg.store.manifest import Row, unpack

_FEW: Final = 1000
_SHARE: Final = 8
"""From 1,000 figures, and an eighth of all, mapping everything anew is no slower."""

_BLOCK: Final = 8 << 20
_MANY: Final = 128 << 20
"""Bytes of N-Triples from which bulk loading, and counting all anew, is the faster way."""


class TooManyChangesError(Exception):
    """A full build is faster."""


@dataclass(slots=True)
class _Edits:
    """What an update does to the graph.

    `gone` are the IRIs of figures whose triples go, `entities` (IRIs) and `papers` (PMCIDs)
    what is written anew; `out` takes the triples of new figures, `figures` and `triples`
    count them.
    """

    work: Work
    out: IO[bytes]
    gone: list[str] = field(default_factory=list)
    entities: set[str] = field(default_factory=set)
    papers: set[str] = field(default_factory=set)
    figures: int = 0
    triples: int = 0

    def remove(self, row: Row) -> None:
        """Take a figure out."""
        self.work.manifest.remove(row.figid)
        names = labels.from_line(unpack(row.names))
        self.work.names.remove(names)
        self.entities.update(entity.iri for entity, _ in names)
        self.papers.add(row.pmcid)
        self.gone.append(iris.figure(row.figid))

    def add(self, figure: MappedFigure) -> None:
        """Take a figure in."""
        self.work.manifest.add(figure.row)
        self.work.names.add(figure.names)
        self.entities.update(entity.iri for entity, _ in figure.names)
        self.papers.add(figure.row.pmcid)
        triples = figure.triples
        self.out.write(triples)
        self.figures += 1
        self.triples += triples.count(b"\n")


def update(work: Work, changes: Changes, counts: GraphCounts, file: Path) -> None:
    """Bring a copy of the last build's graph to what the sources hold.

    `counts` are that graph's, `file` a place for the new triples.

    Raises:
        TooManyChangesError: a full build is faster; the work is spoilt.

    """
    with file.open("wb") as out:
        edits = _Edits(work, out)
        known = changes.unchanged + changes.records
        taker = _Changed(edits, changes, max(_FEW, known // _SHARE))
        with work.report.stage("map"):
            work.map(changes.batches, changes.records, taker)
            taker.finish()
    told = {"unchanged": len(work.manifest) - taker.changed - taker.added}
    told |= {"changed": taker.changed, "added": taker.added, "removed": taker.lost}
    work.report.changes = told
    _apply(edits, counts, file)


def add(
    work: Work, changes: Changes, counts: GraphCounts, file: Path, described: Iterable[Entity]
) -> None:
    """Add the sources' figures to a copy of the last build's graph; nothing of it goes.

    `described` are organisms that the sources say more of.
    """
    with file.open("wb") as out:
        edits = _Edits(work, out, entities={entity.iri for entity in described})
        kept = len(work.manifest)
        with work.report.stage("map"):
            work.map(changes.batches, changes.records, _Added(edits))
    work.report.changes = {"unchanged": kept, "changed": 0, "added": edits.figures, "removed": 0}
    _apply(edits, counts, file)


def _apply(edits: _Edits, counts: GraphCounts, file: Path) -> None:
    work = edits.work
    work.progress(Progress("load", edits.figures, edits.figures, edits.figures, edits.triples))
    with work.report.stage("load"):
        work.graph.forget_figures(edits.gone, counts)
        work.graph.forget(map(iris.paper, edits.papers), counts)
        work.graph.forget(edits.entities, counts)
        work.manifest.unshare(edits.entities)
        with file.open("ab") as out:
            for pmcid in sorted(edits.papers):
                out.writelines(work.manifest.papers(pmcid))
            work.write_entities(edits.entities, out)
        if file.stat().st_size < _MANY:
            work.graph.add(file, counts)
        else:
            _load(work, file)
            counts = work.graph.counts()
    work.note(counts)


def _load(work: Work, file: Path) -> None:
    with Loader(work.graph) as loader, file.open("rb") as triples:
        while lines := triples.readlines(_BLOCK):
            loader.write(b"".join(lines))
        loader.finish()
        work.graph.optimize()


class _Changed:
    """Records that may have changed, each beside what the last build made of it.

    Of records with one figid, the first of the sources' order counts, as in a full build.
    `displaced` are those whose figid an earlier one has taken.
    """

    def __init__(self, edits: _Edits, changes: Changes, most: int) -> None:
        self.edits, self.order, self.gone = edits, changes.order, changes.gone
        self.most = most
        self.manifest = edits.work.manifest
        self.displaced: dict[str, RecordError] = {}
        self.changed = self.added = self.lost = 0

    @property
    def figures(self) -> int:
        return self.edits.figures

    @property
    def triples(self) -> int:
        return self.edits.triples

    def take(self, mapped: Mapped) -> None:
        """Take what a batch came to."""
        for key, signature, shown in mapped.same:
            self.manifest.sign(key, signature, shown)
        for key in mapped.failed:  # first, so that another record may have its figid
            self.displaced.pop(key, None)
            self._lose(key)
        for figure in mapped.figures:
            self._take(figure)
        self._check()

    def finish(self) -> None:
        """Take out what is gone: a record that only moved has been found by its figid."""
        for key in self.gone:
            self._lose(key)
        self._check()
        for error in self.displaced.values():
            self.edits.work.report.quarantine(error)

    def _lose(self, key: str) -> None:
        if row := self.manifest.of_key(key):
            self.edits.remove(row)
            self.lost += 1

    def _check(self) -> None:
        if len(self.edits.gone) + self.figures > self.most:
            raise TooManyChangesError

    def _take(self, figure: MappedFigure) -> None:
        row = figure.row
        self.displaced.pop(row.key, None)
        before = self.manifest.of_key(row.key)
        if before is not None and before.figid != row.figid:
            self.edits.remove(before)
            self.lost += 1
        other = self.manifest.of_figid(row.figid)
        if other is not None and other.key != row.key and other.key in self.order:
            if self.order[other.key] < self.order[row.key]:
                self.edits.work.quarantine_double(figure, other)
                return
            self._displace(other, row)
        self._put(figure, other)

    def _displace(self, other: Row, by: Row) -> None:
        reason = f"its figid {by.figid} is also that of {by.shown}"
        self.displaced[other.key] = RecordError(reason, path=other.shown)

    def _put(self, figure: MappedFigure, other: Row | None) -> None:
        if other is None:
            self.added += 1
            self.edits.add(figure)
        elif _says(other) == _says(figure.row):
            self.manifest.remove(other.figid)
            self.manifest.add(figure.row)
        else:
            self.changed += 1
            self.edits.remove(other)
            self.edits.add(figure)


def _says(row: Row) -> tuple[bytes, ...]:
    return row.triples, row.paper, row.names, row.facts


class _Added:
    """Records to be added to those of earlier builds, which stay as they are."""

    def __init__(self, edits: _Edits) -> None:
        self.edits = edits
        self.manifest = edits.work.manifest
        self.new: set[str] = set()
        self.known = 0

    @property
    def figures(self) -> int:
        return self.edits.figures + self.known

    @property
    def triples(self) -> int:
        return self.edits.triples

    def take(self, mapped: Mapped) -> None:
        """Take what a batch came to."""
        for key, signature, shown in mapped.same:
            self.manifest.sign(key, signature, shown)
        self.known += len(mapped.same)
        for figure in mapped.figures:
            self._take(figure)

    def _take(self, figure: MappedFigure) -> None:
        row = figure.row
        there = self.manifest.of_figid(row.figid)
        if there is None:
            self.manifest.yield_key(row.key)
            self.edits.add(figure)
            self.new.add(row.figid)
        elif (there.triples, there.paper) == (row.triples, row.paper):
            self.known += 1
        else:
            hint = "" if row.figid in self.new else "; build without --add to replace it"
            self.edits.work.quarantine_double(figure, there, hint)
