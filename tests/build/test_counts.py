"""The graph holds what a second, plain reading of the files finds: no more, no less, nothing twice.

The corpora are built and asked through the command line, as a user would; `plain_reading` reads
them without the package.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from places import ROOT
from plain_reading import Facts, read_corpus

REAL = ["seed", "pfocr-verbatim", "pfocr-verbatim-old", "pfocr-covid"]
"""Folders of the real data."""

PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX schema: <https://schema.org/>
"""

MENTIONS = """
    SELECT ?figid ?id ?word ?match ?source ?value {
      ?mention a pfocr:GeneMention ; oa:hasTarget ?figure ; oa:hasBody ?gene ; %s ?said .
      ?figure dcterms:identifier ?figid .
      ?gene dcterms:identifier ?id .
      OPTIONAL { ?mention pfocr:word ?word }
      OPTIONAL { ?mention pfocr:matchedTerm ?match }
      OPTIONAL { ?mention pfocr:lexicon ?source }
      BIND(REPLACE(STR(?said), "^.*#", "") AS ?value)
    }"""

# Field of `Facts` -> query whose columns are that field's tuples.
QUERIES = {
    "figures": "SELECT ?figid { ?figure a pfocr:PathwayFigure ; dcterms:identifier ?figid }",
    "papers": "SELECT ?pmcid { ?paper a schema:ScholarlyArticle ; dcterms:identifier ?pmcid }",
    "genes": """
        SELECT ?figid ?id ?taxon {
          ?figure pfocr:gene ?gene ; dcterms:identifier ?figid .
          ?gene a pfocr:Gene ; dcterms:identifier ?id ; pfocr:organism ?organism .
          BIND(STRAFTER(STR(?organism), "/NCBITaxon_") AS ?taxon)
        }""",
    "gene_mentions": """
        SELECT ?figid ?id ?word ?match ?source {
          ?mention a pfocr:GeneMention ; oa:hasTarget ?figure ; oa:hasBody ?gene .
          ?figure pfocr:mention ?mention ; dcterms:identifier ?figid .
          ?gene dcterms:identifier ?id .
          OPTIONAL { ?mention pfocr:word ?word }
          OPTIONAL { ?mention pfocr:matchedTerm ?match }
          OPTIONAL { ?mention pfocr:lexicon ?source }
        }""",
    "match_kinds": MENTIONS % "pfocr:matchKind",
    "meaning_counts": MENTIONS % "pfocr:meaningCount",
    "genes_by_symbol": """
        SELECT ?figid ?id {
          ?figure pfocr:geneBySymbol ?gene ; dcterms:identifier ?figid .
          ?gene dcterms:identifier ?id
        }""",
    "unambiguous_genes": """
        SELECT ?figid ?id {
          ?figure pfocr:unambiguousGene ?gene ; dcterms:identifier ?figid .
          ?gene dcterms:identifier ?id
        }""",
    "diseases": """
        SELECT ?figid ?disease {
          ?figure pfocr:disease ?disease ; dcterms:identifier ?figid .
          ?disease a pfocr:Disease
        }""",
    "disease_keywords": """
        SELECT ?figid ?disease { ?figure pfocr:diseaseKeyword ?disease ; dcterms:identifier ?figid }
        """,
    "chemicals": """
        SELECT ?figid ?chemical {
          ?figure pfocr:chemical ?chemical ; dcterms:identifier ?figid .
          ?chemical a pfocr:Chemical
        }""",
    "keywords": """
        SELECT ?figid ?keyword { ?figure pfocr:keyword ?keyword ; dcterms:identifier ?figid }""",
    "organisms": """
        SELECT ?figid ?taxon {
          ?figure a pfocr:PathwayFigure ; pfocr:organism ?organism ; dcterms:identifier ?figid .
          BIND(STRAFTER(STR(?organism), "/NCBITaxon_") AS ?taxon)
        }""",
    "paper_organisms": """
        SELECT ?figid ?taxon {
          ?figure pfocr:paperOrganism ?organism ; dcterms:identifier ?figid .
          BIND(STRAFTER(STR(?organism), "/NCBITaxon_") AS ?taxon)
        }""",
    "gene_organisms": """
        SELECT ?figid ?taxon {
          ?figure pfocr:geneOrganism ?organism ; dcterms:identifier ?figid .
          BIND(STRAFTER(STR(?organism), "/NCBITaxon_") AS ?taxon)
        }""",
    "doubtful_organisms": """
        SELECT ?figid ?taxon {
          ?figure pfocr:doubtfulOrganism ?organism ; dcterms:identifier ?figid .
          BIND(STRAFTER(STR(?organism), "/NCBITaxon_") AS ?taxon)
        }""",
    "organism_names": """
        SELECT ?figid ?name { ?figure pfocr:organismName ?name ; dcterms:identifier ?figid }""",
}


@pytest.fixture(
    scope="module",
    params=["sample", *(pytest.param(each, marks=pytest.mark.slow) for each in REAL)],
)
def corpus(request: pytest.FixtureRequest) -> Path:
    if request.param == "sample":
        return request.getfixturevalue("sample")
    return request.getfixturevalue("pfocr_data") / request.param


@pytest.fixture(scope="module")
def expected(corpus: Path, vocabularies: Path) -> Facts:
    return read_corpus(corpus, vocabularies)


@pytest.fixture(scope="module")
def store(corpus: Path, once: Callable[..., Path], run_cli: Callable[..., Any]) -> Path:
    def make(folder: Path) -> None:
        done = run_cli("build", corpus, "--store", folder / "store")
        assert done.code == 0, done.stderr

    return once(f"counted-{corpus.name}", make) / "store"


@pytest.mark.parametrize("field", QUERIES)
def test_graph_equals_plain_reading(
    field: str, store: Path, expected: Facts, run_cli: Callable[..., Any]
) -> None:
    found = ask(run_cli, store, QUERIES[field])
    wanted = {row if isinstance(row, tuple) else (row,) for row in getattr(expected, field)}
    assert set(found) - wanted == set(), "in the graph, not in the files"
    assert wanted - set(found) == set(), "in the files, not in the graph"
    assert len(found) == len(wanted), "in the graph more than once"


def test_plain_reading_of_the_seed(pfocr_data: Path) -> None:
    counts = read_corpus(pfocr_data / "seed", pfocr_data).counts()
    assert (counts["figures"], counts["gene pairs"], counts["diseases"]) == (1, {"9606": 21}, 1)
    assert (counts["disease keywords"], counts["keywords"]) == (4, 0)


@pytest.mark.slow
def test_plain_reading_of_the_covid_corpus(pfocr_data: Path) -> None:
    """The numbers that the data's own README states."""
    counts = read_corpus(pfocr_data / "pfocr-covid", pfocr_data).counts()
    assert (counts["figures"], counts["gene mentions"]) == (221, 4818)


@pytest.mark.slow
def test_vocabularies_of_the_package_and_of_the_real_data_read_the_same(
    sample: Path, pfocr_data: Path
) -> None:
    """So that the other tests say as much where the real data are absent."""
    ours = read_corpus(sample, ROOT / "ontologies")
    assert ours == read_corpus(sample, pfocr_data)


def ask(run_cli: Callable[..., Any], store: Path, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT query, an unbound variable as ''."""
    done = run_cli("query", "-", "--store", store, "--format", "json", stdin=PREFIXES + query)
    assert done.code == 0, done.stderr
    result = json.loads(done.stdout)
    columns = result["head"]["vars"]
    return [
        tuple(row[column]["value"] if column in row else "" for column in columns)
        for row in result["results"]["bindings"]
    ]
