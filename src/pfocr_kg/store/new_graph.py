"""A graph that a build writes: Oxigraph in its work folder."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import StoreError
from pfocr_kg.rdf.counts import GraphCounts, count
from pfocr_kg.store import opening

_TARGET: Final = ox.NamedNode(iris.PREFIXES["oa"] + "hasTarget")
_GRAPH: Final = ox.DefaultGraph()
_DESCRIPTION: Final = ox.NamedNode(iris.DESCRIPTION)
_TRIPLES: Final = ox.RdfFormat.N_TRIPLES


@dataclass(slots=True)
class PatchCounts:
    """Numbers of triples that a patch removed and added, and that did not fit the graph.

    `absent` triples were to be removed but are not in the graph; `present` triples were to be added
    but are already in it. `first` is the first triple that did not fit, as N-Triples.
    """

    removed: int = 0
    added: int = 0
    absent: int = 0
    present: int = 0
    first: str = ""

    @property
    def misfits(self) -> int:
        """Triples that did not fit."""
        return self.absent + self.present


class NewGraph:
    """A graph to be written, at first empty or a copy of another, and its description.

    The graph is the default graph of a store. The description is in a named graph, which is not
    counted, queried or changed with it.

    Raises:
        DamagedStoreError: the graph to copy cannot be opened.
        StoreError: it cannot be read or written.

    """

    def __init__(self, graph: Path, begin_with: Path | None = None) -> None:
        before = None if begin_with is None else opening.graph(begin_with, f"{begin_with}:")
        with _errors("opened"):
            if before is not None:
                before.backup(str(graph))
            self._store = ox.Store(str(graph))

    def load(self, triples: bytes) -> None:
        """Add N-Triples that this package wrote: their IRIs are not checked again."""
        with _errors("loaded"):
            self._store.bulk_load(triples, _TRIPLES, lenient=True)

    def remove(self, subjects: Iterable[str], counts: GraphCounts) -> None:
        """Remove all triples about these IRIs, and subtract them from `counts`."""
        with _errors("changed"):
            for iri in subjects:
                quads = self._about(ox.NamedNode(iri))
                counts.count_subject(quads, -1)
                for quad in quads:
                    self._store.remove(quad)

    def _about(self, subject: Any) -> list[ox.Quad]:
        return list(self._store.quads_for_pattern(subject, None, None, _GRAPH))

    def remove_figures(self, figures: Iterable[str], counts: GraphCounts) -> None:
        """Remove all triples about these figures and their mentions."""
        for iri in figures:
            quads = self._store.quads_for_pattern(None, _TARGET, ox.NamedNode(iri), _GRAPH)
            mentions = [quad.subject for quad in quads]
            self.remove([m.value for m in mentions if isinstance(m, ox.NamedNode)], counts)
            self.remove([iri], counts)

    def add(self, file: Path) -> None:
        """Add the triples of an N-Triples file, without the work of `optimize`."""
        with _errors("changed"):
            self._store.extend(ox.parse(path=str(file), format=_TRIPLES))

    def patch(self, changes: Iterable[tuple[bool, ox.Quad]]) -> PatchCounts:
        """Add (True) and remove (False) triples one by one; triples that do not fit are left out.

        Raises:
            StoreError: the graph cannot be written.

        """
        counts = PatchCounts()
        for added, quad in changes:
            if (quad in self._store) == added:
                counts.first = counts.first or str(quad)
                counts.present += added
                counts.absent += not added
                continue
            try:
                (self._store.add if added else self._store.remove)(quad)
            except (OSError, RuntimeError) as error:
                raise StoreError(f"the graph cannot be written: {error}") from None
            counts.added += added
            counts.removed += not added
        return counts

    def count_new(self, lines: Collection[bytes], counts: GraphCounts) -> None:
        """Count those of these lines of N-Triples, all about one thing, that are not in the graph.

        They hold all its classes.
        """
        with _errors("read"):
            first = next(iter(lines))
            before = self._about(ox.NamedNode(first[1 : first.index(b">")].decode()))
        if not before:
            counts.count_lines(set(lines), 1)
            return
        counts.count_subject(before, -1)
        counts.count_subject({*before, *ox.parse(b"".join(lines), _TRIPLES)}, 1)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a SPARQL query on the triples loaded so far."""
        return self._store.query(text)

    def copy(self, folder: Path) -> None:
        """Put a snapshot of the graph into a folder; its files are hard links."""
        with _errors("copied"):
            self._store.flush()
            self._store.backup(str(folder))

    def counts(self) -> GraphCounts:
        """Count everything but partitions; this reads the whole graph."""
        with ThreadPoolExecutor(2) as threads:
            return count(self.query, side_by_side=threads.map)

    def describe(self, triples: Iterable[ox.Triple]) -> None:
        """Replace the description of the graph by these triples."""
        new = {ox.Quad(t.subject, t.predicate, t.object, _DESCRIPTION) for t in triples}
        with _errors("described"):
            if new != set(self._store.quads_for_pattern(None, None, None, _DESCRIPTION)):
                self._store.remove_graph(_DESCRIPTION)
                self._store.extend(new)

    def optimize(self) -> None:
        """Merge the files of the graph, which makes queries faster."""
        with _errors("optimized"):
            self._store.optimize()

    def flush(self) -> None:
        """Write all changes to the disk."""
        with _errors("written"):
            self._store.flush()

    def close(self) -> None:
        """Close the files, which Oxigraph does when its object is deleted."""
        if hasattr(self, "_store"):
            del self._store
            gc.collect()


@contextmanager
def _errors(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, SyntaxError, ValueError) as error:
        raise StoreError(f"the graph cannot be {what}: {error}") from None
