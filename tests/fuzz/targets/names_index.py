"""Each name in an index finds its thing, and an updated index holds what a new one does."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import indexed
from fuzz import scratch
from fuzz.pieces import Pieces
from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind, Labelled, Pathway
from pfocr_kg.names import entity_names
from pfocr_kg.names.figure_text import FigureText
from pfocr_kg.names.index import NewIndex
from pfocr_kg.names.lookup import IndexedNames
from pfocr_kg.names.matches import KIND_OF
from pfocr_kg.records.dictionaries import Dictionaries, NameDictionary
from pfocr_kg.records.gene_dictionary import GeneDictionary

NOTHING = Dictionaries(GeneDictionary(list), NameDictionary({}, {}), NameDictionary({}, {}))
MADE = {
    Kind.GENE: lambda n: Entity(Kind.GENE, iris.gene(n), n, organism="9606"),
    Kind.DISEASE: lambda n: Entity(Kind.DISEASE, iris.disease(n), f"DOID:{n}"),
    Kind.CHEMICAL: lambda n: Entity(Kind.CHEMICAL, iris.chemical(n), f"CHEBI:{n}"),
    Kind.ORGANISM: lambda n: Entity(Kind.ORGANISM, iris.organism(n), f"NCBITaxon:{n}"),
}


def check(data: bytes) -> None:
    pieces = Pieces(data)
    things = [thing(str(n + 1), pieces) for n in range(1 + pieces.number(4))]
    figures = [(f"PMC1__f{n}", figure(pieces)) for n in range(pieces.number(4))]
    linked = [Pathway(f"WP{n + 1}", pieces.text().strip()) for n in range(pieces.number(3))]
    gone = pieces.number(256)
    kept = [one for n, one in enumerate(things) if not gone >> n & 1]
    staying = [one for n, one in enumerate(figures) if not gone >> n + 4 & 1]
    first, new, updated = (place(name) for name in ("first", "new", "updated"))
    write(first, things, figures, linked)
    write(new, kept, staying, linked)
    changed = NewIndex(updated, first)
    changed.remove_things(one.entity.iri for one in things if one not in kept)
    for figid, text in figures:
        if (figid, text) not in staying:
            changed.remove_figure(figid, text)
    changed.keep_linked(first)
    finish(changed)
    assert indexed.rows(updated.parents[2]) == indexed.rows(new.parents[2])
    check_names(updated, kept, linked)


def check_names(path: Path, things: Iterable[Labelled], linked: Iterable[Pathway]) -> None:
    names = IndexedNames(SimpleNamespace(generation=SimpleNamespace(index=path)))
    try:
        for one in things:
            for name in (one.label, *one.other_labels, one.entity.identifier, one.entity.iri):
                found = names.matches(name, [KIND_OF[one.entity.kind]]) if name.strip() else [one]
                assert any(getattr(m, "iri", m) in (one, one.entity.iri) for m in found), name
        for pathway in linked:
            for name in (pathway.title, pathway.wpid):
                found = names.matches(name) if name else [pathway]
                assert any(getattr(m, "identifier", m) in (pathway, pathway.wpid) for m in found)
    finally:
        names.base.close()


def write(
    path: Path,
    things: Iterable[Labelled],
    figures: Iterable[tuple[str, FigureText]],
    linked: Iterable[Pathway],
) -> None:
    index = NewIndex(path)
    for figid, text in figures:
        index.add_figure(figid, text)
    for one in things:
        index.add_thing(entity_names.thing(one), entity_names.names(one, NOTHING))
    index.complete()
    for pathway in linked:
        index.add_thing(*entity_names.pathway(pathway, 1), linked=True)
    finish(index)


def finish(index: NewIndex) -> None:
    index.commit()
    index.close()


def place(name: str) -> Path:
    folder = scratch.folder() / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "generations" / "1").mkdir(parents=True)
    return folder / "generations" / "1" / "names.sqlite"


def thing(number: str, pieces: Pieces) -> Labelled:
    entity = MADE[pieces.choice([*MADE])](number)
    label = pieces.text() or number
    others = tuple(dict.fromkeys(pieces.text() for _ in range(pieces.number(3))))
    return Labelled(entity, label, others, words=frozenset(others[:1]))


def figure(pieces: Pieces) -> FigureText:
    texts = [pieces.text() for _ in range(5)]
    return FigureText(*texts, facets="g1 xdoid1", alias="", file_name="", page="",
                      pmcid="PMC1", doi="", journal="", year="2020", score="", genes=1)  # fmt: skip
