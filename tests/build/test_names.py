"""What entities of real records are called, and which ids they keep, against plain readings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plain_reading import (
    chemical_iri,
    disease_iri,
    mesh_iri,
    read_dictionaries,
    read_front_matter,
    read_table,
)

PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
CHEBI = "https://identifiers.org/chebi/CHEBI:"
HUMAN = "http://purl.obolibrary.org/obo/NCBITaxon_9606"
VERBATIM = ("pfocr-verbatim", "pfocr-verbatim-old")
Ask = Callable[[str], list[tuple[str, ...]]]


def asker(run_cli: Callable[..., Any], store: Path) -> Ask:
    def ask(query: str) -> list[tuple[str, ...]]:
        asked = PREFIXES + query
        done = run_cli("query", "-", "--store", store, "--format", "csv", stdin=asked)
        assert done.code == 0, done.stderr
        return [tuple(row) for row in csv.reader(io.StringIO(done.stdout))][1:]

    return ask


@pytest.fixture(scope="module")
def graph(
    pfocr_data: Path, once: Callable[..., Path], run_cli: Callable[..., Any]
) -> Callable[..., Ask]:
    """Ask the graph of a corpus, linked to all of WikiPathways or not."""

    def built(corpus: str, *, linked: bool = False) -> Ask:
        pathways = ("--wikipathways", pfocr_data / "wikipathways-database") if linked else ()

        def make(folder: Path) -> None:
            store = ("--store", folder / "store")
            done = run_cli("build", pfocr_data / corpus, *store, *pathways, timeout=300)
            assert done.code == 0, done.stderr

        name = f"named-{corpus}-{'linked' if linked else 'alone'}"
        return asker(run_cli, once(name, make) / "store")

    return built


def rows_of(folder: Path, kind: str) -> list[tuple[str, dict[str, str]]]:
    """Figid and row of all tables of a kind, or of the inline lists in their place."""
    found = []
    for path in sorted((folder / "_figures").glob("*.md")):
        record = read_front_matter(path)
        table = read_table(folder / "_data" / f"{record['figid']}-{kind}.tsv")
        found += [(record["figid"], row) for row in table or record.get(kind) or []]
    return found


# -- chemicals and diseases --------------------------------------------------------------------


@pytest.mark.parametrize("corpus", VERBATIM)
def test_seven_of_ten_chemicals_have_a_chebi_id(
    corpus: str, graph: Callable[..., Ask], pfocr_data: Path
) -> None:
    known = read_dictionaries(pfocr_data)
    found = [iri for (iri,) in graph(corpus)("SELECT ?c { ?c a pfocr:Chemical }")]
    rows = rows_of(pfocr_data / corpus, "chemicals")
    assert sorted(found) == sorted({iri for _, row in rows if (iri := chemical_iri(row, known))})
    assert sum(iri.startswith(CHEBI) for iri in found) >= 0.7 * len(found)


@pytest.mark.parametrize("corpus", VERBATIM)
@pytest.mark.parametrize(
    ("kind", "iri_of"), [("chemicals", chemical_iri), ("diseases", disease_iri)]
)
def test_mentions_keep_the_mesh_term_of_their_row(
    corpus: str, kind: str, iri_of: Callable[..., str], graph: Callable[..., Ask], pfocr_data: Path
) -> None:
    known = read_dictionaries(pfocr_data)
    wanted = {
        (figid, row["word"], iri, mesh)
        for figid, row in rows_of(pfocr_data / corpus, kind)
        if (mesh := mesh_iri(row)) and (iri := iri_of(row, known)) != mesh
    }
    class_ = {"chemicals": "ChemicalMention", "diseases": "DiseaseMention"}[kind]
    found = graph(corpus)(f"""SELECT ?figid ?word ?body ?mesh {{
        ?mention a pfocr:{class_} ; oa:hasTarget ?figure ; oa:hasBody ?body ;
            pfocr:word ?word ; pfocr:meshTerm ?mesh .
        ?figure dcterms:identifier ?figid }}""")
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("corpus", VERBATIM)
def test_exact_matches_are_the_obo_form_and_the_mesh_terms_of_rows(
    corpus: str, graph: Callable[..., Ask], pfocr_data: Path
) -> None:
    known = read_dictionaries(pfocr_data)
    wanted = set()
    for _, row in rows_of(pfocr_data / corpus, "chemicals"):
        iri = chemical_iri(row, known)
        if iri.startswith(CHEBI):
            wanted.add((iri, f"http://purl.obolibrary.org/obo/CHEBI_{iri.removeprefix(CHEBI)}"))
            wanted |= {(iri, mesh_iri(row))} if mesh_iri(row) else set()
    found = graph(corpus)("SELECT ?a ?b { ?a skos:exactMatch ?b }")
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("corpus", VERBATIM)
def test_chemicals_have_all_names_of_their_rows(
    corpus: str, graph: Callable[..., Ask], pfocr_data: Path
) -> None:
    known = read_dictionaries(pfocr_data)
    wanted = {
        (iri, text)
        for _, row in rows_of(pfocr_data / corpus, "chemicals")
        for key in ("word", "match", "name")
        if (iri := chemical_iri(row, known)) and (text := (row.get(key) or "NA").strip()) != "NA"
    }
    found = graph(corpus)("""SELECT ?c ?name {
        ?c a pfocr:Chemical ; rdfs:label|skos:altLabel ?name }""")
    assert len(found) == len(set(found))
    assert wanted - set(found) == set()
    others = {name for _, name in set(found) - wanted}
    assert others <= {name for t in known.mesh.values() for name in (t.name, t.other_name)}


@pytest.mark.parametrize(
    ("iri", "label", "other"),
    [
        (f"{CHEBI}4167", "Glucose", "D-glucopyranose"),
        (f"{CHEBI}22984", "Calcium", "Ca2+"),
        (f"{CHEBI}30616", "ATP", None),
        # MeSH's name is the systematic one here.
        (f"{CHEBI}28814", "piceatannol", "3,3',4,5'-tetrahydroxystilbene"),
        ("http://purl.obolibrary.org/obo/DOID_1909", "Melanoma", None),
    ],
)
def test_common_names_are_labels(
    iri: str, label: str, other: str | None, graph: Callable[..., Ask]
) -> None:
    ask = graph("pfocr-verbatim")
    assert ask(f"SELECT ?name {{ <{iri}> rdfs:label ?name }}") == [(label,)]
    others = [name for (name,) in ask(f"SELECT ?name {{ <{iri}> skos:altLabel ?name }}")]
    assert other is None or other in others


# -- genes -------------------------------------------------------------------------------------


def approved(pfocr_data: Path) -> dict[str, set[str]]:
    """NCBI gene id -> approved symbols; the id of a copy has those of the gene."""
    own: dict[str, set[str]] = {}
    copies: dict[str, set[str]] = {}
    for row in read_table(pfocr_data / "human_genes.tsv"):
        first, *others = row["ncbigene_ids"].split("|")
        own.setdefault(first, set()).add(row["symbol"])
        for other in others:
            copies.setdefault(other, set()).add(row["symbol"])
    return copies | own


@pytest.mark.parametrize(
    ("corpus", "linked"),
    [
        ("pfocr-covid", False),
        pytest.param("pfocr-covid", True, marks=pytest.mark.slow),
        *((name, False) for name in VERBATIM),
    ],
)
def test_human_genes_are_called_by_their_approved_symbols(
    corpus: str, linked: bool, graph: Callable[..., Ask], pfocr_data: Path
) -> None:
    symbols = approved(pfocr_data)
    found = graph(corpus, linked=linked)(f"""SELECT ?id ?label {{
        ?gene a pfocr:Gene ; pfocr:organism <{HUMAN}> ; dcterms:identifier ?id ; rdfs:label ?label
        }}""")
    assert found
    assert [pair for pair in found if pair[1] not in symbols.get(pair[0], {pair[1]})] == []
    assert [pair for pair in found if re.fullmatch("[0-9]+", pair[1])] == []


@pytest.mark.slow
@pytest.mark.parametrize("linked", [False, True])
def test_previous_symbols_are_other_labels_and_aliases_are_not(
    linked: bool, graph: Callable[..., Ask]
) -> None:
    ask = graph("pfocr-covid", linked=linked)
    found = set(
        ask(f"""SELECT ?property ?name {{
            ?gene a pfocr:Gene ; pfocr:organism <{HUMAN}> ; ?p ?name .
            VALUES (?p ?property) {{ (rdfs:label "label") (skos:altLabel "other") }}
            VALUES ?name {{ "TMPRSS2" "RIGI" "STING1" "DDX58" "TMEM173" "RIG-I" "MITA" }} }}""")
    )
    # No figure of the corpus draws TMPRSS2.
    labels = ("RIGI", "STING1", "TMPRSS2") if linked else ("RIGI", "STING1")
    assert found == {
        *(("label", name) for name in labels),
        *(("other", name) for name in ("DDX58", "TMEM173")),
    }
