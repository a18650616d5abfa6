"""The figures that a network is made of: all, or those of a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import NothingChosenError
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.names import lookup, resolving
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query import figure_choice
from pfocr_kg.query.figure_choice import FigureChoice
from pfocr_kg.store.sparql import rows, values
from pfocr_kg.store.subset import Store

_OF_PATHWAY: Final = "SELECT ?gene WHERE { VALUES ?node { %s } ?node pfocr:pathwayGene ?gene }"


_OF_FIGURE: Final = "SELECT ?gene WHERE { VALUES ?node { %s } ?node pfocr:%s ?gene }"
_DRAWING_TWO: Final = """SELECT ?figure WHERE {
  VALUES ?node { %s }
  ?figure pfocr:%s ?node
} GROUP BY ?figure HAVING (COUNT(*) > 1)"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The chosen figures in order, or None for all, and the genes of the chosen pathway.

    With `only`, no other genes count. `attributes`, of the network, say which figures these are,
    and name the gene, disease, chemical and pathway by CURIE and label.
    """

    figures: tuple[str, ...] | None = None
    genes: frozenset[str] | None = None
    only: frozenset[str] | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def scope(
    store: Store, choice: FigureChoice, organism: str, level: Level, on_note: Callable[[str], None]
) -> Scope:
    """The figures of a choice, as `figure_choice.choose` finds them; all without a condition."""
    if not choice:
        return Scope()
    chosen = figure_choice.choose(store, choice, on_note, organism_of_names=organism, level=level)
    genes = None
    if chosen.pathway is not None:
        genes = _genes(store, _OF_PATHWAY % values([chosen.pathway.iri]))
    attributes = {
        "subset": chosen.about,
        **_attributes("gene", chosen.gene),
        **_attributes("disease", chosen.disease),
        **_attributes("chemical", chosen.chemical),
        **_attributes("pathway", chosen.pathway),
    }
    return Scope(chosen.figures, genes, None, attributes)


def among_genes_of(
    store: Store, figure: str, of: Scope, level: Level, on_note: Callable[[str], None]
) -> Scope:
    """A scope with the genes of a figure only, and those of its figures that draw two of them.

    Raises:
        QueryError: the name of the figure is unknown or can mean several, or it has no such genes.

    """
    found = resolving.resolve(lookup.of_store(store), figure, [NamedKind.FIGURE])
    on_note(found.note)
    drawn = LEVEL_PROPERTIES[level]
    only = _genes(store, _OF_FIGURE % (values([found.match.iri]), drawn))
    if not only:
        raise NothingChosenError(f"figure {found.match.identifier} draws no gene of level {level}")
    drawing = rows(store, _DRAWING_TWO % (values(sorted(only)), drawn))
    figures = {row["figure"].value for row in drawing}
    if of.figures is not None:
        figures &= {*of.figures}
    attributes = of.attributes | _attributes("genes_of", found.match)
    return replace(of, figures=tuple(sorted(figures)), only=only, attributes=attributes)


def _genes(store: Store, question: str) -> frozenset[str]:
    return frozenset(row["gene"].value for row in rows(store, question))


def _attributes(what: str, match: Match | None) -> dict[str, str]:
    if match is None:
        return {}
    return {what: iris.curie(match.iri), f"{what}_label": match.label or match.identifier}
