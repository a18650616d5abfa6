"""The graph holds what a second, plain reading of the files finds: no more, no less, nothing twice.

The corpora are built and asked through the command line, as a user would; `plain_reading` reads
them without the package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plain_reading import Facts, read_corpus

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("PFOCR_DATA", ROOT.parent / "shared" / "data"))
CORPORA = {
    "seed": SHARED / "seed",
    "pfocr-verbatim": SHARED / "pfocr-verbatim",
    "pfocr-verbatim-old": SHARED / "pfocr-verbatim-old",
    "pfocr-covid": SHARED / "pfocr-covid",
    "sample": ROOT / "tests" / "data" / "sample",
}

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real data are not there (PFOCR_DATA names their folder)"
)

PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX schema: <https://schema.org/>
"""

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
    "organism_names": """
        SELECT ?figid ?name { ?figure pfocr:organismName ?name ; dcterms:identifier ?figid }""",
}


@pytest.fixture(scope="module", params=CORPORA.values(), ids=CORPORA.keys())
def corpus(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def expected(corpus: Path) -> Facts:
    return read_corpus(corpus, SHARED)


@pytest.fixture(scope="module")
def store(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(corpus.name) / "store"
    pfocr_kg("build", str(corpus), "--store", str(path))
    return path


@pytest.mark.parametrize("field", QUERIES)
def test_graph_equals_plain_reading(field: str, store: Path, expected: Facts) -> None:
    found = ask(store, QUERIES[field])
    wanted = {row if isinstance(row, tuple) else (row,) for row in getattr(expected, field)}
    assert set(found) - wanted == set(), "in the graph, not in the files"
    assert wanted - set(found) == set(), "in the files, not in the graph"
    assert len(found) == len(wanted), "in the graph more than once"


def test_plain_reading_of_the_seed() -> None:
    counts = read_corpus(SHARED / "seed", SHARED).counts()
    assert (counts["figures"], counts["gene pairs"], counts["diseases"]) == (1, {"9606": 21}, 4)
    assert (counts["disease keywords"], counts["keywords"]) == (4, 0)


def test_plain_reading_of_the_covid_corpus() -> None:
    """The numbers that the data's own README states."""
    counts = read_corpus(SHARED / "pfocr-covid", SHARED).counts()
    assert (counts["figures"], counts["gene mentions"]) == (221, 4818)


def ask(store: Path, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT query, an unbound variable as ''."""
    answer = pfocr_kg(
        "query", "-", "--store", str(store), "--format", "json", stdin=PREFIXES + query
    )
    result = json.loads(answer)
    columns = result["head"]["vars"]
    return [
        tuple(row[column]["value"] if column in row else "" for column in columns)
        for row in result["results"]["bindings"]
    ]


def pfocr_kg(*arguments: str, stdin: str = "") -> str:
    """Standard output of the command; fails the test with what it said otherwise."""
    command = [sys.executable, "-m", "pfocr_kg", *arguments]
    done = subprocess.run(
        command,
        check=False,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
