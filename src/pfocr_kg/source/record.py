"""One record: its front matter, tables and maps, read into a `Figure`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import RecordError
from pfocr_kg.model import Entity, Figure, Kind, Paper
from pfocr_kg.source import entities, files, frontmatter, keywords, tables, values
from pfocr_kg.source.dictionaries import Dictionaries
from pfocr_kg.source.frontmatter import Value
from pfocr_kg.source.group import Shared
from pfocr_kg.source.values import given

KNOWN_KEYS: Final = frozenset(
    "annotations automl_pathway caption chemicals diseases doi figid figid_alias figlink figtitle "
    "figtype filename genes journal_nlm_ta journal_title keywords ndex number organisms "
    "organisms_ner papertitle pathway_score pmc_ranked_result_index pmcid publisher_name "
    "redirect_from reftext schema-jsonld seo wpid year".split()
)
"""Keys that real records have. Some say nothing of the figure (`seo`, `redirect_from`)."""

SCHEMA_CONTEXTS: Final = frozenset({"https://schema.org/", "http://schema.org/"})
"""Contexts of a record's JSON-LD block that are known; both are served from a bundled one."""


@dataclass(frozen=True, slots=True)
class Record:
    """A figure as read, what of it could not be read, and keys that nobody knows."""

    figure: Figure
    errors: tuple[RecordError, ...]
    unknown_keys: tuple[str, ...]


class _Reader:
    """Reads one record; collects what cannot be read on the way."""

    def __init__(self, path: Path, group: files.Group, shared: Shared) -> None:
        self.shown = group.place.show(path)
        self.group = group
        self.shared = shared
        self.errors: list[RecordError] = []
        self.page = frontmatter.parse(frontmatter.decode(files.read(path)))

    def report(self, error: RecordError, path: str = "") -> None:
        """Note what could not be read, with its place."""
        self.errors.append(
            RecordError(
                error.reason,
                path=error.path or path or self.shown,
                line=error.line,
                key=error.key,
                value=error.value,
            )
        )

    def text(self, key: str) -> str:
        """The text of a key, "" where it is missing."""
        value = self.page.get(key)
        if value is not None and not isinstance(value, str):
            raise RecordError(f"{key} is a {_kind(value)}, not a text", key=key)
        return given(value)

    def checked(self, key: str, check: Callable[[str], str]) -> str:
        """The text of a key if it is what it should be; else "", with a report."""
        try:
            text = self.text(key)
            return check(text) if text else ""
        except RecordError as error:
            self.report(error)
            return ""

    def texts(self, key: str) -> list[str]:
        """The texts of a key that holds a list or a single text; missing ones left out."""
        value = self.page.get(key)
        if isinstance(value, dict):
            self.report(RecordError(f"{key} is a mapping, not a list of texts", key=key))
            return []
        return self.only_texts(key, value if isinstance(value, list) else [value])

    def only_texts(self, key: str, items: list[Value]) -> list[str]:
        """Those items that are texts and say something; others are reported."""
        found = []
        for item in items:
            if item is None or isinstance(item, str):
                if text := given(item):
                    found.append(text)
            else:
                self.report(RecordError(f"{key} holds a {_kind(item)}, not a text", key=key))
        return list(dict.fromkeys(found))


def read(path: Path, group: files.Group, shared: Shared) -> Record:
    """Read the record at `path` with its tables.

    Raises:
        RecordError: it cannot be read as a record; smaller faults are listed in the result.

    """
    try:
        return _read(_Reader(path, group, shared))
    except RecordError as error:
        place = error.path or group.place.show(path)
        raise RecordError(
            error.reason, path=place, line=error.line, key=error.key, value=error.value
        ) from None
    except FileNotFoundError:
        raise RecordError("was there and is no longer", path=group.place.show(path)) from None


