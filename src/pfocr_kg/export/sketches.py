"""Sketches: what a figure draws, or a pathway has and lacks, as nodes for a pathway editor."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple

from pfocr_kg import iris
from pfocr_kg.export import figure_contents, stored_nodes
from pfocr_kg.export.figure_contents import KINDS, FigureEntity, match_kind
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import Level
from pfocr_kg.names.matches import Match, latin_name
from pfocr_kg.query import bundled
from pfocr_kg.query.about.subject import bound
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.execution import run
from pfocr_kg.query.results import Rows
from pfocr_kg.records import organisms
from pfocr_kg.store.sparql import Answering, batches

_ENTITY: Final = ("dcterms:identifier", "skos:prefLabel", "pfocr:organism")
_TEXTS: Final = ("dcterms:title", "dcterms:bibliographicCitation", "dcterms:identifier")
_PAPER: Final = (*_TEXTS, "prism:doi")
_CITED: Final = 5
"""Figures that a missing gene cites at most: those that fit the pathway best."""
_Row = Mapping[str, Any]
_UNCHECKED: Final = (
    "A program read the words off the image; nobody has checked them. Interactions are not drawn."
)


class Citation(NamedTuple):
    """A figure as literature reference: the id of its paper, and the figure's page at PFOCR.

    `source` of an id is the prefix that BridgeDb has for the database.
    """

    identifier: str
    source: str
    url: str


class Node(NamedTuple):
    """A gene or chemical with its label; `is_new` if the pathway lacks it."""

    label: str
    identifier: str
    source: str
    comment: str = ""
    is_new: bool = False
    citations: tuple[Citation, ...] = ()


class Block(NamedTuple):
    """A node, or the nodes that one word gave, with the word as their heading."""

    nodes: tuple[Node, ...]
    heading: str = ""


class Section(NamedTuple):
    """Blocks that stand together, below a heading if there is one."""

    blocks: Sequence[Block]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A figure, or a pathway (whose WikiPathways id is `identifier`), to draw."""

    title: str
    organism: str
    description: str
    sections: tuple[Section, ...]
    identifier: str = ""
    citations: tuple[Citation, ...] = ()


def of_figure(
    store: Answering,
    figure: Match,
    level: str,
    organism: str | None,
    on_note: Callable[[str], None],
) -> Sketch:
    """The genes of one organism and the chemicals of a figure, called as the figure calls them.

    By default, the organism is the one with most genes, of those that are not doubtful. A gene
    belongs to the word that gave the fewest genes. Genes that one word gave are called by their
    symbols, below the word.

    Raises:
        QueryError: the organism or level is unknown.

    """
    (drawn,) = figure_contents.of_figures(store, [figure.iri], level)
    nodes = _nodes(store, [entity.iri for entity in drawn.entities])
    of_kind = {kind: [e for e in drawn.entities if e.kind == kind] for kind in KINDS}
    taxon_of = {
        gene.iri: _species(nodes[gene.iri].first("pfocr:organism") or "")
        for gene in of_kind["gene"]
    }
    doubtful = {_species(iri) for iri in drawn.figure.all("pfocr:doubtfulOrganism")}
    taxon = _chosen(taxon_of.values(), doubtful, organism, on_note)
    genes = [gene for gene in of_kind["gene"] if taxon_of[gene.iri] == taxon]
    (paper,) = stored_nodes.about(store, drawn.figure.all("dcterms:isPartOf")[:1], _PAPER)
    title = drawn.figure.first("dcterms:title") or paper.first("dcterms:title") or drawn.figid
    return Sketch(
        title=_line(title),
        organism=latin_name(taxon) if taxon else "",
        description=_of_paper(drawn.figure, paper),
        sections=(*_of_words(genes, nodes), *_of_words(of_kind["chemical"], nodes)),
        citations=(_citation(figure.iri, paper),),
    )


