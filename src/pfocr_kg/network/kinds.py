"""The kinds of network, as networkx graphs with typed attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.network import incidence, pairs
from pfocr_kg.network.choices import KINDS
from pfocr_kg.network.incidence import Incidence
from pfocr_kg.network.pairs import Ints
from pfocr_kg.network.scope import Scope, scope
from pfocr_kg.records import organisms
from pfocr_kg.store.sparql import Answering

_MOST_EDGES: Final = 5_000_000
"""Edges beyond which a graph in memory takes more than a laptop has, at half a kB an edge."""

Attributes = dict[str, str | int | float]


class _Edges(NamedTuple):
    """Edges between numbered nodes, in order, with an array for each measure."""

    first: Ints
    second: Ints
    measures: Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a store; `taxon` is None for all organisms."""

    store: Answering
    scope: Scope
    taxon: str | None
    min_weight: int
    direct_only: bool

    def genes(self, *, mentions: bool = False) -> Incidence:
        return incidence.genes(
            self.store,
            self.scope.figures,
            self.taxon,
            mentions=mentions,
            direct_only=self.direct_only,
        )


def network(
    store: Answering,
    kind: str,
    *,
    organism: str | None = None,
    min_weight: int = 2,
    direct_only: bool = False,
    disease: str | None = None,
    pathway: str | None = None,
) -> nx.Graph:
    """A network of what a store's figures draw; `Graph.network` says what goes in.

    Nodes are CURIEs with `kind` and `label`; nodes that no edge leads to are left out. Nodes
    and edges come in a fixed order. docs/networks.md says what their attributes mean.

    Raises:
        QueryError: there is no such kind, organism, disease or pathway, `min_weight` is below
            1, or the network has more than five million edges.

    """
    if kind not in KINDS:
        raise QueryError(f"unknown kind of network {kind!r}", hint="One of " + ", ".join(KINDS))
    if min_weight < 1:
        raise QueryError(f"the least weight is {min_weight}, and has to be 1 or more")
    taxon = None if organism is None else organisms.taxon(organism)
    of = scope(store, disease, pathway)
    graph = nx.Graph(kind=kind, min_weight=min_weight, direct_only=direct_only, **of.said)
    if taxon is not None:
        graph.graph["organism"] = iris.curie(iris.organism(taxon))
    _MAKERS[kind](graph, _Asked(store, of, taxon, min_weight, direct_only))
    return graph


def _genes(graph: nx.Graph, asked: _Asked) -> None:
    found = asked.genes()
    papers = incidence.papers(asked.store)
    parts = incidence.of_species(found, incidence.species_of_genes(asked.store))
    edges = (
        edge._replace(first=numbers[edge.first], second=numbers[edge.second])
        for numbers in map(np.array, parts.values())
        for edge in _together(found.only(numbers), papers, asked.min_weight)
    )
    _fill(graph, edges, _gene_nodes(found, asked))


def _together(found: Incidence, papers: Mapping[str, str], minimum: int) -> Iterator[_Edges]:
    """Edges between the genes of one organism."""
    genes = found.matrix.T.tocsr()
    counts = _sizes(genes)
    repeats = pairs.Repeats(found.matrix, [papers.get(f, f) for f in found.figures])
    for block in pairs.common(genes, minimum):
        yield _Edges(
            block.first,
            block.second,
            {
                "figures": block.shared,
                "papers": block.shared - repeats.of(block),
                "npmi": pairs.npmi(block, counts, len(found.figures)),
            },
        )


def _figures(graph: nx.Graph, asked: _Asked) -> None:
    found = asked.genes()
    counts = _sizes(found.matrix)
    edges = (
        _Edges(
            block.first,
            block.second,
            {"genes": block.shared, "jaccard": pairs.jaccard(block, counts)},
        )
        for block in pairs.common(found.matrix, asked.min_weight)
    )
    _fill(graph, edges, _figure_nodes(found, asked.store))


def _diseases(graph: nx.Graph, asked: _Asked) -> None:
    genes, named = asked.genes(), incidence.diseases(asked.store, asked.scope.figures)
    both = sorted({*genes.figures} & {*named.figures})
    naming = named.rows(both)
    # A disease's genes: those of any figure that names it.
    matrix = (naming.T @ genes.rows(both)).tocsr()
    matrix.data[:] = 1
    counts = _sizes(matrix)
    together = (naming.T @ naming).tocsr()
    edges = (
        _Edges(
            block.first,
            block.second,
            {
                "genes": block.shared,
                "jaccard": pairs.jaccard(block, counts),
                "figures": pairs.cells(together, block),
            },
        )
        for block in pairs.common(matrix, asked.min_weight)
    )
    _fill(graph, edges, _disease_nodes(named, _sizes(naming.T), counts, asked.store))


