"""The kinds of network, as networkx graphs with typed attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple, Unpack

import networkx as nx
import numpy as np
import numpy.typing as npt

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.names import lookup, resolving
from pfocr_kg.network import analysis, incidence, pairs
from pfocr_kg.network.analysis import Attributes
from pfocr_kg.network.choices import KINDS, NetworkLimits
from pfocr_kg.network.incidence import Incidence
from pfocr_kg.network.pairs import Ints
from pfocr_kg.network.scope import Scope, among_genes_of, scope
from pfocr_kg.query.figure_choice import FigureChoice, FigureConditions
from pfocr_kg.records import organisms
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering
from pfocr_kg.store.subset import Store

_LIMITS: Final = NetworkLimits()
_COUNT: Final = "SELECT (COUNT(*) AS ?count) WHERE { ?figure a pfocr:PathwayFigure }"


class _Edges(NamedTuple):
    """Edges between numbered nodes, in order, with one array per attribute."""

    first: Ints
    second: Ints
    measures: Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Request:
    """A store and the options of a network; `taxon` is None for all organisms."""

    store: Store
    scope: Scope
    taxon: str | None
    min_weight: int
    level: Level
    disease_from: str

    def genes(self, *, mentions: bool = False) -> Incidence:
        found = incidence.genes(
            self.store,
            self.scope.figures,
            self.taxon,
            self.level,
            mentions=mentions,
        )
        only = self.scope.only
        if only is None:
            return found
        return found.select([at for at, gene in enumerate(found.columns) if gene in only])


def network(
    store: Store,
    kind: str,
    *,
    min_weight: int = 2,
    level: str = Level.ANY,
    genes_of: str | None = None,
    around: str | None = None,
    radius: int = 1,
    limits: NetworkLimits = _LIMITS,
    on_note: Callable[[str], None] = lambda _: None,
    **conditions: Unpack[FigureConditions],
) -> nx.Graph:
    """A network of a store's figures; `Graph.network` describes the parameters.

    With `limits.nodes`, which `around` is not for, attributes `node_count` and `edge_count` count
    all nodes and edges; with `limits.figures`, `figure_count` counts the figures.

    Nodes are CURIEs with `kind` and `label`; nodes without an edge are left out. Nodes and
    edges have a fixed order. docs/guides/networks.md explains their attributes.

    Raises:
        QueryError: a name in the request is unknown, a number is below 1, or there are more figures
            or edges than allowed.

    """
    if kind not in KINDS:
        raise QueryError(f"unknown kind of network {kind!r}", hint="One of " + ", ".join(KINDS))
    if min_weight < 1:
        raise QueryError(f"--min-weight has to be 1 or more, not {min_weight}")
    organism = conditions.pop("organism", None) or ""
    taxon = organisms.taxon(organism) if organism else None
    choice = FigureChoice(**conditions)
    figures = scope(store, choice, organism, Level(level), on_note)
    if genes_of is not None:
        figures = among_genes_of(store, genes_of, figures, Level(level), on_note)
    # Writers of files know the type `str` only.
    graph = nx.Graph(kind=kind, min_weight=min_weight, level=Level(level).value)
    graph.graph |= figures.attributes
    if limits.figures is not None:
        graph.graph["figure_count"] = _count_figures(store, figures, limits.figures)
    if choice.disease is not None or kind == "diseases":
        graph.graph["disease_from"] = choice.disease_from
    if taxon is not None:
        graph.graph["organism"] = iris.curie(iris.organism(taxon))
    request = _Request(store, figures, taxon, min_weight, Level(level), choice.disease_from)
    centre = None
    if around is not None:
        centre = resolving.resolve(lookup.of_store(store), around, KINDS[kind].nodes, organism)
        on_note(centre.note)
    edges, nodes = _MAKERS[kind](request)
    _fill(graph, _checked(edges, limits.edges), nodes, limits.nodes)
    return graph if centre is None else analysis.neighbourhood(graph, centre.match, radius)


def _count_figures(store: Answering, found: Scope, most: int) -> int:
    """The number of figures, if it is not too large."""
    if found.figures is None:
        (row,) = sparql.rows(store, _COUNT)
        count = int(row["count"].value)
    else:
        count = len(found.figures)
    if count > most:
        raise QueryError(
            f"a network of {count:,} figures takes too long: {most:,} at most can be shown",
            hint="Choose those of a gene, a disease or a pathway",
        )
    return count


_Nodes = Callable[[Sequence[int]], Iterable[tuple[str, Attributes]]]
"""Returns the names and attributes of the nodes with these numbers."""


def _genes(request: _Request) -> tuple[Iterator[_Edges], _Nodes]:
    found = request.genes()
    papers = found.papers or incidence.properties(
        request.store, "PathwayFigure", "dcterms:isPartOf", found.figures
    )
    edges = (
        block._replace(first=columns[block.first], second=columns[block.second])
        for columns in map(np.array, found.by_species().values())
        for block in _drawn_together(found.select(columns), papers, request.min_weight)
    )
    return edges, _gene_nodes(found, request)


def _drawn_together(found: Incidence, papers: Mapping[str, str], minimum: int) -> Iterator[_Edges]:
    """Edges between the genes of one organism."""
    genes = found.matrix.T.tocsr()
    counts = _sizes(genes)
    repeats = pairs.Repeats(found.matrix, [papers.get(f, f) for f in found.figures])
    for block in pairs.common(genes, minimum):
        measures = {
            "figures": block.shared,
            "papers": block.shared - repeats.count(block),
            "npmi": pairs.npmi(block, counts, len(found.figures)),
        }
        yield _Edges(block.first, block.second, measures)


def _figures(request: _Request) -> tuple[Iterator[_Edges], _Nodes]:
    found = request.genes()
    edges = _sharing_genes(found.matrix, request.min_weight)
    return edges, _figure_nodes(found, request.store)


def _sharing_genes(
    matrix: pairs.Matrix, minimum: int, figures: pairs.Matrix | None = None
) -> Iterator[_Edges]:
    """Edges between rows that share genes; `figures` counts those of each pair of rows."""
    counts = _sizes(matrix)
    for block in pairs.common(matrix, minimum):
        measures = {"genes": block.shared, "jaccard": pairs.jaccard(block, counts)}
        if figures is not None:
            measures["figures"] = pairs.cells(figures, block)
        yield _Edges(block.first, block.second, measures)


def _diseases(request: _Request) -> tuple[Iterator[_Edges], _Nodes]:
    genes = request.genes()
    diseases = incidence.diseases(request.store, request.scope.figures, request.disease_from)
    both = sorted({*genes.figures} & {*diseases.figures})
    having = diseases.rows(both)
    # The genes of a disease are those of all its figures.
    matrix = (having.T @ genes.rows(both)).tocsr()
    matrix.data[:] = 1
    edges = _sharing_genes(matrix, request.min_weight, (having.T @ having).tocsr())
    return edges, _disease_nodes(diseases, _sizes(having.T), _sizes(matrix), request.store)


def _bipartite(request: _Request) -> tuple[Iterator[_Edges], _Nodes]:
    found = request.genes(mentions=True)
    found = found.select(np.flatnonzero(_sizes(found.matrix.T) >= request.min_weight))
    figures, genes = _figure_nodes(found, request.store), _gene_nodes(found, request)
    cells = found.matrix.sorted_indices().tocoo()
    first = len(found.figures)
    rows, columns = cells.row.astype(np.int64), cells.col.astype(np.int64) + first
    edges = _Edges(rows, columns, {"mentions": cells.data})

    def nodes(numbers: Sequence[int]) -> Iterator[tuple[str, Attributes]]:
        yield from figures([number for number in numbers if number < first])
        yield from genes([number - first for number in numbers if number >= first])

    return iter([edges]), nodes


_MAKERS: Final[Mapping[str, Callable[[_Request], tuple[Iterator[_Edges], _Nodes]]]] = {
    "genes": _genes,
    "figures": _figures,
    "diseases": _diseases,
    "bipartite": _bipartite,
}


def _fill(graph: nx.Graph, blocks: list[_Edges], nodes: _Nodes, most_nodes: int | None) -> None:
    """Add edges and their nodes, in the order of the nodes' numbers."""
    ends = [numbers for block in blocks for numbers in (block.first, block.second)]
    numbers = np.unique(np.concatenate(ends)) if ends else np.zeros(0, dtype=np.int64)
    if most_nodes is not None:
        count = sum(len(block.first) for block in blocks)
        graph.graph |= {"node_count": len(numbers), "edge_count": count}
        numbers = _strongest(blocks, numbers, most_nodes)
        blocks = [_among(block, numbers) for block in blocks]
    names = {}
    for number, (name, attributes) in zip(numbers.tolist(), nodes(numbers.tolist()), strict=True):
        names[number] = name
        graph.add_node(name, **attributes)
    for block in blocks:
        graph.add_edges_from(_rows(block, names))


