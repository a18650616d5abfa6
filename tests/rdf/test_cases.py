"""Case folders: a small source each, and the graph it has to give, written by hand.

`cases/README.md` says how the folders are made.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

import pfocr_kg
from places import CASES

MENTION = re.compile(r"https://pfocr\.wikipathways\.org/figures/[^#]+\.html#mention-[0-9a-f]{12}")

Triples = set[ox.Triple]
Node = ox.NamedNode | ox.BlankNode


def cases() -> list[object]:
    return [pytest.param(f, id=f.name) for f in sorted(CASES.iterdir()) if f.is_dir()]


def expected(case: Path) -> Triples:
    text = (CASES / "prefixes.ttl").read_text("utf-8") + (case / "expected.ttl").read_text("utf-8")
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}


def reported(case: Path) -> list[str]:
    """What a build has to report of a case: nothing, unless its `reported.txt` says so."""
    path = case / "reported.txt"
    return sorted(path.read_text("utf-8").splitlines()) if path.exists() else []


def built(case: Path, folder: Path) -> Triples:
    """The case through the whole pipeline: build, export, read back."""
    report = pfocr_kg.build(case, folder / "store")
    told = [
        f"{Path(entry['path']).relative_to(case)}: {entry['reason']}"
        for entry in report.quarantined
    ]
    assert sorted(told) == reported(case)
    with pfocr_kg.open(folder / "store") as graph:
        graph.export(folder / "graph.nt")
    return {q.triple for q in ox.parse(path=folder / "graph.nt", format=ox.RdfFormat.N_TRIPLES)}


def is_mention(node: object) -> bool:
    return isinstance(node, ox.BlankNode) or (
        isinstance(node, ox.NamedNode) and MENTION.fullmatch(node.value) is not None
    )


def comparable(triples: Triples) -> set[str]:
    """One text a triple, mentions named by their properties.

    Mentions have no mentions in them, so their properties are all there is to compare.
    """
    names: dict[Node, str] = {}
    for mention in {t.subject for t in triples if is_mention(t.subject)}:
        own = sorted(f"{t.predicate} {t.object}" for t in triples if t.subject == mention)
        names[mention] = "[ " + " ; ".join(own) + " ]"
    assert len(set(names.values())) == len(names), "two mentions say the same"
    return {
        f"{names.get(t.subject, t.subject)} {t.predicate} {names.get(t.object, t.object)}"
        for t in triples
    }


@pytest.mark.parametrize("case", cases())
def test_case(case: Path, tmp_path: Path) -> None:
    found, hoped = comparable(built(case, tmp_path)), comparable(expected(case))
    assert sorted(found - hoped) == [], "more than the design says"
    assert sorted(hoped - found) == [], "less than the design says"


def test_every_expected_graph_names_its_figures() -> None:
    """An empty or misspelt expected.ttl would not show otherwise."""
    figure = ox.NamedNode("https://w3id.org/pfocr/vocab#PathwayFigure")
    for case in filter(Path.is_dir, CASES.iterdir()):
        found = {t.subject for t in expected(case) if t.object == figure}
        assert len(found) == len(list((case / "_figures").glob("*.md"))), case.name


def test_mentions_have_the_same_iri_in_every_build(tmp_path: Path) -> None:
    """IRIs come from content: not from the run, nor from what else is built."""
    case = CASES / "candidate-counts"
    (record,) = (case / "_figures").glob("*.md")
    graphs = []
    for number, sources in enumerate(([case], [record], [CASES / "duplicate-rows", case])):
        store = tmp_path / str(number)
        pfocr_kg.build(sources, store)
        with pfocr_kg.open(store) as graph:
            rows = graph.query(
                """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
                SELECT ?figure ?mention { ?figure pfocr:mention ?mention }"""
            )
            assert isinstance(rows, pfocr_kg.Rows)
            graphs.append({(row["figure"], row["mention"]) for row in rows})
    figure = "https://pfocr.wikipathways.org/figures/PMC124__a.html"
    own = {(f, m) for f, m in graphs[2] if f == figure}
    assert graphs[0] == graphs[1] == own
    assert len(own) == 8
    for iri, mention in graphs[2]:
        assert re.fullmatch(re.escape(str(iri)) + "#mention-[0-9a-f]{12}", str(mention))


def test_mention_has_one_candidate_count(tmp_path: Path) -> None:
    """Even where rows disagree on the organism of a gene."""
    header = "organism_id\torganism_name\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\n"
    rows = (("9606", "1956"), ("10090", "1956"), ("10090", "13649"))
    table = header + "".join(f"{taxon}\tNA\tEGFR\tEGFR\tEGFR\t{gene}\ts\n" for taxon, gene in rows)
    (tmp_path / "a.md").write_text("---\nfigid: PMC1__a\npmcid: PMC1\n---\n")
    (tmp_path / "PMC1__a-genes.tsv").write_text(table)
    count = ox.NamedNode("https://w3id.org/pfocr/vocab#candidateCount")
    counted = [t.subject for t in built(tmp_path / "a.md", tmp_path) if t.predicate == count]
    assert len(counted) == len(set(counted)) == 2
