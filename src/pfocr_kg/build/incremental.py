"""Changes the last graph into that of the sources (`update`), or adds figures to it (`add`).

Both first compare the sources with the manifest of the last build. A record is unchanged if
`corpus.fingerprint` (code, context, dictionaries, names of organisms) and what its folder's shared
files say to it are the same, and so are the paths, sizes and times of its files (`_is_unchanged`)
or at least their bytes (`worker._unchanged`). A record that was mapped again may still have the
same triples, names and facts (`StoredRecord.has_same_content`).
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
from pfocr_kg.names import figure_text
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.record_files import FolderListing, stamps_digest
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.loader import BLOCK, Loader
from pfocr_kg.store.manifest import Manifest, RecordState, StoredRecord
from pfocr_kg.store.new_graph import NewGraph

_LEAST_CHANGES: Final = 1000
_CHANGED_SHARE: Final = 8
"""Above 1,000 changed figures that are an eighth of all, a full build is not slower."""

_BULK_BYTES: Final = 128 << 20
"""Bytes of N-Triples from which it is faster to bulk-load them."""

_QUERY_SIZE: Final = 500
"""Records per query of the manifest; every version of SQLite takes 999 values."""


class FullBuildNeededError(Exception):
    """The last graph cannot be changed, or a full build is faster."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Differences:
    """What differs between the sources and the last build.

    `batches` are the records to read. `places` maps the key of every record of the sources to its
    position among them and its source. `gone` are the keys of records that only the manifest
    holds; `unchanged` counts the records that need not be read.
    """

    batches: list[Batch] = field(default_factory=list)
    places: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def records(self) -> int:
        """The number of records to read."""
        return sum(len(batch.folder.records) for batch in self.batches)


def compare(corpus: Corpus, manifest: Manifest) -> Differences:
    """Compare the files of all records with the manifest of the last build."""
    differences, listing = Differences(), FolderListing()
    for source, folder in corpus.folders:
        shared = corpus.shared.shared_of(folder)
        changed: list[tuple[Path, KnownRecord | None]] = []
        for key, path, state in _states(folder, manifest):
            differences.places[key] = len(differences.places), source
            if (
                state is None
                or not state.clean
                or state.shared_files != shared.fingerprint(state.figid)
            ):
                changed.append((path, None))
            elif not corpus.reread and _is_unchanged(path, folder, state, listing):
                differences.unchanged += 1
            else:
                changed.append((path, KnownRecord(state.figid, state.digest)))
        differences.batches += corpus.batches_of(source, folder, changed)
    differences.gone = [key for key in manifest.keys() if key not in differences.places]
    return differences


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
        FullBuildNeededError: the last graph cannot be changed, or a full build is faster.
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
            # Records were mapped with different code or dictionaries; no update can tell which.
            draft.manifest.set_note("fingerprint", "")
        draft.names.add_unnamed(corpus.organisms)
        _change(draft, corpus, RecordAddition, jobs, reporter)
    return draft


def _change(
    draft: Draft, corpus: Corpus, kind: type[RecordChanges], jobs: int, reporter: Reporter
) -> None:
    """Map the records that may have changed, and change the draft by `kind`."""
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
    """Changes of a draft, made in its manifest and names at once, and in its graph by `_apply`.

    `removed` are IRIs of figures whose triples are removed; `stale_entities` (IRIs) and
    `stale_papers` (PMCIDs) are written again. `out` is the file for the triples of new figures,
    which `written` and `counts` count.
    """

    draft: Draft
    out: IO[bytes]
    removed: list[str] = field(default_factory=list)
    stale_entities: set[str] = field(default_factory=set)
    stale_papers: set[str] = field(default_factory=set)
    written: Written = field(default_factory=Written)
    counts: GraphCounts = field(default_factory=GraphCounts)

    def remove(self, record: StoredRecord) -> None:
        """Remove a figure."""
        self.draft.manifest.remove(record.figid)
        self.draft.index.remove_figure(record.figid, figure_text.from_line(record.text_line()))
        names = record.entity_names()
        self.draft.names.remove(names)
        self.stale_entities.update(entity.iri for entity, _, _ in names)
        self.stale_papers.add(record.pmcid)
        self.removed.append(iris.figure(record.figid))

    def add(self, record: StoredRecord) -> None:
        """Add a figure."""
        self.draft.manifest.add(record)
        self.draft.index.add_figure(record.figid, figure_text.from_line(record.text_line()))
        names = record.entity_names()
        self.draft.names.add(names)
        self.stale_entities.update(entity.iri for entity, _, _ in names)
        self.stale_papers.add(record.pmcid)
        lines = self.draft.manifest.figure_triples(record.figid).splitlines(keepends=True)
        self.out.writelines(lines)
        self.counts.count_lines(lines, 1)
        self.written.figures += 1
        self.written.triples += len(lines)


