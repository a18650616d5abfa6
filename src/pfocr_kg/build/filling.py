"""Fills a new graph with the figures of all records."""

from __future__ import annotations

from collections.abc import Sequence

from pfocr_kg.build import batch
from pfocr_kg.build.batch import Mapped
from pfocr_kg.build.report import Progress
from pfocr_kg.build.work import Work
from pfocr_kg.rdf import document
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.loader import Loader


def fill(work: Work, groups: Sequence[RecordFolder], genes: str | None) -> None:
    """Fill an empty graph with the figures of all records; loading runs beside mapping."""
    records = sum(len(own.records) for own in groups)
    with Loader(work.graph) as loader:
        taken = _Taken(work, loader)
        with work.report.stage("map"):
            work.map(batch.all_of(groups, genes), records, taken)
            if not taken.figures:
                return  # nothing to load; the build will say so in one line
            work.write_entities(work.names.known(), loader)
            work.write_shared([document.creator()], loader)
        work.progress(Progress("load", records, records, taken.figures, loader.triples))
        with work.report.stage("load"):
            loader.finish()
            work.graph.optimize()
    with work.report.stage("count"):
        work.note(work.graph.counts())


class _Taken:
    """Every figure of which there is not one already."""

    def __init__(self, work: Work, loader: Loader) -> None:
        self.work, self.loader = work, loader
        self.figures = 0

    @property
    def triples(self) -> int:
        return self.loader.triples

    def take(self, mapped: Mapped) -> None:
        """Take what a batch came to."""
        names = mapped.names
        for figure in mapped.figures:
            if not self.work.manifest.add(figure.row):
                first = self.work.manifest.of_figid(figure.figid)
                self.work.quarantine_double(figure, first)
                names.remove(figure.names)
                continue
            self.loader.write(figure.triples)
            self.figures += 1
        self.work.names.merge(names)
