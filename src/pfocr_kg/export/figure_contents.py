"""What figures draw, each with the mentions that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pfocr_kg.export import stored_nodes
from pfocr_kg.export.stored_nodes import Node
from pfocr_kg.model import DIRECT
from pfocr_kg.store.sparql import Answering

KINDS: Final[Mapping[str, str]] = {
    "gene": "pfocr:gene",
    "chemical": "pfocr:chemical",
    "disease": "pfocr:disease",
}
"""The kinds of what is drawn, with the property of a figure that has them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure and one gene, chemical or disease (an IRI) that it draws or names.

    `keyword` says whether the record's keywords name it. Of such there may be no mention.
    """

    kind: str
    entity: str
    mentions: tuple[Node, ...]
    keyword: bool

    @property
    def direct(self) -> bool:
        """Whether a gene's own symbol was read."""
        return any(mention.first("pfocr:lexicon") in DIRECT for mention in self.mentions)

    @property
    def candidates(self) -> int | None:
        """The least number of genes that one of the words could have meant."""
        counts = (mention.first("pfocr:candidateCount") for mention in self.mentions)
        return min((int(count) for count in counts if count is not None), default=None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure with its mentions and with what it draws, both in a fixed order."""

    figure: Node
    mentions: tuple[Node, ...]
    pairs: tuple[Pair, ...]

    @property
    def figid(self) -> str:
        """PFOCR's id of the figure."""
        return self.figure.first("dcterms:identifier") or self.figure.iri


def drawn(store: Answering) -> Iterator[list[Drawn]]:
    """All figures, by code point of their IRIs, some hundred at a time."""
    for batch in stored_nodes.figures(store):
        mentions: dict[str, list[Node]] = {}
        for mention in stored_nodes.pointing(store, "oa:hasTarget", batch):
            for figure in mention.all("oa:hasTarget"):
                mentions.setdefault(figure, []).append(mention)
        yield [
            _drawn(figure, mentions.get(figure.iri, ()))
            for figure in stored_nodes.about(store, batch)
        ]


def _drawn(figure: Node, mentions: Sequence[Node]) -> Drawn:
    by_body: dict[str, list[Node]] = {}
    for mention in mentions:
        for body in mention.all("oa:hasBody"):
            by_body.setdefault(body, []).append(mention)
    keywords = set(figure.all("pfocr:diseaseKeyword"))
    pairs = (
        Pair(kind, entity, tuple(by_body.get(entity, ())), entity in keywords)
        for kind, term in KINDS.items()
        for entity in figure.all(term)
    )
    return Drawn(figure, tuple(mentions), tuple(pairs))
