"""What the figures of a search must have, as conditions for an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pfocr_kg.model import Level
from pfocr_kg.names import expressions
from pfocr_kg.names.expressions import Term
from pfocr_kg.names.figure_text import facet, gene_facet
from pfocr_kg.names.matches import Match, NamedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What figures must have, all of it: words, entities, one of some journals, and the rest.

    `level` is that of the genes. `no_pathway` leaves out figures that have a link to a pathway.
    """

    terms: tuple[Term, ...] = ()
    entities: tuple[Match, ...] = ()
    level: Level = Level.ANY
    journals: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    no_pathway: bool = False

    @property
    def facets(self) -> tuple[str, ...]:
        """The tokens of the entities."""
        return tuple(dict.fromkeys(map(self._facet, self.entities)))

    @property
    def expression(self) -> str:
        """The FTS5 expression of the words and entities; "" without any."""
        words = [expressions.expression(self.terms)] if self.terms else []
        tokens = " AND ".join(f'"{token}"' for token in self.facets)
        return " AND ".join([*words, *([f"{{facets}} : ({tokens})"] if tokens else [])])

    @property
    def only_expression(self) -> bool:
        """Whether nothing but words and entities is wanted."""
        return len(list(self._conditions())) == 1

    @property
    def conditions(self) -> tuple[str, tuple[str, ...]]:
        """The condition in SQL, on the tables `text` and `figure`, with its values."""
        all_of = list(self._conditions())
        values = tuple(value for _, some in all_of for value in some)
        return " AND ".join(condition for condition, _ in all_of) or "TRUE", values

    def _conditions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        if expression := self.expression:
            yield "text MATCH ?", (expression,)
        if self.journals:
            yield f"journal IN ({', '.join('?' * len(self.journals))})", self.journals
        if self.since is not None:
            yield "year >= ?", (f"{self.since:04}",)
        if self.until is not None:
            yield "year != '' AND year <= ?", (f"{self.until:04}",)
        if self.no_pathway:
            yield "figid NOT IN (SELECT figid FROM linked)", ()

    def _facet(self, match: Match) -> str:
        if match.kind is NamedKind.GENE:
            return gene_facet(match.identifier, self.level)
        return facet(match.identifier)

    def alone(self) -> Iterator[tuple[Wanted, str]]:
        """Each condition alone, with a text for people."""
        for term in self.terms:
            yield Wanted(terms=(term,)), " ".join(term.ways[0])
        for entity in self.entities:
            yield Wanted(entities=(entity,), level=self.level), entity.description
        if self.journals:
            yield Wanted(journals=self.journals), self.journals[0]
        if self.since is not None:
            yield Wanted(since=self.since), f"since {self.since}"
        if self.until is not None:
            yield Wanted(until=self.until), f"until {self.until}"
        if self.no_pathway:
            yield Wanted(no_pathway=True), "without a pathway"
