"""How many things a name that was taken for a human gene can mean."""

from __future__ import annotations

from functools import cache, lru_cache

from pfocr_kg import resources
from pfocr_kg.records.gene_dictionary import GeneDictionary, normal_form
from pfocr_kg.records.mesh_dictionary import bundled_mesh


@lru_cache(maxsize=1 << 16)  # figures repeat the same names
def count(name: str, gene: str, genes: GeneDictionary, *, is_family: bool) -> int:
    """How many things a name can mean: genes, a family of genes, a chemical.

    Counted are the human genes that have it as symbol, previous or alias symbol, with the gene
    that it was taken for (an NCBI gene id) in any case, and one more each if it names a family
    and if it names a chemical. `is_family` says that a lexicon of families holds it. All names
    are compared in their normal form.
    """
    form = normal_form(name)
    family = is_family or form in _families()
    return genes.genes_named(name, gene) + family + (form in _chemicals())


@cache
def _families() -> frozenset[str]:
    return frozenset(map(normal_form, _first_column("gene-families.tsv")))


@cache
def _chemicals() -> frozenset[str]:
    """Names in MeSH and ChEBI, and abbreviations, which are not among those."""
    names = [*bundled_mesh().names(), *_first_column("chemical-abbreviations.tsv")]
    return frozenset(normal_form("\n".join(names), but="\n").split("\n"))


def _first_column(name: str) -> list[str]:
    """The first cell of each row of a bundled table."""
    lines = resources.ontology(name).read_text(encoding="utf-8").splitlines()
    _, *rows = (line for line in lines if not line.startswith("#"))
    return [row.partition("\t")[0] for row in rows]
