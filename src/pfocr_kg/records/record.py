"""One record: its front matter, tables and maps, read into a `Figure`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.model import Entity, Figure, Kind, Name, Paper, Use
from pfocr_kg.records import (
    disease_names,
    entities,
    entity_lists,
    keywords,
    mentions,
    record_organisms,
    values,
)
from pfocr_kg.records.frontmatter import Value
from pfocr_kg.records.reader import Reader, kind_of
from pfocr_kg.records.record_files import RecordFiles
from pfocr_kg.records.record_organisms import RecordOrganisms
from pfocr_kg.records.shared_files import Shared
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.records.values import text_or_empty

KNOWN_KEYS: Final = frozenset(
    "annotations automl_pathway caption chemicals diseases doi figid figid_alias figlink figtitle "
    "figtype filename genes journal_nlm_ta journal_title keywords ndex number organisms "
    "organisms_ner papertitle pathway_score pmc_ranked_result_index pmcid publisher_name "
    "redirect_from reftext schema-jsonld seo wpid year".split()
)
"""Keys that real records have. Some are not about the figure (`seo`, `redirect_from`)."""

SCHEMA_CONTEXTS: Final = frozenset(
    {"https://schema.org/", "http://schema.org/", "https://schema.org", "http://schema.org"}
)
"""Known contexts of a record's JSON-LD block; one bundled file stands for all."""


@dataclass(frozen=True, slots=True)
class Record:
    """A figure, the faults of its record, unknown keys, and the files read."""

    figure: Figure
    errors: tuple[RecordError, ...]
    unknown_keys: tuple[str, ...]
    files: RecordFiles


def read(path: Path, folder: RecordFolder, shared: Shared) -> Record:
    """Read the record at `path` with its tables.

    Raises:
        RecordError: it cannot be read as a record; smaller faults are listed in the result.

    """
    try:
        return _read(Reader(path, folder, shared))
    except RecordError as error:
        raise error.at(folder.place.show(path)) from None
    except FileNotFoundError:
        raise RecordError("disappeared during the build", path=folder.place.show(path)) from None


def _read(reader: Reader) -> Record:
    figid, pmcid = _identity(reader)
    lists = entity_lists.read(reader, figid)
    block = _block(reader)
    organisms = record_organisms.read(reader, lists[Kind.GENE])
    pathways = _pathways(reader, figid)
    meaning = keywords.explain(
        block.keywords,
        [reading for readings in lists.values() for reading in readings],
        reader.shared.dictionaries,
        use_symbols=not lists[Kind.GENE] and organisms.only_human,
    )
    lists[Kind.GENE] = lists[Kind.GENE] or list(meaning.genes)
    figure = _figure(
        reader, figid, _paper(reader, pmcid), block, lists, meaning, organisms, pathways
    )
    unknown = tuple(key for key in reader.page if key not in KNOWN_KEYS)
    return Record(figure, tuple(reader.errors), unknown, reader.files)


def _figure(
    reader: Reader,
    figid: str,
    paper: Paper,
    block: _Block,
    lists: dict[Kind, list[entities.Reading]],
    meaning: keywords.Meaning,
    organisms: RecordOrganisms,
    pathways: tuple[Entity, ...],
) -> Figure:
    genes, chemicals, diseases = (lists[k] for k in (Kind.GENE, Kind.CHEMICAL, Kind.DISEASE))
    readings = [*genes, *chemicals, *diseases]
    page, other_page = _page(reader, paper.pmcid)
    title, caption = reader.checked("figtitle"), reader.checked("caption")
    in_texts = disease_names.mentions(title, caption, paper.title)
    named = mentions.of_readings(readings, reader.shared.dictionaries.genes)
    names = (
        *entities.names(readings),
        *(Name(mention.entity, "") for mention in in_texts),
        *_other_names(meaning, organisms, pathways),
    )
    return Figure(
        figid=figid,
        paper=paper,
        title=title,
        caption=caption,
        number=reader.checked("number"),
        figtype=reader.checked("figtype"),
        alias=reader.checked("figid_alias"),
        filename=reader.checked("filename"),
        figlink=page,
        other_page=other_page,
        score=_score(reader),
        ndex=_ndex(reader, figid),
        cc0=block.cc0,
        organisms=organisms.all,
        paper_organisms=organisms.paper,
        gene_organisms=organisms.genes,
        doubtful_organisms=organisms.doubtful,
        organism_names=organisms.unknown,
        genes=entities.distinct(genes),
        genes_by_symbol=mentions.genes_by_symbol(named),
        unambiguous_genes=mentions.unambiguous_genes(named),
        chemicals=entities.distinct(chemicals),
        diseases=tuple(
            dict.fromkeys((*entities.distinct(diseases), *(found.entity for found in in_texts)))
        ),
        disease_keywords=tuple(dict.fromkeys(disease for disease, _ in meaning.diseases)),
        keywords=_unexplained(readings, meaning),
        mentions=(*named, *in_texts),
        pathways=pathways,
        names=tuple(dict.fromkeys(names)),
    )