def _apply(edits: Edits, file: Path, dictionaries: Dictionaries, reporter: Reporter) -> None:
    """Make the changes in the graph; `file` holds the triples of new figures."""
    draft = edits.draft
    figures, triples = edits.written.figures, edits.written.triples
    reporter.progress(Progress("load", figures, figures, figures, triples))
    with reporter.stage("load"):
        counts = draft.counts()
        draft.graph.remove_figures(edits.removed, counts)
        draft.graph.remove(map(iris.paper, edits.stale_papers), counts)
        draft.graph.remove(edits.stale_entities, counts)
        draft.manifest.remove_shared(edits.stale_entities)
        draft.index.remove_things(edits.stale_entities)
        counts.update(edits.counts)
        with file.open("ab") as out:
            # What is removed before can be counted as new, without looking for it in the graph.
            counted = _Counted(out, counts)
            for pmcid in sorted(edits.stale_papers):
                counted.write(b"".join(draft.manifest.paper_triples(pmcid)))
            draft.write_entities(edits.stale_entities, dictionaries, counted)
        if file.stat().st_size < _BULK_BYTES:
            draft.graph.add(file)
        else:
            _load(draft.graph, file)
    draft.note_counts(counts)


class _Counted:
    """Counts triples, which are all about one thing at a time, and passes them on to a file."""

    def __init__(self, out: IO[bytes], counts: GraphCounts) -> None:
        self._out, self._counts = out, counts

    def write(self, triples: bytes) -> int:
        """Take all triples about an IRI; returns their number of bytes."""
        self._counts.count_lines(set(triples.splitlines(keepends=True)), 1)
        return self._out.write(triples)


def _load(graph: NewGraph, file: Path) -> None:
    with Loader(graph) as loader, file.open("rb") as triples:
        while lines := triples.readlines(BLOCK):
            loader.write(b"".join(lines))
        loader.finish()
        graph.optimize()


class RecordChanges(ABC):
    """Takes the results of records that may have changed, and counts the figures that differ."""

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
        """Finish the changes after the last result."""

    def counts(self) -> dict[str, int]:
        """The number of unchanged, changed, added and removed figures, for the report."""
        return {
            "unchanged": len(self.manifest) - self.changed - self.added,
            "changed": self.changed,
            "added": self.added,
            "removed": self.removed,
        }

    def note_stamps(self, result: BatchResult) -> None:
        """Update the stamps of records whose content has not changed."""
        for record in result.unchanged:
            self.manifest.set_stamps(record.key, record.stamps_digest, record.shown)


class RecordUpdate(RecordChanges):
    """Changes the graph into the one that a full build would make.

    Of records with the same figid, the first in the order of the sources is used. `replaced` maps
    the key of a record that an earlier record now replaces to its error and source.
    """

    def __init__(
        self, edits: Edits, corpus: Corpus, differences: Differences, report: Report
    ) -> None:
        super().__init__(edits, corpus, differences, report)
        self.places = differences.places
        self.most = max(_LEAST_CHANGES, corpus.records // _CHANGED_SHARE)
        self.replaced: dict[str, tuple[RecordError, str]] = {}

    def take(self, result: BatchResult) -> None:
        """Take the result of a batch.

        Raises:
            FullBuildNeededError: too many figures have changed.

        """
        self.note_stamps(result)
        for key in result.failed:  # first, so that another record can take its figid
            self.replaced.pop(key, None)
            self._remove(key)
        for figure in result.figures:
            self._take(figure, result.source)
        self._check()

    def finish(self) -> None:
        """Remove the figures of records that are gone, except those now read from another path.

        Raises:
            FullBuildNeededError: too many figures have changed.

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
        if other is not None and other.key != figure.key and other.key in self.places:
            if self.places[other.key] < self.places[figure.key]:
                self.report.quarantine(duplicate_figid_error(figure, other), source)
                return
            _, other_source = self.places[other.key]
            self.replaced[other.key] = duplicate_figid_error(other, figure), other_source
        self._put(figure, other)

    def _put(self, figure: StoredRecord, other: StoredRecord | None) -> None:
        """Write a figure in place of `other`, the present figure with its figid."""
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
    """Adds records to those of earlier builds, which it does not change."""

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
        """Note the organisms that the sources describe, so that they are written."""
        self.added = len(self.new)
        self.edits.stale_entities.update(entity.iri for entity in self.corpus.organisms)

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