def _read(reader: _Reader) -> Record:
    figid, pmcid = _identity(reader)
    drawn = _drawn(reader, figid)
    block = _block(reader)
    taxon_names, unknown_taxa = _organisms(reader)
    taxa = tuple(dict.fromkeys(taxon for taxon, _ in taxon_names))
    pathways = _pathways(reader, figid)
    genes = drawn[Kind.GENE]
    meaning = keywords.explain(
        block.keywords,
        [reading for kind in drawn for reading in drawn[kind]],
        reader.shared.dictionaries,
        use_symbols=not genes and not unknown_taxa and _all_human(taxa),
    )
    genes = genes or list(meaning.genes)
    readings = [*genes, *drawn[Kind.CHEMICAL], *drawn[Kind.DISEASE]]
    named = tuple(entity for entity, _ in meaning.diseases)
    figure = Figure(
        figid=figid,
        paper=_paper(reader, pmcid),
        title=reader.checked("figtitle", str),
        caption=reader.checked("caption", str),
        number=reader.checked("number", str),
        figtype=reader.checked("figtype", str),
        alias=reader.checked("figid_alias", str),
        filename=reader.checked("filename", str),
        figlink=reader.checked("figlink", values.page),
        score=_score(reader),
        ndex=_ndex(reader, figid),
        cc0=block.cc0,
        organisms=taxa,
        organism_names=unknown_taxa,
        genes=entities.distinct(genes),
        chemicals=entities.distinct(drawn[Kind.CHEMICAL]),
        diseases=tuple(dict.fromkeys(entities.distinct(drawn[Kind.DISEASE]) + named)),
        disease_keywords=tuple(dict.fromkeys(named)),
        keywords=_unexplained(readings, meaning),
        mentions=entities.mentions(readings),
        pathways=pathways,
        names=tuple(
            dict.fromkeys(
                (
                    *entities.names(readings),
                    *meaning.diseases,
                    *taxon_names,
                    *((pathway, "") for pathway in pathways),
                )
            )
        ),
    )
    unknown = tuple(key for key in reader.page if key not in KNOWN_KEYS)
    return Record(figure, tuple(reader.errors), unknown)


def _kind(value: Value) -> str:
    return "list" if isinstance(value, list) else "mapping"


def _identity(reader: _Reader) -> tuple[str, str]:
    figid, pmcid = reader.text("figid"), reader.text("pmcid")
    for key, value in (("figid", figid), ("pmcid", pmcid)):
        if not value:
            raise RecordError(f"has no {key}", key=key)
    return figid, values.pmcid(pmcid)


def _all_human(taxa: tuple[Entity, ...]) -> bool:
    return [taxon.iri for taxon in taxa] == [iris.organism(iris.HUMAN)]


def _unexplained(readings: list[entities.Reading], meaning: keywords.Meaning) -> tuple[str, ...]:
    nameless = [reading.text for reading in readings if reading.entity is None]
    return tuple(dict.fromkeys(text for text in (*nameless, *meaning.unexplained) if text))


def _paper(reader: _Reader, pmcid: str) -> Paper:
    return Paper(
        pmcid=pmcid,
        title=reader.checked("papertitle", str),
        citation=reader.checked("reftext", str),
        year=reader.checked("year", values.year),
        doi=reader.checked("doi", values.doi),
        journal=reader.checked("journal_title", str),
        nlm_abbreviation=reader.checked("journal_nlm_ta", str),
        publisher=reader.checked("publisher_name", str),
        keywords=tuple(
            dict.fromkeys(
                part
                for text in reader.texts("keywords")
                for p in text.split(" | ")
                if (part := given(p))
            )
        ),
    )


def _score(reader: _Reader) -> str:
    for key in ("automl_pathway", "pathway_score"):
        if found := reader.checked(key, lambda text, key=key: values.score(text, key)):  # type: ignore[misc]
            return found
    return ""


def _ndex(reader: _Reader, figid: str) -> str:
    """The record's own network, else the map's."""
    if own := reader.checked("ndex", values.ndex):
        return own
    for text, place in reader.shared.networks.get(figid, ()):
        try:
            if given(text):
                return values.ndex(given(text))
        except RecordError as error:
            reader.report(error, place)
    return ""


def _pathways(reader: _Reader, figid: str) -> tuple[Entity, ...]:
    """Pathways that the record names, and those that the map gives to its figid."""
    named = [(text, reader.shown) for text in reader.texts("wpid")]
    found = []
    for text, place in (*named, *reader.shared.pathways.get(figid, ())):
        try:
            if given(text):
                found.append(values.pathway(given(text)))
        except RecordError as error:
            reader.report(error, place)
    return tuple(dict.fromkeys(found))


def _organisms(reader: _Reader) -> tuple[list[tuple[Entity, str]], tuple[str, ...]]:
    """Known taxa with their names, and unknown names; of the paper and the reader of genes."""
    taxa: list[tuple[Entity, str]] = []
    unknown: list[str] = []
    for name in dict.fromkeys(reader.texts("organisms_ner") + reader.texts("organisms")):
        if taxon := reader.shared.dictionaries.organisms.find(name):
            taxa.append((taxon, name))
        else:
            unknown.append(name)
    return taxa, tuple(unknown)


