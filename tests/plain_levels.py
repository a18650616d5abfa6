"""Which mentions of genes count at a level, read plainly.

The lexicon in the files tells whether a word is a symbol, and the candidates of a word are counted
in the files. The meaning counts are those of the graph's triples; other tests hold them to the
dictionaries.
"""

from __future__ import annotations

import io
from collections import defaultdict
from functools import cache
from pathlib import Path

import pyoxigraph as ox

import pfocr_kg
from plain_reading import Facts

LEVELS = ("symbol", "unambiguous", "any")
SYMBOLS = {"ncbigene_symbol", "hgnc_symbol"}
FIGURE = "https://pfocr.wikipathways.org/figures/"

GeneMention = tuple[str, str, str, str, str]
"""figid, NCBI gene id, word, matched term and lexicon, as in `Facts.gene_mentions`."""


def at_level(level: str, facts: Facts, store: Path) -> set[GeneMention]:
    """The mentions of a level, of a corpus from which the store was built."""
    if level == "any":
        return facts.gene_mentions
    if level == "symbol":
        return {mention for mention in facts.gene_mentions if mention[4].lower() in SYMBOLS}
    taxa = {(figid, gene): taxon for figid, gene, taxon in facts.genes}
    genes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for figid, gene, word, match, _ in facts.gene_mentions:
        genes[figid, word, match, taxa[figid, gene]].add(gene)
    one_meaning = _with_one_meaning(store)
    return {
        (figid, gene, word, match, lexicon)
        for figid, gene, word, match, lexicon in facts.gene_mentions & one_meaning
        if len(genes[figid, word, match, taxa[figid, gene]]) == 1
    }


@cache
def _with_one_meaning(store: Path) -> set[GeneMention]:
    """The mentions of a store whose meaning count is 1, put together from its triples."""
    written = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(written, "ntriples")
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in ox.parse(written.getvalue(), format=ox.RdfFormat.N_TRIPLES):
        if "#mention-" in triple.subject.value:
            name = triple.predicate.value.replace("#", "/").rpartition("/")[2]
            values[triple.subject.value][name] = triple.object.value
    return {
        (
            of["hasTarget"].removeprefix(FIGURE).removesuffix(".html"),
            of["hasBody"].rpartition("/")[2],
            *(of.get(name, "") for name in ("word", "matchedTerm", "lexicon")),
        )
        for of in values.values()
        if of.get("meaningCount") == "1"
    }
