"""Tables of what is known of a thing: the parts of `show`, with a link for each thing in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from pfocr_kg import iris
from pfocr_kg.model import Level
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query.about import presentation
from pfocr_kg.query.about.subject import Part
from pfocr_kg.serve import addresses
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.pages.html import address
from pfocr_kg.serve.pages.tables import Cell, Content, PageColumn, PageTable, table

Row = Mapping[str, Any]

_KINDS: Final = {kind.value: kind for kind in NamedKind} | {
    "other": NamedKind.GENE,
    "similar": NamedKind.FIGURE,
    "example": NamedKind.FIGURE,
}
"""Column that holds an IRI -> the kind of the thing."""
_NAMED: Final = {
    "symbol": "gene",
    "other_symbol": "other",
    "disease_name": "disease",
    "chemical_name": "chemical",
    "organism_name": "organism",
    "pathway_title": "pathway",
    "figure_title": "figure",
    "similar_title": "similar",
}
"""Column that holds a name -> the column with the IRI of the thing."""
_CHIPS: Final = ("match_kinds", "match_kind", "evidence", "of", "found_in")
_TEXTS: Final = {"paperTitle": "paper title"}
_IDS: Final = ("year", "figure_number")
"""Columns of numbers that are no amounts."""
_NOTES: Final = {
    "word": "As it was read in the figure, with all its signs and errors",
    "words": "As they were read in the figures, with all their signs and errors",
    "matched_term": "The name in a lexicon that the word was taken for",
    "match_kind": "Whether the term is the gene's symbol, another name, or that of its family",
    "match_kinds": (
        "By its symbol, by another name (synonym), by the name of its family, or as a keyword"
        " of the record only"
    ),
    "of": "Whether the paper is about it, or only the names of the genes fit it",
    "found_in": "Where it is named: in a table of the record, or in one of the texts",
    "evidence": "All that speaks for the link, as shared genes, or a text with the title's words",
    "shared_genes": "How many genes both have",
    "shared_words": "How many words of the figure gave these genes: a word can give several",
    "percent_shared": "Shared genes in 100 of the genes that either figure draws",
    "rank": "The place of the pathway among those of the figure, by score; equal ones share it",
    "best_rank": "The best place that it has among the pathways of a figure",
    "all_figures": "Figures of the whole graph that draw it",
    "annotated": "Whether a curator annotated the pathway with the disease",
    "meanings": "How many things the words can mean; 1 is unambiguous",
    "by_symbol": "Figures where its symbol was read",
    "unambiguous": "Figures where a word was read that can mean nothing else",
    "by_genes": "Figures that have it as a keyword, because their genes are known for it",
    "named": "Figures that name it",
    "known": "Whether DISEASES knows the gene for the disease",
    "margin": "Its score less the best other pathway's of the organism: the larger, the surer",
    "confidence": "Share of links by genes with such a margin that were right",
    "wider_pathways": "Pathways with all its genes and more, which share no other gene",
    "text_score": "How rare the words are that a text shares with the pathway's title",
}
_MOST: Final = 12
"""Names of a list that a cell shows."""
_HEADINGS: Final = {"unambig.": "unambiguous"}


def name_of(match: Match) -> str:
    """The folder and name of the page of a thing, as "genes/7157"."""
    return addresses.page(match.iri, match.kind).removeprefix("/")


def of(
    asked: Asked,
    match: Match,
    key: str,
    part: Part,
    level: Level,
    more: Sequence[tuple[str, str]] = (),
    hrefs: Mapping[str, str] | None = None,
) -> PageTable:
    """The table of a part.

    `more` are further columns (key and heading), which come first; `hrefs` the addresses of names
    in lists.
    """
    title, columns = presentation.LAYOUT[match.kind][key]
    named = dict(more) | dict(columns)
    shown = [
        PageColumn(
            column,
            _HEADINGS.get(heading, heading),
            _is_number(column, part.rows),
            _NOTES.get(column, ""),
        )
        for column, heading in named.items()
    ]
    rows = [{column: _content(row, column, hrefs or {}) for column in named} for row in part.rows]
    chosen = {} if level is Level.ANY else {"level": level.value}
    download = address(f"/api/show/{name_of(match)}/{quote(key)}", chosen)
    return table(asked, key, title, shown, rows, total=part.count, download=download)


def _is_number(column: str, rows: Sequence[Row]) -> bool:
    return column not in _IDS and any(
        isinstance(row.get(column), int | float) and not isinstance(row[column], bool)
        for row in rows
    )


def _content(row: Row, column: str, hrefs: Mapping[str, str]) -> Content:
    value = row.get(column)
    if column == "figure_title":
        value = value or row.get("paper_title")
    if own := _NAMED.get(column):
        return Cell(value, href(row.get(own), own) if value else "")
    if column == "wider_pathways":
        return [Cell(name, href(iris.pathway(name), "pathway")) for name in value or ()]
    if column in _CHIPS:
        return [_chip(one) for one in (value if isinstance(value, list) else [value]) if one]
    if isinstance(value, list):
        return _several(value, hrefs)
    return _plain(column, value)


def _plain(column: str, value: Any) -> Cell:
    if not isinstance(value, str):
        return Cell(str(value) if column in _IDS and value is not None else value)
    if column in _KINDS:
        return Cell(presentation.short(value).removeprefix("ncbigene:"), href(value, column))
    return Cell(value.replace(" | ", ", "))


def _chip(value: str) -> Cell:
    return Cell(_TEXTS.get(value, value), chip=value)


def _several(values: Sequence[Any], hrefs: Mapping[str, str]) -> list[Cell]:
    """Words with their matched term as note, or names with their addresses."""
    cells: dict[str, Cell] = {}
    for one in values:
        if isinstance(one, dict):
            word, term = one["word"] or one["matched_term"] or "", one["matched_term"]
            note = f"matched to {term}" if term and term != word else ""
            cells.setdefault(word, Cell(word, note=note))
        else:
            cells.setdefault(str(one), Cell(str(one), hrefs.get(str(one), "")))
    named = [cell for text, cell in cells.items() if text]
    if len(named) <= _MOST:
        return named
    rest = named[_MOST - 1 :]
    return [
        *named[: _MOST - 1],
        Cell(f"and {len(rest)} more", note=", ".join(c.text for c in rest)),
    ]


def href(iri: Any, column: str) -> str:
    """The address of the page of a thing that stands in a column; "" without one."""
    return addresses.page(iri, _KINDS[column]) if isinstance(iri, str) else ""
