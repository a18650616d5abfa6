"""Checks and normalises the values of records: identifiers, scores, years."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from pfocr_kg import iris
from pfocr_kg.errors import RecordError, quoted
from pfocr_kg.model import Entity, Kind
from pfocr_kg.records import control_characters

# Not `na` or `Na`, which are a fly gene and sodium.
MISSING: Final = frozenset({"", "NA", ".na.character", "NULL"})

# ASCII too: in Unicode, "K" has a third case, the Kelvin sign.
_EITHER_CASE: Final = re.IGNORECASE | re.ASCII

MOST_DIGITS: Final = 15
"""Most digits of an identifier that is a number: integers of 64 bits hold them, and exactly so the
floating-point numbers of R, JavaScript and spreadsheets. The longest in use has 10."""


class _Form(NamedTuple):
    """The form of an identifier, its name in messages, and its most characters.

    The last group of `pattern` is the identifier without a prefix.
    """

    pattern: re.Pattern[str]
    name: str
    longest: int = MOST_DIGITS


_TAXON: Final = _Form(re.compile(r"[1-9][0-9]*"), "NCBI taxon number")
_YEAR: Final = _Form(re.compile(r"[12][0-9]{3}"), "year (as in 2012)")
_PMCID: Final = _Form(
    re.compile(r"PMC[1-9][0-9]*"), "PMC id (as in PMC3614012)", len("PMC") + MOST_DIGITS
)
_WPID: Final = _Form(
    re.compile(r"(WP[1-9][0-9]*)(?:_r[0-9]{1,15})?"),
    "WikiPathways id (as in WP5283)",
    len("WP") + MOST_DIGITS,
)
_NDEX: Final = _Form(
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", _EITHER_CASE),
    "NDEx network UUID",
    36,
)
_MESH: Final = _Form(
    re.compile(r"(?:mesh:)?([A-Z][0-9]{6,9})", _EITHER_CASE), "MeSH id (as in mesh:D000255)"
)
_CHEBI: Final = _Form(
    re.compile(r"(?:chebi:)?([1-9][0-9]*)", _EITHER_CASE), "ChEBI id (as in chebi:15422)"
)
_DOID: Final = _Form(
    re.compile(r"(?:doid:)?([0-9]+)", _EITHER_CASE), "Disease Ontology id (as in DOID:1612)"
)
_NCBI_GENE: Final = _Form(
    re.compile(r"(?:ncbigene:|entrez:)?([1-9][0-9]*)", _EITHER_CASE), "NCBI gene id"
)
_DOI: Final = _Form(
    re.compile(
        r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?"
        r"(10\.[0-9]+(?:\.[0-9]+)*/[^\s\x00-\x1f\ufffe\uffff]+)",
        _EITHER_CASE,
    ),
    "DOI (as in 10.1038/s41598-023-31924-x)",
    2048,
)
_FIGID: Final = _Form(re.compile(r"\S+"), "figid (a text without white space)", 240)
"""A table is found by its name, which has the figid; most systems allow 255 bytes in a name."""
_PAGE: Final = _Form(re.compile(r"(?s:.*)"), "link to a page", 2048)
_SCORE: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_SHORT_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,18})?")
_PAPER: Final = re.compile(r"(?:^|/)PMC/?([1-9][0-9]*)(?:\.[0-9]+)?(?=[/?#]|$)", _EITHER_CASE)
_NO_PATH: Final = re.compile(r"[^/?#]*:|//|.*://")
"""What begins with a scheme or a host (RFC 3986, section 4.2), or holds an address."""
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#]|$)")


def by_number(text: str) -> tuple[bool, int, str]:
    """A key that orders identifiers by their number, of any length; other texts come last.

    `int` refuses a text of more than 4,300 digits, which a graph from elsewhere can hold.
    """
    digits = text.lstrip("0")
    return not (text.isascii() and text.isdecimal()), len(digits), digits


def by_wpid(wpid: str) -> tuple[bool, int, str]:
    """A key that orders pathways by the number of their WikiPathways id."""
    return by_number(wpid.removeprefix("WP"))


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


def _match(form: _Form, text: str, key: str) -> str:
    match = form.pattern.fullmatch(text)
    if match is None:
        reason = f"{key} {quoted(text)} is not a valid {form.name}"
        raise RecordError(reason, key=key, value=text)
    found = match[match.lastindex or 0]
    if len(found) > form.longest:
        reason = f"{key} {quoted(text)} is longer than {form.longest:,} characters"
        raise RecordError(f"{reason}, no valid {form.name}", key=key, value=text)
    return found


def pmcid(text: str) -> str:
    """Check a PMCID such as "PMC3614012"."""
    return _match(_PMCID, text, "pmcid")


def figid(text: str) -> str:
    """Check the length of a figid, and that it has no control characters and no white space."""
    control_characters.refuse(text, "figid")
    return _match(_FIGID, text, "figid")


def year(text: str) -> str:
    """Check a year from 1000 to 2999."""
    return _match(_YEAR, text, "year")


def doi(text: str) -> str:
    """The DOI without the address of a resolver."""
    return _match(_DOI, text, "doi")


def ndex(text: str) -> str:
    """Check the UUID of an NDEx network; returns it in lower case."""
    return _match(_NDEX, text, "ndex").lower()


def page(text: str) -> str:
    """Check a link to a figure's page: a path at PubMed Central, or a web address."""
    control_characters.refuse(text, "figlink")
    text = _match(_PAGE, text, "figlink")
    if _NO_PATH.match(text) and not _ADDRESS.match(text):
        raise RecordError(
            f"figlink {quoted(text)} is neither a path nor a web address",
            key="figlink",
            value=text,
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
            f"figlink {quoted(figlink)} leads to another paper than {pmcid}",
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
        raise RecordError(f"{key} {quoted(text)} is not a decimal number", key=key, value=text)
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
    wpid = _match(_WPID, text, key)
    return Entity(Kind.PATHWAY, iris.pathway(wpid), wpid)


@_cached
def taxon(text: str, key: str = "organism_id") -> Entity:
    """An organism from its NCBI taxon number."""
    number = _match(_TAXON, text, key)
    return Entity(Kind.ORGANISM, iris.organism(number), f"NCBITaxon:{number}")


@_cached
def taxon_number(text: str, key: str = "organism_id") -> str:
    """The NCBI taxon number alone, checked."""
    return taxon(text, key).identifier.partition(":")[2]


@_cached
def gene(text: str, organism: str, key: str = "ncbigene_id") -> Entity:
    """A gene from its NCBI gene id and its organism's NCBI taxon number."""
    number = _match(_NCBI_GENE, text, key)
    return Entity(Kind.GENE, iris.gene(number), number, organism=organism)


@_cached
def mesh(text: str, kind: Kind, key: str = "mesh") -> Entity:
    """A disease or chemical from its MeSH id, with or without `mesh:`."""
    identifier = _match(_MESH, text, key).upper()
    return Entity(kind, iris.mesh(identifier), f"mesh:{identifier}")


@_cached
def chemical(text: str, key: str = "chebi") -> Entity:
    """A chemical from its ChEBI id, with or without `chebi:`."""
    number = _match(_CHEBI, text, key)
    return Entity(Kind.CHEMICAL, iris.chemical(number), f"CHEBI:{number}")


@_cached
def disease(text: str, key: str = "doid") -> Entity:
    """A disease from its Disease Ontology id, with or without `DOID:`."""
    number = _match(_DOID, text, key)
    return Entity(Kind.DISEASE, iris.disease(number), f"DOID:{number}")
