"""What a build has under its hands: the graph being filled, and what it knows of the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from pfocr_kg.build import batch
from pfocr_kg.build.batch import Batch, Mapped, MappedFigure
from pfocr_kg.build.report import Progress, Report
from pfocr_kg.errors import RecordError
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.rdf.ntriples import TriplesWriter
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.store.manifest import Manifest, Row
from pfocr_kg.store.new_graph import Loading


class Counting:
    """TriplesWriter triples after it has counted those of them that are new in a graph."""

    def __init__(self, out: TriplesWriter, graph: Loading, counts: GraphCounts) -> None:
        self._out, self._graph, self._counts = out, graph, counts

    def write(self, triples: bytes) -> int:
        """Take all that is said of an IRI; gives the number of bytes."""
        self._graph.count_new(triples, self._counts)
        return self._out.write(triples)


class Takes(Protocol):
    """Something that takes mapped figures; `figures` and `triples` count what it took."""

    @property
    def figures(self) -> int:
        """Figures taken so far."""

    @property
    def triples(self) -> int:
        """Their triples."""

    def take(self, mapped: Mapped) -> None:
        """Take what a batch came to."""


@dataclass(slots=True)
class Work:
    """The graph and the manifest being filled, the names counted, and what they go by."""

    graph: Loading
    manifest: Manifest
    names: NameCounts
    dictionaries: Dictionaries
    report: Report
    progress: Callable[[Progress], None]
    jobs: int

    def map(self, batches: Iterable[Batch], records: int, taker: Takes) -> None:
        """Map batches of so many records in all."""
        done = 0
        for mapped in batch.map_all(batches, records, self.jobs):
            for error in mapped.errors:
                self.report.quarantine(error)
            taker.take(mapped)
            done += mapped.records
            if taker.figures:  # else it may all come to nothing, and one line says so
                self.progress(Progress("map", done, records, taker.figures, taker.triples))

    def write_entities(self, touched: Iterable[str], out: TriplesWriter) -> None:
        """Write the triples of those of these entities (IRIs) that figures name, labels and all."""
        touched = list(touched)
        self.names.settle(self.dictionaries, touched)
        nodes = map(document.entity, self.names.only(touched).labelled())
        for _, of_one in groupby(nodes, key=itemgetter("id")):
            self.write_shared(list(of_one), out)

    def write_shared(self, nodes: Sequence[document.Node], out: TriplesWriter) -> None:
        """Write the triples about one IRI that are no figure's own, and keep them."""
        triples = b"".join(map(ntriples.to_ntriples, nodes))
        self.manifest.share(nodes[0]["id"], triples)
        out.write(triples)

    def quarantine_double(self, figure: MappedFigure, first: Row | None, hint: str = "") -> None:
        """Note that a figure's figid is another record's already."""
        place = first.shown if first else "another record"
        reason = f"its figid {figure.figid} is also that of {place}{hint}"
        self.report.quarantine(RecordError(reason, path=figure.shown))

    def note(self, counts: GraphCounts) -> None:
        """Put the graph's counts into the manifest and the report."""
        self.manifest.note("counts", counts.dump())
        self.report.count(counts.triples, counts.classes)
