"""Some figures of a graph with all that they have: a graph of its own, in a temporary folder."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf import counts, description, unfinished
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.loader import Loader
from pfocr_kg.store.new_graph import NewGraph
from pfocr_kg.store.sparql import Answering, batches, rows, values

if TYPE_CHECKING:
    import rdflib

    from pfocr_kg.store.endpoint import Remote

Store: TypeAlias = "Embedded | Remote | Subset"

_TRIPLES: Final = ox.RdfFormat.N_TRIPLES
_ABOUT: Final = "SELECT ?s ?p ?o WHERE { VALUES ?s { %s } ?s ?p ?o }"
_POINTING: Final = "SELECT ?s ?p ?o WHERE { VALUES ?figure { %s } ?s %s ?figure ; ?p ?o }"
_HAVING: Final = (
    *("dcterms:creator", "dcterms:isPartOf", "oa:hasBody"),
    *("pfocr:organism", "pfocr:paperOrganism", "pfocr:geneOrganism", "pfocr:doubtfulOrganism"),
    *("pfocr:gene", "pfocr:chemical", "pfocr:disease", "pfocr:diseaseKeyword"),
    *("pfocr:pathway", "pfocr:relatedPathway", "pfocr:widerPathway"),
    *("pfocr:pathwayGene", "pfocr:sharedGene", "pfocr:sharedSymbolGene"),
)
"""The properties whose values belong to a subset if their subject does.

`pfocr:associatedGene` is none: a disease has many such genes, which need not be in any figure.
"""


def _lines_with(*properties: str) -> re.Pattern[str]:
    """Lines of N-Triples with one of these properties and an IRI as value."""
    names = "|".join(re.escape(iris.expand(name)) for name in properties)
    return re.compile(rf"^<[^>]*> <(?:{names})> <([^>]*)> \.\n", re.MULTILINE)


_TO_OTHERS: Final = _lines_with(*_HAVING)
_TO_ORIGIN: Final = _lines_with("prov:wasDerivedFrom")


class Subset:
    """The triples of some figures, and of the papers, mentions, links and entities that they have.

    Each node has all triples that it has in `store`, except that a pathway is derived from chosen
    figures only. The set of links, which holds the rules of linking, belongs to each subset of a
    linked graph. `figures` are IRIs, and `about` says which figures these are.

    `close` it, or use it as a context manager: then its folder is removed.
    """

    def __init__(self, store: Answering, figures: Sequence[str], about: str) -> None:
        self.figures = figures
        self.about = about
        self.sources = description.sources_of(description.stored(store.query))
        self._folder = ExitStack()
        try:
            graph = self._folder.enter_context(unfinished.folder("pfocr-kg-subset-")) / "graph"
            _write(store, figures, graph)
            self._store = ox.Store.read_only(str(graph))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Subset:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the subset's folder."""
        if hasattr(self, "_store"):
            del self._store
            gc.collect()  # Oxigraph closes its files when its object is deleted
        self._folder.close()

    def __len__(self) -> int:
        return len(self._store)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a SPARQL query.

        Raises:
            SyntaxError: it does not parse.

        """
        return self._store.query(text)

    def facts(self) -> None:
        """None: a subset has no saved facts, so its graph is asked."""

    def dump(self, path: Path) -> None:
        """Write all triples to a file as N-Triples, in no particular order."""
        self._store.dump(str(path), format=_TRIPLES, from_graph=ox.DefaultGraph())

    def description(self) -> list[ox.Triple]:
        """The description of the subset as a dataset, with the sources of the whole graph."""
        counted = counts.count(self.query)
        return description.of_subset(counted, self.sources, self.figures, self.about)

    def dataset(self) -> rdflib.Dataset:
        """The same store seen through rdflib."""
        # Imported on use: it would make every command start a third of a second later.
        from pfocr_kg.store import view  # noqa: PLC0415

        return view.of_store(self._store)


def _write(store: Answering, figures: Sequence[str], folder: Path) -> None:
    """Write the triples of a subset to a new graph."""
    with closing(NewGraph(folder)) as graph, Loader(graph) as loader:
        for lines in _triples(store, figures):
            loader.write(lines.encode())


def _triples(store: Answering, figures: Sequence[str]) -> Iterator[str]:
    """The triples of a subset as N-Triples; some can be repeated."""
    chosen, found = set(figures), {*figures}
    next_nodes = {iris.LINKS}

    def kept(lines: str) -> str:
        next_nodes.update(_TO_OTHERS.findall(lines))
        return _TO_ORIGIN.sub(lambda line: line[0] if line[1] in chosen else "", lines)

    yield from map(kept, _of_figures(store, figures))
    while nodes := sorted(next_nodes - found):
        found.update(nodes)
        next_nodes.clear()
        for batch in batches(nodes):
            yield kept(_answer(store, _ABOUT % values(batch)))


def _of_figures(store: Answering, figures: Sequence[str]) -> Iterator[str]:
    """The triples of figures, their mentions and their links."""
    saved = store.saved_triples() if isinstance(store, Embedded) else None
    if saved is not None:
        # As the build saved them, without questions to the graph.
        with saved:
            figids = {iris.figure(figid): figid for figid in saved.figids()}
            for figure in figures:
                yield saved.figure_triples(figids[figure]).decode()
    for batch in batches(figures):
        nodes = values(batch)
        if saved is None:
            yield _answer(store, _ABOUT % nodes)
            yield _answer(store, _POINTING % (nodes, "oa:hasTarget"))
        yield _answer(store, _POINTING % (nodes, "pfocr:figure"))


def _answer(store: Answering, question: str) -> str:
    """The triples in the answer to a question, as N-Triples."""
    triples = (ox.Triple(*row) for row in rows(store, question))
    return (ox.serialize(triples, format=_TRIPLES) or b"").decode()
