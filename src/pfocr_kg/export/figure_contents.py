"""Reads figures from a store: their genes, chemicals, diseases, mentions and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pfocr_kg.export import stored_nodes
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import DIRECT
from pfocr_kg.store.sparql import Answering

KINDS: Final[Mapping[str, str]] = {
    "gene": "pfocr:gene",
    "chemical": "pfocr:chemical",
    "disease": "pfocr:disease",
}
"""The kinds of entities of a figure, with the property of the figure that holds them."""


@dataclass(frozen=True, slots=True)
class DrawnEntity:
    """A gene, chemical or disease (an IRI) that a figure draws or names, and its mentions.

    With `keyword`, the record's keywords name it; it may have no mention then.
    """

    kind: str
    iri: str
    mentions: tuple[StoredNode, ...]
    keyword: bool

    @property
    def direct(self) -> bool:
        """Whether a word of the figure is the gene's symbol."""
        return any(mention.first("pfocr:lexicon") in DIRECT for mention in self.mentions)

    @property
    def candidates(self) -> int | None:
        """The least number of genes that one of the words could have meant."""
        counts = (mention.first("pfocr:candidateCount") for mention in self.mentions)
        return min((int(count) for count in counts if count is not None), default=None)


@dataclass(frozen=True, slots=True)
class FigureContents:
    """A figure with its mentions, its links to pathways and what it draws, in a fixed order."""

    figure: StoredNode
    mentions: Sequence[StoredNode]
    links: Sequence[StoredNode]
    entities: Sequence[DrawnEntity]

    @property
    def figid(self) -> str:
        """PFOCR's id of the figure."""
        return self.figure.first("dcterms:identifier") or self.figure.iri


def contents(store: Answering) -> Iterator[FigureContents]:
    """All figures, in the order of their IRIs by Unicode code points."""
    for batch in stored_nodes.figures(store):
        mentions = _by_figure(store, "oa:hasTarget", batch)
        links = _by_figure(store, "pfocr:figure", batch)
        for figure in stored_nodes.about(store, batch):
            of_figure = mentions[figure.iri]
            entities = list(_entities(figure, of_figure))
            yield FigureContents(figure, of_figure, links[figure.iri], entities)


def _by_figure(store: Answering, name: str, figures: list[str]) -> dict[str, list[StoredNode]]:
    """Figure -> the nodes with the figure as a value of a property."""
    found: dict[str, list[StoredNode]] = defaultdict(list)
    for node in stored_nodes.pointing(store, name, figures):
        for figure in node.all(name):
            found[figure].append(node)
    return found


def _entities(figure: StoredNode, mentions: list[StoredNode]) -> Iterator[DrawnEntity]:
    by_entity: dict[str, list[StoredNode]] = defaultdict(list)
    for mention in mentions:
        for iri in mention.all("oa:hasBody"):
            by_entity[iri].append(mention)
    keywords = set(figure.all("pfocr:diseaseKeyword"))
    for kind, name in KINDS.items():
        for iri in figure.all(name):
            yield DrawnEntity(kind, iri, tuple(by_entity[iri]), iri in keywords)
