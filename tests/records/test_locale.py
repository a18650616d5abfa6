"""Names of files are UTF-8 in records and archives, also where the locale has another encoding."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pfocr_kg

ASCII = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
"""Python takes names of files for ASCII then; no locale has to be installed for it."""

RECORD = "---\nfigid: {}\npmcid: PMC1\nfigtitle: A β-catenin\n---\n"
GENES = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\n"
    "9606\tHomo sapiens\thuman\tβ-cat\tCTNNB1\tCTNNB1\t1499\tncbigene_symbol\n"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A figure whose figid has a Greek letter, with its table; one record cannot be read."""
    root = tmp_path / "corpus"
    (root / "_figures").mkdir(parents=True)
    (root / "_data").mkdir()
    figid = "PMC1__β-cat"
    (root / "_figures" / f"{figid}.md").write_text(RECORD.format(figid), encoding="utf-8")
    (root / "_figures" / "PMC1__δ.md").write_text("---\nfigid: δ\n---\n", encoding="utf-8")
    (root / "_data" / f"{figid}-genes.tsv").write_text(GENES, encoding="utf-8")
    return root


def build(source: Path, store: Path) -> str:
    """Build in a locale of ASCII; gives what the command tells."""
    done = subprocess.run(
        [sys.executable, "-m", "pfocr_kg.cli", "build", source, "--store", store],
        env={**os.environ, **ASCII},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stderr.decode()


def triples(store: Path) -> bytes:
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    return out.getvalue()


@pytest.mark.parametrize(
    "form", ["folder", "zip", *(pytest.param(x, marks=pytest.mark.slow) for x in ("gztar", "tar"))]
)
def test_a_greek_letter_in_a_figid(form: str, corpus: Path, tmp_path: Path) -> None:
    source = corpus
    if form != "folder":
        source = Path(shutil.make_archive(str(tmp_path / "packed"), form, corpus))
    pfocr_kg.build(source, tmp_path / "expected")
    told = build(source, tmp_path / "store")
    assert "PMC1__δ.md: has no pmcid" in told
    assert triples(tmp_path / "store") == triples(tmp_path / "expected")
    assert "identifiers.org/ncbigene/1499" in triples(tmp_path / "store").decode()


def test_a_record_is_the_same_in_either_locale(corpus: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    pfocr_kg.build(corpus, store)
    assert "1 unchanged" in build(corpus, store)
    report = pfocr_kg.build(corpus, store)
    assert report.changes is not None
    assert report.changes["unchanged"] == 1
