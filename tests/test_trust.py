"""What the documentation and the vocabulary say of the trust in mentions is what is measured."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from bench import match_trial
from rdflib import SKOS
from tools import draw_trust

import pfocr_kg
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


def test_the_pictures_show_what_the_sample_and_the_tables_say(linked_sample: Path) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        drawn = draw_trust.pictures(graph)
    assert [name for name, one in drawn.items() if not draw_trust.is_drawn(name, one)] == []
    page = (ROOT / "docs" / "about" / "trust.md").read_text(encoding="utf-8")
    assert all(f"(../pictures/{name})" in page for name in drawn)


def test_the_page_says_what_is_measured(trial: match_trial.Trial) -> None:
    page = " ".join((ROOT / "docs" / "about" / "trust.md").read_text(encoding="utf-8").split())
    one, three = (
        100 * len(counted.right_genes) / len(counted.genes)
        for counted in (trial.by_meanings["1"], trial.by_meanings["3"])
    )
    assert f"with a count of 3, {three:.0f} are right; with a count of 1, {one:.0f}." in page


def test_the_page_says_what_the_sample_has(linked_sample: Path) -> None:
    page = " ".join((ROOT / "docs" / "about" / "trust.md").read_text(encoding="utf-8").split())
    figure = "https://pfocr.wikipathways.org/figures/PMC3347317__viruses-04-00424-g002.html"
    links = """SELECT ?s ?m ?g ?w { ?l pfocr:figure <FIGURE> ; pfocr:score ?s ; pfocr:margin ?m ;
      pfocr:sharedGeneCount ?g ; pfocr:sharedWordCount ?w } ORDER BY DESC(?s)"""
    with pfocr_kg.open(linked_sample) as graph:
        rows = list(graph.query(f"PREFIX pfocr: <{PFOCR}> {links.replace('FIGURE', figure)}"))
    scores = [f"{row['s']:.1f}" for row in rows]
    assert f"Scores of four pathways, {', '.join(scores[:3])} and {scores[3]}," in page
    margin = rows[0]["m"]
    assert f"the margin of the first is {margin:.1f}" in page
    assert f"only {margin:.1f} ahead of the second" in page
    with (ROOT / "ontologies" / "link-confidence.tsv").open() as file:
        bins = [[float(cell) for cell in line.split()] for line in list(file)[1:]]
    (*_, confidence) = next(one for one in reversed(bins) if one[0] <= margin)
    assert f"about {100 * confidence:.0f} in 100 are right" in page
    assert f"{rows[0]['g']} genes of {rows[0]['w']} words" in page


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
