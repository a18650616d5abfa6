"""Words read off published images of pathways: each image has a right pathway, its own."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from bench.link_trial.tables import FAMILY, HUMAN, SYMBOL, SYNONYM
from bench.link_trial.worlds import Known
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Pathway

FOLDER = "wikipathways-images-2018"
LEXICONS = {
    "bioentities_symbol": FAMILY,
    "hgnc_symbol": SYMBOL,
    "hgnc_alias_symbol": SYNONYM,
    "hgnc_prev_symbol": SYNONYM,
}


def figures(data: Path, pathways: Iterable[Pathway]) -> list[Known]:
    """The images whose pathway is one of `pathways`."""
    known = {pathway.wpid for pathway in pathways}
    found: dict[str, list[GeneMention]] = {}
    with (data / FOLDER / "genes.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            lexicon = LEXICONS[row["lexicon"]]
            mention = GeneMention(row["ncbigene_id"], HUMAN, row["word"], lexicon)
            found.setdefault(row["wpid"], []).append(mention)
    return [Known(frozenset([wpid]), tuple(m)) for wpid, m in found.items() if wpid in known]
