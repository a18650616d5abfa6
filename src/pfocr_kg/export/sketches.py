"""Sketches: what a figure draws, or a pathway has and lacks, as nodes for a pathway editor."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.export import figure_contents, stored_nodes
from pfocr_kg.export.figure_contents import KINDS, FigureEntity, kind_name, match_kind
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
_DOUBTFUL: Final = (
    "genes of {} are doubtful here: the paper is about plants, fungi, bacteria or archaea alone"
)
_REPLACES_NOTHING: Final = (
    "A sketch for pathway {}, not a version of it: its other nodes, interactions and layout are"
    " not here, so it must not replace the pathway."
)
_GREEN: Final = (
    "Green: a word for the gene can mean nothing else. Yellow: its words can mean other things too."
)


class Citation(NamedTuple):
    """A figure as literature reference: the id of its paper, and the figure's page at PFOCR.

    `source` of an id is the prefix that BridgeDb has for the database.
    """

    identifier: str
    source: str
    url: str


class Node(NamedTuple):
    """A gene or chemical with its label; `is_new` if the pathway lacks it.

    A new gene `is_sure` if a word for it can mean nothing else.
    """

    label: str
    identifier: str
    source: str
    comment: str = ""
    is_new: bool = False
    is_sure: bool = False
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
    """A figure or a pathway to draw."""

    title: str
    organism: str
    description: str
    sections: tuple[Section, ...]
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
        QueryError: the organism or level is unknown, or there is nothing to draw.

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
    if not genes and not of_kind["chemical"]:
        raise _nothing(drawn.figid, taxon, level, " and no chemicals")
    doubt = _DOUBTFUL.format(latin_name(taxon)) if genes and taxon in doubtful else ""
    if doubt:
        on_note(doubt)
    (paper,) = stored_nodes.about(store, drawn.figure.all("dcterms:isPartOf")[:1], _PAPER)
    title = drawn.figure.first("dcterms:title") or paper.first("dcterms:title") or drawn.figid
    return Sketch(
        title=_line(title),
        organism=latin_name(taxon) if taxon else "",
        description=_of_paper(drawn.figure, paper) + (f" Note: {doubt}." if doubt else ""),
        sections=(*_of_words(genes, nodes), *_of_words(of_kind["chemical"], nodes)),
        citations=(_citation(figure.iri, paper),),
    )


def of_pathway(store: Answering, pathway: Match, level: str) -> Sketch:
    """The genes of a pathway, and beside them those that it lacks, with the figures as references.

    Missing genes are those of the query genes-missing-from-pathway, in its order. All genes are
    called by their symbols.

    Raises:
        QueryError: the level is unknown, or there is nothing to draw.

    """
    name = pathway.identifier
    (node,) = stored_nodes.about(store, [pathway.iri])
    genes = _nodes(store, node.all("pfocr:pathwayGene")).values()
    has = _in_order(Block((_node(gene, _label(gene)),)) for gene in genes)
    lacks = [Block((gene,)) for gene in _missing(store, pathway.iri, Level(level))]
    if not has and not lacks:
        raise _nothing(name, pathway.taxon, level)
    title = _line(pathway.label or name)
    return Sketch(
        title=f"Sketch: genes for {name} {title}",
        organism=pathway.organism,
        description=f"{_REPLACES_NOTHING.format(f'{name} ({title})')} Here are its"
        f" {len(has)} genes, and {len(lacks)} that it lacks and figures of PFOCR draw. {_GREEN}"
        f" {_UNCHECKED}",
        sections=(
            Section(has, f"Genes of {name}"),
            Section(lacks, f"Genes that it lacks and figures draw. {_GREEN}"),
        ),
    )


def _nothing(name: str, taxon: str, level: str, also: str = "") -> QueryError:
    of = f" of {latin_name(taxon)}" if taxon else ""
    at = f" at level {level!r}" if level != Level.ANY else ""
    return QueryError(f"{name}: there is nothing to draw: no genes{of}{at}{also}")


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
    words = {entity.iri: _words(entity) or {_label(nodes[entity.iri])} for entity in entities}
    given = Counter(chain(*words.values()))
    by_word: dict[str, list[FigureEntity]] = defaultdict(list)
    for entity in entities:
        by_word[min(words[entity.iri], key=lambda word: (given[word], word))].append(entity)
    single, several = [], []
    for word, those in by_word.items():
        if given[word] == 1:
            single += [Block((_drawn(entity, nodes, word),)) for entity in those]
        else:
            several.append(Block(_sorted(_drawn(e, nodes) for e in those), word))
    return Section(_in_order(single)), Section(_in_order(several))


def _words(entity: FigureEntity) -> set[str]:
    """The words that were read as an entity."""
    read = (mention.first("pfocr:word") for mention in entity.mentions)
    return {_line(word) for word in read if word} - {""}


def _drawn(entity: FigureEntity, nodes: Mapping[str, StoredNode], word: str = "") -> Node:
    """A node called as the word, else by its label; the comment says what was read."""
    node = nodes[entity.iri]
    read = {(m.first("pfocr:word"), match_kind(m)) for m in entity.mentions}
    words = sorted(_quoted(word, kind) for word, kind in read if word)
    comment = f"{_label(node)}: read from {', '.join(words)}" if words else _label(node)
    return _node(node, word or _label(node), comment)


def _quoted(word: str, kind: str | None) -> str:
    return f"“{_line(word)}”" + (f" ({kind})" if kind else "")


def _missing(store: Answering, pathway: str, level: Level) -> list[Node]:
    """The genes that a pathway lacks, with the words and figures that have them."""
    asked = {"pathway": pathway}
    missing = _answer(store, "genes-missing-from-pathway", asked, level)
    sure = {row["gene"]: row["unambiguous"] > 0 for row in missing}
    found = {
        gene: _answer(store, "figures-of-missing-gene", {**asked, "gene": gene}, level)
        for gene in sure
    }
    best = {gene: _figures(rows)[:_CITED] for gene, rows in found.items()}
    cited = _citations(store, set(chain(*best.values())))
    return [
        _missing_gene(node, found[gene])._replace(
            is_sure=sure[gene], citations=tuple(cited[figure] for figure in best[gene])
        )
        for gene, node in _nodes(store, [*sure]).items()
    ]


def _figures(rows: Iterable[_Row]) -> list[str]:
    """The figures of rows, once each in their order."""
    return list(dict.fromkeys(row["figure"] for row in rows))


def _answer(store: Answering, name: str, asked: Mapping[str, str], level: Level) -> list[_Row]:
    """The rows of a bundled query about these IRIs."""
    answer = run(store, Query(name, bound(bundled.find(name), asked)), level=level)
    assert isinstance(answer, Rows)
    return [*answer]


def _missing_gene(gene: StoredNode, rows: Sequence[_Row]) -> Node:
    """A gene that a pathway lacks; the comment says in what words, those of most figures first."""
    read = {(row["figure"], _quoted(row["word"], kind_name(row["matchKind"]))) for row in rows}
    counts = Counter(word for _, word in read)
    words = ", ".join(sorted(counts, key=lambda word: (-counts[word], word)))
    figures = len(_figures(rows))
    comment = f"{_label(gene)}: read from {words} in {figures} figure" + "s" * (figures != 1)
    return _node(gene, _label(gene), comment)._replace(is_new=True)


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
