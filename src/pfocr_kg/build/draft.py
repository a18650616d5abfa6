"""A generation that a build is writing: its graph, manifest, index, and counts of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.model import Labelled
from pfocr_kg.names import entity_names
from pfocr_kg.names.index import NewIndex
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.rdf.ntriples import TriplesWriter
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.store import manifest
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.manifest import Manifest
from pfocr_kg.store.new_graph import NewGraph


@dataclass(slots=True)
class Draft:
    """A generation in a work folder, not yet current; `close` it.

    `names` counts in how many records each entity has which name.
    """

    generation: Generation
    graph: NewGraph
    manifest: Manifest
    index: NewIndex
    names: NameCounts

    @classmethod
    def empty(cls, folder: Path) -> Draft:
        """A draft without figures, in a new folder."""
        generation = Generation(folder)
        folder.mkdir()
        graph = NewGraph(generation.graph)
        new_manifest = Manifest(generation.manifest, new=True)
        return cls(generation, graph, new_manifest, NewIndex(generation.index), NameCounts())

    @classmethod
    def copy(cls, previous: Generation, folder: Path) -> Draft:
        """A copy of a generation without its links, in a new folder.

        Raises:
            DamagedStoreError: the generation has no usable manifest, or is damaged.
            StoreError: the copy cannot be written.

        """
        if not manifest.is_usable(previous.manifest):
            raise DamagedStoreError(
                f"{previous.path}: has no manifest of this version: the store was patched, or "
                "built by another pfocr-kg",
                hint="Build it again from its sources, without --add",
            )
        generation = Generation(folder)
        folder.mkdir()
        graph = previous.unlinked if previous.unlinked.exists() else previous.graph
        copied = NewGraph(generation.graph, graph)
        try:
            names = _read_names(previous.names)
            return cls(
                generation,
                copied,
                Manifest.copy(previous.manifest, generation.manifest),
                NewIndex(generation.index, previous.index),
                names,
            )
        except BaseException:
            copied.close()
            raise

    def counts(self) -> GraphCounts:
        """The counts of the graph without links, which the manifest has, or else its triples."""
        counts = GraphCounts.load(self.manifest.get_note("counts"))
        if counts is None:
            counts = GraphCounts()
            for figid in self.manifest.figids():
                counts.count_lines(self.manifest.figure_triples(figid).splitlines(keepends=True), 1)
            for pmcid in self.manifest.pmcids():
                papers = b"".join(self.manifest.paper_triples(pmcid))
                counts.count_lines(set(papers.splitlines(keepends=True)), 1)
            self.count_shared(counts)
        return counts

    def count_shared(self, counts: GraphCounts) -> None:
        """Count the triples that figures share, but not those of papers."""
        for triples in self.manifest.all_shared_triples():
            counts.count_lines(set(triples.splitlines(keepends=True)), 1)

    def note_counts(self, counts: GraphCounts) -> None:
        """Store the counts of the graph without links in the manifest."""
        self.manifest.set_note("counts", counts.dump())

    def write_entities(
        self, entities: Iterable[str], dictionaries: Dictionaries, out: TriplesWriter
    ) -> None:
        """Write the triples of these entities (IRIs), except those that no figure names."""
        for iri, of_iri in entities_of(self.names, dictionaries, entities):
            self.write_shared(iri, entity_triples(of_iri), out)
            for labelled in of_iri:
                names = entity_names.names(labelled, dictionaries)
                self.index.add_thing(entity_names.thing(labelled), names)

    def write_shared(self, iri: str, triples: bytes, out: TriplesWriter) -> None:
        """Write the triples about an IRI that figures share to `out` and the manifest."""
        self.manifest.set_shared(iri, triples)
        out.write(triples)

    def save(self) -> None:
        """Write all changes to the disk."""
        with self.generation.names.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in self.names.dump())
        self.manifest.commit()
        self.index.commit()
        self.graph.flush()

    def close(self) -> None:
        """Close the files."""
        self.graph.close()
        self.manifest.close()
        self.index.close()


def entities_of(
    names: NameCounts, dictionaries: Dictionaries, entities: Iterable[str]
) -> Iterator[tuple[str, list[Labelled]]]:
    """(IRI, entity once for each kind) of these IRIs, except those that no figure names."""
    entities = list(entities)
    names.add_dictionary_names(dictionaries, entities)
    labelled = names.subset(entities).labelled()
    for iri, same_iri in groupby(labelled, key=lambda labelled: labelled.entity.iri):
        yield iri, list(same_iri)


def entity_triples(labelled: Iterable[Labelled]) -> bytes:
    """The triples of one entity, given once for each of its kinds."""
    return b"".join(map(ntriples.to_ntriples, map(document.entity, labelled)))


def creator_triples() -> tuple[str, bytes]:
    """The IRI of the figures' creator, and its triples, the same in every graph."""
    node = document.creator()
    return node["id"], ntriples.to_ntriples(node)


@contextmanager
def closing_on_error(draft: Draft) -> Iterator[Draft]:
    """Close a draft if the code inside fails."""
    try:
        yield draft
    except BaseException:
        draft.close()
        raise


def _read_names(path: Path) -> NameCounts:
    try:
        with path.open(encoding="utf-8") as file:
            return NameCounts.load(line.rstrip("\n") for line in file)
    except (FileNotFoundError, ValueError) as error:
        raise DamagedStoreError(f"{path}: is damaged: {error}") from None
