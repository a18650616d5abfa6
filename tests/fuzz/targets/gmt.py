"""Gene sets have the figures' genes in as many lines and fields as there are sets and genes."""

from __future__ import annotations

import io
import re

import pyoxigraph as ox

from fuzz.pieces import Pieces
from fuzz.scratch import one_line
from pfocr_kg import iris
from pfocr_kg.errors import StoreError
from pfocr_kg.export import gmt


def check(data: bytes) -> None:
    pieces = Pieces(data)
    store, expected, symbols = ox.Store(), {}, {}
    human = iri("NCBITaxon", "9606")
    add(store, human, "rdf:type", iri("pfocr", "Organism"))
    add(store, human, "skos:prefLabel", ox.Literal(pieces.text()))
    is_number = True
    for number in range(1 + pieces.number(3)):
        figure = iri("figure", f"{number}.html")
        add(store, figure, "rdf:type", iri("pfocr", "PathwayFigure"))
        figid, title = "F" + pieces.text(), pieces.text()
        add(store, figure, "dcterms:identifier", ox.Literal(figid))
        add(store, figure, "dcterms:title", ox.Literal(title))
        ids = []
        for _ in range(pieces.number(5)):
            id_ = pieces.text() if pieces.number(8) == 7 else str(pieces.number(99))
            gene = iri("ncbigene", str(len(symbols)))
            symbols[gene.value] = symbol = "S" + pieces.text()
            add(store, figure, "pfocr:gene", gene)
            add(store, gene, "rdf:type", iri("pfocr", "Gene"))
            add(store, gene, "dcterms:identifier", ox.Literal(id_))
            add(store, gene, "pfocr:organism", human)
            add(store, gene, "skos:prefLabel", ox.Literal(symbol))
            is_number &= re.fullmatch("[0-9]+", id_, re.ASCII) is not None
            ids.append((id_, symbol))
        expected[figid, title, number] = ids
    for by_symbol in (False, True):
        output = io.BytesIO()
        try:
            gmt.write(store, output, min_size=1, symbols=by_symbol)
        except StoreError as error:
            assert not is_number
            one_line(error)
            continue
        assert is_number or by_symbol
        lines = output.getvalue().decode().split("\n")[:-1]
        sets = [(key, ids) for key, ids in expected.items() if ids]
        assert len(lines) == len(sets), lines
        for line, ((figid, title, _), ids) in zip(lines, sets, strict=True):
            name, description, *genes = line.split("\t")
            assert name == " ".join(figid.split())
            assert description.startswith(" ".join(title.split()))
            wanted = {" ".join(pair[by_symbol].split()) for pair in ids}
            assert sorted(genes) == sorted(wanted)


def iri(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(iris.PREFIXES[prefix] + name)


def add(store: ox.Store, subject: object, predicate: str, value: object) -> None:
    store.add(ox.Quad(subject, ox.NamedNode(iris.expand(predicate)), value))
