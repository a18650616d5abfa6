"""Reads figures from a store: their genes, chemicals, diseases, mentions and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pfocr_kg import iris
from pfocr_kg.export import stored_nodes
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.store.sparql import Answering

KINDS: Final[Mapping[str, str]] = {
    "gene": "pfocr:gene",
    "chemical": "pfocr:chemical",
    "disease": "pfocr:disease",
}
"""The kinds of entities of a figure, with the property of the figure that holds them."""

_SUFFIX: Final = "Match"


@dataclass(frozen=True, slots=True)
class FigureEntity:
    """A gene or chemical (an IRI) that a figure draws, or a disease that it names.

    `mentions` are the figure's mentions of it.
    """

    kind: str
    iri: str
    mentions: tuple[StoredNode, ...]

    @property
    def match_kinds(self) -> list[str]:
        """The kinds of match of the mentions: "symbol", "synonym", "family", "keyword", "text"."""
        return sorted({kind for mention in self.mentions if (kind := match_kind(mention))})

    @property
    def found_in(self) -> list[str]:
        """The texts that hold the name of a disease: "caption", "paperTitle", "title"."""
        return sorted({text for mention in self.mentions for text in mention.all("pfocr:foundIn")})

    @property
    def counts(self) -> tuple[int | None, int | None]:
        """Meaning count and candidate count of the mention with the fewest meanings.

        Of several such mentions, the one with the fewest candidates counts. If both counts are 1,
        the gene is unambiguous. A count that no mention has is None.
        """
        counts = (
            (_count(mention, "pfocr:meaningCount"), _count(mention, "pfocr:candidateCount"))
            for mention in self.mentions
        )
        return min(counts, key=_none_last, default=(None, None))


def match_kind(mention: StoredNode) -> str | None:
    """The kind of match of a mention: "symbol", "synonym", "family", "keyword" or "text"."""
    return kind_name(mention.first("pfocr:matchKind"))


def kind_name(iri: str | None) -> str | None:
    """The name of a kind of match, as `match_kind` gives it; None without an IRI."""
    return iri and iri.removeprefix(iris.PREFIXES["pfocr"]).removesuffix(_SUFFIX).lower()


def _count(mention: StoredNode, name: str) -> int | None:
    text = mention.first(name)
    return None if text is None else int(text)


def _none_last(counts: tuple[int | None, int | None]) -> list[tuple[bool, int]]:
    return [(count is None, count or 0) for count in counts]


@dataclass(frozen=True, slots=True)
class FigureContents:
    """A figure with its mentions, its links to pathways and its entities, in a fixed order.

    `entities` are what the figure draws or names, `disease_keywords` the diseases (IRIs) that its
    genes are known for.
    """

    figure: StoredNode
    mentions: Sequence[StoredNode]
    links: Sequence[StoredNode]
    entities: Sequence[FigureEntity]
    disease_keywords: Sequence[str]

    @property
    def figid(self) -> str:
        """PFOCR's id of the figure."""
        return self.figure.first("dcterms:identifier") or self.figure.iri


def contents(store: Answering, level: str = Level.ANY) -> Iterator[FigureContents]:
    """All figures, in the order of their IRIs by Unicode code points.

    Genes below the level are left out, with their mentions.

    Raises:
        QueryError: the level is unknown.

    """
    for batch in stored_nodes.figures(store):
        yield from of_figures(store, batch, level)


def of_figures(store: Answering, figures: list[str], level: str) -> Iterator[FigureContents]:
    """Some hundred figures (IRIs), as `contents` gives them."""
    genes = f"pfocr:{LEVEL_PROPERTIES[Level(level)]}"
    mentions = _by_figure(store, "oa:hasTarget", figures)
    links = _by_figure(store, "pfocr:figure", figures)
    for figure in stored_nodes.about(store, figures):
        left_out = {*figure.all("pfocr:gene")}.difference(figure.all(genes))
        kept = [m for m in mentions[figure.iri] if left_out.isdisjoint(m.all("oa:hasBody"))]
        entities = [e for e in _entities(figure, kept) if e.iri not in left_out]
        keywords = figure.all("pfocr:diseaseKeyword")
        yield FigureContents(figure, kept, links[figure.iri], entities, keywords)


def _by_figure(store: Answering, name: str, figures: list[str]) -> dict[str, list[StoredNode]]:
    """Figure -> the nodes with the figure as a value of a property."""
    found: dict[str, list[StoredNode]] = defaultdict(list)
    for node in stored_nodes.pointing(store, name, figures):
        for figure in node.all(name):
            found[figure].append(node)
    return found


def _entities(figure: StoredNode, mentions: list[StoredNode]) -> Iterator[FigureEntity]:
    by_entity: dict[str, list[StoredNode]] = defaultdict(list)
    for mention in mentions:
        for iri in mention.all("oa:hasBody"):
            by_entity[iri].append(mention)
    for kind, name in KINDS.items():
        for iri in figure.all(name):
            yield FigureEntity(kind, iri, tuple(by_entity[iri]))
