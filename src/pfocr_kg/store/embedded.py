"""The embedded store: Oxigraph on disk, opened for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import StoreError
from pfocr_kg.rdf import description, provenance
from pfocr_kg.store import generations, manifest, opening
from pfocr_kg.store.manifest import Manifest
from pfocr_kg.store.saved_triples import SavedTriples

if TYPE_CHECKING:
    import rdflib

_TRIPLES: Final = ox.RdfFormat.N_TRIPLES
_GRAPH: Final = ox.DefaultGraph()
_DESCRIPTION: Final = ox.NamedNode(iris.DESCRIPTION)


class Embedded:
    """A built store, opened for reading; a later build does not change the opened graph.

    Use as a context manager, or `close` it.

    Raises:
        StoreError: there is no store in the folder, or it cannot be opened.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock, self.generation = generations.acquire(folder)
        try:
            self._store = opening.graph(self.generation.graph, f"{folder}: its graph")
        except StoreError:
            self._lock.close()
            raise

    def __enter__(self) -> Embedded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Unlock the generation, so that a later build can remove it."""
        self._lock.close()

    @property
    def _open(self) -> ox.Store:
        """The store; an error if it was closed, since the generation may have been removed."""
        if self._lock.closed:
            raise StoreError(f"{self.folder}: was closed", hint="Open it again")
        return self._store

    def __len__(self) -> int:
        # All triples minus those of the description: counting the default graph takes longer.
        store = self._open
        described = store.quads_for_pattern(None, None, None, _DESCRIPTION)
        return len(store) - sum(1 for _ in described)

    def query(
        self,
        text: str,
        *,
        base: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a SPARQL query, whose relative IRIs are resolved against `base`.

        It need not declare `prefixes`. If any graphs are given, its dataset is these and nothing
        else, whatever FROM says.

        Raises:
            SyntaxError: it does not parse.
            ValueError: a graph is not an absolute IRI.

        """
        default: list[Any] = [ox.NamedNode(iri) for iri in default_graphs]
        named: list[Any] = [ox.NamedNode(iri) for iri in named_graphs]
        if not default and not named:
            return self._open.query(text, base_iri=base, prefixes=prefixes)
        return self._open.query(
            text, base_iri=base, prefixes=prefixes, default_graph=default, named_graphs=named
        )

    @property
    def report(self) -> dict[str, Any]:
        """The report of the build that made this graph.

        Raises:
            DamagedStoreError: it is missing or damaged.

        """
        return self.generation.read_report()

    def saved_triples(self) -> SavedTriples | None:
        """The triples as the build saved them; None after a patch.

        Raises:
            DamagedStoreError: they are damaged.

        """
        if not manifest.is_usable(self.generation.manifest):
            return None
        return SavedTriples(self.generation)

    def facts(self, figids: Iterable[str] | None = None) -> Iterator[str] | None:
        """The facts of figures (all if None) for linking, one line of JSON per figure.

        None after a patch.
        """
        if not self.generation.manifest.exists():
            return None
        return self._facts(figids)

    def _facts(self, figids: Iterable[str] | None) -> Iterator[str]:
        with Manifest(self.generation.manifest) as known:
            yield from known.facts(figids)

    def dump(self, path: Path) -> None:
        """Write all triples to a file as N-Triples, in no particular order."""
        self._open.dump(str(path), format=_TRIPLES, from_graph=_GRAPH)

    def description(self) -> list[ox.Triple]:
        """The description of the graph as a dataset, with the sources of its build."""
        sources = map(provenance.source, self.report.get("sources", ()))
        return description.describe(self.query, sources)

    def dataset(self) -> rdflib.Dataset:
        """The same store seen through rdflib."""
        # Imported on use: it would make every command start a third of a second later.
        from pfocr_kg.store import view  # noqa: PLC0415

        return view.of_store(self._open)
