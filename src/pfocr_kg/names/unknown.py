"""What can be said of a text that nothing in a graph is called."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import UnknownNameError, quoted
from pfocr_kg.names.lookup import Names, identifier, paper_column
from pfocr_kg.names.matches import How, Match, NamedKind, listed
from pfocr_kg.records.gene_dictionary import bundled_genes

_FORMS: Final = tuple(
    (re.compile(pattern, flags), what)
    for pattern, flags, what in (
        (r"ENS[A-Z]*G[0-9]{11}|(?:HGNC|ncbigene):[0-9]+", re.IGNORECASE, "gene"),
        (
            # Symbols such as C4ORF3 have the form of an accession, too.
            r"(?:uniprot:)?(?!C[0-9]ORF)"
            r"(?:[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2})",
            re.NOFLAG,
            "gene",
        ),
        (r"DOID[:_][0-9]+", re.IGNORECASE, "disease"),
        (r"(?:mesh:)?[CD][0-9]{6,9}", re.IGNORECASE, "disease or chemical"),
        (r"(?:chebi:)?CHEBI[:_][0-9]+", re.IGNORECASE, "chemical"),
        (r"NCBITaxon[:_][0-9]+", re.IGNORECASE, "organism"),
        (r"WP[1-9][0-9]*", re.IGNORECASE, "pathway"),
    )
)
"""Forms of ids (UniProt's: https://www.uniprot.org/help/accession_numbers) and what has them."""

_NUMBER: Final = re.compile(r"(?:ncbigene:)?([1-9][0-9]*)", re.IGNORECASE)


_DATE: Final = re.compile(
    r"([0-9]{1,2})[-.] ?(Mar|Sep|Oct|Dec)|(Mar|Sep|Oct|Dec)-([0-9]{1,2})", re.IGNORECASE
)
_OLD_SYMBOLS: Final = {"mar": ("MARCH", "MARC"), "sep": ("SEPT",), "oct": ("OCT",), "dec": ("DEC",)}
"""Months of dates -> beginnings of the symbols that spreadsheets make such dates of."""


def of_date(text: str) -> str:
    """What a date such as 1-Mar was before a spreadsheet took it for one; "" if it is none."""
    if not (date := _DATE.fullmatch(text.strip())):
        return ""
    month, day = (date[2] or date[3]).lower(), int(date[1] or date[4])
    found = [human_gene(f"{symbol}{day}") for symbol in _OLD_SYMBOLS[month]]
    genes = " or ".join(dict.fromkeys(gene.label for gene in found if gene))
    return genes and f"{text} is a date that a spreadsheet makes of a symbol: {genes} may be meant"


def kind_of_id(text: str) -> str:
    """What has ids of the form of this text; "" if none has, or if it is a number only."""
    name = identifier(text)
    found = next((what for form, what in _FORMS if form.fullmatch(name)), "")
    return found or ("paper" if paper_column(text)[0] in ("pmcid", "doi") else "")


def near(names: Names, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
    """A few things that have a similar name; no other id is meant by an id."""
    return [] if kind_of_id(text) or _NUMBER.fullmatch(text) else names.near(text, kinds)


def human_gene(text: str) -> Match | None:
    """The one human gene that the bundled dictionary knows by this id, symbol or alias."""
    genes, name = bundled_genes(), identifier(text)
    number = _NUMBER.fullmatch(name)
    by_id = (number[1],) if number else genes.numbers_of_id(name)
    symbol = genes.find(name) or genes.find(name.upper())
    by_name = (symbol.identifier,) if symbol else genes.numbers_named(name)
    found = set(by_id or by_name)
    if len(found) != 1 or not (labels := genes.approved_symbols(gene := found.pop())):
        return None
    is_label = name.upper() in map(str.upper, labels)
    of_name = How.LABEL if is_label else How.PREVIOUS if symbol else How.ALIAS
    how = How.IDENTIFIER if by_id else of_name
    return Match(iris.gene(gene), NamedKind.GENE, labels[0], gene, iris.HUMAN, name, how)


def error(
    names: Names, text: str, kinds: Collection[NamedKind], others: list[Match]
) -> UnknownNameError:
    """The error for a text that means nothing, or only `others`, of other organisms."""
    what = " or ".join(kinds) or "thing"
    if others:
        return UnknownNameError(
            f"no {what} of that organism is called {quoted(text)}",
            hint=f"There is {listed(others)}",
        )
    if (not kinds or NamedKind.GENE in kinds) and (gene := human_gene(text)):
        called = "" if gene.how is How.LABEL else f"{gene.label}, "
        return UnknownNameError(
            f"{quoted(text)} is {called}human gene {gene.identifier}, which the graph does not hold"
        )
    of_id = kind_of_id(text)
    is_id = of_id or _NUMBER.fullmatch(text)
    message = f"no {what if kinds else of_id or what} of the graph " + (
        f"has the id {quoted(text)}" if is_id else f"is called {quoted(text)}"
    )
    hint = ". ".join(_hints(names, text, kinds, of_id)).replace("?. ", "? ")
    return UnknownNameError(message, hint=hint)


def _hints(names: Names, text: str, kinds: Collection[NamedKind], of_id: str) -> Iterator[str]:
    """What is near, else why nothing is called so."""
    if (not kinds or NamedKind.GENE in kinds) and (date := of_date(text)):
        yield date
        return
    if found := near(names, text, kinds):
        yield f"Is one of these meant: {listed(found)}?"
    if NamedKind.PATHWAY in ({of_id} if of_id else kinds) and not names.is_linked():
        yield "The graph is not linked to pathways: pfocr-kg link --wikipathways PATH"
    elif _could_be_pubmed(text, kinds) and not names.has_pubmed_ids():
        yield "PubMed ids are known after `pfocr-kg link --pmc-ids`"
    elif set(kinds) == {NamedKind.GENE} and not of_id:
        yield "Genes are known by symbols, aliases and ids, not by full names"
    elif NamedKind.FIGURE in kinds and names.matches(text, [NamedKind.PAPER]):
        yield f"`pfocr-kg query figures-of-paper paper={shlex.quote(text)}` lists its figures"
    elif kinds and not found and quoted(text) == repr(text):
        yield f"`pfocr-kg find {shlex.quote(text)}` looks for it in all kinds"


def _could_be_pubmed(text: str, kinds: Collection[NamedKind]) -> bool:
    return paper_column(text)[0] == "pubmed" and (not kinds or NamedKind.PAPER in kinds)
