"""What the documentation and the vocabulary say of the trust in mentions is what is measured."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from bench import match_trial
from rdflib import SKOS

from places import ROOT
from plain_meanings import KINDS, read_meanings
from vocabulary import PFOCR, load


@pytest.fixture(scope="module")
def images(pfocr_data: Path) -> Path:
    return pfocr_data / match_trial.FOLDER


@pytest.fixture(scope="module")
def trial(pfocr_data: Path) -> match_trial.Trial:
    return match_trial.run(pfocr_data)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_page_has_the_tables(trial: match_trial.Trial) -> None:
    page = (ROOT / "docs" / "about" / "trust.md").read_text(encoding="utf-8")
    for part in match_trial.markdown(trial).split("\n\n"):
        assert part in page
    assert f"{trial.images} images" in page


def test_the_vocabulary_has_the_notes(trial: match_trial.Trial) -> None:
    graph = load("pfocr.ttl")
    for name, note in trial.notes().items():
        assert note in map(str, graph.objects(PFOCR[name], SKOS.note)), name


def test_the_trial_counts_what_a_plain_reading_counts(
    trial: match_trial.Trial, images: Path, pfocr_data: Path
) -> None:
    meanings = read_meanings(pfocr_data)
    drawn = {
        row["wpid"]: set(row["ncbigene_ids"].split("|"))
        for row in table(images / "pathways.tsv")
        if row["ncbigene_ids"]
    }
    by_kind, by_count, seen = Counter(), Counter(), set()
    for row in table(images / "genes.tsv"):
        image, word, lexicon, gene = row.values()
        if image in drawn and lexicon in KINDS and (image, word, lexicon, gene) not in seen:
            seen.add((image, word, lexicon, gene))
            right = gene in drawn[image]
            by_kind[KINDS[lexicon], right] += 1
            by_count[min(meanings.count(word, gene, lexicon), match_trial.MOST), right] += 1
    for kind in ("SymbolMatch", "SynonymMatch", "FamilyMatch"):
        one = trial.by_term[kind]
        right = len(one.right_genes)
        assert (right, len(one.genes) - right) == (by_kind[kind, True], by_kind[kind, False])
    for count, one in enumerate(trial.by_meanings.values(), start=1):
        right = len(one.right_genes)
        assert (right, len(one.genes) - right) == (by_count[count, True], by_count[count, False])


def test_the_trial_prints_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made-up images, also one of a pathway without genes, which does not count."""
    folder = tmp_path / match_trial.FOLDER
    folder.mkdir()
    (folder / "pathways.tsv").write_text("wpid\tncbigene_ids\nWP1\t7157|207\nWP2\t\n")
    (folder / "genes.tsv").write_text(
        "wpid\tword\tlexicon\tncbigene_id\n"
        "WP1\tTP53\thgnc_symbol\t7157\nWP1\tAKT\tbioentities_symbol\t207\n"
        "WP1\tAKT\tbioentities_symbol\t208\nWP1\tADP\thgnc_alias_symbol\t23038\n"
        "WP1\tAML1\thgnc_prev_symbol\t861\nWP2\tTP53\thgnc_symbol\t7157\n"
    )
    monkeypatch.setattr("sys.argv", ["match_trial", str(tmp_path)])
    match_trial.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 images of pathways with 2 genes"
    assert lines[2:8] == [
        "| matched to | words | with a right gene | genes | right | unambiguous | right |",
        "|---|---:|---:|---:|---:|---:|---:|",
        "| symbol | 1 | 100.0% | 1 | 100.0% | 1 | 100.0% |",
        "| previous symbol | 1 | 0.0% | 1 | 0.0% | 1 | 0.0% |",
        "| alias | 1 | 0.0% | 1 | 0.0% | 0 | |",
        "| family | 1 | 100.0% | 2 | 50.0% | 0 | |",
    ]
    assert "| any | 5 | 40.0% | 100.0% |" in lines
