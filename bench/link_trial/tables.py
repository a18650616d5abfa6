"""Real figures' gene tables: the words that noise, families and backgrounds are taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from pfocr_kg.link.words import GeneMention

HUMAN = "9606"
FAMILY, SYMBOL, SYNONYM = "famplex_relations", "ncbigene_symbol", "ncbigene_synonym"
FOLDERS = ("pfocr-covid", "pfocr-verbatim")

Tables = Mapping[str, list[GeneMention]]
DrawnWord = tuple[tuple[str, str], frozenset[tuple[str, str]]]
"""A word: (matched term, lexicon), and its genes as (NCBI taxon number, NCBI gene id)."""


def gene_tables(
    folders: Iterable[Path], *, all_organisms: bool = False
) -> dict[str, list[GeneMention]]:
    """Gene rows of real figures by figid: the human ones, or all."""
    found = {}
    for folder in folders:
        for table in sorted(folder.rglob("*-genes.tsv")):
            lines = table.read_text(encoding="utf-8").split("\n")
            header = lines[0].split("\t")
            rows = (dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:] if line)
            found[table.name.removesuffix("-genes.tsv")] = [
                GeneMention(row["ncbigene_id"], row["organism_id"], row["match"], row["source"])
                for row in rows
                if all_organisms or row["organism_id"] == HUMAN
            ]
    return found


def by_word(hits: Iterable[GeneMention]) -> list[DrawnWord]:
    """The words of a figure, each with all genes that it draws."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for hit in hits:
        found.setdefault((hit.matched_term, hit.lexicon), set()).add((hit.organism, hit.gene))
    return [(key, frozenset(genes)) for key, genes in sorted(found.items())]


def families(tables: Tables) -> list[tuple[str, frozenset[str]]]:
    """Families as real tables expand them: word and human genes, the largest expansion of each."""
    found: dict[str, frozenset[str]] = {}
    for hits in tables.values():
        for (word, lexicon), drawn in by_word(hits):
            genes = frozenset(gene for taxon, gene in drawn if taxon == HUMAN)
            if lexicon == FAMILY and len(genes) > max(1, len(found.get(word, ()))):
                found[word] = genes
    return sorted(found.items())


def halves(
    tables: Tables, seed: int
) -> tuple[dict[str, list[GeneMention]], dict[str, list[GeneMention]]]:
    """The figures in two halves, at random; those of one paper are in the same."""
    papers = sorted({figid.partition("__")[0] for figid in tables})
    order = np.random.default_rng(seed).permutation(len(papers))
    first = {papers[int(at)] for at in order[: len(papers) // 2]}
    one = {f: hits for f, hits in tables.items() if f.partition("__")[0] in first}
    return one, {f: hits for f, hits in tables.items() if f not in one}
