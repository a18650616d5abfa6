"""Finds the records of a build's sources, without reading them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pfocr_kg import resources
from pfocr_kg.build import worker
from pfocr_kg.build.report import Report
from pfocr_kg.build.worker import Batch, KnownRecord, SharedInputs
from pfocr_kg.errors import DictionaryError, RecordError
from pfocr_kg.model import Entity
from pfocr_kg.rdf import provenance
from pfocr_kg.rdf.provenance import Source
from pfocr_kg.records.dictionaries import Dictionaries, OrganismPage, with_organisms
from pfocr_kg.records.sources import RecordFolder, distinct_records, find_records
from pfocr_kg.records.values import taxon


@dataclass(frozen=True, slots=True)
class Corpus:
    """The records of all sources, and what they share.

    `build` is the id of the build, `genes` the path of the user's dictionary of genes, if any.
    `folders` holds each folder of records with its source. `organisms` are those that the sources
    describe; `dictionaries` hold them too. `sources` are the origins of the records, for the
    description. Builds with the same `fingerprint` make the same triples from the same records.
    With `reread`, sizes and times of files do not show that a record is unchanged. `left_out` has
    the source and error of each record or table of an archive that was not unpacked.
    """

    build: str
    genes: str | None
    folders: tuple[tuple[str, RecordFolder], ...]
    shared: SharedInputs
    dictionaries: Dictionaries
    organisms: tuple[Entity, ...]
    sources: tuple[Source, ...]
    fingerprint: str
    reread: bool = False
    left_out: tuple[tuple[str, RecordError], ...] = ()

    @property
    def records(self) -> int:
        """The number of records."""
        return sum(len(folder.records) for _, folder in self.folders)

    def batches(self) -> Iterator[Batch]:
        """The batches of all records."""
        for source, folder in self.folders:
            yield from self.batches_of(source, folder, ((path, None) for path in folder.records))

    def batches_of(
        self, source: str, folder: RecordFolder, records: Iterable[tuple[Path, KnownRecord | None]]
    ) -> Iterator[Batch]:
        """The batches of some records of a folder, each with what an earlier build read of it."""
        chosen = list(records)
        for start in range(0, len(chosen), worker.BATCH_SIZE):
            paths, known = zip(*chosen[start : start + worker.BATCH_SIZE], strict=True)
            part = replace(folder, records=paths)
            yield Batch(self.build, source, part, self.genes, known if any(known) else ())

    def quarantine_shared(self, report: Report) -> None:
        """Add the errors of the files that records share, and of archives, to a report."""
        for source, error in self.left_out:
            report.quarantine(error, source)
        for source, folder in self.folders:
            for error in self.shared.shared_of(folder).errors:
                report.quarantine(error, source)


def find(
    places: Iterable[Path], genes: Path | None, workspace: Path, *, reread: bool = False
) -> Corpus:
    """Find the records of all sources; a file that is in two of them is read once.

    Archives are unpacked below `workspace`.

    Raises:
        SourceError: a source cannot be used.
        DictionaryError: `genes` cannot be read.

    """
    places = list(places)
    build, named_genes = worker.new_build(), None if genes is None else str(genes)
    shared = worker.shared_inputs(build, named_genes)
    sources = tuple(map(provenance.source, places))
    folders: list[tuple[str, RecordFolder]] = []
    left_out: list[tuple[str, RecordError]] = []
    for number, place in enumerate(places):
        errors: list[RecordError] = []
        found = find_records(place, workspace / f"unpacked-{number}", errors.append)
        folders += ((str(place), folder) for folder in found)
        left_out += ((str(place), error) for error in errors)
    if len(places) > 1:
        distinct = distinct_records(folder for _, folder in folders)
        folders = [(source, folder) for (source, _), folder in zip(folders, distinct, strict=True)]
    pages = [page for _, folder in folders for page in shared.shared_of(folder).organism_pages]
    known = shared.dictionaries
    return Corpus(
        build,
        named_genes,
        tuple(folders),
        shared,
        replace(known, organisms=with_organisms(known.organisms, pages)),
        tuple(taxon(number, "ncbi") for number, _, _ in pages),
        sources,
        fingerprint(genes, pages),
        reread,
        tuple(left_out),
    )


def fingerprint(genes: Path | None, pages: Iterable[OrganismPage]) -> str:
    """A checksum of what triples depend on beside the records: code, context and dictionaries.

    `genes` is the user's dictionary of genes, `pages` the organisms that the sources describe,
    for their labels. Which records find which pages is for `Shared.fingerprint` to say.

    Raises:
        DictionaryError: `genes` cannot be read.

    """
    digest = hashlib.sha256(_package().encode())
    if genes is not None:
        try:
            with genes.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise DictionaryError(f"{genes}: cannot be read: {error.strerror}") from None
    digest.update(repr(sorted(set(pages))).encode())
    return digest.hexdigest()


@cache
def _package() -> str:
    """A checksum of the package's code and of the files in ontologies/.

    All of the code, so that no module that a worker imports is ever left out.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in (*sorted(package.rglob("*.py")), *sorted(resources.folder("ontologies").iterdir())):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
