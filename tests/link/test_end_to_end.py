"""Linking as a user runs it, against a plain counting of the same files."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import describing
import pfocr_kg
from linked_stores import PATHWAY, Run, built, links_of, ntriples, report, rows_of
from places import EXCERPT
from plain_levels import at_level
from plain_linking import (
    CURATED,
    DISEASE,
    GENES,
    PAPER,
    SYMBOL,
    TAXA,
    Link,
    PlainLinking,
    human_symbols,
    read_pathways,
)
from plain_reading import present, read_corpus, read_front_matter

PFOCR = "https://w3id.org/pfocr/vocab#"
FIGURE = "https://pfocr.wikipathways.org/figures/"
LINKED_FIGURE = "PMC3347317__viruses-04-00424-g002"


def plain(corpus: Path, database: Path, vocabularies: Path, **rules: Any) -> PlainLinking:
    records = [read_front_matter(path) for path in sorted((corpus / "_figures").glob("*.md"))]
    dois = {r["figid"]: present(r.get("doi")).lower() for r in records}
    return PlainLinking(
        read_corpus(corpus, vocabularies),
        read_pathways(database),
        {r["figid"]: r["pmcid"] for r in records},
        {figid: doi for figid, doi in dois.items() if doi},
        human_symbols(vocabularies),
        **rules,
    )


def assert_same(found: dict[tuple[str, str], Link], wanted: PlainLinking) -> None:
    """All links are those of the plain counting, with their numbers."""
    expected = {
        (figid, wpid): link
        for figid in wanted.facts.figures
        for wpid, link in wanted.links(figid).items()
    }
    assert found.keys() == expected.keys()
    for pair, link in expected.items():
        assert found[pair].is_as(link), (pair, found[pair], link)


# ------------------------------------------------------------------------- against plain counting


def test_links_of_the_sample(linked: Path, run_cli: Run, sample: Path, vocabularies: Path) -> None:
    wanted = plain(sample, EXCERPT, vocabularies)
    found = links_of(run_cli, linked)
    assert_same(found, wanted)
    for (_, wpid), row in rows_of(run_cli, linked).items():
        assert TAXA[row["pathway_organism"]] == wanted.pathways[wpid].taxon
    kinds = Counter(kind for link in found.values() for kind in link.evidence)
    assert {CURATED, GENES, PAPER, DISEASE} <= set(kinds)
    links = report(linked)["links"]
    assert links["pathways"] == 10
    assert links["links"] == len(found)
    assert links["pathways_linked"] == len({wpid for _, wpid in found})
    assert links["links_by_evidence"] == kinds
    by_symbol = sum(
        wanted.by_symbol(figid, wanted.pathways[wpid].taxon) for figid, wpid in wanted.tested
    )
    assert links["pairs_tested_by_symbol"] == by_symbol
    assert links["pairs_tested"] == len(wanted.tested) - by_symbol
    assert links["figures_without_link"] == len(
        wanted.facts.figures - {figid for figid, _ in found}
    )


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["pfocr-covid", "pfocr-verbatim"])
def test_links_of_real_corpora(corpus: str, run_cli: Run, pfocr_data: Path, tmp_path: Path) -> None:
    database = pfocr_data / "wikipathways-database"
    store = built(run_cli, tmp_path / "store", pfocr_data / corpus, "--wikipathways", database)
    found = links_of(run_cli, store)
    assert_same(found, plain(pfocr_data / corpus, database, pfocr_data))
    assert {GENES, SYMBOL, DISEASE} <= {kind for link in found.values() for kind in link.evidence}
    assert len(found) <= 15 * report(store)["figures"]
    assert report(store)["links"]["pathways"] == 2095
    describing.assert_true(store)


@pytest.mark.parametrize(
    "rule", [("--min-shared", 5), ("--min-words", 1), ("--level", "symbol"), ("--max-p", 0.1)]
)
@pytest.mark.parametrize("command", [("link", "--format", "tsv"), ("build", "nowhere")])
def test_a_rule_without_pathways_is_refused(
    command: tuple[str, ...], rule: tuple[object, ...], own: Path, run_cli: Run
) -> None:
    done = run_cli(*command, *rule, "--store", own)
    assert done.code == 2
    assert "--wikipathways" in done.stderr
    assert rule[0] in done.stderr
    assert not done.stdout


@pytest.mark.parametrize("given", [("--wikipathways", "gone"), ("--pmc-ids", "gone.csv")])
def test_what_is_not_there_is_said_before_a_build(
    given: tuple[str, str], sample: Path, tmp_path: Path, run_cli: Run
) -> None:
    wanted = ("--wikipathways", EXCERPT, *given)
    done = run_cli("build", sample, *wanted, "--store", tmp_path / "store")
    assert done.code == 2
    assert done.stderr == f"pfocr-kg: {given[1]}: there is no such file or folder\n"
    assert not (tmp_path / "store").exists()


@pytest.mark.slow
def test_a_mended_pathway_leaves_the_quarantine(own: Path, tmp_path: Path, run_cli: Run) -> None:
    def quarantined() -> list[str]:
        return [entry["path"] for entry in report(own)["quarantined"]]

    before = quarantined()
    broken = tmp_path / "pathways" / "WP7" / "WP7-info.json"
    shutil.copytree(EXCERPT / "pathways", tmp_path / "pathways")
    broken.parent.mkdir()
    broken.write_text("{")
    link = ("link", "--wikipathways", tmp_path, "--store", own, "--quiet")
    for _ in range(2):
        assert run_cli(*link).code == 0
        assert quarantined() == [*before, f"{broken}:1"]
    shutil.rmtree(broken.parent)
    assert run_cli(*link, "--strict").code == bool(before)
    assert quarantined() == before


@pytest.mark.slow
@pytest.mark.parametrize("level", ["symbol", "unambiguous"])
def test_rules_change_links_and_replace_them(
    own: Path, run_cli: Run, sample: Path, vocabularies: Path, level: str
) -> None:
    rules = ("--min-shared", 1, "--min-words", 1, "--max-p", 0.5, "--best", 2, "--level", level)
    before = links_of(run_cli, own)
    done = run_cli("link", "--wikipathways", EXCERPT, *rules, "--store", own, "--quiet")
    assert done.code == 0, done.stderr
    wanted = plain(sample, EXCERPT, vocabularies, min_shared=1, min_words=1, alpha=0.5, best=2)
    wanted.mentions = at_level(level, wanted.facts, own)
    found = links_of(run_cli, own)
    assert_same(found, wanted)
    assert found.keys() != before.keys()
    said = [line for line in ntriples(run_cli, own).splitlines() if "LinkSet" in line]
    assert len(said) == 1
    options = report(own)["links"]["options"]
    assert (options["min_shared"], options["min_words"], options["level"]) == (1, 1, level)


def overlapping(store: Path) -> dict[str, int]:
    """WP id -> overlapping figures, as the graph has them."""
    text = f"SELECT ?p ?n {{ ?p a <{PFOCR}Pathway> ; <{PFOCR}overlappingFigureCount> ?n }}"
    with pfocr_kg.open(store) as graph:
        return {row["p"].removeprefix(PATHWAY): row["n"] for row in graph.query(text)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "rules"),
    [
        ((), {}),
        (("--best", 1), {"best": 1}),
        (("--min-words", 4), {"min_words": 4}),
        (
            ("--min-shared", 5, "--max-p", 0.5, "--best", 2, "--level", "symbol"),
            {"min_shared": 5, "alpha": 0.5, "best": 2},
        ),
    ],
)
def test_figures_that_overlap_count_before_the_best_are_chosen(
    options: tuple[object, ...],
    rules: dict[str, Any],
    own: Path,
    run_cli: Run,
    sample: Path,
    vocabularies: Path,
) -> None:
    done = run_cli("link", "--wikipathways", EXCERPT, *options, "--store", own, "--quiet")
    assert done.code == 0, done.stderr
    wanted = plain(sample, EXCERPT, vocabularies, **rules)
    wanted.mentions = at_level("symbol" if "symbol" in options else "any", wanted.facts, own)
    counts = {wpid: wanted.overlapping(p) for wpid, p in wanted.pathways.items()}
    assert overlapping(own) == counts
    assert 0 in counts.values()
    linked = Counter(
        wpid for (_, wpid), row in rows_of(run_cli, own).items() if GENES in row["evidence"]
    )
    assert all(linked[wpid] <= n for wpid, n in counts.items())
    assert linked != +Counter(counts)


def test_pathways_that_lost_their_places_come_last(
    own: Path, database: Path, run_cli: Run, sample: Path, vocabularies: Path
) -> None:
    """A twin with a higher number ties with WP4880, and stands behind it everywhere."""
    twin = database / "pathways" / "WP90000"
    shutil.copytree(database / "pathways" / "WP4880", twin)
    for path in list(twin.iterdir()):
        text = path.read_text(encoding="utf-8").replace("WP4880", "WP90000")
        path.unlink()
        (twin / path.name.replace("WP4880", "WP90000")).write_text(text, encoding="utf-8")
    run_cli("link", "--wikipathways", database, "--best", 1, "--store", own, "--quiet")
    done = run_cli("query", "pathways-without-figures", "--example", "-f", "csv", "--store", own)
    found = [
        (row["pathway"].removeprefix(PATHWAY), int(row["genes"]), int(row["overlapping"]))
        for row in csv.DictReader(io.StringIO(done.stdout))
    ]
    wanted = plain(sample, database, vocabularies, best=1)
    linked = {wpid for figid in wanted.facts.figures for wpid in wanted.links(figid)}
    left = [
        (wpid, len(p.genes), wanted.overlapping(p))
        for wpid, p in wanted.pathways.items()
        if p.taxon == "9606" and wpid not in linked
    ]
    assert found == sorted(left, key=lambda row: (row[2] > 0, -row[1], PATHWAY + row[0]))
    assert [wpid for wpid, *_ in found] == ["WP1531", "WP90000"]
    none = run_cli("query", "figures-of-pathway", "-p", "pathway=WP90000", "--store", own)
    assert f"though the genes of {left[-1][2]} overlap" in none.stderr


def test_the_graph_says_by_what_rules(linked: Path) -> None:
    with pfocr_kg.open(linked) as graph:
        rows = graph.query(
            f"SELECT ?p ?o {{ ?set a <{PFOCR}LinkSet> ; ?p ?o"
            f" FILTER(STRSTARTS(STR(?p), '{PFOCR}')) }}"
        )
        said = {row["p"].removeprefix(PFOCR): row["o"] for row in rows}
    assert said == {
        "adjustedPValueBelow": 0.01,
        "matchLevel": "any",
        "minimumSharedGenes": 3,
        "minimumSharedWords": 2,
        "pairsTested": report(linked)["links"]["pairs_tested"],
        "pathwaysPerFigure": 10,
    }


# ------------------------------------------------------------------------------ build and link


@pytest.mark.slow
def test_link_gives_what_build_gives(
    linked: Path, run_cli: Run, sample: Path, tmp_path: Path
) -> None:
    store = built(run_cli, tmp_path / "store", sample)
    bare = ntriples(run_cli, store)
    for _ in range(2):
        done = run_cli("link", "--wikipathways", EXCERPT, "--store", store, "--quiet")
        assert done.code == 0, done.stderr
        assert ntriples(run_cli, store) == ntriples(run_cli, linked)
    built(run_cli, store, sample)
    assert ntriples(run_cli, store) == bare
    assert "PathwayLink" not in bare


def test_adding_keeps_links(own: Path, run_cli: Run, sample: Path, tmp_path: Path) -> None:
    record = (sample / "_figures" / "PMC6543034__fx1.md").read_text(encoding="utf-8")
    more = tmp_path / "more" / "PMC1__new.md"
    more.parent.mkdir()
    more.write_text(record.replace("PMC6543034__fx1", "PMC1__new"), encoding="utf-8")
    before = rows_of(run_cli, own)
    built(run_cli, own, more, "--add")
    assert rows_of(run_cli, own) == before
    assert report(own)["figures"] == 35


@pytest.mark.slow
def test_the_linked_graph_conforms(linked: Path, run_cli: Run) -> None:
    done = run_cli("validate", "--store", linked)
    assert done.code == 0, done.stdout


def test_pathways_of_a_record_are_curated(run_cli: Run, sample: Path, tmp_path: Path) -> None:
    """By `_data/wpid_map.tsv` and by the record's own `wpid`."""
    corpus = Path(shutil.copytree(sample, tmp_path / "sample"))
    with (corpus / "_data" / "wpid_map.tsv").open("a", encoding="utf-8") as file:
        file.write(f"{LINKED_FIGURE}\tWP4912\n")
    record = corpus / "_figures" / "PMC1533821__1465-9921-7-97-2.md"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("\nfigid:", "\nwpid: WP99999\nfigid:", 1), encoding="utf-8")
    store = built(run_cli, tmp_path / "store", corpus, "--wikipathways", EXCERPT)
    found = rows_of(run_cli, store)
    assert CURATED in found[LINKED_FIGURE, "WP4912"]["evidence"]
    unread = found["PMC1533821__1465-9921-7-97-2", "WP99999"]
    assert (unread["evidence"], unread["rank"]) == (CURATED, "")
    derived = [line for line in ntriples(run_cli, store).splitlines() if "wasDerivedFrom" in line]
    said = {(s.strip("<>"), o.strip("<>")) for s, _, o, _ in (line.split(" ") for line in derived)}
    assert (f"{PATHWAY}WP4912", f"{FIGURE}{LINKED_FIGURE}.html") in said
    assert (f"{PATHWAY}WP414", f"{FIGURE}PMC5793760__cshperspect-TGF-022210_F4.html") in said
    describing.assert_true(store)


