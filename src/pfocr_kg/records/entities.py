"""Reads genes, chemicals and diseases from the rows of tables and the items of inline lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from pfocr_kg import iris
from pfocr_kg.errors import OnError, RecordError
from pfocr_kg.model import Entity, Kind, Name, Use
from pfocr_kg.records import tables, values
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.mesh_dictionary import bundled_mesh
from pfocr_kg.records.values import gene_text, text_or_empty

DISEASE_NAMES = "disease_terms"
"""Lexicon of a mention whose disease was found by its name in the dictionary of diseases."""

# `gene_row` unpacks the cells of these columns by position.
GENE_COLUMNS = tuple(
    "organism_id organism_name word match ncbigene_symbol ncbigene_id source".split()
)
OLD_COLUMNS = ("word", "source", "identifier")
CHEMICAL_COLUMNS = (("word", "mesh", "match", "name", "chebi"), OLD_COLUMNS)
DISEASE_COLUMNS = (("word", "mesh", "match", "name", "doid"), OLD_COLUMNS)


class Reading(NamedTuple):
    """The content of one row or inline item.

    `entity` is None if the row has no identifier; `form` is the entity's name in the row, a gene's
    symbol; `terms` are the keywords that mean the entity; `taxon_name` is the organism's name in a
    gene's row; `fault` is the error of a part of the row that could not be read.
    """

    entity: Entity | None
    word: str
    match: str
    lexicon: str
    form: str
    terms: tuple[str, ...]
    mesh: str = ""
    taxon_name: str = ""
    fault: RecordError | None = None

    @property
    def text(self) -> str:
        """The text of a keyword, for a row without an identifier."""
        return self.word.strip() or self.form or self.match


_Item = TypeVar("_Item")


def read(
    items: Iterable[tuple[int | None, _Item | RecordError]],
    reader: Callable[[_Item, Dictionaries], Reading],
    dictionaries: Dictionaries,
    report: OnError,
) -> list[Reading]:
    """Read rows or items; those that cannot be read are reported and left out."""
    readings = []
    for line, item in items:
        try:
            if isinstance(item, RecordError):
                raise item
            reading = reader(item, dictionaries)
            readings.append(reading)
            if reading.fault is not None:
                raise reading.fault
        except RecordError as error:
            report(error.at(line=line))
    return readings


def gene_table(text: str, known: Dictionaries, report: OnError) -> list[Reading]:
    """The rows of a gene table.

    Raises:
        RecordError: it is not a table of genes.

    """
    return read(tables.cells(text, GENE_COLUMNS), gene_row, known, report)


def chemical_table(text: str, known: Dictionaries, report: OnError) -> list[Reading]:
    """The rows of a chemical table."""
    return read(tables.rows(text, CHEMICAL_COLUMNS), chemical_row, known, report)


def disease_table(text: str, known: Dictionaries, report: OnError) -> list[Reading]:
    """The rows of a disease table."""
    return read(tables.rows(text, DISEASE_COLUMNS), disease_row, known, report)


def _word(row: tables.Row) -> str:
    """The word as read off the image, with its spaces."""
    word = row.get("word", "")
    return "" if values.missing(word) else word


def gene_row(cells: tables.Cells, dictionaries: Dictionaries) -> Reading:
    """A row of a gene table: the cells of `GENE_COLUMNS`."""
    short = sum(map(len, cells)) < _LONGEST_KEPT
    reading, organism = (_kept_reading if short else _gene_reading)(cells)
    if reading.entity is None:
        entity = _human_gene(reading.form, organism, dictionaries, "ncbigene_id")
        return reading._replace(entity=entity)
    return reading


def _gene_reading(cells: tables.Cells) -> tuple[Reading, str]:
    """A row and its organism; the reading has no entity if the row has no gene id."""
    taxon, taxon_name, word, match, symbol, number, source = cells
    organism = values.taxon_number(taxon.strip())
    symbol, number = gene_text(symbol).strip(), text_or_empty(number)
    reading = Reading(
        values.gene(number, organism, "ncbigene_id") if number else None,
        gene_text(word),
        gene_text(match).strip(),
        text_or_empty(source),
        symbol,
        (symbol,),
        taxon_name=text_or_empty(taxon_name),
    )
    return reading, organism


# About half of the rows of real figures are like earlier ones.
_kept_reading: Final = lru_cache(maxsize=1 << 14)(_gene_reading)
_LONGEST_KEPT: Final = 1000
"""Characters of a row: a few words of megabytes would fill the memory."""


def gene_item(item: tables.Row, dictionaries: Dictionaries) -> Reading:
    """An item of an inline gene list: the oldest records, in which all genes are human."""
    symbol, number = gene_text(item.get("hgnc_symbol")).strip(), text_or_empty(item.get("entrez"))
    if number:
        entity = values.gene(number, iris.HUMAN, "entrez")
    else:
        entity = _human_gene(symbol, iris.HUMAN, dictionaries, "entrez")
    match = gene_text(item.get("symbol")).strip()
    return Reading(entity, _word(item), match, text_or_empty(item.get("source")), symbol, (symbol,))


def _human_gene(symbol: str, organism: str, dictionaries: Dictionaries, key: str) -> Entity:
    """The gene of a symbol, if the organism is human."""
    gene = dictionaries.genes.find(symbol) if symbol and organism == iris.HUMAN else None
    if gene is None:
        raise RecordError(f"gene {symbol!r} has no NCBI gene id", key=key)
    return gene


def chemical_row(row: tables.Row, _: Dictionaries) -> Reading:
    """A row of a chemical table of either layout, or an item of an inline list."""
    if "identifier" in row:
        return _old_row(row, Kind.CHEMICAL, "CHEBI", values.chemical)
    return _table_row(row, Kind.CHEMICAL, "chebi", values.chemical)


def disease_row(row: tables.Row, dictionaries: Dictionaries) -> Reading:
    """A row of a disease table of either layout, or an item of an inline list."""
    if "identifier" in row:
        reading = _old_row(row, Kind.DISEASE, "DOID", values.disease)
    else:
        reading = _table_row(row, Kind.DISEASE, "doid", values.disease)
    if reading.entity is not None:
        return reading
    return _by_name(reading, dictionaries)


def _by_name(reading: Reading, dictionaries: Dictionaries) -> Reading:
    """Look up a disease without identifier by its names in the dictionary."""
    for term in reading.terms:
        if entity := dictionaries.diseases.find(term):
            return reading._replace(entity=entity, match=term, lexicon=DISEASE_NAMES)
    return reading


def _table_row(
    row: tables.Row, kind: Kind, column: str, read_id: Callable[[str], Entity]
) -> Reading:
    """A row with a MeSH id and another id; if one is broken, the other is still used.

    Raises:
        RecordError: one is broken, and the other is missing or broken too.

    """
    word, match, name = _word(row), text_or_empty(row["match"]), text_or_empty(row["name"])
    ids: list[Entity | None] = []
    faults = []
    for text, reader in (
        (text_or_empty(row[column]), read_id),
        (text_or_empty(row["mesh"]), lambda text: values.mesh(text, kind)),
    ):
        try:
            ids.append(reader(text) if text else None)
        except RecordError as error:
            faults.append(error)
            ids.append(None)
    entity, mesh = ids
    if faults and entity is None and mesh is None:
        raise faults[0]
    if entity is None and mesh is not None:
        entity = _mapped(mesh)
    return Reading(
        entity or mesh,
        word,
        match,
        "",
        name,
        _terms(name, match, word),
        mesh=mesh.iri if entity and mesh else "",
        fault=faults[0] if faults else None,
    )


def _old_row(
    row: tables.Row, kind: Kind, other: str, read_id: Callable[[str, str], Entity]
) -> Reading:
    """A row with one identifier, a MeSH id or an id of the source `other`."""
    word, source, identifier = (
        _word(row),
        text_or_empty(row.get("source")),
        text_or_empty(row["identifier"]),
    )
    entity = mesh = None
    if identifier:
        # An identifier with a prefix needs no source.
        prefix = (identifier.partition(":")[0] if ":" in identifier else source).upper()
        if prefix == "MESH":
            mesh = values.mesh(identifier, kind, "identifier")
            entity = _mapped(mesh)
        elif prefix == other:
            entity = read_id(identifier, "identifier")
        else:
            raise RecordError(
                f"{kind.value.lower()} identifier {identifier!r} of source {source!r} is neither "
                f"MESH nor {other}",
                key="identifier",
                value=identifier,
            )
    same = mesh.iri if entity and mesh else ""
    return Reading(entity or mesh, word, "", source, "", _terms(word), same)


_OTHER_IDS: Final = {
    Kind.CHEMICAL: ("CHEBI:", values.chemical),
    Kind.DISEASE: ("DOID:", values.disease),
}


@lru_cache(maxsize=1 << 14)
def _mapped(mesh: Entity) -> Entity | None:
    """The chemical or disease with the ChEBI id or DOID that MeSH's term has one to one."""
    prefix, read_id = _OTHER_IDS[mesh.kind]
    term = bundled_mesh().find(mesh.identifier.removeprefix("mesh:"))
    return read_id(term.other) if term and term.other.startswith(prefix) else None


def _terms(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for text in texts if (t := text.strip())))


def _with_entity(readings: Iterable[Reading]) -> Iterator[tuple[Reading, Entity]]:
    for reading in readings:
        if reading.entity is not None:
            yield reading, reading.entity


def distinct(readings: Iterable[Reading]) -> tuple[Entity, ...]:
    """The distinct entities of the readings."""
    return tuple(dict.fromkeys(entity for _, entity in _with_entity(readings)))


def names(readings: Iterable[Reading]) -> Iterator[Name]:
    """The names of the entities in the readings, and of the organisms of their genes."""
    taxa = set()
    for reading, entity in _with_entity(readings):
        if entity.kind is Kind.GENE:
            yield Name(entity, reading.form)
            taxa.add((entity.organism, reading.taxon_name))
            continue
        if reading.match:
            yield Name(entity, reading.match, Use.MATCH)
        if reading.form:
            yield Name(entity, reading.form)
        if reading.mesh and entity.kind is Kind.CHEMICAL:
            yield Name(entity, reading.mesh, Use.SAME)
        yield Name(entity, reading.word.strip(), Use.WORD)
    for number, name in sorted(taxa):
        yield Name(values.taxon(number), name)
