"""The plain way to map a record: PyYAML's SafeLoader, csv, PyLD, rdflib.

It is what one would write first, with the libraries that the standards' authors offer. The
JSON-LD document is the same as ours and is made beforehand, outside of the time measured.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import rdflib
import yaml
from pyld import jsonld

from pfocr_kg import iris
from pfocr_kg.rdf import reference

Terms = dict[str, str]


def map_record(path: Path, tables: Path, document: dict[str, Any]) -> str:
    """A record's triples as N-Triples."""
    _read(path, tables)
    dataset = jsonld.to_rdf(
        {"@context": iris.CONTEXT, **document}, {"documentLoader": reference.loader}
    )
    graph = rdflib.Graph()
    for triple in dataset["@default"]:
        graph.add((_term(triple["subject"]), _term(triple["predicate"]), _term(triple["object"])))
    return graph.serialize(format="nt")


def _read(path: Path, tables: Path) -> tuple[Any, list[list[dict[str, Any]]]]:
    """Read the record and its tables."""
    text = path.read_text(encoding="utf-8")
    # Not yaml.CSafeLoader: the plain way is what the library's own examples show.
    page = yaml.load(text.split("---\n", 2)[1], Loader=yaml.SafeLoader)
    rows = []
    for kind in ("genes", "chemicals", "diseases"):
        table = tables / f"{path.stem}-{kind}.tsv"
        if table.exists():
            with table.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                rows.append(list(reader))
    return page, rows


def _term(term: Terms) -> rdflib.term.Node:
    if term["type"] == "IRI":
        return rdflib.URIRef(term["value"])
    datatype = rdflib.URIRef(term["datatype"])
    # rdflib tells a plain literal from an xsd:string, which in RDF 1.1 are one.
    plain = datatype == rdflib.XSD.string
    return rdflib.Literal(term["value"], datatype=None if plain else datatype)