@dataclass(frozen=True, slots=True)
class _Block:
    """What is taken from the record's JSON-LD block."""

    keywords: tuple[str, ...] = ()
    cc0: bool = True


def _block(reader: _Reader) -> _Block:
    """Read the block `schema-jsonld`; a block in another context could mean anything."""
    block = reader.page.get("schema-jsonld")
    if block is None:
        return _Block()
    if not isinstance(block, dict):
        reader.report(RecordError("schema-jsonld is no mapping", key="schema-jsonld"))
        return _Block()
    context = block.get("@context")
    if context not in SCHEMA_CONTEXTS if isinstance(context, str) else context is not None:
        shown = repr(context) if isinstance(context, str) else f"a {_kind(context)}"
        reader.report(
            RecordError(
                f"schema-jsonld has the unknown @context {shown}, not https://schema.org/",
                key="@context",
            )
        )
        return _Block()
    listed = block.get("keywords")
    found = reader.only_texts("keywords", listed if isinstance(listed, list) else [listed])
    return _Block(tuple(found), _is_cc0(reader, block.get("license")))


def _is_cc0(reader: _Reader, licence: Value) -> bool:
    """PFOCR is published under CC0 as a whole; a record that says otherwise is believed."""
    text = given(licence) if isinstance(licence, str) else ""
    if not text or text.upper().startswith("CC0") or "publicdomain/zero" in text:
        return True
    reader.report(RecordError(f"license {text!r} is not CC0", key="license", value=text))
    return False


_Reads = Callable[[tables.Row, Dictionaries], entities.Reading]
_LISTS: Final[tuple[tuple[Kind, str, tuple[tuple[str, ...], ...], _Reads, _Reads], ...]] = (
    (Kind.GENE, "genes", entities.GENE_COLUMNS, entities.gene_row, entities.gene_item),
    (
        Kind.CHEMICAL,
        "chemicals",
        entities.CHEMICAL_COLUMNS,
        entities.chemical_row,
        entities.chemical_row,
    ),
    (
        Kind.DISEASE,
        "diseases",
        entities.DISEASE_COLUMNS,
        entities.disease_row,
        entities.disease_row,
    ),
)


def _drawn(reader: _Reader, figid: str) -> dict[Kind, list[entities.Reading]]:
    """What tables say; where a table says nothing, what the inline list says."""
    known = reader.shared.dictionaries
    drawn: dict[Kind, list[entities.Reading]] = {}
    for kind, name, layouts, read_row, read_item in _LISTS:
        found: list[entities.Reading] = []
        for shown, rows in _table_rows(reader, f"{figid}-{name}.tsv", layouts):
            found += entities.read(
                rows,
                read_row,
                known,
                lambda error, at=shown: reader.report(error, at),  # type: ignore[misc]
            )
        drawn[kind] = found or entities.read(_inline(reader, name), read_item, known, reader.report)
    return drawn


def _table_rows(
    reader: _Reader, name: str, layouts: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[str, list[tuple[int, tables.Row | RecordError]]]]:
    """The rows of a figure's table, where it has one; (table as shown, rows)."""
    if "/" in name or "\\" in name:
        return  # a figid names a file of the folder, never one elsewhere
    for folder in reader.group.tables:
        path = folder / name
        shown = reader.group.place.show(path)
        try:
            text = frontmatter.decode(files.read(path))
            yield shown, list(tables.rows(text, layouts))
        except FileNotFoundError:
            continue
        except RecordError as error:
            reader.report(error, shown)
        return


def _inline(reader: _Reader, name: str) -> Iterator[tuple[int | None, tables.Row | RecordError]]:
    """The items of an inline list, each a mapping of texts."""
    value = reader.page.get(name)
    if value is None or value == "":
        return
    if not isinstance(value, list):
        reader.report(RecordError(f"{name} is no list", key=name))
        return
    for item in value:
        if isinstance(item, dict) and all(v is None or isinstance(v, str) for v in item.values()):
            yield None, {"identifier": "", **{k: v or "" for k, v in item.items()}}
        else:
            yield None, RecordError(f"{name} holds an item that is no mapping of texts", key=name)
