"""Some records read and mapped at a time, in this process or in several."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Final

from pfocr_kg.errors import PfocrError, RecordError
from pfocr_kg.link import facts
from pfocr_kg.mapping import bulk, document
from pfocr_kg.model import Entity
from pfocr_kg.source import dictionaries, files, group, record
from pfocr_kg.source.dictionaries import Dictionaries

SIZE: Final = 64
"""Records in a batch."""

_WORTH_A_PROCESS: Final = 1000
"""Records below which another process costs more in starting than it saves."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one group; `genes` is the user's dictionary of genes, if any."""

    group: files.Group
    genes: str | None


@dataclass(frozen=True, slots=True)
class MappedFigure:
    """A figure's own triples as N-Triples, and what it calls the entities it names.

    `facts` is what linking will want to know of it, as a line.
    """

    figid: str
    shown: str
    triples: bytes
    names: tuple[tuple[Entity, str], ...]
    facts: str

    @property
    def digest(self) -> str:
        """Equal for equal triples."""
        return hashlib.sha256(self.triples).hexdigest()[:32]


@dataclass(slots=True)
class Mapped:
    """What a batch came to."""

    figures: list[MappedFigure] = field(default_factory=list)
    errors: list[RecordError] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)
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


def shared(own: files.Group, genes: str | None) -> group.Shared:
    """What the records of a group share, read once a process."""
    return _shared(files.Group(own.place, (), own.tables, own.organisms), genes)


@cache
def _shared(own: files.Group, genes: str | None) -> group.Shared:
    return group.read_shared(own, load_dictionaries(genes))


def forget() -> None:
    """Let files be read anew: they can have changed since the last build of this process."""
    load_dictionaries.cache_clear()
    _shared.cache_clear()


def map_batch(batch: Batch) -> Mapped:
    """Read and map every record of a batch; none of them can stop another."""
    mapped = Mapped(records=len(batch.group.records))
    known = shared(batch.group, batch.genes)
    for path in batch.group.records:
        try:
            read = record.read(path, batch.group, known)
        except RecordError as error:
            mapped.errors.append(error)
            continue
        mapped.errors += read.errors
        mapped.unknown_keys.update(read.unknown_keys)
        figure = read.figure
        mapped.figures.append(
            MappedFigure(
                figure.figid,
                batch.group.place.show(path),
                bulk.to_ntriples(document.figure(figure)),
                figure.names,
                facts.to_line(facts.of_record(figure)),
            )
        )
    return mapped


def map_all(groups: Sequence[files.Group], genes: str | None, jobs: int) -> Iterator[Mapped]:
    """Map all records of the groups, in order, whatever the number of processes.

    A few batches at a time are under way: memory does not grow with the corpus.

    Raises:
        PfocrError: a worker process was killed.

    """
    batches = _batches(groups, genes)
    records = sum(len(own.records) for own in groups)
    workers = min(jobs, -(-records // _WORTH_A_PROCESS))
    if workers < 2:
        yield from map(map_batch, batches)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin_worker) as pool:
        try:
            yield from _in_order(pool, batches, ahead=4 * workers)
        except BrokenProcessPool:
            raise PfocrError(
                "a worker process was killed", hint="Is memory short? Try a smaller --jobs"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, batches: Iterator[Batch], ahead: int) -> Iterator[Mapped]:
    waiting: deque[Future[Mapped]] = deque()
    for batch in batches:
        waiting.append(pool.submit(map_batch, batch))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _batches(groups: Sequence[files.Group], genes: str | None) -> Iterator[Batch]:
    for own in groups:
        for start in range(0, len(own.records), SIZE):
            part = own.records[start : start + SIZE]
            yield Batch(files.Group(own.place, part, own.tables, own.organisms), genes)


def _begin_worker() -> None:
    # Ctrl-C goes to the whole process group; the parent decides what becomes of the build.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Stop this process when its parent is gone, however that ended."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