def test_a_broken_pathway_is_quarantined(
    run_cli: Run, sample: Path, database: Path, tmp_path: Path
) -> None:
    broken = database / "pathways" / "WP4912" / "WP4912-info.json"
    broken.write_text("{", encoding="utf-8")
    store = tmp_path / "store"
    done = run_cli("build", sample, "--wikipathways", database, "--store", store, "--strict")
    assert done.code == 1
    [entry] = report(store)["quarantined"]
    assert "WP4912-info.json" in entry["path"]
    assert report(store)["links"]["pathways"] == 9
    assert (LINKED_FIGURE, "WP4880") in rows_of(run_cli, store)


def test_a_pathway_of_another_organism_is_kept_without_links(linked: Path, run_cli: Run) -> None:
    assert "WP1000" not in {wpid for _, wpid in rows_of(run_cli, linked)}
    text = ntriples(run_cli, linked)
    assert f"<{PATHWAY}WP1000> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" in text
    assert text.count(f"<{PATHWAY}WP1000> <{PFOCR}pathwayGene>") == len(
        read_pathways(EXCERPT)["WP1000"].genes
    )


@pytest.mark.slow
def test_without_pmc_ids_the_command_says_what_is_missing(
    own: Path, sample: Path, run_cli: Run
) -> None:
    rows = [line.split("\t") for p in EXCERPT.rglob("*-refs.tsv") for line in p.open()]
    pubmed = {number for number, base in rows if base.strip() == "Pubmed"}
    says = f"without --pmc-ids, {len(pubmed)} PubMed ids of pathways are not compared"
    for command in (("link",), ("build", sample)):
        arguments = (*command, "--wikipathways", EXCERPT, "--store", own)
        lines = run_cli(*arguments).stderr.splitlines()
        assert [line.startswith(says) for line in lines].count(True) == 1
        assert report(own)["links"]["unused_pubmed_ids"] == len(pubmed)
        assert run_cli(*arguments, "--quiet").stderr == ""


def test_shared_papers_by_pubmed_id(own: Path, run_cli: Run, tmp_path: Path) -> None:
    """WP4880 cites PubMed 31226023; the list says here, untruly, which paper that is."""
    ids = tmp_path / "PMC-ids.csv"
    ids.write_text("Journal Title,DOI,PMCID,PMID\nJ,,PMC6543034,31226023\n", encoding="utf-8")
    done = run_cli("link", "--wikipathways", EXCERPT, "--pmc-ids", ids, "--store", own)
    assert done.code == 0, done.stderr
    assert "--pmc-ids" not in done.stderr
    assert PAPER in rows_of(run_cli, own)["PMC6543034__fx1", "WP4880"]["evidence"]
