"""Makes docs/notebooks/infected-cells.csv: DESeq2's table of an experiment that never was.

    python -m tools.make_gene_table [OTHER.csv]

Its genes are those with an Ensembl id that the sample or its ten pathways have. Genes of the answer
to viruses go up, and all numbers are drawn at random, the same each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from tools import sample

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "notebooks" / "infected-cells.csv"

UP = """
    CXCL10 EIF2AK2 IFIH1 IFNB1 IL6 IRF7 IRF9 ISG15 MX1 OAS1 OAS2 OAS3 RIGI RNASEL STAT1 STAT2 STING1
    TLR3 TNF ACADM PIN1
"""
"""The last two have nothing to do with viruses: no list is free of chance."""

OLDER = {"RIGI": "DDX58", "STING1": "TMEM173", "CGAS": "MB21D1"}
"""Symbols of an older annotation."""

OTHERS = {"ENSG00000280071": "AC245041.2", "ENSG00000145416": "1-Mar"}
"""No symbol yet, and a symbol (MARCHF1 was MARCH1) that a spreadsheet took for a date."""

_GENES = """
SELECT ?symbol (MIN(STR(?iri)) AS ?ensembl) WHERE {
  ?gene wp:bdbHgncSymbol ?hgnc ; wp:bdbEnsembl ?iri ; rdfs:label ?symbol
} GROUP BY ?symbol ORDER BY ?symbol"""


def genes() -> dict[str, str]:
    """Ensembl id -> symbol."""
    rows = sample.graph().query(_GENES).records()
    return {row["ensembl"].rsplit("/")[-1]: row["symbol"] for row in rows} | OTHERS


def table(names: dict[str, str]) -> pd.DataFrame:
    """The columns of DESeq2, and the symbols."""
    random = np.random.default_rng(2026)
    up = np.isin([*names.values()], [*UP.split(), *OTHERS.values()])
    change = np.where(up, random.uniform(1.3, 5, len(up)), random.normal(0, 0.35, len(up)))
    error = np.where(up, 0.25, random.uniform(0.25, 0.5, len(up)))
    p = 2 * stats.norm.sf(np.abs(change / error))
    counts = np.where(up, random.uniform(100, 5000, len(up)), random.lognormal(5, 2, len(up)))
    measured = counts > 5  # DESeq2 gives no adjusted p-value where counts are low
    adjusted = np.full(len(up), np.nan)
    adjusted[measured] = stats.false_discovery_control(p[measured])
    columns = {"baseMean": counts, "log2FoldChange": change, "lfcSE": error, "stat": change / error}
    columns |= {"pvalue": p, "padj": adjusted}
    symbols = [OLDER.get(symbol, symbol) for symbol in names.values()]
    return pd.DataFrame(columns | {"symbol": symbols}, index=[*names])


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else TABLE
    rows = table(genes()).sort_values("pvalue", kind="stable")
    rows.to_csv(target, float_format="%.5g", na_rep="NA")
