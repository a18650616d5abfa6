"""A second, plain reading of what names of human genes can mean, and how words were matched.

Imports nothing of the package, as `plain_reading`, which uses it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ONTOLOGIES = Path(__file__).resolve().parent.parent / "ontologies"
KINDS = {
    "ncbigene_symbol": "SymbolMatch",
    "hgnc_symbol": "SymbolMatch",
    "ncbigene_synonym": "SynonymMatch",
    "hgnc_alias_symbol": "SynonymMatch",
    "hgnc_prev_symbol": "SynonymMatch",
    "famplex_relations": "FamilyMatch",
    "bioentities_symbol": "FamilyMatch",
    "hgnc": "KeywordMatch",
}  # lexicon of a gene -> kind of match
KIND_NAMES = {lexicon: kind.removesuffix("Match").lower() for lexicon, kind in KINDS.items()}

Row = dict[str, str]


@dataclass(frozen=True)
class Meanings:
    """What names mean, by their normal form."""

    genes: dict[str, set[str]]  # NCBI gene ids
    copies: dict[str, set[str]]  # NCBI gene id of a copy -> those of its genes
    families: set[str]
    chemicals: set[str]

    def count(self, name: str, gene: str, lexicon: str) -> int:
        """How many things a name can mean that a lexicon gave for a gene."""
        form = normal(name)
        meant = self.genes.get(form, set())
        itself = meant & self.copies.get(gene, {gene}) or {gene}
        family = KINDS.get(lexicon) == "FamilyMatch" or form in self.families
        return len(meant | itself) + family + (form in self.chemicals)


def normal(name: str) -> str:
    """A name without case, blanks, hyphens and other signs of ASCII."""
    return "".join(c for c in name.casefold() if c.isalnum() or not c.isascii())


def read_meanings(vocabularies: Path) -> Meanings:
    """From the folder of the real data, or from `ontologies/`.

    What was added by hand is in `ontologies/` alone: abbreviations of chemicals, and names of
    families beside their ids.
    """
    names, copies, own = defaultdict(set), defaultdict(set), set()
    for row in table(vocabularies, "human_genes.tsv", "human-genes.tsv"):
        number, *others = row["ncbigene_ids"].split("|")
        own.add(number)
        for other in others:
            copies[other].add(number)
        for column in ("symbol", "previous_symbols", "alias_symbols"):
            for name in row[column].split("|"):
                names[normal(name)].add(number)
    del names[""]
    added = (row["name"] for row in rows(ONTOLOGIES / "gene-families.tsv"))
    ids = (row["family"] for row in table(vocabularies, "famplex_members.tsv", "gene-families.tsv"))
    short = (row["abbreviation"] for row in rows(ONTOLOGIES / "chemical-abbreviations.tsv"))
    chemicals = {
        normal(name)
        for row in table(vocabularies, "mesh_xrefs.tsv", "mesh-xrefs.tsv")
        if row["other"].startswith("CHEBI:")
        for name in (row["mesh_name"], row["other_name"])
    }
    return Meanings(
        dict(names),
        {number: ids for number, ids in copies.items() if number not in own},
        {*map(normal, added), *map(normal, ids)},
        chemicals - {""} | {*map(normal, short)},
    )


def table(folder: Path, facts: str, bundled: str) -> Iterable[Row]:
    """The rows of a table of facts, or of the bundled one."""
    return rows(folder / facts if (folder / facts).exists() else folder / bundled)


def rows(path: Path) -> Iterable[Row]:
    """The rows of a tab-separated table, without the comments above its header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("# ")]
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
