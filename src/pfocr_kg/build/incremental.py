"""Changes the last graph: into what the sources hold now (`update`), or by more figures (`add`).

Either first compares the files of the records with the manifest of the last build (`compare`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from pfocr_kg import iris
from pfocr_kg.build import worker
from pfocr_kg.build.corpus import Corpus
from pfocr_kg.build.draft import Draft, closing_on_error
from pfocr_kg.build.report import Progress, Report, Reporter, Written, duplicate_figid_error
from pfocr_kg.build.worker import Batch, BatchResult, KnownRecord
from pfocr_kg.errors import DamagedStoreError, RecordError
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.record_files import FolderListing, stamps_digest
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.loader import BLOCK, Loader
from pfocr_kg.store.manifest import Manifest, RecordState, StoredRecord
from pfocr_kg.store.new_graph import NewGraph

_LEAST_CHANGES: Final = 1000
_CHANGED_SHARE: Final = 8
"""From 1,000 changed figures, and an eighth of all, a full build is no slower."""

_BULK_BYTES: Final = 128 << 20
"""Bytes of N-Triples from which bulk loading, and counting all again, is the faster way."""

_QUERY_SIZE: Final = 500
"""Records that the manifest is asked for at once; SQLite takes 999 values in any version."""


class FullBuildNeededError(Exception):
    """The last graph cannot be changed, or a full build is faster."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Differences:
    """What differs between the sources and the last build.

    `batches` are the records to look at. `order` has the place of every record of the sources,
    and its source, by its key. `gone` are the keys of records that the manifest has and the
    sources have not; `unchanged` counts the records that need not be looked at.
    """

    batches: list[Batch] = field(default_factory=list)
    order: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def records(self) -> int:
        """The number of records to look at."""
        return sum(len(batch.folder.records) for batch in self.batches)


def compare(corpus: Corpus, manifest: Manifest) -> Differences:
    """Compare the files of all records with the manifest of the last build."""
    found, listing = Differences(), FolderListing()
    for source, folder in corpus.folders:
        maps = corpus.shared.of(folder)
        changed: list[tuple[Path, KnownRecord | None]] = []
        for key, path, state in _states(folder, manifest):
            found.order[key] = len(found.order), source
            if state is None or not state.clean or state.maps != maps.map_entries(state.figid):
                changed.append((path, None))
            elif _is_unchanged(path, folder, state, listing):
                found.unchanged += 1
            else:
                changed.append((path, KnownRecord(state.figid, state.digest)))
        found.batches += corpus.batches_of(source, folder, changed)
    found.gone = [key for key in manifest.keys() if key not in found.order]
    return found


def _states(
    folder: RecordFolder, manifest: Manifest
) -> Iterator[tuple[str, Path, RecordState | None]]:
    """The key, path and last state of each record of a folder."""
    for start in range(0, len(folder.records), _QUERY_SIZE):
        paths = folder.records[start : start + _QUERY_SIZE]
        keys = [folder.key(path) for path in paths]
        states = manifest.states(keys)
        yield from ((key, path, states.get(key)) for key, path in zip(keys, paths, strict=True))


def _is_unchanged(
    path: Path, folder: RecordFolder, state: RecordState, listing: FolderListing
) -> bool:
    if not state.stamps_digest:
        return False
    return state.stamps_digest == stamps_digest(listing.stamps(path, folder, state.figid))


def update(
    previous: Generation, corpus: Corpus, folder: Path, jobs: int, reporter: Reporter
) -> Draft:
    """A copy of the last graph, changed into what the sources hold, in a new folder.

    Raises:
        FullBuildNeededError: it cannot be changed so, or a full build is faster.
        StoreError: the copy cannot be written.

    """
    try:
        draft = Draft.copy(previous, folder)
        with closing_on_error(draft):
            if draft.manifest.get_note("fingerprint") != corpus.fingerprint:
                raise FullBuildNeededError("the mapping, a dictionary or an organism has changed")
            _change(draft, corpus, RecordUpdate, jobs, reporter)
    except DamagedStoreError as error:
        raise FullBuildNeededError(error.message) from None
    return draft


