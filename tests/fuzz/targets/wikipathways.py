"""Any bytes are pathways, or errors of one line; what is read becomes triples that others read."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from pathlib import Path

import pyoxigraph as ox

from fuzz import scratch
from fuzz.pieces import Pieces
from fuzz.scratch import one_line
from pfocr_kg import iris
from pfocr_kg.errors import PfocrError, RecordError
from pfocr_kg.link import wikipathways
from pfocr_kg.model import Pathway
from pfocr_kg.names import entity_names
from pfocr_kg.rdf import document, ntriples


def check(data: bytes) -> None:
    pieces = Pieces(data)
    make = pieces.choice([gmt, gmt_gz, database, turtle, lines, zipped])
    errors: list[RecordError] = []
    try:
        found = list(wikipathways.read(make(pieces), report=errors.append))
    except PfocrError as error:
        one_line(error)
        found = []
    for error in errors:
        one_line(error)
    for pathway in found:
        check_pathway(pathway)
    if make is gmt:
        plain = by_plain_reading(data[1:])
        human = [p for p in found if p.organism_name == "Homo sapiens"]
        assert [(p.wpid, {gene.identifier for gene in p.genes}) for p in human] == plain


def check_pathway(pathway: Pathway) -> None:
    assert pathway.wpid[:2] == "WP"
    assert int(pathway.wpid[2:]) > 0
    text = ntriples.to_ntriples(document.pathway(pathway, pathway.figids, 1))
    triples = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}
    subject = ox.NamedNode(iris.pathway(pathway.wpid))
    assert {triple.subject for triple in triples} == {subject}
    assert pathway.title in ["", *(t.object.value for t in triples)]
    for gene in pathway.genes:
        assert int(gene.identifier) > 0
        assert ox.Triple(subject, GENE, ox.NamedNode(gene.iri)) in triples
    entity_names.pathway(pathway, 1)


GENE = ox.NamedNode(iris.expand("pfocr:pathwayGene"))


def by_plain_reading(content: bytes) -> list[tuple[str, set[str]]]:
    """WP id and genes of each line of a GMT file that has human genes and nothing wrong."""
    found = []
    for line in content.split(b"\n"):
        try:
            name, *fields = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
        except UnicodeDecodeError:
            continue
        parts = name.rsplit("%", 3)
        genes = [text.strip() for text in fields[1:] if text.strip()]
        ascii_numbers = all(g.isascii() and g.isdecimal() and g[0] != "0" for g in genes)
        if len(parts) == 4 and parts[3].strip() == "Homo sapiens" and ascii_numbers:
            number = parts[2].rpartition("WP")[2].partition("_r")[0]
            if number.isdecimal() and number[0] != "0":
                found.append((f"WP{number}", set(genes)))
    return found


def gmt(pieces: Pieces) -> Path:
    return scratch.file("x.gmt", pieces.rest())


def gmt_gz(pieces: Pieces) -> Path:
    whole = gzip.compress(pieces.text().encode(), 1, mtime=0)
    cut = len(whole) - pieces.number(8)
    return scratch.file("x.gmt.gz", whole[:cut] + pieces.rest())


def database(pieces: Pieces) -> Path:
    shutil.rmtree(scratch.folder() / "database", ignore_errors=True)
    present = pieces.number(16)
    for bit, name in enumerate(("datanodes.tsv", "refs.tsv")):
        if present >> bit & 1:
            scratch.file(f"database/pathways/WP1/WP1-{name}", pieces.raw())
    if present >> 2 & 1:
        scratch.file("database/downstream/citedin_lookup.yml", pieces.raw())
    return scratch.file("database/pathways/WP1/WP1-info.json", pieces.raw()).parents[2]


def turtle(pieces: Pieces) -> Path:
    return scratch.file("x.ttl", HEAD + pieces.rest())


def lines(pieces: Pieces) -> Path:
    return scratch.file("x.nt", pieces.rest())


def zipped(pieces: Pieces) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("wp.ttl", HEAD + pieces.raw())
    whole = bytearray(content.getvalue())
    while pieces:
        whole[pieces.number(256) * pieces.number(256) % len(whole)] = pieces.number(256)
    return scratch.file("x.zip", bytes(whole))


HEAD = "".join(
    f"@prefix {name}: <{iris.PREFIXES[name]}> .\n" for name in ("dc", "dcterms", "wp")
).encode()
