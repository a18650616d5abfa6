"""Tables as Parquet: opened by pandas, polars and DuckDB, and counted again in other ways."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import rdflib

import pfocr_kg
from pfocr_kg import Graph
from pfocr_kg.errors import PfocrError
from pfocr_kg.export import parquet
from pfocr_kg.export.graph_tables import TABLES
from pfocr_kg.iris import curie
from plain_levels import LEVELS, at_level
from plain_reading import Facts

COUNTS = {
    "figures": "?x a pfocr:PathwayFigure",
    "drawn": "?f a pfocr:PathwayFigure ; pfocr:gene|pfocr:chemical ?x",
    "figure_diseases": "{ SELECT DISTINCT ?f ?x {"
    " ?f a pfocr:PathwayFigure ; pfocr:disease|pfocr:diseaseKeyword ?x } }",
    "mentions": "?figure pfocr:mention ?x",
    "links": "?x a pfocr:PathwayLink",
    "papers": "?x a schema:ScholarlyArticle",
    "genes": "?x a pfocr:Gene",
    "chemicals": "?x a pfocr:Chemical",
    "diseases": "?x a pfocr:Disease",
    "organisms": "?x a pfocr:Organism",
    "pathways": "?x a pfocr:Pathway",
}
PROLOGUE = """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX schema: <https://schema.org/>
"""


@pytest.fixture(scope="module")
def folder(linked_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("parquet") / "tables"
    with pfocr_kg.open(linked_sample) as graph:
        said = graph.write_parquet(made)
    assert said == {name: pq.read_metadata(made / f"{name}.parquet").num_rows for name in TABLES}
    return made


@pytest.mark.slow
def test_pandas_polars_and_duckdb_count_what_the_store_counts(
    folder: Path, linked_sample: Path, tmp_path: Path
) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        graph.export(tmp_path / "graph.nt")
    plain = rdflib.Graph().parse(tmp_path / "graph.nt")
    assert {path.stem for path in folder.iterdir()} == set(COUNTS)
    for name, pattern in COUNTS.items():
        found = plain.query(f"{PROLOGUE}SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        ((want,),) = ((int(n),) for (n,) in found)
        path = str(folder / f"{name}.parquet")
        opened = {
            "pandas": len(pd.read_parquet(path)),
            "polars": pl.read_parquet(path).height,
            "duckdb": duckdb.execute(f"SELECT COUNT(*) FROM '{path}'").fetchone()[0],
        }
        assert set(opened.values()) == {want}, (name, want, opened)
        assert want > 0, name


def check_against_files(folder: Path, facts: Facts) -> None:
    texts = ["figid", "kind", "entity", "word", "matched_term", "lexicon"]
    mentions = pd.read_parquet(folder / "mentions.parquet", columns=texts).fillna("")
    genes = mentions[mentions["kind"] == "gene"]
    words = zip(
        genes["figid"],
        genes["entity"].str.removeprefix("ncbigene:"),
        genes["word"],
        genes["matched_term"],
        genes["lexicon"],
        strict=True,
    )
    assert set(words) == facts.gene_mentions
    drawn = pl.read_parquet(folder / "drawn.parquet")
    pairs = {
        kind: set(drawn.filter(pl.col("kind") == kind).select("figid", "entity").iter_rows())
        for kind in ("gene", "chemical")
    }
    assert pairs == {
        "gene": {(figid, f"ncbigene:{gene}") for figid, gene, _ in facts.genes},
        "chemical": {(figid, curie(iri)) for figid, iri in facts.chemicals},
    }
    assert drawn.height == sum(map(len, pairs.values()))
    of_figures = pl.read_parquet(folder / "figure_diseases.parquet")
    for column, known in (("named", facts.diseases), ("keyword", facts.disease_keywords)):
        rows = of_figures.filter(pl.col(column)).select("figid", "disease").iter_rows()
        assert set(rows) == {(figid, curie(iri)) for figid, iri in known}
    assert of_figures.filter(~pl.col("named") & ~pl.col("keyword")).is_empty()
    found_in = of_figures.filter(pl.col("found_in").list.len() > 0)
    assert found_in["named"].all()
    places = set(found_in["found_in"].explode())
    assert places <= {"title", "caption", "paperTitle"}
    assert places
    figures = pl.read_parquet(folder / "figures.parquet")
    assert set(figures["figid"]) == facts.figures
    for column, known in (
        ("organisms", facts.organisms),
        ("paper_organisms", facts.paper_organisms),
        ("gene_organisms", facts.gene_organisms),
        ("doubtful_organisms", facts.doubtful_organisms),
    ):
        spread = figures.select("figid", column).explode(column).drop_nulls().iter_rows()
        assert set(spread) == {(figid, f"NCBITaxon:{taxon}") for figid, taxon in known}
    for column, known in (
        ("diseases", facts.diseases),
        ("disease_keywords", facts.disease_keywords),
    ):
        counted = dict(figures.select("figid", column).iter_rows())
        assert counted == {f: sum(of == f for of, _ in known) for f in facts.figures}
    assert set(pl.read_parquet(folder / "papers.parquet")["pmcid"]) == facts.papers


@pytest.mark.parametrize("level", LEVELS)
def test_tables_of_a_level(
    linked: Graph, linked_sample: Path, sample_facts: Facts, tmp_path: Path, level: str
) -> None:
    linked.write_parquet(tmp_path, level=level)
    check_level(tmp_path, sample_facts, linked_sample, level)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_tables_of_a_level_of_the_covid_collection(
    built_covid: Path, covid_facts: Facts, tmp_path: Path, level: str
) -> None:
    with pfocr_kg.open(built_covid) as graph:
        graph.write_parquet(tmp_path, level=level)
    check_level(tmp_path, covid_facts, built_covid, level)


def check_level(folder: Path, facts: Facts, store: Path, level: str) -> None:
    wanted = {(m[0], f"ncbigene:{m[1]}") for m in at_level(level, facts, store)}
    assert wanted
    drawn = pl.read_parquet(folder / "drawn.parquet").filter(pl.col("kind") == "gene")
    assert set(drawn.select("figid", "entity").iter_rows()) == wanted
    mentions = pl.read_parquet(folder / "mentions.parquet").filter(pl.col("kind") == "gene")
    assert set(mentions.select("figid", "entity").iter_rows()) == wanted
    everything = {(m[0], f"ncbigene:{m[1]}", *m[2:]) for m in facts.gene_mentions}
    columns = ("figid", "entity", "word", "matched_term", "lexicon")
    assert set(mentions.select(pl.col(columns).fill_null("")).iter_rows()) == {
        mention for mention in everything if mention[:2] in wanted
    }
    figures = pl.read_parquet(folder / "figures.parquet")
    counted = dict(figures.select("figid", "genes").iter_rows())
    assert counted == {f: sum(of == f for of, _ in wanted) for f in facts.figures}
    symbols = drawn.filter(pl.col("match_kind").list.contains("symbol"))
    assert set(symbols.select("figid", "entity").iter_rows()) == wanted & {
        (m[0], f"ncbigene:{m[1]}") for m in at_level("symbol", facts, store)
    }
    unambiguous = drawn.filter((pl.col("meaning_count") == 1) & (pl.col("candidates") == 1))
    assert set(unambiguous.select("figid", "entity").iter_rows()) == wanted & {
        (m[0], f"ncbigene:{m[1]}") for m in at_level("unambiguous", facts, store)
    }


def test_rows_are_what_the_files_say(folder: Path, sample_facts: Facts) -> None:
    check_against_files(folder, sample_facts)


@pytest.mark.slow
def test_rows_are_what_the_files_of_the_covid_collection_say(
    built_covid: Path, covid_facts: Facts, tmp_path: Path
) -> None:
    with pfocr_kg.open(built_covid) as graph:
        graph.write_parquet(tmp_path)
    check_against_files(tmp_path, covid_facts)


def test_ids_of_other_datasets_are_lists(folder: Path) -> None:
    chemicals = pl.read_parquet(folder / "chemicals.parquet")
    matches = dict(chemicals.select("id", "exact_matches").iter_rows())
    assert sorted(matches["CHEBI:22984"]) == ["mesh:D002118", "obo:CHEBI_22984"]
    genes = pl.read_parquet(folder / "genes.parquet")
    assert genes.filter(pl.col("symbol") == "EGFR")["ensembl"].to_list() == [["ENSG00000146648"]]


def test_tables_join_and_have_types(folder: Path) -> None:
    with duckdb.connect() as database:
        for name in TABLES:
            database.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
        # Genes that are read by their symbol, asked of another engine.
        most = database.execute(
            """SELECT symbol, COUNT(DISTINCT figid) AS figures
               FROM drawn JOIN genes ON drawn.entity = genes.id
               WHERE list_contains(match_kind, 'symbol')
               GROUP BY symbol ORDER BY figures DESC, symbol LIMIT 3"""
        ).fetchall()
        lost = database.execute(
            """SELECT (SELECT COUNT(*) FROM mentions ANTI JOIN figures USING (figid)),
                      (SELECT COUNT(*) FROM figures ANTI JOIN papers ON figures.paper = papers.id),
                      (SELECT COUNT(*) FROM links ANTI JOIN pathways ON pathway = pathways.id),
                      (SELECT COUNT(*) FROM drawn JOIN genes ON entity = id WHERE kind <> 'gene')"""
        ).fetchone()
    assert lost == (0, 0, 0, 0)
    assert most[0][1] >= most[1][1] >= most[2][1] > 1
    types = pd.read_parquet(folder / "papers.parquet", dtype_backend="pyarrow").dtypes
    assert str(types["year"]) == "int64[pyarrow]"
    links = pl.read_parquet(folder / "links.parquet")
    assert links.schema["p_value"] == pl.Float64
    assert links.schema["shared_genes"] == pl.List(pl.String)
    assert links["p_value"].drop_nulls().is_between(0, 1).all()


def test_same_bytes_again_and_rows_in_order(folder: Path, linked: Graph, tmp_path: Path) -> None:
    linked.write_parquet(tmp_path)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
    for name, key in (("figures", "iri"), ("papers", "iri"), ("genes", "id"), ("diseases", "iri")):
        keys = pl.read_parquet(folder / f"{name}.parquet")[key].to_list()
        assert keys == sorted(set(keys)), name


def test_row_groups_hold_the_same_rows(
    folder: Path, linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_GROUP", 17)
    linked.write_parquet(tmp_path)
    assert pq.read_metadata(tmp_path / "figures.parquet").num_row_groups == 2
    for path in folder.iterdir():
        assert pl.read_parquet(path).equals(pl.read_parquet(tmp_path / path.name)), path.name


@pytest.mark.slow
def test_command_fills_a_folder_and_keeps_what_else_is_there(
    run_cli: Callable[..., object], linked_sample: Path, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "genes.parquet").write_text("old", encoding="utf-8")
    done = run_cli("export", "--store", linked_sample, "--format", "parquet", "-o", tmp_path)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in folder.iterdir()} | {"mine.txt"}
    assert pl.read_parquet(tmp_path / "genes.parquet").height > 500


def test_without_pyarrow_the_extra_is_named_and_nothing_is_left(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(PfocrError, match=r'pip install "\.\[formats\]"'):
        linked.write_parquet(tmp_path / "tables")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_what_was_there(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(store: object, level: object) -> object:
        yield "genes", (None,) * len(TABLES["genes"].columns)
        raise OSError(28, "No space left on device")

    (tmp_path / "genes.parquet").write_text("old", encoding="utf-8")
    monkeypatch.setattr(parquet, "rows", failing)
    with pytest.raises(PfocrError, match="No space left"):
        linked.write_parquet(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["genes.parquet"]
    assert (tmp_path / "genes.parquet").read_text(encoding="utf-8") == "old"
