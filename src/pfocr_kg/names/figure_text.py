"""What the index holds of one figure: the text that is searched, and what lists of figures show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from unicodedata import normalize

from pfocr_kg.model import Entity, Figure, Level, Use
from pfocr_kg.records.gene_dictionary import GeneDictionary

FACETS: Final = {Level.ANY: "g", Level.SYMBOL: "s", Level.UNAMBIGUOUS: "u"}
"""First letter of the token that stands for a gene of a level."""

_PAGE: Final = re.compile(r"(PMC[0-9]+)/figure/([^/?#]+)", re.IGNORECASE)
_NOT_IN_TOKENS: Final = re.compile(r"[^a-z0-9]+")


class FigureText(NamedTuple):
    """A figure in the index; an absent value is "".

    The first five are texts that are searched by words. `drawn` holds the names of what the figure
    draws: symbols, words and matched terms. `facets` has a token for each gene at each level,
    disease that the figure names, chemical and organism. `page` is PMCID/ID of the figure's page at
    PubMed Central, `score` its pathway score, and `genes` the number of its genes.
    """

    title: str
    caption: str
    paper_title: str
    keywords: str
    drawn: str
    facets: str
    alias: str
    file_name: str
    page: str
    pmcid: str
    doi: str
    journal: str
    year: str
    score: str
    genes: int


SEARCHED: Final = FigureText._fields[:5]
"""The fields that are searched by words."""

INDEXED: Final = FigureText._fields[:6]
"""The fields that are in the full-text table."""


def of_figure(figure: Figure, dictionary: GeneDictionary) -> FigureText:
    """What the index holds of a figure; `dictionary` knows the approved symbols of genes."""
    paper = figure.paper
    return FigureText(
        title=figure.title,
        caption=figure.caption,
        paper_title=paper.title,
        keywords="\n".join((*paper.keywords, *figure.keywords)),
        drawn="\n".join(_drawn(figure, dictionary)),
        facets=" ".join(_facets(figure)),
        alias=figure.alias,
        file_name=figure.filename,
        page=page_key(figure.figlink),
        pmcid=paper.pmcid,
        doi=paper.doi.lower(),
        journal=paper.journal,
        year=paper.year,
        score=figure.score,
        genes=len({gene.iri for gene in figure.genes}),
    )


def _drawn(figure: Figure, dictionary: GeneDictionary) -> Iterable[str]:
    drawn = {*figure.genes, *figure.chemicals, *figure.diseases}
    names = {name.form: None for name in figure.names if name.entity in drawn and _is_name(name)}
    for mention in figure.mentions:
        if not mention.found_in:
            names[mention.word.strip()] = names[mention.match] = None
    for gene in figure.genes:
        names.update(dict.fromkeys(dictionary.approved_symbols(gene.identifier)))
    names.pop("", None)
    return names


def _is_name(name: tuple[Entity, str, Use]) -> bool:
    return name[2] is not Use.SAME


def _facets(figure: Figure) -> Iterator[str]:
    of_level = (
        (Level.ANY, figure.genes),
        (Level.SYMBOL, figure.genes_by_symbol),
        (Level.UNAMBIGUOUS, figure.unambiguous_genes),
    )
    for level, genes in of_level:
        yield from dict.fromkeys(gene_facet(gene.identifier, level) for gene in genes)
    others = (*figure.diseases, *figure.chemicals, *figure.organisms)
    yield from dict.fromkeys(facet(entity.identifier) for entity in others)


def gene_facet(number: str, level: Level) -> str:
    """The token of a gene (NCBI gene id) of a level."""
    return FACETS[level] + number


def facet(identifier: str) -> str:
    """The token of a disease, chemical or organism, by its CURIE."""
    return "x" + _NOT_IN_TOKENS.sub("", identifier.lower())


def page_key(address: str) -> str:
    """PMCID/ID of the address of a figure's page at PubMed Central; "" if it is another."""
    found = _PAGE.search(address)
    return f"{found[1].upper()}/{found[2]}" if found else ""


def to_line(text: FigureText) -> str:
    """A text as one line of JSON; `from_line` reads it back."""
    return json.dumps(text, ensure_ascii=False)


def from_line(line: str | bytes) -> FigureText:
    """The text of a line of `to_line`."""
    return FigureText(*json.loads(line))


def searchable(text: FigureText) -> list[str]:
    """The values of `INDEXED`, in one Unicode form."""
    return [value if value.isascii() else normalize("NFKC", value) for value in text[:6]]