def _bipartite(graph: nx.Graph, asked: _Asked) -> None:
    found = asked.genes(mentions=True)
    found = found.only(np.flatnonzero(_sizes(found.matrix.T) >= asked.min_weight))
    first = len(found.figures)
    figure, gene = _figure_nodes(found, asked.store), _gene_nodes(found, asked)
    cells = found.matrix.sorted_indices().tocoo()
    edges = _Edges(
        cells.row.astype(np.int64),
        cells.col.astype(np.int64) + first,
        {"mentions": cells.data},
    )
    _fill(graph, iter([edges]), lambda at: figure(at) if at < first else gene(at - first))


_MAKERS: Final[Mapping[str, Callable[[nx.Graph, _Asked], None]]] = {
    "genes": _genes,
    "figures": _figures,
    "diseases": _diseases,
    "bipartite": _bipartite,
}

_Node = Callable[[int], tuple[str, Attributes]]
"""Gives the name and attributes of the node with a number."""


def _fill(graph: nx.Graph, edges: Iterator[_Edges], node: _Node) -> None:
    """Add edges, and the nodes that they join in the order of their numbers."""
    blocks: list[_Edges] = []
    total = 0
    for block in edges:
        total += len(block.first)
        if total > _MOST_EDGES:
            raise QueryError(
                f"the network has more than {_MOST_EDGES:,} edges",
                hint="Raise the least weight, or name an organism",
            )
        blocks.append(block)
    ends = [numbers for block in blocks for numbers in (block.first, block.second)]
    names = {}
    for at in np.unique(np.concatenate(ends)).tolist() if ends else ():
        names[at], attributes = node(at)
        graph.add_node(names[at], **attributes)
    for block in blocks:
        graph.add_edges_from(_rows(block, names))


def _rows(block: _Edges, names: Mapping[int, str]) -> Iterator[tuple[str, str, Attributes]]:
    """The edges of a block, with plain Python numbers as attributes."""
    keys = tuple(block.measures)
    columns = [values.tolist() for values in block.measures.values()]
    for a, b, *values in zip(block.first.tolist(), block.second.tolist(), *columns, strict=True):
        yield names[a], names[b], dict(zip(keys, values, strict=True))


def _gene_nodes(found: Incidence, asked: _Asked) -> _Node:
    labels, of = incidence.labels(asked.store, "Gene"), incidence.organism_names(asked.store)
    figures = _sizes(found.matrix.T)
    pathway = asked.scope.genes

    def node(at: int) -> tuple[str, Attributes]:
        iri = found.columns[at]
        name = iris.curie(iri)
        return name, {
            "kind": "gene",
            "label": labels.get(iri, name),
            "organism": of.get(iri, ""),
            "figures": int(figures[at]),
            **({} if pathway is None else {"in_pathway": iri in pathway}),
        }

    return node


def _figure_nodes(found: Incidence, store: Answering) -> _Node:
    figids, titles, papers = (
        incidence.figids(store),
        incidence.titles(store),
        incidence.papers(store),
    )
    of = incidence.organism_names(store)
    organism = [of.get(gene, "") for gene in found.columns]
    matrix = found.matrix

    def node(at: int) -> tuple[str, Attributes]:
        iri = found.figures[at]
        name = iris.curie(iri)
        columns = matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]].tolist()
        return name, {
            "kind": "figure",
            "label": figids.get(iri, name),
            "title": titles.get(iri, ""),
            "paper": iris.curie(papers.get(iri, "")),
            "organism": "; ".join(sorted({organism[column] for column in columns})),
            "genes": len(columns),
        }

    return node


def _disease_nodes(found: Incidence, figures: Ints, genes: Ints, store: Answering) -> _Node:
    labels = incidence.labels(store, "Disease")

    def node(at: int) -> tuple[str, Attributes]:
        name = iris.curie(found.columns[at])
        return name, {
            "kind": "disease",
            "label": labels.get(found.columns[at], name),
            "figures": int(figures[at]),
            "genes": int(genes[at]),
        }

    return node


def _sizes(matrix: Any) -> Ints:
    """The number of cells in each row."""
    return np.asarray(matrix.tocsr().getnnz(axis=1), dtype=np.int64)
