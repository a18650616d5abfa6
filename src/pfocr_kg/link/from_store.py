"""Links and pathways read back from a built store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.link.enrichment import Term
from pfocr_kg.link.sssom import Labels
from pfocr_kg.model import Entity, Evidence, Kind, Overlap, PathwayLink
from pfocr_kg.rdf.writing import order
from pfocr_kg.records.organisms import species
from pfocr_kg.store.sparql import PROLOGUE, Answering, batches, rows, values

_LINKED: Final = "SELECT DISTINCT ?figure WHERE { ?link pfocr:figure ?figure }"
_LINKS: Final = """SELECT * WHERE {
  VALUES ?figure { %s }
  ?link pfocr:figure ?figure ; pfocr:pathway ?pathway .
  ?figure dcterms:identifier ?figid .
  ?pathway dcterms:identifier ?wpid .
  OPTIONAL {
    ?link pfocr:jaccard ?jaccard ; pfocr:pValue ?p ; pfocr:adjustedPValue ?adjusted ;
      pfocr:score ?score ; pfocr:rank ?rank
  }
}"""
_EVIDENCE: Final = """SELECT ?link ?evidence WHERE {
  VALUES ?figure { %s }
  ?link pfocr:figure ?figure ; pfocr:evidence ?evidence
}"""
_SHARED: Final = """SELECT ?link ?id ?gene WHERE {
  VALUES ?figure { %s }
  ?link pfocr:figure ?figure ; pfocr:sharedGene ?gene .
  ?gene dcterms:identifier ?id
}"""
_TRIPLES: Final = """CONSTRUCT { ?link ?predicate ?value } WHERE {
  VALUES ?figure { %s }
  ?link a pfocr:PathwayLink ; pfocr:figure ?figure ; ?predicate ?value
}"""
_TITLES: Final = """SELECT ?id ?title WHERE {
  ?node a pfocr:%s ; dcterms:identifier ?id ; %s ?title
} ORDER BY ?id ?title"""
_TERMS: Final = """SELECT ?wpid ?title ?organism ?gene WHERE {
  ?pathway a pfocr:Pathway ; dcterms:identifier ?wpid ; pfocr:pathwayGene ?node .
  ?node dcterms:identifier ?gene ; pfocr:organism ?taxon .
  ?taxon dcterms:identifier ?organism .
  OPTIONAL { ?pathway dcterms:title ?title }
}"""


def links(store: Answering) -> Iterator[PathwayLink]:
    """All links, ordered by figure and WP number."""
    for figures in _figures(store):
        evidence: dict[str, list[Evidence]] = {}
        for row in rows(store, _EVIDENCE % figures):
            name = row["evidence"].value.removeprefix(iris.PREFIXES["pfocr"])
            evidence.setdefault(row["link"].value, []).append(Evidence(name))
        genes: dict[str, list[Entity]] = {}
        for row in rows(store, _SHARED % figures):
            gene = Entity(Kind.GENE, row["gene"].value, row["id"].value)
            genes.setdefault(row["link"].value, []).append(gene)
        found = [_link(row, evidence, genes) for row in rows(store, _LINKS % figures)]
        yield from sorted(found, key=_place)


def triples(store: Answering) -> Iterator[ox.Triple]:
    """The triples of all links, sorted by link."""
    for figures in _figures(store):
        found = store.query(PROLOGUE + _TRIPLES % figures)
        assert isinstance(found, ox.QueryTriples)
        yield from sorted(set(found), key=order)


def labels(store: Answering) -> Labels:
    """Titles of figures and pathways, and names of the organisms of pathways."""
    figures, pathways, organisms = (
        {row["id"].value: row["title"].value for row in rows(store, _TITLES % (kind, name))}
        for kind, name in (
            ("PathwayFigure", "dcterms:title"),
            ("Pathway", "dcterms:title"),
            ("Pathway", "pfocr:organism/rdfs:label"),
        )
    )
    return Labels(figures, pathways, organisms)


def pathway_terms(store: Answering, taxon: str) -> Iterator[Term]:
    """The pathways of an organism (NCBI taxon number) with their genes, by WP number."""
    titles: dict[str, str] = {}
    genes: dict[str, set[str]] = {}
    for row in rows(store, _TERMS):
        if species(row["organism"].value.partition(":")[2]) == species(taxon):
            wpid = row["wpid"].value
            genes.setdefault(wpid, set()).add(row["gene"].value)
            titles[wpid] = row["title"].value if row["title"] else ""
    for wpid in sorted(genes, key=lambda wpid: int(wpid[2:])):
        yield Term(wpid, titles[wpid], frozenset(genes[wpid]))


def _figures(store: Answering) -> Iterator[str]:
    """The linked figures as values of a query, some hundred at a time, ordered by IRI."""
    ordered = sorted(row["figure"].value for row in rows(store, _LINKED))
    yield from map(values, batches(ordered))


def _link(
    row: Any, evidence: dict[str, list[Evidence]], genes: dict[str, list[Entity]]
) -> PathwayLink:
    link = row["link"].value
    overlap = None
    if row["rank"] is not None:
        overlap = Overlap(
            genes=tuple(sorted(genes.get(link, ()), key=lambda gene: int(gene.identifier))),
            jaccard=float(row["jaccard"].value),
            p_value=float(row["p"].value),
            adjusted_p_value=float(row["adjusted"].value),
            score=float(row["score"].value),
            rank=int(row["rank"].value),
        )
    wpid = row["wpid"].value
    pathway = Entity(Kind.PATHWAY, row["pathway"].value, wpid)
    kinds = tuple(kind for kind in Evidence if kind in evidence[link])
    return PathwayLink(row["figid"].value, pathway, kinds, overlap)


def _place(link: PathwayLink) -> tuple[str, int]:
    return link.figid, int(link.pathway.identifier[2:])
