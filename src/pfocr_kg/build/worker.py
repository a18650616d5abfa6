"""Reads and maps records, a batch at a time.

`map_batch` is all that a worker does. It takes a `Batch` and gives a `BatchResult`; both can be
pickled, so that it runs in this process, in others of this machine (`map_batches`), or on a
cluster. The paths of a batch have to be readable where it runs, and absolute if that is in
another working folder:

    build = new_build()                       # once for all batches
    result = map_batch(Batch(build, source, folder, genes=None))
    for figure in result.figures:             # `StoredRecord`s
        figure.triples()

What the batches of one build have in common is read once in each process: see `SharedInputs`.
Nothing is written. The same batch gives the same result wherever it runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Final
from uuid import uuid4

from pfocr_kg.errors import RecordError
from pfocr_kg.link import facts
from pfocr_kg.names import figure_text
from pfocr_kg.names.figure_text import FigureText
from pfocr_kg.rdf import document, labels, ntriples, parallel
from pfocr_kg.rdf.counts import DocumentCounter, GraphCounts
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.records import dictionaries, record, record_files, shared_files
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.gene_dictionary import bundled_genes, read_gene_dictionary
from pfocr_kg.records.record_files import RecordFiles
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.manifest import StoredRecord, compress

BATCH_SIZE: Final = 512
"""Records in a batch."""

_WORTH_A_PROCESS: Final = 1000
"""With fewer records, starting another process takes longer than it saves."""


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as an earlier build read it: its figid, and a digest of its files."""

    figid: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one folder.

    `build` is the id of the build, `source` the source as the user named it, and `genes` the
    path of the user's dictionary of genes, if any. `known` holds for each record what an earlier
    build read, or None; it is empty if it would hold only None. A record is not read again if its
    files are the same.
    """

    build: str
    source: str
    folder: RecordFolder
    genes: str | None
    known: tuple[KnownRecord | None, ...] = ()


@dataclass(frozen=True, slots=True)
class UnchangedRecord:
    """A record whose files have not changed: its key, new stamps and path (see `StoredRecord`)."""

    key: str
    stamps_digest: bytes
    shown: str


@dataclass(slots=True)
class BatchResult:
    """The result of mapping a batch; `records` is the number of its records.

    `names` counts the names of entities in all its figures, `counts` the triples of figures and
    papers, those of a paper once for each figure. `unchanged` are records that were not
    read again, `failed` the keys of records without a figure. `errors` holds the reasons, and the
    errors of other parts that could not be read.
    """

    source: str
    records: int
    figures: list[StoredRecord] = field(default_factory=list)
    names: NameCounts = field(default_factory=NameCounts)
    counts: GraphCounts = field(default_factory=GraphCounts)
    unchanged: list[UnchangedRecord] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[RecordError] = field(default_factory=list)


def new_build() -> str:
    """An id for a build, which all its batches have."""
    return uuid4().hex


class SharedInputs:
    """The files that the records of a build share; each is read once.

    These are the dictionaries, and the maps and organism pages that the records of a folder share.

    Raises:
        DictionaryError: `genes` cannot be read.

    """

    def __init__(self, genes: str | None = None) -> None:
        self.dictionaries = load_dictionaries(genes)
        self._folders: dict[RecordFolder, shared_files.Shared] = {}

    def shared_of(self, folder: RecordFolder) -> shared_files.Shared:
        """The content of the files that the records of a folder share."""
        key = replace(folder, records=(), real_path="")
        if key not in self._folders:
            self._folders[key] = shared_files.read_shared(key, self.dictionaries)
        return self._folders[key]


@lru_cache(maxsize=1)
def shared_inputs(build: str, genes: str | None) -> SharedInputs:  # noqa: ARG001
    """The shared inputs of a build; a process keeps only those of its latest build."""
    return SharedInputs(genes)


def load_dictionaries(genes: str | None = None) -> Dictionaries:
    """The bundled dictionaries, with the user's genes in place of the bundled ones.

    Raises:
        DictionaryError: `genes` cannot be read.

    """
    return Dictionaries(
        read_gene_dictionary(Path(genes)) if genes else bundled_genes(),
        dictionaries.bundled_diseases(),
        dictionaries.bundled_organisms(),
    )


def map_batches(batches: Iterable[Batch], records: int, jobs: int) -> Iterator[BatchResult]:
    """Map batches that hold `records` in all; the results come in the order of the batches.

    Only a few batches are in work at a time, so that memory does not grow with the corpus.

    Raises:
        PfocrError: a worker process was killed.

    """
    return parallel.map_in_order(map_batch, batches, min(jobs, -(-records // _WORTH_A_PROCESS)))


def map_batch(batch: Batch) -> BatchResult:
    """Read and map every record of a batch; an error in one does not stop the others."""
    folder = batch.folder
    result = BatchResult(batch.source, len(folder.records))
    shared = shared_inputs(batch.build, batch.genes).shared_of(folder)
    counter = DocumentCounter()
    for path, known in zip_longest(folder.records, batch.known):
        key, shown = folder.key(path), folder.place.show(path)
        now = time.time_ns()
        if known and (read_again := _unchanged(path, folder, known)):
            unchanged = UnchangedRecord(key, read_again.stamps_digest(now), shown)
            result.unchanged.append(unchanged)
            continue
        try:
            read = record.read(path, folder, shared)
        except RecordError as error:
            result.errors.append(error)
            result.failed.append(key)
            continue
        result.errors += read.errors
        result.names.add(read.figure.names)
        text = figure_text.of_figure(read.figure, shared.dictionaries.genes)
        shared_print = shared.fingerprint(read.figure.figid)
        result.figures.append(_stored(read, text, key, shown, shared_print, now, counter))
    result.counts = counter.counts()
    return result


def _unchanged(path: Path, folder: RecordFolder, known: KnownRecord) -> RecordFiles | None:
    """The files of a record, if their names and bytes have not changed; else None."""
    try:
        files = record_files.reread(path, folder, known.figid)
    except (RecordError, OSError):
        return None
    return files if files.digest == known.digest else None


def _stored(
    read: record.Record,
    text: FigureText,
    key: str,
    shown: str,
    shared_files: str,
    now: int,
    counter: DocumentCounter,
) -> StoredRecord:
    figure = read.figure
    node = document.figure(figure)
    paper = node["paper"]
    # The triples of the paper are stored separately: several figures can be from one paper.
    node["paper"] = paper["id"]
    counter.add(node)
    counter.add(paper)
    return StoredRecord(
        key=key,
        figid=figure.figid,
        shown=shown,
        stamps_digest=read.files.stamps_digest(now),
        digest=read.files.digest,
        shared_files=shared_files,
        clean=not read.errors,
        pmcid=figure.paper.pmcid,
        names=compress(labels.to_line(figure.names).encode()),
        facts=compress(facts.to_line(facts.of_record(figure)).encode()),
        text=compress(figure_text.to_line(text).encode()),
        unknown=compress(json.dumps(read.unknown_keys).encode()) if read.unknown_keys else b"",
        paper_triples=compress(ntriples.to_ntriples(paper)),
        figure_triples=compress(ntriples.to_ntriples(node)),
    )
