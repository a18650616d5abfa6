"""Reads the links of a store, and writes them as a mapping set, a table or triples."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import IO, Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import FormatError
from pfocr_kg.link import sssom
from pfocr_kg.link.rules import LINK_FORMATS
from pfocr_kg.link.sssom import LinkLabels
from pfocr_kg.model import Entity, Evidence, Kind, Overlap, PathwayLink
from pfocr_kg.rdf import writing
from pfocr_kg.records.values import by_number, by_wpid
from pfocr_kg.store.sparql import PROLOGUE, Answering, batches, rows, values

_LINKED: Final = "SELECT DISTINCT ?figure WHERE { ?link pfocr:figure ?figure }"
_LINKS: Final = """SELECT * WHERE {
  VALUES ?figure { %s }
  ?link pfocr:figure ?figure ; pfocr:pathway ?pathway .
  ?figure dcterms:identifier ?figid .
  ?pathway dcterms:identifier ?wpid .
  OPTIONAL {
    ?link pfocr:sharedWordCount ?words ; pfocr:jaccard ?jaccard ; pfocr:pValue ?p ;
      pfocr:adjustedPValue ?adjusted ; pfocr:wordPValue ?wordP ; pfocr:score ?score ;
      pfocr:rankInOrganism ?inOrganism ; pfocr:margin ?margin
  }
  OPTIONAL { ?link pfocr:rank ?rank }
  OPTIONAL { ?link pfocr:textScore ?text }
}"""
_EVIDENCE: Final = """SELECT ?link ?evidence WHERE {
  VALUES ?figure { %s }
  ?link pfocr:figure ?figure ; pfocr:evidence ?evidence
}"""
# A query for each property: with several properties in one, Oxigraph takes three times as long.
_VALUES: Final = """SELECT ?link ?value ?id WHERE {
  VALUES ?figure { %s }
  ?link pfocr:figure ?figure ; %s ?value .
  ?value dcterms:identifier ?id
}"""
_SHARED: Final = "pfocr:sharedGene"
_BY_SYMBOL: Final = "pfocr:sharedSymbolGene"
_WIDER: Final = "pfocr:widerPathway"
_KINDS: Final = {_SHARED: Kind.GENE, _BY_SYMBOL: Kind.GENE, _WIDER: Kind.PATHWAY}
"""Properties of links whose values are entities."""

_TRIPLES: Final = """CONSTRUCT { ?link ?predicate ?value } WHERE {
  VALUES ?figure { %s }
  ?link a pfocr:PathwayLink ; pfocr:figure ?figure ; ?predicate ?value
}"""
_LABELS: Final = """SELECT ?id ?label WHERE {
  ?node a pfocr:%s ; dcterms:identifier ?id ; %s ?label
} ORDER BY ?id ?label"""


def write_links(store: Answering, output: IO[bytes], form: str) -> None:
    """Write a store's links; see `Graph.write_links`."""
    if form not in LINK_FORMATS:
        raise FormatError(f"unknown format {form!r}", hint="One of " + ", ".join(LINK_FORMATS))
    if form == "turtle":
        writing.write(triples(store), output, "turtle")
        return
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    try:
        if form == "sssom":
            sssom.write_sssom(links(store), text, labels(store), version=version("pfocr-kg"))
        else:
            sssom.write_tsv(links(store), text, labels(store))
        text.flush()
    finally:
        text.detach()


def links(store: Answering) -> Iterator[PathwayLink]:
    """All links, ordered by figure and WP number."""
    for figures in _figures(store):
        evidence: dict[str, set[str]] = {}
        for row in rows(store, _EVIDENCE % figures):
            evidence.setdefault(row["link"].value, set()).add(row["evidence"].value)
        entities: dict[tuple[str, str], list[Entity]] = {}
        for name, kind in _KINDS.items():
            for row in rows(store, _VALUES % (figures, name)):
                entity = Entity(kind, row["value"].value, row["id"].value)
                entities.setdefault((row["link"].value, name), []).append(entity)
        found = [_link(row, evidence, entities) for row in rows(store, _LINKS % figures)]
        yield from sorted(found, key=_order)


def triples(store: Answering) -> Iterator[ox.Triple]:
    """The triples of all links, sorted by link."""
    for figures in _figures(store):
        found = store.query(PROLOGUE + _TRIPLES % figures)
        assert isinstance(found, ox.QueryTriples)
        yield from sorted(set(found), key=writing.sort_key)


def labels(store: Answering) -> LinkLabels:
    """Titles of figures and pathways, and names of the organisms of pathways."""
    return LinkLabels(
        labels_of(store, "PathwayFigure", "dcterms:title"),
        labels_of(store, "Pathway", "dcterms:title"),
        labels_of(store, "Pathway", "pfocr:organism/skos:prefLabel"),
    )


def labels_of(store: Answering, kind: str, path: str) -> Mapping[str, str]:
    """Identifier -> label of the nodes of a class."""
    found = rows(store, _LABELS % (kind, path))
    return {row["id"].value: row["label"].value for row in found}


def _figures(store: Answering) -> Iterator[str]:
    """The linked figures as values of a query, some hundred at a time, ordered by IRI."""
    ordered = sorted(row["figure"].value for row in rows(store, _LINKED))
    yield from map(values, batches(ordered))


_Entities = Mapping[tuple[str, str], list[Entity]]
"""Link (IRI) and property -> values."""


def _link(row: Any, evidence: Mapping[str, set[str]], entities: _Entities) -> PathwayLink:
    """A link; in a graph from elsewhere, it may have no evidence, or other kinds."""
    link = row["link"].value
    classes = evidence.get(link, set())
    kinds = tuple(kind for kind in Evidence if iris.PREFIXES["pfocr"] + kind.value in classes)
    pathway = Entity(Kind.PATHWAY, row["pathway"].value, row["wpid"].value)
    overlap = None if row["jaccard"] is None else _overlap(row, entities)
    text_score = 0.0 if row["text"] is None else float(row["text"].value)
    return PathwayLink(row["figid"].value, pathway, kinds, overlap, text_score)


def _overlap(row: Any, entities: _Entities) -> Overlap:
    link = row["link"].value
    by_symbol = (link, _BY_SYMBOL) in entities
    genes = entities.get((link, _BY_SYMBOL if by_symbol else _SHARED), [])
    return Overlap(
        genes=tuple(sorted(genes, key=lambda gene: by_number(gene.identifier))),
        words=int(row["words"].value),
        jaccard=float(row["jaccard"].value),
        p_value=float(row["p"].value),
        adjusted_p_value=float(row["adjusted"].value),
        word_p_value=float(row["wordP"].value),
        score=float(row["score"].value),
        rank=None if row["rank"] is None else int(row["rank"].value),
        rank_in_organism=int(row["inOrganism"].value),
        margin=float(row["margin"].value),
        wider=tuple(
            sorted(
                entities.get((link, _WIDER), []), key=lambda pathway: by_wpid(pathway.identifier)
            )
        ),
        by_symbol=by_symbol,
    )


def _order(link: PathwayLink) -> tuple[str, bool, int, str]:
    return link.figid, *by_wpid(link.pathway.identifier)
