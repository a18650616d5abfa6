"""The figures that a network is made of: all, or those of a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pfocr_kg import iris
from pfocr_kg.names.matches import Match
from pfocr_kg.query import figure_choice
from pfocr_kg.query.figure_choice import FigureChoice
from pfocr_kg.store.sparql import rows, values
from pfocr_kg.store.subset import Store

_GENES: Final = "SELECT ?gene WHERE { VALUES ?node { %s } ?node pfocr:pathwayGene ?gene }"


@dataclass(frozen=True, slots=True)
class Scope:
    """The chosen figures in order, or None for all, and the genes of the chosen pathway.

    `attributes`, of the network, say which figures these are, and name the disease and the pathway
    by CURIE and label.
    """

    figures: tuple[str, ...] | None = None
    genes: frozenset[str] | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def scope(
    store: Store, choice: FigureChoice, organism: str, on_note: Callable[[str], None]
) -> Scope:
    """The figures of a choice, as `figure_choice.choose` finds them; all without a condition."""
    if not choice:
        return Scope()
    chosen = figure_choice.choose(store, choice, on_note, organism_of_names=organism)
    genes = None
    if chosen.pathway is not None:
        found = rows(store, _GENES % values([chosen.pathway.iri]))
        genes = frozenset(row["gene"].value for row in found)
    attributes = {
        "subset": chosen.about,
        **_attributes("disease", chosen.disease),
        **_attributes("pathway", chosen.pathway),
    }
    return Scope(chosen.figures, genes, attributes)


def _attributes(what: str, match: Match | None) -> dict[str, str]:
    return {} if match is None else {what: iris.curie(match.iri), f"{what}_label": match.label}