def of_pathway(store: Answering, pathway: Match, level: str) -> Sketch:
    """The genes of a pathway, and beside them those that it lacks, with the figures as references.

    Missing genes are those of the query genes-missing-from-pathway, in its order. All genes are
    called by their symbols.

    Raises:
        QueryError: the level is unknown.

    """
    (node,) = stored_nodes.about(store, [pathway.iri])
    genes = _nodes(store, node.all("pfocr:pathwayGene")).values()
    has = _in_order(Block((_node(gene, _label(gene)),)) for gene in genes)
    lacks = [Block((gene,)) for gene in _missing(store, pathway.iri, Level(level))]
    return Sketch(
        title=_line(pathway.label or pathway.identifier),
        organism=pathway.organism,
        description=f"The {len(has)} genes of {pathway.identifier}, and {len(lacks)} that it lacks"
        f" and figures of PFOCR draw. {_UNCHECKED}",
        sections=(
            Section(has, f"Genes of {pathway.identifier}"),
            Section(lacks, "Genes that it lacks and figures draw"),
        ),
        identifier=pathway.identifier,
    )


def _chosen(
    taxa: Iterable[str],
    doubtful: Collection[str],
    organism: str | None,
    on_note: Callable[[str], None],
) -> str:
    """The taxon whose genes are drawn; `on_note` is told which genes are left out."""
    if organism is not None:
        return organisms.species(organisms.taxon(organism))
    counts = Counter(taxa)
    order = sorted(counts, key=lambda taxon: (taxon in doubtful, -counts[taxon], taxon))
    if others := [f"{latin_name(taxon)} ({counts[taxon]})" for taxon in order[1:]]:
        on_note(f"genes of {latin_name(order[0])}; left out are those of {', '.join(others)}")
    return order[0] if order else ""


def _species(organism: str) -> str:
    return organisms.species(organism.removeprefix(iris.organism("")))


def _of_words(
    entities: Sequence[FigureEntity], nodes: Mapping[str, StoredNode]
) -> tuple[Section, Section]:
    """The words that gave one entity, and those that gave several."""
    given: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for term in _terms(entity):
            given[term].add(entity.iri)
    by_term: dict[str, list[FigureEntity]] = defaultdict(list)
    for entity in entities:
        by_term[min(_terms(entity), key=lambda term: (len(given[term]), term))].append(entity)
    single, several = [], []
    for term, those in by_term.items():
        word = min(_words(those, term), default="")
        if len(given[term]) == 1:
            single += [Block((_drawn(entity, nodes, word),)) for entity in those]
        else:
            several.append(Block(_sorted(_drawn(e, nodes) for e in those), word))
    return Section(_in_order(single)), Section(_in_order(several))


def _terms(entity: FigureEntity) -> list[str]:
    """The terms that words were matched to as the entity; its IRI if there are none."""
    found = {mention.first("pfocr:matchedTerm") for mention in entity.mentions}
    return sorted(term for term in found if term) or [entity.iri]


def _words(entities: Iterable[FigureEntity], term: str) -> set[str]:
    """The words that were matched to a term as one of these entities."""
    mentions = (mention for entity in entities for mention in entity.mentions)
    of_term = (m for m in mentions if m.first("pfocr:matchedTerm") in (term, None))
    return {_line(word) for m in of_term if (word := m.first("pfocr:word"))} - {""}


def _drawn(entity: FigureEntity, nodes: Mapping[str, StoredNode], word: str = "") -> Node:
    """A node called as the word, else by its label; the comment says what was read."""
    node = nodes[entity.iri]
    read = {(m.first("pfocr:word"), match_kind(m)) for m in entity.mentions}
    words = sorted(
        f"“{_line(word)}”" + (f" ({kind})" if kind else "") for word, kind in read if word
    )
    comment = f"{_label(node)}: read from {', '.join(words)}" if words else _label(node)
    return _node(node, word or _label(node), comment)


