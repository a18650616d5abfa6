"""Changes of a draft: figures that it loses and gets, and all that depends on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from pfocr_kg import iris
from pfocr_kg.build.draft import Draft
from pfocr_kg.build.report import Progress, Reporter, Written
from pfocr_kg.names import figure_text
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.store.loader import BLOCK, Loader
from pfocr_kg.store.manifest import StoredRecord
from pfocr_kg.store.new_graph import NewGraph

_BULK_BYTES: Final = 128 << 20
"""Bytes of N-Triples from which it is faster to bulk-load them."""


@dataclass(slots=True)
class Edits:
    """Changes of a draft, made in its manifest and names at once, and in its graph by `apply`.

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


def apply(edits: Edits, file: Path, dictionaries: Dictionaries, reporter: Reporter) -> None:
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
            counted = _CountedEdits(out, counts)
            for pmcid in sorted(edits.stale_papers):
                counted.write(b"".join(draft.manifest.paper_triples(pmcid)))
            draft.write_entities(edits.stale_entities, dictionaries, counted)
        if file.stat().st_size < _BULK_BYTES:
            draft.graph.add(file)
        else:
            _load(draft.graph, file)
    draft.note_counts(counts)


class _CountedEdits:
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