def add(previous: Generation, corpus: Corpus, folder: Path, jobs: int, reporter: Reporter) -> Draft:
    """A copy of the last graph, with the figures of the sources added, in a new folder.

    Raises:
        DamagedStoreError: the last graph cannot be copied.
        StoreError: the copy cannot be written.

    """
    draft = Draft.copy(previous, folder)
    with closing_on_error(draft):
        if draft.manifest.get_note("fingerprint") != corpus.fingerprint:
            # Some records were mapped otherwise than others, and no update can tell which.
            draft.manifest.set_note("fingerprint", "")
        draft.names.add_unnamed(corpus.organisms)
        _change(draft, corpus, RecordAddition, jobs, reporter)
    return draft


def _change(
    draft: Draft, corpus: Corpus, kind: type[RecordChanges], jobs: int, reporter: Reporter
) -> None:
    """Map the records that may have changed, and change the draft as `kind` does."""
    reporter.progress(Progress("compare", 0, corpus.records, 0))
    with reporter.stage("compare"):
        differences = compare(corpus, draft.manifest)
    triples = draft.generation.path.with_name("triples.nt")
    with triples.open("wb") as out, reporter.stage("map"):
        edits = Edits(draft, out)
        records = kind(edits, corpus, differences, reporter.report)
        results = worker.map_batches(differences.batches, differences.records, jobs)
        for result in reporter.follow(results, differences.records, edits.written):
            records.take(result)
        records.finish()
    reporter.report.changes = records.counts()
    _apply(edits, triples, corpus.dictionaries, reporter)


@dataclass(slots=True)
class Edits:
    """Changes of a draft, already made in its manifest and names, and not yet in its graph.

    `removed` are IRIs of figures whose triples go; `entities` (IRIs) and `papers` (PMCIDs) are
    to be written again. `out` takes the triples of new figures, and `written` counts them.
    """

    draft: Draft
    out: IO[bytes]
    removed: list[str] = field(default_factory=list)
    entities: set[str] = field(default_factory=set)
    papers: set[str] = field(default_factory=set)
    written: Written = field(default_factory=Written)

    def remove(self, record: StoredRecord) -> None:
        """Remove a figure."""
        self.draft.manifest.remove(record.figid)
        names = record.entity_names()
        self.draft.names.remove(names)
        self.entities.update(entity.iri for entity, _ in names)
        self.papers.add(record.pmcid)
        self.removed.append(iris.figure(record.figid))

    def add(self, record: StoredRecord) -> None:
        """Add a figure."""
        self.draft.manifest.add(record)
        names = record.entity_names()
        self.draft.names.add(names)
        self.entities.update(entity.iri for entity, _ in names)
        self.papers.add(record.pmcid)
        triples = record.triples()
        self.out.write(triples)
        self.written.figures += 1
        self.written.triples += triples.count(b"\n")


def _apply(edits: Edits, file: Path, dictionaries: Dictionaries, reporter: Reporter) -> None:
    """Make the changes in the graph; `file` has the triples of new figures."""
    draft = edits.draft
    figures, triples = edits.written.figures, edits.written.triples
    reporter.progress(Progress("load", figures, figures, figures, triples))
    with reporter.stage("load"):
        counts = draft.counts()
        draft.graph.remove_figures(edits.removed, counts)
        draft.graph.remove(map(iris.paper, edits.papers), counts)
        draft.graph.remove(edits.entities, counts)
        draft.manifest.remove_shared(edits.entities)
        with file.open("ab") as out:
            for pmcid in sorted(edits.papers):
                out.writelines(draft.manifest.paper_triples(pmcid))
            draft.write_entities(edits.entities, dictionaries, out)
        if file.stat().st_size < _BULK_BYTES:
            draft.graph.add(file, counts)
        else:
            _load(draft.graph, file)
            counts = draft.graph.counts()
    draft.note_counts(counts)


def _load(graph: NewGraph, file: Path) -> None:
    with Loader(graph) as loader, file.open("rb") as triples:
        while lines := triples.readlines(BLOCK):
            loader.write(b"".join(lines))
        loader.finish()
        graph.optimize()


