"""Checks and normalises the values of records: identifiers, scores, years."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import RecordError
from pfocr_kg.model import Entity, Kind
from pfocr_kg.records import control_characters

# Not `na` or `Na`, which are a fly gene and sodium.
MISSING: Final = frozenset({"", "NA", ".na.character", "NULL"})

# ASCII too: in Unicode, "K" has a third case, the Kelvin sign.
_EITHER_CASE: Final = re.IGNORECASE | re.ASCII

_NUMBER: Final = re.compile(r"[1-9][0-9]*")
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_PMCID: Final = re.compile(r"PMC[1-9][0-9]*")
_WPID: Final = re.compile(r"(WP[1-9][0-9]*)(?:_r[0-9]+)?")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", _EITHER_CASE)
_MESH: Final = re.compile(r"(?:mesh:)?([A-Z][0-9]{6,9})", _EITHER_CASE)
_CHEBI: Final = re.compile(r"(?:chebi:)?([1-9][0-9]*)", _EITHER_CASE)
_DOID: Final = re.compile(r"(?:doid:)?([0-9]+)", _EITHER_CASE)
_NCBI_GENE: Final = re.compile(r"(?:ncbigene:|entrez:)?([1-9][0-9]*)", _EITHER_CASE)
_SCORE: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_SHORT_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,18})?")
_PAPER: Final = re.compile(r"(?:^|/)PMC/?([1-9][0-9]*)(?:\.[0-9]+)?(?=[/?#]|$)", _EITHER_CASE)
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#]|$)")
_DOI: Final = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.[0-9]+(?:\.[0-9]+)*/[^\s\x00-\x1f\ufffe\uffff]+)",
    _EITHER_CASE,
)


# Thousands of rows hold the same genes and organisms.
_cached = lru_cache(maxsize=1 << 15)


def missing(text: str | None) -> bool:
    """Whether a text is absent, or stands for a missing value."""
    return text is None or text.strip() in MISSING


def gene_text(text: str | None) -> str:
    """The word, match or symbol of a gene as it stands: `NA` is the fly gene na.

    "" if it is absent, or what R writes into YAML for a missing text.
    """
    return "" if text is None or text.strip() in ("", ".na.character") else text


def text_or_empty(text: str | None) -> str:
    """The text without surrounding space, or "" if it is missing."""
    if text is None:
        return ""
    text = text.strip()
    return "" if text in MISSING else text


def _match(pattern: re.Pattern[str], text: str, what: str, key: str) -> str:
    match = pattern.fullmatch(text)
    if match is None:
        raise RecordError(f"{key} {_quoted(text)} is not a valid {what}", key=key, value=text)
    return match[match.lastindex or 0]


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def pmcid(text: str) -> str:
    """Check a PMCID such as "PMC3614012"."""
    return _match(_PMCID, text, "PMC id (as in PMC3614012)", "pmcid")


def year(text: str) -> str:
    """Check a year from 1000 to 2999."""
    return _match(_YEAR, text, "year (as in 2012)", "year")


def doi(text: str) -> str:
    """The DOI without the address of a resolver."""
    return _match(_DOI, text, "DOI (as in 10.1038/s41598-023-31924-x)", "doi")


def ndex(text: str) -> str:
    """Check the UUID of an NDEx network; returns it in lower case."""
    return _match(_UUID, text, "NDEx network UUID", "ndex").lower()


def page(text: str) -> str:
    """Check a link to a figure's page: a path at PubMed Central, or a web address."""
    control_characters.refuse(text, "figlink")
    if "://" in text and not _ADDRESS.match(text):
        raise RecordError(
            f"figlink {_quoted(text)} is not a web address", key="figlink", value=text
        )
    return text


def check_paper(figlink: str, pmcid: str) -> None:
    """Check that a link to a figure's page leads to this paper, as far as it names one.

    Raises:
        RecordError: it names another paper.

    """
    found = _PAPER.search(figlink)
    if found and f"PMC{found[1]}" != pmcid:
        raise RecordError(
            f"figlink {_quoted(figlink)} leads to another paper than {pmcid}",
            key="figlink",
            value=figlink,
        )


PLACES: Final = 18
"""Decimal places of an xsd:decimal in Oxigraph, which has 128 bits. It keeps the text of a literal
with more, but cannot compute with it: sums and means that include it are empty."""

_DIGITS: Final = 12
"""Most digits before the point: the sum over millions of figures fits into 128 bits too."""


def score(text: str, key: str) -> str:
    """A score as the text of a decimal number: the same digits, without an exponent."""
    # `Decimal` would also accept other digits and underscores.
    number = Decimal(text if _SCORE.fullmatch(text) else "NaN")
    if not number.is_finite() or number.adjusted() >= _DIGITS:
        raise RecordError(f"{key} {_quoted(text)} is not a decimal number", key=key, value=text)
    return text if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else format(number, "f")


def rounded(decimal: str) -> str:
    """A decimal number as the text of an xsd:decimal, with at most `PLACES` decimal places."""
    if _SHORT_DECIMAL.fullmatch(decimal):
        return decimal
    context = Context(prec=_DIGITS + PLACES)
    number = Decimal(decimal).quantize(Decimal(1).scaleb(-PLACES), context=context)
    return format(number.normalize(context), "f")


@_cached
def pathway(text: str, key: str = "wpid") -> Entity:
    """A WikiPathways pathway from its id, with or without a revision."""
    wpid = _match(_WPID, text, "WikiPathways id (as in WP5283)", key)
    return Entity(Kind.PATHWAY, iris.pathway(wpid), wpid)


@_cached
def taxon(text: str, key: str = "organism_id") -> Entity:
    """An organism from its NCBI taxon number."""
    number = _match(_NUMBER, text, "NCBI taxon number", key)
    return Entity(Kind.ORGANISM, iris.organism(number), f"NCBITaxon:{number}")


@_cached
def taxon_number(text: str, key: str = "organism_id") -> str:
    """The NCBI taxon number alone, checked."""
    return taxon(text, key).identifier.partition(":")[2]


@_cached
def gene(text: str, organism: str, key: str = "ncbigene_id") -> Entity:
    """A gene from its NCBI gene id and its organism's NCBI taxon number."""
    number = _match(_NCBI_GENE, text, "NCBI gene id", key)
    return Entity(Kind.GENE, iris.gene(number), number, organism=organism)


@_cached
def mesh(text: str, kind: Kind, key: str = "mesh") -> Entity:
    """A disease or chemical from its MeSH id, with or without `mesh:`."""
    identifier = _match(_MESH, text, "MeSH id (as in mesh:D000255)", key).upper()
    return Entity(kind, iris.mesh(identifier), f"mesh:{identifier}")


@_cached
def chemical(text: str, key: str = "chebi") -> Entity:
    """A chemical from its ChEBI id, with or without `chebi:`."""
    number = _match(_CHEBI, text, "ChEBI id (as in chebi:15422)", key)
    return Entity(Kind.CHEMICAL, iris.chemical(number), f"CHEBI:{number}")


@_cached
def disease(text: str, key: str = "doid") -> Entity:
    """A disease from its Disease Ontology id, with or without `DOID:`."""
    number = _match(_DOID, text, "Disease Ontology id (as in DOID:1612)", key)
    return Entity(Kind.DISEASE, iris.disease(number), f"DOID:{number}")
