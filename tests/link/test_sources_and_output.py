"""The forms in which pathways come and links are written, and what cannot be used."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest

from linked_stores import PATHWAY, Run, ntriples, report, rows_of, unusable
from places import EXCERPT
from plain_linking import CURATED, DISEASE, GENES, PAPER, read_pathways
from sparql_service import serving

# ------------------------------------------------------------------------------------- forms


def gene_sets(run: Run, store: Path) -> set[str]:
    lines = ntriples(run, store).splitlines()
    return {line for line in lines if "pathwayGene>" in line or "sharedGene>" in line}


def gmt(database: Path) -> str:
    return "".join(
        "\t".join(
            [f"{p.title}%WikiPathways_20260801%{p.wpid}%{name}", "http://x", *sorted(p.genes)]
        )
        + "\n"
        for p in read_pathways(database).values()
        for name in [
            json.loads((database / f"pathways/{p.wpid}/{p.wpid}-info.json").read_text())[
                "organisms"
            ][0]
        ]
    )


def rdf(database: Path) -> str:
    parts = [
        "@prefix wp: <http://vocabularies.wikipathways.org/wp#> . "
        "@prefix dc: <http://purl.org/dc/elements/1.1/> . "
        "@prefix dcterms: <http://purl.org/dc/terms/> . "
        "@prefix obo: <http://purl.obolibrary.org/obo/> ."
    ]
    for p in read_pathways(database).values():
        version = f"<{PATHWAY}{p.wpid}_r1>"
        parts.append(
            f"{version} a wp:Pathway ; dc:identifier <{PATHWAY}{p.wpid}> ;"
            f" dc:title {json.dumps(p.title)}@en ; wp:organism obo:NCBITaxon_{p.taxon} ."
        )
        parts += [
            f"<urn:{p.wpid}:{g}> a wp:GeneProduct ; dcterms:isPartOf {version} ;"
            f" wp:bdbEntrezGene <https://identifiers.org/ncbigene/{g}> ."
            for g in sorted(p.genes)
        ]
    return "\n".join(parts)


def test_gmt(own: Path, linked: Path, run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "wikipathways.gmt"
    path.write_text(gmt(EXCERPT), encoding="utf-8")
    overlap = {pair for pair, row in rows_of(run_cli, linked).items() if GENES in row["evidence"]}
    done = run_cli("link", "--wikipathways", path, "--store", own, "--quiet")
    assert done.code == 0, done.stderr
    assert set(rows_of(run_cli, own)) == overlap


def test_endpoint(own: Path, linked: Path, run_cli: Run) -> None:
    overlap = {pair for pair, row in rows_of(run_cli, linked).items() if GENES in row["evidence"]}
    with serving(rdf(EXCERPT)) as endpoint:
        done = run_cli("link", "--wikipathways", endpoint.url, "--store", own, "--quiet")
    assert done.code == 0, done.stderr
    assert set(rows_of(run_cli, own)) == overlap
    assert endpoint.asked


# ------------------------------------------------------------------------------------ output


@pytest.mark.slow
def test_sssom(linked: Path, run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "links.sssom.tsv"
    done = run_cli("link", "--store", linked, "--output", path)
    assert done.code == 0, done.stderr
    found = rows_of(run_cli, linked)
    ways = {CURATED: 0, GENES: 1, PAPER: 2, DISEASE: 2}
    wanted = sum(len({ways[k] for k in row["evidence"].split("|")}) for row in found.values())
    lines = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    assert len(lines) == wanted + 1
    parsers = pytest.importorskip("sssom.parsers")
    validators = pytest.importorskip("sssom.validators")
    parsed = parsers.parse_sssom_table(str(path))
    assert all(report.results == [] for report in validators.validate(parsed).values())
    assert len(parsed.df) == wanted


def test_turtle(linked: Path, run_cli: Run) -> None:
    done = run_cli("link", "--format", "turtle", "--store", linked)
    found = {
        str(quad.triple) for quad in ox.parse(done.stdout.encode(), format=ox.RdfFormat.TURTLE)
    }
    whole = ox.parse(ntriples(run_cli, linked).encode(), format=ox.RdfFormat.N_TRIPLES)
    assert found == {str(q.triple) for q in whole if "#link-" in str(q.subject)}


# ------------------------------------------------------------------------------------ errors


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_sources_that_are_none(own: Path, run_cli: Run, tmp_path: Path) -> None:
    before = ntriples(run_cli, own)
    (tmp_path / "empty").mkdir()
    down = f"http://127.0.0.1:{free_port()}/sparql"
    for source in (tmp_path / "absent", tmp_path / "empty", down):
        done = run_cli("link", "--wikipathways", source, "--store", own, "--quiet")
        unusable(done, str(source))
    assert ntriples(run_cli, own) == before


@pytest.mark.slow
@pytest.mark.parametrize("shown", ["tr.ttl", "folder"])
def test_a_source_that_is_all_broken(shown: str, own: Path, run_cli: Run, tmp_path: Path) -> None:
    """A file that was cut off, by itself or in a folder: it is named with the line."""
    (tmp_path / "folder").mkdir()
    text = rdf(EXCERPT)[:3000].rpartition("<")[0] + "<http"
    for name in ("tr.ttl", "folder/tr.ttl"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = ntriples(run_cli, own)
    done = run_cli("link", "--wikipathways", tmp_path / shown, "--store", own, "-q")
    place = tmp_path / shown / "tr.ttl" if shown == "folder" else tmp_path / shown
    unusable(done, f"{place}:{len(text.splitlines())}: is broken RDF")
    assert ntriples(run_cli, own) == before


def test_genes_without_ncbi_ids_are_said(own: Path, database: Path, run_cli: Run) -> None:
    """One pathway of ten: a note. All of them: the source is reported, and --strict fails."""
    tables = sorted(database.glob("pathways/*/*-datanodes.tsv"))
    for some, code in ((tables[:1], 0), (tables, 1)):
        for table in some:
            text = table.read_text(encoding="utf-8")
            table.write_text(re.sub(r"(?<=\t)ncbigene:[^\t\n]*", "", text), encoding="utf-8")
        done = run_cli("link", "--wikipathways", database, "--store", own, "--strict")
        assert done.code == code, done.stderr
        wpids = [table.parent.name for table in some]
        links = report(own)["links"]
        assert sorted(links["pathways_without_gene_ids"]) == wpids
        noun = "pathway" if len(wpids) == 1 else "pathways"
        assert f"{len(wpids)} {noun} with genes, none with an NCBI gene id: " in done.stderr
    assert f"{database}: none of its 10 pathways has a gene" in done.stderr
    assert links["quarantined"] == 1


def test_link_needs_something_to_do(run_cli: Run, linked: Path, tmp_path: Path) -> None:
    unusable(run_cli("link", "--store", linked), "--wikipathways")
    unusable(run_cli("link", "--wikipathways", EXCERPT, "--store", tmp_path / "none"), "none")
