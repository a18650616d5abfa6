"""A link whose evidence a patch took away is written without, in every format."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg.export.registry import EXPORTS

PFOCR = "https://w3id.org/pfocr/vocab#"
EVIDENCE = ox.NamedNode(PFOCR + "evidence")


@pytest.fixture(scope="module")
def exported(linked_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The triples of the linked sample."""
    path = tmp_path_factory.mktemp("exported") / "graph.nt"
    with pfocr_kg.open(linked_sample) as graph:
        graph.export(path)
    return path


@pytest.fixture(scope="module")
def link(exported: Path) -> str:
    """The first link."""
    triples = ox.parse(path=str(exported), format=ox.RdfFormat.N_TRIPLES)
    return min(quad.subject.value for quad in triples if quad.predicate == EVIDENCE)


@pytest.fixture(scope="module")
def folder(
    link: str, exported: Path, linked_sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Every format of the whole linked sample without the evidence of that link."""
    made = tmp_path_factory.mktemp("without")
    shutil.copytree(linked_sample, made / "store")
    begin = f"<{link}> {EVIDENCE} "
    lines = [line for line in exported.read_text().splitlines() if line.startswith(begin)]
    assert lines
    text = "\n".join(["# pfocr-kg patch 1", "DELETE DATA {", *lines, "} ;"])
    (made / "p.ru").write_text(f"{text}\n# end: {len(lines)} removed, 0 added\n")
    pfocr_kg.apply(made / "store", made / "p.ru")
    with pfocr_kg.open(made / "store") as graph:
        for name, form in EXPORTS.items():
            if name == "gpml":  # a sketch of one figure or pathway, which shows no links
                continue
            if form.is_folder:
                graph.write_as(form, made / name)
            else:
                with (made / name).open("wb") as file:
                    graph.write_as(form, file)
    return made


@pytest.mark.slow
def test_kgx(folder: Path, link: str) -> None:
    with (folder / "kgx" / "edges.tsv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    (edge,) = (edge for edge in edges if edge["has_evidence"] == link)
    assert edge["link_evidence"] == ""
    assert (edge["knowledge_level"], edge["agent_type"]) == ("not_provided", "not_provided")
    assert edge["predicate"] == "biolink:related_to"


@pytest.mark.slow
def test_parquet(folder: Path, link: str) -> None:
    links = pl.read_parquet(folder / "parquet" / "links.parquet")
    assert links.filter(pl.col("evidence").list.len() == 0).height == 1


def test_nanopubs(folder: Path, link: str) -> None:
    quads = ox.parse(path=str(folder / "nanopubs"), format=ox.RdfFormat.TRIG)
    said = {quad.predicate.value for quad in quads if quad.subject.value == link}
    assert PFOCR + "pathway" in said
    assert EVIDENCE.value not in said


@pytest.mark.parametrize("name", ["turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld"])
def test_rdf(name: str, folder: Path, exported: Path, link: str) -> None:
    form = next(f for f in FORMATS if f.file_extension == EXPORTS[name].ending)
    found = {quad.triple for quad in ox.parse(path=str(folder / name), format=form)}
    whole = {q.triple for q in ox.parse(path=str(exported), format=ox.RdfFormat.N_TRIPLES)}
    lost = whole - found
    assert found < whole
    assert {(t.subject.value, t.predicate) for t in lost} == {(link, EVIDENCE)}


FORMATS = (
    *(ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS),
    *(ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD),
)


def test_gene_sets_do_not_change(folder: Path, linked_sample: Path) -> None:
    sets = io.BytesIO()
    with pfocr_kg.open(linked_sample) as graph:
        graph.write_gmt(sets)
    assert (folder / "gmt").read_bytes() == sets.getvalue()