def _strongest(blocks: Sequence[_Edges], numbers: Ints, most: int) -> Ints:
    """The nodes with the largest sum of weights of their edges, in order of their numbers."""
    if len(numbers) <= most:
        return numbers
    sums = np.zeros(int(numbers[-1]) + 1)
    for block in blocks:
        weights = next(iter(block.measures.values()))
        for ends in (block.first, block.second):
            sums += np.bincount(ends, weights, len(sums))
    ranked = np.lexsort((numbers, -sums[numbers]))
    return np.sort(numbers[ranked[:most]])


def _among(block: _Edges, numbers: Ints) -> _Edges:
    """The edges between some nodes."""
    inside = np.isin(block.first, numbers) & np.isin(block.second, numbers)
    measures = {key: values[inside] for key, values in block.measures.items()}
    return _Edges(block.first[inside], block.second[inside], measures)


def _checked(edges: Iterable[_Edges], most: int) -> list[_Edges]:
    """The blocks of edges, if there are not too many."""
    blocks: list[_Edges] = []
    total = 0
    for block in edges:
        total += len(block.first)
        if total > most:
            raise QueryError(
                f"the network has more than {most:,} edges",
                hint="Raise the least weight, or name an organism",
            )
        blocks.append(block)
    return blocks


def _rows(block: _Edges, names: Mapping[int, str]) -> Iterator[tuple[str, str, Attributes]]:
    """The edges of a block, with plain Python numbers as attributes."""
    keys = tuple(block.measures)
    columns = [values.tolist() for values in block.measures.values()]
    for a, b, *values in zip(block.first.tolist(), block.second.tolist(), *columns, strict=True):
        yield names[a], names[b], dict(zip(keys, values, strict=True))


