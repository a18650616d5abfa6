"""Dictionaries of genes, diseases and organisms: bundled ones, or of the user."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.errors import DictionaryError
from pfocr_kg.model import Entity, Kind

_NUMBER = re.compile(r"[1-9][0-9]*")
_MOST_BYTES = 1 << 28
_LABEL = ox.NamedNode(iris.PREFIXES["rdfs"] + "label")
_PREF_LABEL = ox.NamedNode(iris.PREFIXES["skos"] + "prefLabel")
_ALT_LABEL = ox.NamedNode(iris.PREFIXES["skos"] + "altLabel")


@dataclass(frozen=True, slots=True)
class GeneDictionary:
    """Human gene symbols.

    `by_symbol` gives the NCBI gene id of each approved symbol, and of each previous symbol
    that belonged to one gene only; `approved` the approved symbols of each NCBI gene id
    (more than one where two names are in force for one gene).
    """

    by_symbol: Mapping[str, str]
    approved: Mapping[str, tuple[str, ...]]

    def find(self, symbol: str) -> Entity | None:
        """The human gene of a symbol, exactly as HGNC writes it."""
        number = self.by_symbol.get(symbol)
        if number is None:
            return None
        return Entity(Kind.GENE, iris.gene(number), number, organism=iris.HUMAN)


@dataclass(frozen=True, slots=True)
class NameDictionary:
    """Names of diseases or organisms: `find` by any name, `labels` and `others` by IRI."""

    entities: Mapping[str, Entity]
    labels: Mapping[str, str]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fold_case: bool = False

    def find(self, name: str) -> Entity | None:
        """The entity of a name."""
        return self.entities.get(name.casefold() if self.fold_case else name)


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """All three: what the triples of a figure depend on, beside its record."""

    genes: GeneDictionary
    diseases: NameDictionary
    organisms: NameDictionary

    def labels(self, entity: Entity) -> tuple[str, ...]:
        """The official names of an entity; more than one where two are in force."""
        match entity.kind:
            case Kind.GENE:
                return self.genes.approved.get(entity.identifier, ())
            case Kind.DISEASE | Kind.ORGANISM:
                label = self._names(entity.kind).labels.get(entity.iri)
                return () if label is None else (label,)
            case _:
                return ()

    def other_labels(self, entity: Entity) -> tuple[str, ...]:
        """Further names that the dictionaries know of a disease or organism."""
        if entity.kind in (Kind.DISEASE, Kind.ORGANISM):
            return self._names(entity.kind).others.get(entity.iri, ())
        return ()

    def _names(self, kind: Kind) -> NameDictionary:
        return self.diseases if kind is Kind.DISEASE else self.organisms


class _BundledGenes(GeneDictionary):
    """Read on first use: rows that give NCBI gene ids do not need it."""

    def __init__(self) -> None:
        pass

    @property
    def by_symbol(self) -> Mapping[str, str]:
        return _bundled_genes().by_symbol

    @property
    def approved(self) -> Mapping[str, tuple[str, ...]]:
        return _bundled_genes().approved


@cache
def _bundled_genes() -> GeneDictionary:
    return read_genes(resources.ontology("human-genes.tsv"))


def bundled_genes() -> GeneDictionary:
    """The dictionary that ships: facts from HGNC."""
    return _BundledGenes()


@cache
def bundled_diseases() -> NameDictionary:
    """Disease names with their DOID: facts from DISEASES (Jensen lab), case-exact."""
    return _concepts("diseases.ttl", Kind.DISEASE, "DOID", fold_case=False)


@cache
def bundled_organisms() -> NameDictionary:
    """Organisms that PFOCR uses: facts from the NCBI Taxonomy."""
    return _concepts("organisms.ttl", Kind.ORGANISM, "NCBITaxon", fold_case=True)


def _concepts(name: str, kind: Kind, prefix: str, *, fold_case: bool) -> NameDictionary:
    """Read labels of a bundled Turtle file; an alternative label never hides a main one."""
    base = iris.PREFIXES[prefix]
    main: dict[str, Entity] = {}
    alternative: dict[str, Entity] = {}
    labels: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for quad in ox.parse(path=resources.ontology(name), format=ox.RdfFormat.TURTLE):
        subject, text = quad.subject, quad.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(text, ox.Literal):
            continue
        if not subject.value.startswith(base):
            continue
        identifier = f"{prefix}:{subject.value[len(base) :]}"
        entity = Entity(kind, subject.value, identifier)
        key = text.value.casefold() if fold_case else text.value
        if quad.predicate in (_LABEL, _PREF_LABEL):
            main[key] = entity
            labels[entity.iri] = text.value
        elif quad.predicate == _ALT_LABEL:
            alternative[key] = entity
            others.setdefault(entity.iri, []).append(text.value)
    return NameDictionary(
        alternative | main,
        labels,
        {iri: tuple(sorted(names)) for iri, names in others.items()},
        fold_case,
    )


def with_organisms(names: NameDictionary, found: list[tuple[str, str, str]]) -> NameDictionary:
    """Add organisms that a source describes: (NCBI taxon number, Latin name, common name)."""
    if not found:
        return names
    entities, labels, others = dict(names.entities), dict(names.labels), dict(names.others)
    for number, latin, common in found:
        entity = Entity(Kind.ORGANISM, iris.organism(number), f"NCBITaxon:{number}")
        entities.setdefault(latin.casefold(), entity)
        if entity.iri not in labels:
            labels[entity.iri] = latin
            if common:
                others[entity.iri] = (common,)
        if common:
            entities.setdefault(common.casefold(), entity)
    return NameDictionary(entities, labels, others, names.fold_case)


def read_genes(path: Path) -> GeneDictionary:
    """Read human gene symbols from a file.

    Three forms are known by their header: the bundled one; HGNC's complete set
    (https://www.genenames.org/download/); NCBI's gene_info
    (https://ftp.ncbi.nlm.nih.gov/gene/DATA/), of which the human rows are taken. Each may be
    gzipped.

    Raises:
        DictionaryError: the file cannot be read, or is none of the three.

    """
    try:
        rows = _gene_rows(path)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DictionaryError(f"{path}: cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise DictionaryError(f"{path}: is not UTF-8 text") from None
    approved: dict[str, list[str]] = {}
    by_symbol: dict[str, str] = {}
    former: dict[str, set[str]] = {}
    for symbol, number, previous in rows:
        by_symbol[symbol] = number
        approved.setdefault(number, []).append(symbol)
        for name in previous:
            former.setdefault(name, set()).add(number)
    if not by_symbol:
        raise DictionaryError(f"{path}: holds no human gene with a symbol and an NCBI gene id")
    for name, numbers in former.items():
        if len(numbers) == 1 and name not in by_symbol:
            by_symbol[name] = next(iter(numbers))
    return GeneDictionary(by_symbol, {n: tuple(sorted(s)) for n, s in approved.items()})


_GeneRow = tuple[str, str, list[str]]


def _gene_rows(path: Path) -> list[_GeneRow]:
    if path.exists() and not path.is_file():
        raise DictionaryError(f"{path}: is no regular file")
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        raw = file.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise DictionaryError(f"{path}: holds more than {_MOST_BYTES >> 20} MB")
    text = raw.decode("utf-8-sig")
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    header = next((line for line in lines if line and not line.startswith("# ")), "")
    columns = {name: at for at, name in enumerate(header.lstrip("#").split("\t"))}
    cells = (line.split("\t") for line in lines if line and not line.startswith("# "))
    for needed, reader in _GENE_FORMS:
        if all(name in columns for name in needed):
            return list(reader([columns[name] for name in needed], cells))
    raise DictionaryError(
        f"{path}: is no dictionary of human genes",
        hint="It takes HGNC's complete set or NCBI's gene_info (tab-separated, may be .gz)",
    )


def _is_gene(symbol: str, number: str) -> bool:
    return symbol.isprintable() and symbol != "" and _NUMBER.fullmatch(number) is not None


def _hgnc(at: list[int], cells: Iterator[list[str]]) -> Iterator[_GeneRow]:
    symbol, number, previous = at
    last = max(at)
    for row in cells:
        if len(row) > last and _is_gene(row[symbol], row[number]):
            names = row[previous].strip('"')
            yield row[symbol], row[number], list(filter(None, names.split("|"))) if names else []


def _gene_info(at: list[int], cells: Iterator[list[str]]) -> Iterator[_GeneRow]:
    taxon, number, symbol, authority = at
    last = max(at)
    for row in cells:
        if len(row) > last and row[taxon] == iris.HUMAN:
            # "-" is how gene_info says that there is none. Synonyms there are aliases, not
            # previous symbols, and so name no gene by themselves.
            name = row[authority] if row[authority] != "-" else row[symbol]
            if _is_gene(name, row[number]):
                yield name, row[number], []


_GENE_FORMS = (
    (("symbol", "ncbigene_id", "previous_symbols"), _hgnc),
    (("symbol", "entrez_id", "prev_symbol"), _hgnc),
    (("tax_id", "GeneID", "Symbol", "Symbol_from_nomenclature_authority"), _gene_info),
)
