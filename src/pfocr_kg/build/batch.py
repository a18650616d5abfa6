"""Some records read and mapped at a time, in this process or in several."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.link import facts
from pfocr_kg.model import Entity
from pfocr_kg.rdf import document, labels, ntriples, parallel
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.records import dictionaries, record, record_files, shared_files
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.record_files import RecordFiles
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.manifest import Row, pack, unpack

SIZE: Final = 256
"""Records in a batch."""

_WORTH_A_PROCESS: Final = 1000
"""Records below which another process costs more in starting than it saves."""


@dataclass(frozen=True, slots=True)
class Known:
    """A record as an earlier build read it: its figid, and a digest of its files."""

    figid: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one group; `genes` is the user's dictionary of genes, if any.

    `known` has, for each record, what an earlier build knows of it: one whose files hold the
    same is not read again. It is empty where nothing is known.
    """

    group: RecordFolder
    genes: str | None
    known: tuple[Known | None, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedFigure:
    """A figure as its row in the manifest, which is packed: it goes from process to process."""

    row: Row

    @property
    def triples(self) -> bytes:
        """The figure's and its paper's own triples, as N-Triples."""
        return unpack(self.row.triples) + unpack(self.row.paper)

    @property
    def names(self) -> tuple[tuple[Entity, str], ...]:
        """What the record calls the entities it names."""
        return labels.from_line(unpack(self.row.names))

    @property
    def figid(self) -> str:
        """The figure's figid."""
        return self.row.figid

    @property
    def shown(self) -> str:
        """The record's place, as the user knows it."""
        return self.row.shown


@dataclass(slots=True)
class Mapped:
    """What a batch came to.

    `names` counts what all its figures call entities. `same` are (key, signature, shown) of
    records not read again, `failed` the keys of those that gave no figure.
    """

    figures: list[MappedFigure] = field(default_factory=list)
    names: NameCounts = field(default_factory=NameCounts)
    same: list[tuple[str, bytes, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[RecordError] = field(default_factory=list)
    records: int = 0


@cache
def load_dictionaries(genes: str | None) -> Dictionaries:
    """The bundled dictionaries, with the user's genes in place of the bundled ones.

    Raises:
        DictionaryError: `genes` cannot be read.

    """
    return Dictionaries(
        dictionaries.read_genes(Path(genes)) if genes else dictionaries.bundled_genes(),
        dictionaries.bundled_diseases(),
        dictionaries.bundled_organisms(),
    )


def shared(own: RecordFolder, genes: str | None) -> shared_files.Shared:
    """What the records of a group share, read once a process."""
    return _shared(replace(own, records=(), real_path=""), genes)


@cache
def _shared(own: RecordFolder, genes: str | None) -> shared_files.Shared:
    return shared_files.read_shared(own, load_dictionaries(genes))


def forget() -> None:
    """Let files be read anew: they can have changed since the last build of this process."""
    load_dictionaries.cache_clear()
    _shared.cache_clear()


def map_batch(batch: Batch) -> Mapped:
    """Read and map every record of a batch; none of them can stop another."""
    mapped = Mapped(records=len(batch.group.records))
    known = shared(batch.group, batch.genes)
    for path, before in zip_longest(batch.group.records, batch.known):
        now = time.time_ns()
        if before and (trace := _unchanged(path, batch.group, before)):
            shown = batch.group.place.show(path)
            mapped.same.append((batch.group.key(path), trace.stamps_digest(now), shown))
            continue
        try:
            read = record.read(path, batch.group, known)
        except RecordError as error:
            mapped.errors.append(error)
            mapped.failed.append(batch.group.key(path))
            continue
        mapped.errors += read.errors
        mapped.names.add(read.figure.names)
        mapped.figures.append(_map(path, batch.group, known, read, now))
    return mapped


def _unchanged(path: Path, own: RecordFolder, before: Known) -> RecordFiles | None:
    """What the record was read from, if it holds what it held."""
    try:
        trace = record_files.reread(path, own, before.figid)
    except (RecordError, OSError):
        return None
    return trace if trace.digest == before.content else None


def _map(
    path: Path, own: RecordFolder, known: shared_files.Shared, read: record.Record, now: int
) -> MappedFigure:
    figure = read.figure
    node = document.figure(figure)
    paper = node["paper"]
    # What is said of the paper is kept apart: here only its IRI is named.
    triples = ntriples.to_ntriples({**node, "paper": paper["id"]})
    row = Row(
        key=own.key(path),
        figid=figure.figid,
        shown=own.place.show(path),
        signature=read.files.stamps_digest(now),
        content=read.files.digest,
        maps=known.of(figure.figid),
        clean=not read.errors,
        pmcid=figure.paper.pmcid,
        names=pack(labels.to_line(figure.names).encode()),
        facts=pack(facts.to_line(facts.of_record(figure)).encode()),
        unknown=pack(json.dumps(read.unknown_keys).encode()) if read.unknown_keys else b"",
        paper=pack(ntriples.to_ntriples(paper)),
        triples=pack(triples),
    )
    return MappedFigure(row)


def map_all(batches: Iterable[Batch], records: int, jobs: int) -> Iterator[Mapped]:
    """Map batches of so many records in all, in order, whatever the number of processes.

    A few batches at a time are under way: memory does not grow with the corpus.

    Raises:
        PfocrError: a worker process was killed.

    """
    return parallel.map_in_order(map_batch, batches, min(jobs, -(-records // _WORTH_A_PROCESS)))


def all_of(groups: Iterable[RecordFolder], genes: str | None) -> Iterator[Batch]:
    """All records of the groups, a batch at a time."""
    for own in groups:
        for start in range(0, len(own.records), SIZE):
            part = own.records[start : start + SIZE]
            yield Batch(replace(own, records=part), genes)
