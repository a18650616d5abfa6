"""Which figures count: those of a disease, of a pathway, or all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.network import incidence
from pfocr_kg.store.sparql import Answering, values

_OF_DISEASE: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %s }
  ?value pfocr:disease ?node
}"""
_OF_PATHWAY: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %s }
  { ?value pfocr:relatedPathway ?node }
  UNION
  {
    VALUES ?kind { pfocr:CuratedEvidence pfocr:GeneOverlapEvidence pfocr:SharedPaperEvidence }
    ?link pfocr:pathway ?node ; pfocr:evidence ?kind ; pfocr:figure ?value
  }
}"""
_GENES: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %s }
  ?node pfocr:pathwayGene ?value
}"""
_TYPE: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %s }
  ?node a ?value
}"""
_NAMES: Final = """SELECT ?node ?value WHERE {
  VALUES ?property { rdfs:label skos:altLabel }
  ?node a pfocr:Disease ; ?property ?value
}"""
_TITLE: Final = """SELECT ?node ?value WHERE {
  VALUES ?node { %s }
  ?node dcterms:title ?value
}"""
_WPID: Final = re.compile(r"WP[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """The figures that count, in order, None for all; with the genes of the pathway asked for.

    `said` names the disease and the pathway, by CURIE and label.
    """

    figures: tuple[str, ...] | None = None
    genes: frozenset[str] | None = None
    said: dict[str, str] = field(default_factory=dict)


def scope(store: Answering, disease: str | None, pathway: str | None) -> Scope:
    """Figures that name the disease and belong to the pathway, where these are given.

    `disease` is a name (any form that the graph has, in either case), a CURIE or an IRI.
    `pathway` is a WP id, or a CURIE or IRI of one; figures belong to it that a record relates
    to it, or that a link joins to it on more than a shared disease.

    Raises:
        QueryError: the graph has no such disease or pathway.

    """
    parts: list[set[str]] = []
    said: dict[str, str] = {}
    genes = None
    if disease is not None:
        nodes = _diseases(store, disease)
        said |= _named("disease", nodes, incidence.labels(store, "Disease"))
        parts.append(_found(store, _OF_DISEASE, nodes))
    if pathway is not None:
        node = _pathway(store, pathway)
        said |= _named("pathway", [node], dict(_pairs(store, _TITLE, [node])))
        parts.append(_found(store, _OF_PATHWAY, [node]))
        genes = frozenset(_found(store, _GENES, [node]))
    figures = tuple(sorted(set.intersection(*parts))) if parts else None
    return Scope(figures, genes, said)


def _named(what: str, nodes: list[str], labels: Mapping[str, str]) -> dict[str, str]:
    curies = [iris.curie(node) for node in nodes]
    shown = [labels.get(node, name) for node, name in zip(nodes, curies, strict=True)]
    return {what: "; ".join(curies), f"{what}_label": "; ".join(dict.fromkeys(shown))}


def _found(store: Answering, question: str, nodes: list[str]) -> set[str]:
    return {value for _, value in _pairs(store, question, nodes)}


def _pairs(store: Answering, question: str, nodes: list[str]) -> Iterator[tuple[str, str]]:
    return incidence.pairs(store, question % values(nodes), "node", "value")


def _diseases(store: Answering, asked: str) -> list[str]:
    """The diseases of a name, in order, or the one of a CURIE or IRI."""
    node = _node(asked)
    if node is not None and _is(store, node, "Disease"):
        return [node]
    wanted = asked.casefold()
    named = {
        node
        for node, name in incidence.pairs(store, _NAMES, "node", "value")
        if name.casefold() == wanted
    }
    if not named:
        raise QueryError(
            f"no figure names the disease {asked!r}",
            hint="The query most-named-diseases lists some; a DOID will do, too",
        )
    return sorted(named)


def _pathway(store: Answering, asked: str) -> str:
    wpid = _WPID.fullmatch(asked)
    node = iris.pathway(asked.upper()) if wpid else _node(asked)
    if node is not None and _is(store, node, "Pathway"):
        return node
    raise QueryError(
        f"the graph has no pathway {asked!r}",
        hint="Give a WikiPathways id such as WP4880; pfocr-kg link adds pathways",
    )


def _node(asked: str) -> str | None:
    """The IRI that a text may be, or be the CURIE of."""
    try:
        return ox.NamedNode(iris.expand(asked.strip("<>"))).value
    except ValueError:
        return None


def _is(store: Answering, node: str, kind: str) -> bool:
    return iris.PREFIXES["pfocr"] + kind in _found(store, _TYPE, [node])
