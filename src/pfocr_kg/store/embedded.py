"""The embedded store: Oxigraph on disk, the only place that opens one."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import StoreError
from pfocr_kg.store import layout

if TYPE_CHECKING:
    import rdflib

_TYPE: Final = ox.NamedNode(iris.PREFIXES["rdf"] + "type")
_COUNT_CLASSES: Final = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?s a ?class } GROUP BY ?class"
_TRIPLES: Final = ox.RdfFormat.N_TRIPLES


class Embedded:
    """A built store, opened for reading; the graph it opened stays, whatever a build does.

    Use as a context manager, or `close` it.

    Raises:
        StoreError: there is no store in the folder, or it cannot be opened.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock, self.generation = layout.acquire(folder)
        try:
            self._store = ox.Store.read_only(str(self.generation.graph))
        except (OSError, RuntimeError) as error:
            self._lock.close()
            raise StoreError(
                f"{folder}: its graph cannot be opened: {error}",
                hint="Build the store again from its sources",
            ) from None

    def __enter__(self) -> Embedded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let a later build remove this generation once it is out of date."""
        self._lock.close()

    @property
    def _open(self) -> ox.Store:
        """The store, unless it was closed: the generation may be gone then."""
        if self._lock.closed:
            raise StoreError(f"{self.folder}: was closed", hint="Open it again")
        return self._store

    def __len__(self) -> int:
        return len(self._open)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a SPARQL query.

        Raises:
            SyntaxError: it does not parse.

        """
        return self._open.query(text)

    def facts(self) -> Iterator[str]:
        """What linking wants to know of the figures: a line of JSON each."""
        with self.generation.facts.open(encoding="utf-8") as file:
            yield from file

    def dump(self, path: Path) -> None:
        """Write all triples to a file as N-Triples, in no particular order."""
        self._open.dump(str(path), format=_TRIPLES, from_graph=ox.DefaultGraph())

    def dataset(self) -> rdflib.Dataset:
        """The same store seen through rdflib."""
        # Imported on use: it would make every command start a third of a second later.
        import oxrdflib  # noqa: PLC0415
        import rdflib  # noqa: PLC0415

        return rdflib.Dataset(store=oxrdflib.OxigraphStore(store=self._open))


class Loading:
    """A graph being filled in a build's work folder, empty or begun as a copy of another."""

    def __init__(self, graph: Path, begin_with: layout.Generation | None = None) -> None:
        try:
            if begin_with is not None:
                ox.Store.read_only(str(begin_with.graph)).backup(str(graph))
            self._store = ox.Store(str(graph))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the graph cannot be opened: {error}") from None

    def load(self, path: Path) -> None:
        """Add the triples of an N-Triples file.

        Raises:
            StoreError: the store cannot take them.

        """
        try:
            self._store.bulk_load(path=str(path), format=_TRIPLES)
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"the graph cannot be loaded: {error}") from None

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a SPARQL query on what is loaded so far."""
        return self._store.query(text)

    def forget(self, subjects: Iterable[str]) -> None:
        """Remove all triples about these IRIs."""
        for iri in subjects:
            for quad in list(self._store.quads_for_pattern(ox.NamedNode(iri), None, None)):
                self._store.remove(quad)

    def members(self, class_iri: str) -> Iterator[str]:
        """The IRIs of a class's members."""
        for quad in self._store.quads_for_pattern(None, _TYPE, ox.NamedNode(class_iri)):
            assert isinstance(quad.subject, ox.NamedNode)
            yield quad.subject.value

    def count_classes(self) -> Iterator[tuple[str, int]]:
        """(class IRI, number of its members)."""
        rows = self._store.query(_COUNT_CLASSES)
        assert isinstance(rows, ox.QuerySolutions)
        for row in rows:
            yield row["class"].value, int(row["n"].value)

    def __len__(self) -> int:
        return len(self._store)

    def close(self) -> None:
        """Write everything out and let go of the files; Oxigraph closes with its object.

        Queries are up to three times faster on an optimised store.
        """
        self._store.optimize()
        self._store.flush()
        del self._store
        gc.collect()
