"""Writes figures as gene sets: GMT, which clusterProfiler, gseapy and GSEA read.

A line is a set: its name, a description, then its genes, separated by tabs
(https://docs.gsea-msigdb.org/#GSEA/Data_Formats/, "GMT: Gene Matrix Transposed file format").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, NamedTuple, TypedDict

from pfocr_kg import iris
from pfocr_kg.errors import QueryError, StoreError, quoted
from pfocr_kg.export import stored_nodes
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.records import organisms
from pfocr_kg.records.values import by_number
from pfocr_kg.store.sparql import Answering, rows, values

MIN_SIZE: Final = 3
"""The default of `min_size`: sets with fewer genes are left out."""

_GENES: Final = """SELECT DISTINCT ?figure ?gene ?id ?organism WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:%s ?gene .
  ?gene dcterms:identifier ?id ; pfocr:organism ?organism
}"""


_TEXTS: Final = ("dcterms:identifier", "dcterms:title", "dcterms:isPartOf")


class _Gene(NamedTuple):
    """A gene: its IRI, its NCBI gene id, and the IRI of its organism."""

    iri: str
    id: str
    organism: str

    @property
    def species(self) -> str:
        """The NCBI taxon of the organism's species."""
        return organisms.species(self.organism.removeprefix(iris.organism("")))


class _Figure(NamedTuple):
    """A figure with its title, or its paper's title, and its selected genes."""

    figid: str
    title: str
    genes: set[_Gene]


class GmtOptions(TypedDict, total=False):
    """The keyword arguments of `write`."""

    organism: str | None
    level: str
    min_size: int
    symbols: bool


def write(
    store: Answering,
    output: IO[bytes],
    *,
    organism: str | None = None,
    level: str = Level.ANY,
    min_size: int = MIN_SIZE,
    symbols: bool = False,
) -> int:
    """Write a set for each figure that has `min_size` genes or more; returns how many.

    The name of a set is the figid, its genes are NCBI gene ids in numeric order, or with `symbols`
    the labels of the genes in the order of Unicode code points, each once, and its
    description is the figure's title (or else the paper's) and, in brackets, the
    organisms of the genes. `organism` (a name, common name or NCBI taxon) leaves out genes of all
    others; a strain counts as its species; genes below the level are left out. Sets are ordered
    by the figures' IRIs.

    Raises:
        QueryError: the organism or level is unknown, or `min_size` is below 1.
        StoreError: a gene has an id that is not a number.

    """
    if min_size < 1:
        raise QueryError(f"--min-size has to be 1 or more, not {min_size}")
    taxon = None if organism is None else organisms.species(organisms.taxon(organism))
    names = stored_nodes.labels(store, "pfocr:Organism")
    labels = stored_nodes.labels(store, "pfocr:Gene") if symbols else None
    written = 0
    for figure in _figures(store, Level(level)):
        genes = {gene for gene in figure.genes if taxon in (None, gene.species)}
        if _size(genes) >= min_size:
            output.write(_line(figure, genes, names, labels))
            written += 1
    return written


def of_figure(store: Answering, figure: str, level: Level) -> bytes:
    """The set of one figure (an IRI) with all its genes, as `write` writes it; b"" without any."""
    names = stored_nodes.labels(store, "pfocr:Organism")
    return b"".join(_line(one, one.genes, names) for one in _of_batch(store, [figure], level))


def write_by_organism(
    store: Answering, folder: Path, level: Level, *, min_size: int = MIN_SIZE
) -> dict[str, int]:
    """Write a file for each species, `Homo_sapiens.gmt`; returns how many sets each has.

    Each file holds what `write` writes for that organism; there are no empty files. All of them are
    written in one pass.
    """
    names = stored_nodes.labels(store, "pfocr:Organism")
    written: dict[str, int] = {}
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for figure in _figures(store, level):
            for taxon, genes in _by_species(figure.genes).items():
                if _size(genes) < min_size:
                    continue
                name = _file_name(names.get(iris.organism(taxon), f"taxon {taxon}"))
                if name not in files:
                    files[name] = stack.enter_context((folder / name).open("wb"))
                files[name].write(_line(figure, genes, names))
                written[name] = written.get(name, 0) + 1
    return dict(sorted(written.items()))


def _file_name(organism: str) -> str:
    return re.sub(r"[^\w.-]+", "_", organism) + ".gmt"


def _by_species(genes: Iterable[_Gene]) -> dict[str, set[_Gene]]:
    by_species: dict[str, set[_Gene]] = {}
    for gene in genes:
        by_species.setdefault(gene.species, set()).add(gene)
    return by_species


def _size(genes: Iterable[_Gene]) -> int:
    return len({gene.id for gene in genes})


def _figures(store: Answering, level: Level) -> Iterator[_Figure]:
    """Figures that draw a gene of the level."""
    for batch in stored_nodes.figures(store):
        yield from _of_batch(store, batch, level)


def _of_batch(store: Answering, batch: Sequence[str], level: Level) -> Iterator[_Figure]:
    genes = _genes(store, batch, level)
    figures = stored_nodes.about(store, [iri for iri in batch if iri in genes], _TEXTS)
    titles = _titles_of_papers(store, figures)
    for figure in figures:
        paper = figure.first("dcterms:isPartOf") or ""
        title = figure.first("dcterms:title") or titles.get(paper) or ""
        figid = figure.first("dcterms:identifier") or figure.iri
        yield _Figure(figid, title, genes[figure.iri])


def _genes(store: Answering, figures: Iterable[str], level: Level) -> dict[str, set[_Gene]]:
    """IRI of a figure -> its genes of the level."""
    found: dict[str, set[_Gene]] = {}
    for row in rows(store, _GENES % (values(figures), LEVEL_PROPERTIES[level])):
        gene = _Gene(row["gene"].value, row["id"].value, row["organism"].value)
        found.setdefault(row["figure"].value, set()).add(gene)
    return found


def _titles_of_papers(store: Answering, figures: Iterable[StoredNode]) -> Mapping[str, str | None]:
    """The titles of the papers of figures without a title."""
    untitled = (node for node in figures if node.first("dcterms:title") is None)
    papers = sorted({paper for node in untitled for paper in node.all("dcterms:isPartOf")})
    found = stored_nodes.about(store, papers, ("dcterms:title",))
    return {paper.iri: paper.first("dcterms:title") for paper in found}


def _line(
    figure: _Figure,
    genes: set[_Gene],
    names: Mapping[str, str],
    symbols: Mapping[str, str] | None = None,
) -> bytes:
    """A set; `names` are those of organisms, `symbols` those of genes, in place of their ids."""
    drawn_in = sorted({names.get(gene.organism, gene.organism) for gene in genes})
    description = " ".join(f"{figure.title} ({', '.join(drawn_in)})".split())
    if symbols is None:
        listed = _in_numeric_order(figure.figid, {gene.id for gene in genes})
    else:
        listed = sorted({" ".join(symbols.get(gene.iri, gene.id).split()) for gene in genes})
    return "\t".join((" ".join(figure.figid.split()), description, *listed)).encode() + b"\n"


def _in_numeric_order(figid: str, ids: set[str]) -> list[str]:
    in_order = sorted(ids, key=by_number)
    wrong = in_order[-1]  # what is no number comes last
    if not (wrong.isascii() and wrong.isdecimal()):
        raise StoreError(
            f"{figid} draws a gene with the id {quoted(wrong)}, which is not an NCBI gene id",
            hint="A gene of the graph has its NCBI gene id as dcterms:identifier",
        )
    return in_order
