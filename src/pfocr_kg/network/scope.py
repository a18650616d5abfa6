"""The figures that a network is made of: those of a disease, of a pathway, or all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.network import incidence
from pfocr_kg.network.choices import DISEASE_SOURCES, NAMED
from pfocr_kg.store.sparql import Answering, values

_FIGURES_OF_DISEASE: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %%s }
  ?value a pfocr:PathwayFigure ; %s ?node
}"""
_FIGURES_OF_PATHWAY: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %s }
  { ?value pfocr:relatedPathway ?node }
  UNION
  {
    VALUES ?kind { pfocr:CuratedEvidence pfocr:GeneOverlapEvidence pfocr:SharedPaperEvidence }
    ?link pfocr:pathway ?node ; pfocr:evidence ?kind ; pfocr:figure ?value
  }
}"""
_GENES: Final = "SELECT ?node ?value WHERE { VALUES ?node { %s } ?node pfocr:pathwayGene ?value }"
_TITLE: Final = "SELECT ?node ?value WHERE { VALUES ?node { %s } ?node dcterms:title ?value }"
_TYPE: Final = "SELECT ?node ?value WHERE { VALUES ?node { %s } ?node a ?value }"
_DISEASE_NAMES: Final = """SELECT ?node ?value WHERE {
  VALUES ?property { rdfs:label skos:altLabel }
  ?node a pfocr:Disease ; ?property ?value
}"""
_WPID: Final = re.compile(r"WP[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """The selected figures in order, or None for all, and the genes of the selected pathway.

    `attributes`, of the network, name the disease and the pathway by CURIE and label.
    """

    figures: tuple[str, ...] | None = None
    genes: frozenset[str] | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def scope(
    store: Answering, disease: str | None, pathway: str | None, disease_from: str = NAMED
) -> Scope:
    """Select figures of the disease that belong to the pathway, if these are given.

    `disease` is a name (any that the graph has, in any case), a CURIE or an IRI. `disease_from`
    tells whether its figures name it, or have it among their keywords. `pathway` is a
    WP id, or a CURIE or IRI of one. A figure belongs to it if a record relates them, or a link
    joins them by more than a shared disease.

    Raises:
        QueryError: the graph has no such disease, no figure of it, or no such pathway.

    """
    figures: list[set[str]] = []
    attributes: dict[str, str] = {}
    genes = None
    if disease is not None:
        nodes = _diseases(store, disease)
        labels = incidence.properties(store, "Disease", "skos:prefLabel")
        attributes |= _attributes("disease", nodes, labels)
        figures.append(_figures_of_disease(store, disease, nodes, disease_from))
    if pathway is not None:
        nodes = [_pathway(store, pathway)]
        attributes |= _attributes("pathway", nodes, dict(_answers(store, _TITLE, nodes)))
        figures.append(_values(store, _FIGURES_OF_PATHWAY, nodes))
        genes = frozenset(_values(store, _GENES, nodes))
    chosen = tuple(sorted(set.intersection(*figures))) if figures else None
    return Scope(chosen, genes, attributes)


def _attributes(what: str, nodes: list[str], labels: Mapping[str, str]) -> dict[str, str]:
    curies = [iris.curie(node) for node in nodes]
    names = [labels.get(node, curie) for node, curie in zip(nodes, curies, strict=True)]
    return {what: "; ".join(curies), f"{what}_label": "; ".join(dict.fromkeys(names))}


def _values(store: Answering, question: str, nodes: list[str]) -> set[str]:
    return {value for _, value in _answers(store, question, nodes)}


def _answers(store: Answering, question: str, nodes: list[str]) -> Iterator[tuple[str, str]]:
    return incidence.answers(store, question % values(nodes))


def _diseases(store: Answering, asked: str) -> list[str]:
    """The diseases with this name, in order, or the one with this CURIE or IRI."""
    node = _node(asked)
    if node is not None and _has_type(store, node, "Disease"):
        return [node]
    wanted = asked.casefold()
    labels = incidence.properties(store, "Disease", "skos:prefLabel")
    # A label wins over the alternative label of another disease.
    found = {node for node, label in labels.items() if label.casefold() == wanted} or {
        node for node, name in incidence.answers(store, _DISEASE_NAMES) if name.casefold() == wanted
    }
    if not found:
        raise QueryError(
            f"the graph has no disease {asked!r}",
            hint="The query most-named-diseases lists some; a DOID will do, too",
        )
    return sorted(found)


def _figures_of_disease(
    store: Answering, asked: str, nodes: list[str], disease_from: str
) -> set[str]:
    of = {
        name: _values(store, _FIGURES_OF_DISEASE % source.property, nodes)
        for name, source in DISEASE_SOURCES.items()
    }
    if not of[disease_from]:
        does = "names" if disease_from == NAMED else "has a keyword for"
        others = [f"--disease-from {name} finds {len(of[name]):,}" for name in of if of[name]]
        raise QueryError(f"no figure {does} the disease {asked!r}", hint="; ".join(others))
    return of[disease_from]


def _pathway(store: Answering, asked: str) -> str:
    wpid = _WPID.fullmatch(asked)
    node = iris.pathway(asked.upper()) if wpid else _node(asked)
    if node is not None and _has_type(store, node, "Pathway"):
        return node
    raise QueryError(
        f"the graph has no pathway {asked!r}",
        hint="Give a WikiPathways id such as WP4880; pfocr-kg link adds pathways",
    )


def _node(asked: str) -> str | None:
    """The IRI of a text that is an IRI or CURIE, else None."""
    try:
        return ox.NamedNode(iris.expand(asked.strip("<>"))).value
    except ValueError:
        return None


def _has_type(store: Answering, node: str, kind: str) -> bool:
    return iris.PREFIXES["pfocr"] + kind in _values(store, _TYPE, [node])
