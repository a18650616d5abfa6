"""Law: the order of the sources changes nothing of the graph."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

import pytest

import pfocr_kg
from bad_input import lay, record, table, triples
from pfocr_kg.records.entities import CHEMICAL_COLUMNS, GENE_COLUMNS

FILES = ("_data/wpid_map.tsv", "_data/ndex_map.tsv")
NAMES = ["Homo sapiens", "latin 1", "latin 2", "common 1", "common 2", "Homo sapiens, latin 1"]
WORDS = ["a", "b", "A", "b "]


def corpus(choose: random.Random, folder: Path) -> list[Path]:
    """Three trees whose figures share genes, chemicals, organisms and taxa with other names.

    Two of them hold records of one figid, which say the same.
    """
    shared = record("figtitle: shared\n", figid="shared", pmcid="PMC9")
    trees = []
    for name in "xyz":
        tree: dict[str, bytes] = {"_figures/shared.md": shared} if name != "y" else {}
        maps = dict.fromkeys(FILES, "")
        for figid in (f"{name}1", f"{name}2"):
            keys = f"organisms: {choose.choice(NAMES)}\nkeywords: k|{choose.choice(WORDS)}\n"
            keys += f"papertitle: {choose.choice(NAMES)}\n"
            pmcid = f"PMC{choose.choice('12')}"
            tree[f"_figures/{figid}.md"] = record(keys, figid=figid, pmcid=pmcid)
            tree[f"_data/{figid}-genes.tsv"] = table([*GENE_COLUMNS], *genes(choose))
            tree[f"_data/{figid}-chemicals.tsv"] = table([*CHEMICAL_COLUMNS[0]], *chemicals(choose))
            maps[FILES[0]] += f"{choose.choice('xyz')}1\tWP{choose.randint(1, 3)}\n"
            maps[FILES[1]] += f"{figid}\t01234567-89ab-cdef-0123-{choose.randint(1, 3):012}\n"
        tree |= {path: text.encode() for path, text in maps.items()}
        for taxon in ("990001", "990002", ""):
            tree[f"_organisms/{taxon}.md"] = organism(choose, taxon)
        trees.append(lay(folder / name, tree))  # type: ignore[arg-type]
    return trees


def genes(choose: random.Random) -> list[list[str]]:
    return [
        [taxon, choose.choice(NAMES[:3]), choose.choice(WORDS), "m", choose.choice(WORDS), n, "s"]
        for n in choose.sample(["1", "2", "3"], 2)
        for taxon in choose.choice([["9606"], ["990001"], ["990001", "990002"]])
    ]


def chemicals(choose: random.Random) -> list[list[str]]:
    return [
        [choose.choice(WORDS), "C000001", choose.choice(WORDS), choose.choice(WORDS), number]
        for number in choose.sample(["CHEBI:990001", "CHEBI:990002", "NA"], 2)
    ]


def organism(choose: random.Random, taxon: str) -> bytes:
    latin, common = choose.choice(NAMES[1:5]), choose.choice(NAMES[1:5])
    return f"---\nlatin: {latin}\ncommon: {common}\nncbi: '{taxon}'\n---\n".encode()


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_sources_changes_nothing(seed: int, tmp_path: Path) -> None:
    trees = corpus(random.Random(seed), tmp_path / "trees")
    found = []
    for number, order in enumerate(permutations(trees)):
        report = pfocr_kg.build(order, tmp_path / str(number))
        assert (report.figures, len(report.quarantined)) == (7, 1)  # the other record of a figid
        found.append(triples(tmp_path / str(number)))
    for other in found[1:]:
        assert other ^ found[0] == set()