def _missing(store: Answering, pathway: str, level: Level) -> list[Node]:
    """The genes that a pathway lacks, with the words and figures that have them."""
    asked = {"pathway": pathway}
    genes = [row["gene"] for row in _answer(store, "genes-missing-from-pathway", asked, level)]
    found = {
        gene: _answer(store, "figures-of-missing-gene", {**asked, "gene": gene}, level)
        for gene in genes
    }
    best = {gene: _figures(rows)[:_CITED] for gene, rows in found.items()}
    cited = _citations(store, set(chain(*best.values())))
    return [
        _missing_gene(node, found[gene], [cited[figure] for figure in best[gene]])
        for gene, node in _nodes(store, genes).items()
    ]


def _figures(rows: Iterable[_Row]) -> list[str]:
    """The figures of rows, once each in their order."""
    return list(dict.fromkeys(row["figure"] for row in rows))


def _answer(store: Answering, name: str, asked: Mapping[str, str], level: Level) -> list[_Row]:
    """The rows of a bundled query about these IRIs."""
    answer = run(store, Query(name, bound(bundled.find(name), asked)), level=level)
    assert isinstance(answer, Rows)
    return [*answer]


def _missing_gene(gene: StoredNode, rows: Sequence[_Row], citations: Sequence[Citation]) -> Node:
    """A gene that a pathway lacks; the comment says in what words, those of most figures first."""
    read = {(row["figure"], _line(row["word"] or "")) for row in rows}
    counts = Counter(word for _, word in read if word)
    words = sorted(counts, key=lambda word: (-counts[word], word))
    figures = len(_figures(rows))
    quoted = ", ".join(f"“{word}”" for word in words)
    comment = f"{_label(gene)}: read from {quoted} in {figures} figure" + "s" * (figures != 1)
    return _node(gene, _label(gene), comment)._replace(is_new=True, citations=tuple(citations))


def _nodes(store: Answering, entities: Sequence[str]) -> dict[str, StoredNode]:
    """IRI -> the entity with its id, label and organism."""
    found = (stored_nodes.about(store, batch, _ENTITY) for batch in batches(entities))
    return {node.iri: node for nodes in found for node in nodes}


def _node(entity: StoredNode, label: str, comment: str = "") -> Node:
    identifier = entity.first("dcterms:identifier") or iris.curie(entity.iri)
    prefix, _, number = identifier.partition(":")
    if not number:
        return Node(label, identifier, "ncbigene", comment)
    if prefix == "mesh":
        return Node(label, number, prefix, comment)
    return Node(label, identifier, prefix.lower(), comment)  # CHEBI:26523 of chebi


def _label(entity: StoredNode) -> str:
    return _line(entity.first("skos:prefLabel") or iris.curie(entity.iri))


def _citations(store: Answering, figures: Iterable[str]) -> dict[str, Citation]:
    """IRI of a figure -> its reference."""
    found: dict[str, Citation] = {}
    for batch in batches(sorted(figures)):
        nodes = stored_nodes.about(store, batch, ("dcterms:isPartOf",))
        papers = sorted({paper for node in nodes for paper in node.all("dcterms:isPartOf")})
        known = {node.iri: node for node in stored_nodes.about(store, papers, _PAPER)}
        for node in nodes:
            found[node.iri] = _citation(node.iri, known[node.all("dcterms:isPartOf")[0]])
    return found


def _citation(figure: str, paper: StoredNode) -> Citation:
    if doi := paper.first("prism:doi"):
        return Citation(_line(doi), "doi", figure)
    return Citation(_line(paper.first("dcterms:identifier") or ""), "pmc", figure)


def _of_paper(figure: StoredNode, paper: StoredNode) -> str:
    """Where a figure comes from."""
    number = figure.first("pfocr:figureNumber")
    of = _line(" ".join(paper.first(name) or "" for name in _TEXTS))
    return f"Figure{f' {_line(number)}' if number else ''} of: {of}. {figure.iri} {_UNCHECKED}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _in_order(blocks: Iterable[Block]) -> list[Block]:
    return sorted(blocks, key=lambda block: _order(block.heading or block.nodes[0].label))


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: _order(node.label)))


def _order(label: str) -> tuple[str, str]:
    return label.casefold(), label