def _gene_nodes(found: Incidence, request: _Request) -> _Nodes:
    figures = _sizes(found.matrix.T)
    pathway = request.scope.genes

    def nodes(numbers: Sequence[int]) -> Iterator[tuple[str, Attributes]]:
        genes = [found.columns[number] for number in numbers]
        labels = incidence.properties(request.store, "Gene", "skos:prefLabel", genes)
        organism_names = incidence.organism_names(request.store, genes)
        for number, iri in zip(numbers, genes, strict=True):
            name = iris.curie(iri)
            yield (
                name,
                {
                    "kind": "gene",
                    "label": labels.get(iri, name),
                    "organism": organism_names.get(iri, ""),
                    "figures": int(figures[number]),
                    **({} if pathway is None else {"in_pathway": iri in pathway}),
                },
            )

    return nodes


def _figure_nodes(found: Incidence, store: Answering) -> _Nodes:
    def nodes(numbers: Sequence[int]) -> Iterator[tuple[str, Attributes]]:
        figures = [found.figures[number] for number in numbers]
        figids, titles, papers = (
            incidence.properties(store, "PathwayFigure", predicate, figures)
            for predicate in ("dcterms:identifier", "dcterms:title", "dcterms:isPartOf")
        )
        drawn = [found.columns_of(number) for number in numbers]
        organism = incidence.organism_names(store, sorted({*chain.from_iterable(drawn)}))
        for iri, genes in zip(figures, drawn, strict=True):
            name = iris.curie(iri)
            yield (
                name,
                {
                    "kind": "figure",
                    "label": figids.get(iri, name),
                    "title": titles.get(iri, ""),
                    "paper": iris.curie(papers.get(iri, "")),
                    "organism": "; ".join(sorted({organism.get(gene, "") for gene in genes})),
                    "genes": len(genes),
                },
            )

    return nodes


def _disease_nodes(found: Incidence, figures: Ints, genes: Ints, store: Answering) -> _Nodes:
    def nodes(numbers: Sequence[int]) -> Iterator[tuple[str, Attributes]]:
        diseases = [found.columns[number] for number in numbers]
        labels = incidence.properties(store, "Disease", "skos:prefLabel", diseases)
        for number, iri in zip(numbers, diseases, strict=True):
            name = iris.curie(iri)
            yield (
                name,
                {
                    "kind": "disease",
                    "label": labels.get(iri, name),
                    "figures": int(figures[number]),
                    "genes": int(genes[number]),
                },
            )

    return nodes


def _sizes(matrix: Any) -> Ints:
    """The number of cells in each row."""
    return np.asarray(matrix.tocsr().getnnz(axis=1), dtype=np.int64)
