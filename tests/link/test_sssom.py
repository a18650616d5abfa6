"""Links as an SSSOM mapping set, checked by the sssom package, and as a plain table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pfocr_kg import iris
from pfocr_kg.link.sssom import LinkLabels, write_sssom, write_tsv
from pfocr_kg.model import Entity, Evidence, Kind, Overlap, PathwayLink
from places import ROOT


def entity(wpid: str) -> Entity:
    return Entity(Kind.PATHWAY, iris.pathway(wpid), wpid)


GENES = tuple(Entity(Kind.GENE, iris.gene(n), n, "9606") for n in ("5", "60"))
BY_GENES = Overlap(
    GENES, 2, 0.25, 1.5e-10, 3e-8, 2e-6, 12.5, 1, 1, 9.5, (entity("WP4"), entity("WP9"))
)
BY_SYMBOLS = Overlap(GENES, 2, 0.125, 1e-9, 4e-7, 5e-5, 8.5, None, 2, -1.5, by_symbol=True)
LINKS = [
    PathwayLink("PMC1__a.b", entity("WP1"), (Evidence.CURATED, Evidence.GENE_OVERLAP), BY_GENES),
    PathwayLink("PMC1__a.b", entity("WP2"), (Evidence.SHARED_PAPER, Evidence.SHARED_DISEASE)),
    PathwayLink(
        "PMC1__a.b",
        entity("WP5"),
        (Evidence.SHARED_TEXT, Evidence.SHARED_SYMBOL),
        BY_SYMBOLS,
        6.5,
    ),
    PathwayLink("PMC1__ü[1]", entity("WP3"), (Evidence.CURATED,)),
]
LABELS = LinkLabels(
    {"PMC1__a.b": 'A "figure"\tof\nmine'}, {"WP1": "One", "WP2": "Two"}, {"WP1": "Mus musculus"}
)


@pytest.fixture
def mapping_set(tmp_path: Path) -> Path:
    path = tmp_path / "links.sssom.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_sssom(LINKS, file, LABELS, version="1.0")
    return path


def test_the_validator_of_sssom_accepts_it(mapping_set: Path) -> None:
    parsers = pytest.importorskip("sssom.parsers")
    validators = pytest.importorskip("sssom.validators")
    parsed = parsers.parse_sssom_table(str(mapping_set))
    for report in validators.validate(parsed).values():
        assert report.results == []
    frame = parsed.df
    found = list(
        frame[["subject_id", "object_id", "mapping_justification"]].itertuples(index=False)
    )
    assert sorted(tuple(row) for row in found) == [
        ("figure:PMC1__%C3%BC%5B1%5D.html", "wikipathways:WP3", "semapv:ManualMappingCuration"),
        ("figure:PMC1__a.b.html", "wikipathways:WP1", "semapv:ManualMappingCuration"),
        ("figure:PMC1__a.b.html", "wikipathways:WP1", "semapv:SemanticSimilarityThresholdMatching"),
        ("figure:PMC1__a.b.html", "wikipathways:WP2", "semapv:BackgroundKnowledgeBasedMatching"),
        ("figure:PMC1__a.b.html", "wikipathways:WP5", "semapv:LexicalSimilarityThresholdMatching"),
        ("figure:PMC1__a.b.html", "wikipathways:WP5", "semapv:SemanticSimilarityThresholdMatching"),
    ]
    assert frame["similarity_score"].dropna().tolist() == [0.25, 0.125]
    assert [text for text in frame["similarity_measure"].dropna() if text] == [
        "Jaccard index of the sets of genes",
        "Jaccard index of the sets of symbols",
    ]
    assert set(frame["subject_label"].dropna()) - {""} == {'A "figure" of mine'}
    assert {mapping.mapping_tool_version for mapping in parsed.to_mappings()} == {"1.0"}


def test_comments(mapping_set: Path) -> None:
    lines = mapping_set.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")
    assert [row["comment"] for row in rows] == [
        "stated by curators",
        "2 shared genes (ncbigene:5 ncbigene:60) of 2 words; p 1.5e-10; p by words 2e-06; "
        "adjusted p 3e-08; score 12.5; rank 1; rank in organism 1; margin 9.5; "
        "wider wikipathways:WP4 wikipathways:WP9",
        "one cites the other's paper, or they share it; the figure names a disease of the pathway",
        "a text of the figure has most rare words of the pathway's title; text score 6.5",
        "compared by symbols across organisms; 2 genes with shared symbols (ncbigene:5 ncbigene:60)"
        " of 2 words; p 1e-09; p by words 5e-05; adjusted p 4e-07; score 8.5; rank in organism 2; "
        "margin -1.5",
        "stated by curators",
    ]


def shipped_confidence() -> str:
    """Of BY_GENES in the shipped table: the last row that begins at the margin or below."""
    with (ROOT / "ontologies" / "link-confidence.tsv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file, delimiter="\t"))
    return [row for row in table if float(row["margin_from"]) <= BY_GENES.margin][-1]["confidence"]


def test_confidence_is_that_of_the_margin_and_for_links_by_genes_alone(mapping_set: Path) -> None:
    lines = mapping_set.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")
    found = [(row["object_id"], float(row["confidence"])) for row in rows if row["confidence"]]
    assert found == [("wikipathways:WP1", float(shipped_confidence()))]


def test_subject_and_object_expand_to_the_iris_of_the_graph(mapping_set: Path) -> None:
    parsers = pytest.importorskip("sssom.parsers")
    parsed = parsers.parse_sssom_table(str(mapping_set))
    assert {parsed.converter.expand(s) for s in parsed.df["subject_id"]} == {
        iris.figure(link.figid).replace("ü", "%C3%BC") for link in LINKS
    }
    assert {parsed.converter.expand(o) for o in parsed.df["object_id"]} == {
        link.pathway.iri for link in LINKS
    }


def test_a_plain_table() -> None:
    output = io.StringIO()
    write_tsv(LINKS, output, LABELS)
    rows = list(csv.DictReader(io.StringIO(output.getvalue()), delimiter="\t"))
    assert rows[0] == {
        "figure": "PMC1__a.b",
        "figure_title": 'A "figure" of mine',
        "pathway": "WP1",
        "pathway_title": "One",
        "evidence": "CuratedEvidence|GeneOverlapEvidence",
        "shared_genes": "5|60",
        "shared_gene_count": "2",
        "shared_symbol_genes": "",
        "shared_symbol_count": "",
        "shared_words": "2",
        "jaccard": "0.25",
        "p_value": "1.5e-10",
        "word_p_value": "2e-06",
        "adjusted_p_value": "3e-08",
        "score": "12.5",
        "rank": "1",
        "rank_in_organism": "1",
        "margin": "9.5",
        "confidence": f"{float(shipped_confidence())}",
        "wider_pathways": "WP4|WP9",
        "text_score": "",
        "pathway_organism": "Mus musculus",
    }
    identified = {"figure", "figure_title", "pathway", "pathway_title", "evidence"}
    assert {cell for column, cell in rows[1].items() if column not in identified} == {""}
    assert len(rows) == 4


def test_a_link_by_symbols_and_text_in_a_plain_table() -> None:
    output = io.StringIO()
    write_tsv(LINKS[2:3], output)
    (row,) = csv.DictReader(io.StringIO(output.getvalue()), delimiter="\t")
    assert {column: cell for column, cell in row.items() if cell} == {
        "figure": "PMC1__a.b",
        "pathway": "WP5",
        "evidence": "SharedTextEvidence|SharedSymbolEvidence",
        "shared_symbol_genes": "5|60",
        "shared_symbol_count": "2",
        "shared_words": "2",
        "jaccard": "0.125",
        "p_value": "1e-09",
        "word_p_value": "5e-05",
        "adjusted_p_value": "4e-07",
        "score": "8.5",
        "rank_in_organism": "2",
        "margin": "-1.5",
        "text_score": "6.5",
    }


def test_only_evidence_by_genes_gives_a_row_of_the_table_a_confidence() -> None:
    kinds = [(Evidence.CURATED,), (Evidence.SHARED_TEXT, Evidence.SHARED_DISEASE), ()]
    output = io.StringIO()
    write_tsv([PathwayLink("a", entity("WP1"), kind, BY_GENES) for kind in kinds], output)
    rows = list(csv.DictReader(io.StringIO(output.getvalue()), delimiter="\t"))
    assert [(row["margin"], row["confidence"]) for row in rows] == [("9.5", "")] * 3


UNEXPLAINED = [
    PathwayLink("PMC1__a", entity("WP1"), ()),
    PathwayLink("PMC1__a", entity("WP2"), (), BY_GENES),
]


def test_a_link_without_evidence_is_a_row_of_the_table() -> None:
    output = io.StringIO()
    write_tsv(UNEXPLAINED, output)
    rows = list(csv.DictReader(io.StringIO(output.getvalue()), delimiter="\t"))
    assert [(row["pathway"], row["evidence"], row["shared_genes"]) for row in rows] == [
        ("WP1", "", ""),
        ("WP2", "", "5|60"),
    ]


def test_a_link_without_evidence_is_a_mapping_without_a_known_justification(
    tmp_path: Path,
) -> None:
    parsers = pytest.importorskip("sssom.parsers")
    validators = pytest.importorskip("sssom.validators")
    path = tmp_path / "links.sssom.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_sssom(UNEXPLAINED, file)
    parsed = parsers.parse_sssom_table(str(path))
    for report in validators.validate(parsed).values():
        assert report.results == []
    assert parsed.df["object_id"].tolist() == ["wikipathways:WP1", "wikipathways:WP2"]
    assert set(parsed.df["mapping_justification"]) == {"semapv:UnspecifiedMatching"}
    assert parsed.df["similarity_score"].dropna().tolist() == [0.25]


def test_no_links_make_an_empty_set() -> None:
    output = io.StringIO()
    write_sssom([], output)
    assert output.getvalue().splitlines()[-1].startswith("subject_id\t")
