"""The organisms of one record: what its paper is about, and whose gene names fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pfocr_kg import iris
from pfocr_kg.model import Entity
from pfocr_kg.records import values
from pfocr_kg.records.dictionaries import bundled_kingdoms, folded
from pfocr_kg.records.entities import Reading
from pfocr_kg.records.reader import Reader
from pfocr_kg.records.values import text_or_empty

_PAPER: Final = "organisms"
_GENES: Final = "organisms_ner"
_NOT_DETERMINED: Final = "XXX"
_ANIMALS: Final = iris.organism("33208")
_WITHOUT_ANIMALS: Final = frozenset(map(iris.organism, ("33090", "4751", "2", "2157")))
"""Kingdoms of plants, fungi, bacteria and archaea."""

Find = Callable[[str], Entity | None]


@dataclass(frozen=True, slots=True)
class RecordOrganisms:
    """Taxa of the paper and of the genes, once each, and the doubtful ones of the genes.

    `names` are the taxa that the record names, with their names; `unknown` are names without a
    known taxon.
    """

    paper: tuple[Entity, ...]
    genes: tuple[Entity, ...]
    doubtful: tuple[Entity, ...]
    names: tuple[tuple[Entity, str], ...]
    unknown: tuple[str, ...]

    @property
    def all(self) -> tuple[Entity, ...]:
        """All taxa, once each."""
        return tuple(dict.fromkeys(self.genes + self.paper))

    @property
    def only_human(self) -> bool:
        """Whether the record names Homo sapiens and nothing else."""
        named = {taxon.iri for taxon, _ in self.names}
        return not self.unknown and named == {iris.organism(iris.HUMAN)}


def read(reader: Reader, genes: Iterable[Reading]) -> RecordOrganisms:
    """The organisms of a record with these rows of genes."""
    rows = _of_rows(genes)
    in_rows = {folded(name): taxon for taxon, name in reversed(rows) if name}
    known = reader.shared.dictionaries.organisms

    def find(name: str) -> Entity | None:
        return known.find(name) or in_rows.get(folded(name))

    paper, fitting = (_names(reader, key, find) for key in (_PAPER, _GENES))
    taxa = {name: find(name) for name in fitting + paper}
    return RecordOrganisms(
        paper=_distinct(map(taxa.get, paper)),
        genes=_distinct((*map(taxa.get, fitting), *(taxon for taxon, _ in rows))),
        doubtful=_doubtful([taxa[name] for name in paper], [taxon for taxon, _ in rows]),
        names=tuple((taxon, name) for name, taxon in taxa.items() if taxon),
        unknown=tuple(name for name, taxon in taxa.items() if not taxon),
    )


def _doubtful(paper: Sequence[Entity | None], of_rows: Iterable[Entity]) -> tuple[Entity, ...]:
    """The animals of rows of genes, if the paper is about plants, fungi, bacteria or archaea alone.

    None where the paper is about an organism of an unknown kingdom, or a virus, which lives in
    cells of others.
    """
    kingdoms = bundled_kingdoms()
    if not paper or not {taxon and kingdoms.get(taxon.iri) for taxon in paper} <= _WITHOUT_ANIMALS:
        return ()
    return _distinct(taxon for taxon in of_rows if kingdoms.get(taxon.iri) == _ANIMALS)


def _of_rows(genes: Iterable[Reading]) -> list[tuple[Entity, str]]:
    """The different taxa and names of organisms in rows of genes."""
    entities = ((reading.entity, reading.taxon_name) for reading in genes)
    rows = dict.fromkeys((gene.organism, name) for gene, name in entities if gene)
    return [(values.taxon(number), name) for number, name in rows]


def _names(reader: Reader, key: str, find: Find) -> list[str]:
    """The names of a key: a list, or one text, which can hold several with commas between."""
    names = reader.texts(key)
    if isinstance(reader.page.get(key), str) and not any(map(find, names)):
        names = [text_or_empty(part) for name in names for part in name.split(",")]
    return [name for name in names if name and name != _NOT_DETERMINED]


def _distinct(taxa: Iterable[Entity | None]) -> tuple[Entity, ...]:
    return tuple(dict.fromkeys(taxon for taxon in taxa if taxon))