class RecordChanges(ABC):
    """Takes the records that may have changed; counts the figures that differ from before."""

    def __init__(
        self, edits: Edits, corpus: Corpus, differences: Differences, report: Report
    ) -> None:
        self.edits, self.corpus, self.differences = edits, corpus, differences
        self.report = report
        self.manifest = edits.draft.manifest
        self.changed = self.added = self.removed = 0

    @abstractmethod
    def take(self, result: BatchResult) -> None:
        """Take the result of a batch."""

    @abstractmethod
    def finish(self) -> None:
        """Take note that all results were taken."""

    def counts(self) -> dict[str, int]:
        """The number of figures of each kind, for the report."""
        return {
            "unchanged": len(self.manifest) - self.changed - self.added,
            "changed": self.changed,
            "added": self.added,
            "removed": self.removed,
        }

    def note_stamps(self, result: BatchResult) -> None:
        """Note the new times of records that hold what they held."""
        for record in result.unchanged:
            self.manifest.set_stamps(record.key, record.stamps_digest, record.shown)


class RecordUpdate(RecordChanges):
    """Makes the graph what a full build would make it.

    Of records with one figid, the first in the order of the sources counts. `replaced` are the
    errors of records whose figid an earlier one now has, with their sources, by key.
    """

    def __init__(
        self, edits: Edits, corpus: Corpus, differences: Differences, report: Report
    ) -> None:
        super().__init__(edits, corpus, differences, report)
        self.order = differences.order
        self.most = max(_LEAST_CHANGES, corpus.records // _CHANGED_SHARE)
        self.replaced: dict[str, tuple[RecordError, str]] = {}

    def take(self, result: BatchResult) -> None:
        """Take the result of a batch.

        Raises:
            FullBuildNeededError: too much has changed.

        """
        self.note_stamps(result)
        for key in result.failed:  # first, so that another record may have its figid
            self.replaced.pop(key, None)
            self._remove(key)
        for figure in result.figures:
            self._take(figure, result.source)
        self._check()

    def finish(self) -> None:
        """Remove the figures of records that are gone: one that only moved was found by figid.

        Raises:
            FullBuildNeededError: too much has changed.

        """
        for key in self.differences.gone:
            self._remove(key)
        self._check()
        for error, source in self.replaced.values():
            self.report.quarantine(error, source)

    def _remove(self, key: str) -> None:
        if record := self.manifest.of_key(key):
            self.edits.remove(record)
            self.removed += 1

    def _check(self) -> None:
        if len(self.edits.removed) + self.edits.written.figures > self.most:
            raise FullBuildNeededError("too many figures have changed")

    def _take(self, figure: StoredRecord, source: str) -> None:
        self.replaced.pop(figure.key, None)
        before = self.manifest.of_key(figure.key)
        if before is not None and before.figid != figure.figid:
            self.edits.remove(before)
            self.removed += 1
        other = self.manifest.of_figid(figure.figid)
        if other is not None and other.key != figure.key and other.key in self.order:
            if self.order[other.key] < self.order[figure.key]:
                self.report.quarantine(duplicate_figid_error(figure, other), source)
                return
            _, of_other = self.order[other.key]
            self.replaced[other.key] = duplicate_figid_error(other, figure), of_other
        self._put(figure, other)

    def _put(self, figure: StoredRecord, other: StoredRecord | None) -> None:
        """Write a figure in place of what the graph has under its figid."""
        if other is None:
            self.added += 1
            self.edits.add(figure)
        elif figure.has_same_content(other):
            self.manifest.remove(other.figid)
            self.manifest.add(figure)
        else:
            self.changed += 1
            self.edits.remove(other)
            self.edits.add(figure)


class RecordAddition(RecordChanges):
    """Adds records to those of earlier builds, which stay as they are."""

    def __init__(
        self, edits: Edits, corpus: Corpus, differences: Differences, report: Report
    ) -> None:
        super().__init__(edits, corpus, differences, report)
        self.new: set[str] = set()

    def take(self, result: BatchResult) -> None:
        """Take the result of a batch."""
        self.note_stamps(result)
        self.edits.written.figures += len(result.unchanged)
        for figure in result.figures:
            self._take(figure, result.source)

    def finish(self) -> None:
        """Have the organisms written that the sources describe."""
        self.added = len(self.new)
        self.edits.entities.update(entity.iri for entity in self.corpus.organisms)

    def _take(self, figure: StoredRecord, source: str) -> None:
        other = self.manifest.of_figid(figure.figid)
        if other is None:
            self.manifest.free_key(figure.key)
            self.edits.add(figure)
            self.new.add(figure.figid)
        elif figure.has_same_triples(other):
            self.edits.written.figures += 1
        else:
            hint = "" if figure.figid in self.new else "; build without --add to replace it"
            self.report.quarantine(duplicate_figid_error(figure, other, hint), source)