def _other_names(
    meaning: keywords.Meaning, organisms: RecordOrganisms, pathways: tuple[Entity, ...]
) -> Iterator[Name]:
    """The names of entities that neither the lists nor the texts of the record name."""
    for disease, keyword in meaning.diseases:
        yield Name(disease, keyword, Use.WORD)
    for taxon, name in organisms.names:
        yield Name(taxon, name)
    for pathway in pathways:
        yield Name(pathway, "")


def _identity(reader: Reader) -> tuple[str, str]:
    figid, pmcid = reader.text("figid"), reader.text("pmcid")
    for key, value in (("figid", figid), ("pmcid", pmcid)):
        if not value:
            raise RecordError(f"has no {key}", key=key)
    return values.figid(figid), values.pmcid(pmcid)


def _unexplained(readings: list[entities.Reading], meaning: keywords.Meaning) -> tuple[str, ...]:
    nameless = [reading.text for reading in readings if reading.entity is None]
    return tuple(dict.fromkeys(text for text in (*nameless, *meaning.unexplained) if text))


def _paper(reader: Reader, pmcid: str) -> Paper:
    return Paper(
        pmcid=pmcid,
        title=reader.checked("papertitle"),
        citation=reader.checked("reftext"),
        year=reader.checked("year", values.year),
        doi=reader.checked("doi", values.doi),
        journal=reader.checked("journal_title"),
        nlm_abbreviation=reader.checked("journal_nlm_ta"),
        publisher=reader.checked("publisher_name"),
        keywords=tuple(
            dict.fromkeys(
                part
                for text in reader.texts("keywords")
                for p in text.split("|")
                if (part := text_or_empty(p))
            )
        ),
    )


def _page(reader: Reader, pmcid: str) -> tuple[str, str]:
    """The link to the figure's page, and the link if it leads to another paper; one is ""."""
    link = reader.checked("figlink", values.page)
    try:
        values.check_paper(link, pmcid)
    except RecordError as error:
        reader.report(error)
        return "", link
    return link, ""


def _score(reader: Reader) -> str:
    for key in ("automl_pathway", "pathway_score"):
        if exact := reader.checked(key, lambda text, key=key: values.score(text, key)):  # type: ignore[misc]
            score = values.rounded(exact)
            if Decimal(score) != Decimal(exact):
                reason = f"{key} has more than {values.PLACES} decimal places: rounded to {score}"
                reader.report(RecordError(reason, key=key, value=exact))
            return score
    return ""


def _ndex(reader: Reader, figid: str) -> str:
    """The network that the record names, else that of the map."""
    if ndex := reader.checked("ndex", values.ndex):
        return ndex
    for text, place in reader.shared.networks(figid):
        try:
            if text_or_empty(text):
                return values.ndex(text_or_empty(text))
        except RecordError as error:
            reader.report(error, place)
    return ""


def _pathways(reader: Reader, figid: str) -> tuple[Entity, ...]:
    """Pathways that the record names, and those that the map gives to its figid."""
    named = [(text, reader.shown) for text in reader.texts("wpid")]
    pathways = []
    for text, place in (*named, *reader.shared.pathways(figid)):
        try:
            if text_or_empty(text):
                pathways.append(values.pathway(text_or_empty(text)))
        except RecordError as error:
            reader.report(error, place)
    return tuple(dict.fromkeys(pathways))


@dataclass(frozen=True, slots=True)
class _Block:
    """The content of the record's JSON-LD block."""

    keywords: tuple[str, ...] = ()
    cc0: bool = True


def _block(reader: Reader) -> _Block:
    """Read the block `schema-jsonld`; a block in another context could mean anything."""
    block = reader.page.get("schema-jsonld")
    if block is None:
        return _Block()
    if not isinstance(block, dict):
        reader.report(RecordError("schema-jsonld is not a mapping", key="schema-jsonld"))
        return _Block()
    context = block.get("@context")
    if context not in SCHEMA_CONTEXTS if isinstance(context, str) else context is not None:
        shown = repr(context) if isinstance(context, str) else f"a {kind_of(context)}"
        reader.report(
            RecordError(
                f"schema-jsonld has the unknown @context {shown}, not https://schema.org/",
                key="@context",
            )
        )
        return _Block()
    listed = block.get("keywords")
    texts = reader.only_texts("keywords", listed if isinstance(listed, list) else [listed])
    return _Block(tuple(texts), _is_cc0(reader, block.get("license")))


def _is_cc0(reader: Reader, licence: Value) -> bool:
    """Whether a record is under CC0, as all of PFOCR is unless the record gives another license."""
    text = text_or_empty(licence) if isinstance(licence, str) else ""
    if not text or text.upper().startswith("CC0") or "publicdomain/zero" in text:
        return True
    reader.report(RecordError(f"license {text!r} is not CC0", key="license", value=text))
    return False
