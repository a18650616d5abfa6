"""Changes the last graph into that of the sources (`update`), or adds figures to it (`add`).

Both first find the records that may have changed (`changed_records`). A record that was mapped
again may still have the same triples, names and facts (`StoredRecord.has_same_content`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

from pfocr_kg.build import worker
from pfocr_kg.build.changed_records import Differences, compare
from pfocr_kg.build.corpus import Corpus
from pfocr_kg.build.draft import Draft, closing_on_error
from pfocr_kg.build.edits import Edits, apply
from pfocr_kg.build.report import Progress, Report, Reporter, duplicate_figid_error
from pfocr_kg.build.worker import BatchResult
from pfocr_kg.errors import DamagedStoreError, RecordError
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.manifest import StoredRecord

_LEAST_CHANGES: Final = 1000
_CHANGED_SHARE: Final = 8
"""Above 1,000 changed figures that are an eighth of all, a full build is not slower."""


class FullBuildNeededError(Exception):
    """The last graph cannot be changed, or a full build is faster."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
    apply(edits, triples, corpus.dictionaries, reporter)


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
