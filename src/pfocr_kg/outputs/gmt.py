"""Writes figures as gene sets: GMT, which clusterProfiler, gseapy and GSEA read.

A line is a set: its name, a description, then its genes, between tabs
(https://docs.gsea-msigdb.org/#GSEA/Data_Formats/, "GMT: Gene Matrix Transposed file format").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Final, NamedTuple

import pyoxigraph as ox

from pfocr_kg import organisms
from pfocr_kg.errors import QueryError
from pfocr_kg.model import DIRECT
from pfocr_kg.outputs import stored
from pfocr_kg.outputs.stored import Answering, Node

MIN_SIZE: Final = 3
"""Genes that a set has at least, unless asked otherwise."""

_GENES: Final = """SELECT DISTINCT ?figure ?id ?organism WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:gene ?gene .
  ?gene dcterms:identifier ?id ; pfocr:organism ?organism
}"""
_DIRECT: Final = """SELECT DISTINCT ?figure ?id ?organism WHERE {
  VALUES ?figure { %s }
  VALUES ?lexicon { %s }
  ?mention oa:hasTarget ?figure ; oa:hasBody ?gene ; pfocr:lexicon ?lexicon .
  ?gene a pfocr:Gene ; dcterms:identifier ?id ; pfocr:organism ?organism
}"""
_LEXICONS: Final = " ".join(str(ox.Literal(lexicon)) for lexicon in sorted(DIRECT))
_DRAWN: Final = "SELECT DISTINCT ?organism WHERE { ?figure pfocr:gene/pfocr:organism ?organism }"


class Drawn(NamedTuple):
    """A gene of a figure: its NCBI gene id, and its organism's IRI."""

    gene: str
    organism: str


def write(
    store: Answering,
    output: IO[bytes],
    *,
    organism: str | None = None,
    direct_only: bool = False,
    min_size: int = MIN_SIZE,
) -> int:
    """Write a set for each figure that has `min_size` genes or more; returns how many.

    The name of a set is the figid, its genes are NCBI gene ids in numeric order, and its
    description is the figure's title (the paper's, where it has none) and, in brackets, the
    organisms of the genes. `organism` (a name, common name or NCBI taxon) leaves genes of all
    others out, strains counting as their species; `direct_only` leaves out genes that were
    not read by their own symbol. Sets come by code point of the figures' IRIs.

    Raises:
        QueryError: there is no such organism, or `min_size` is below 1.

    """
    if min_size < 1:
        raise QueryError(f"the least size of a set is {min_size}, and has to be 1 or more")
    taxon = None if organism is None else organisms.taxon(organism)
    names = stored.labels(store, "pfocr:Organism")
    written = 0
    for batch in stored.figures(store):
        genes = _genes(store, batch, taxon, direct_only=direct_only)
        kept = [
            iri for iri in batch if len({drawn.gene for drawn in genes.get(iri, ())}) >= min_size
        ]
        for figure, title in _titled(store, kept):
            output.write(_line(figure, title, genes[figure.iri], names))
        written += len(kept)
    return written


def taxa(store: Answering) -> list[str]:
    """NCBI taxon numbers of the species whose genes figures draw, in numeric order."""
    found = {organisms.species(_number(row["organism"])) for row in stored.rows(store, _DRAWN)}
    return sorted(found, key=int)


def _number(organism: Any) -> str:
    return str(organism.value.rpartition("_")[2])


def _genes(
    store: Answering, batch: Iterable[str], taxon: str | None, *, direct_only: bool
) -> dict[str, set[Drawn]]:
    """The genes that count, by the IRI of the figure."""
    figures = stored.values(batch)
    question = _DIRECT % (figures, _LEXICONS) if direct_only else _GENES % figures
    found: dict[str, set[Drawn]] = {}
    wanted = None if taxon is None else organisms.species(taxon)
    for row in stored.rows(store, question):
        if wanted in (None, organisms.species(_number(row["organism"]))):
            drawn = Drawn(row["id"].value, row["organism"].value)
            found.setdefault(row["figure"].value, set()).add(drawn)
    return found


def _titled(store: Answering, figures: list[str]) -> Iterator[tuple[Node, str]]:
    """Figures with their titles, or their papers'."""
    nodes = stored.about(store, figures)
    untitled = (node for node in nodes if node.first("dcterms:title") is None)
    of = sorted({paper for node in untitled for paper in node.all("dcterms:isPartOf")})
    papers = {paper.iri: paper.first("dcterms:title") for paper in stored.about(store, of)}
    for node in nodes:
        own = node.first("dcterms:title")
        yield node, own or papers.get(node.first("dcterms:isPartOf") or "") or ""


def _line(figure: Node, title: str, genes: set[Drawn], names: Mapping[str, str]) -> bytes:
    of = sorted({names.get(drawn.organism, drawn.organism) for drawn in genes})
    description = " ".join(f"{title} ({', '.join(of)})".split())
    figid = figure.first("dcterms:identifier") or figure.iri
    ids = sorted({drawn.gene for drawn in genes}, key=int)
    return "\t".join((" ".join(figid.split()), description, *ids)).encode() + b"\n"
