"""What only the page of a figure has: its caption, its picture, and its genes to copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from pfocr_kg.link.confidence import of_margin
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.names.matches import Match
from pfocr_kg.query.about.subject import Part
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.pages.html import address, link
from pfocr_kg.serve.pages.things import caption
from pfocr_kg.serve.pages.things.parts import href
from pfocr_kg.serve.site import Site
from pfocr_kg.store import sparql

EXTRA: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "genes": (("words", "words"), ("match_kinds", "read by"), ("symbol", "gene"), ("gene", "NCBI")),
    "pathways": (
        *(("pathway", "pathway"), ("pathway_title", "title"), ("evidence", "evidence")),
        *(("genes", "shared genes"), ("shared_words", "words"), ("confidence", "confidence")),
    ),
}
"""Columns of the page that come first, beside those of `show`."""
_MARKED: Final = ("genes", "chemicals", "diseases")
"""Parts whose names are marked in the caption."""
MANY: Final = 5_000
"""Genes that all figures share with one, from which on similar ones are sought when asked for."""
_COUNTED: Final = {
    **{level.value: f"$figure pfocr:{name} ?gene" for level, name in LEVEL_PROPERTIES.items()},
    "shared": (
        f"SELECT ?gene {{ $figure pfocr:gene ?gene . ?similar pfocr:gene ?gene }} LIMIT {MANY + 1}"
    ),
}
_EACH: Final = "".join(
    f" {{ SELECT (COUNT(*) AS ?{name}) {{ {pattern} }} }}" for name, pattern in _COUNTED.items()
)
_COUNTS: Final = f"SELECT * {{{_EACH} }}"

Facts = Mapping[str, Any]


def counts(site: Site, match: Match) -> dict[str, int]:
    """Level -> number of genes that the figure draws.

    "shared" is how often any figure draws one of them, counted until there are `MANY`.
    """
    (row,) = sparql.rows(site.store, _COUNTS.replace("$figure", sparql.values([match.iri])))
    return {name: int(row[name].value) for name in (*Level, "shared")}


def hrefs(facts: Facts) -> dict[str, str]:
    """Symbol of a gene of the figure -> the address of its page."""
    return {row["symbol"]: href(row["gene"], "gene") for row in facts["genes"].rows}


def with_confidence(pathways: Part) -> Part:
    """The linked pathways with the share of links by genes with such a margin that were right."""
    rows = tuple({**row, "confidence": _confidence(row)} for row in pathways.rows)
    return replace(pathways, rows=rows)


def _confidence(row: Facts) -> float | None:
    is_measured = "genes" in row["evidence"] and row["margin"] is not None
    return of_margin(row["margin"]) if is_measured else None


def values(site: Site, asked: Asked, facts: Facts) -> dict[str, Any]:
    """What the template of the page needs beside what all pages have."""
    address_of_picture = picture(site.settings.pictures, facts)
    is_shown = bool(address_of_picture and asked.get("picture"))
    marked = caption.pieces(facts["caption"] or "", {key: facts[key].rows for key in _MARKED})
    found: dict[str, Any] = {
        "template": "figure.html",
        "caption": marked,
        "doubts": list({text: mark.doubt for text, mark in marked if mark.doubt}.items()),
        "picture": address_of_picture,
        "picture_host": urlsplit(address_of_picture).netloc,
        "is_picture_shown": is_shown,
        "picture_link": link(asked, {"picture": None if is_shown else "1"}, "picture"),
        "pmc_page": facts["page"],
        "copied": copied(facts["genes"].rows),
        "gene_list": _gene_list(facts["genes"].rows),
    }
    if is_shown:
        found["headers"] = {"content-security-policy-pictures": origin(address_of_picture)}
    return found


def picture(template: str, facts: Facts) -> str:
    """The address of the picture of a figure; "" if there is none."""
    pmcid, name = (facts["paper"] or {}).get("pmcid"), facts["file_name"]
    if not template or not pmcid or not name:
        return ""
    return template.replace("{pmcid}", quote(pmcid, safe="")).replace(
        "{filename}", quote(name, safe="")
    )


def origin(address_of_picture: str) -> str:
    """The scheme and host of an address, as a content policy takes it."""
    split = urlsplit(address_of_picture)
    return f"{split.scheme}://{split.netloc}"


def copied(genes: Sequence[Facts]) -> list[tuple[str, str, str]]:
    """Lists of the genes to copy: (id, what it is, text)."""
    symbols = dict.fromkeys(row["symbol"] or row["gene"] for row in genes)
    ids = dict.fromkeys(_number(row) for row in genes)
    table = "".join(
        f"{one['word'] or one['matched_term'] or ''}\t{row['symbol'] or ''}\t{_number(row)}"
        f"\t{row['organism_name'] or ''}\n"
        for row in genes
        for one in row["words"]
    )
    return [
        ("symbols", "Symbols", "\n".join(symbols)),
        ("ids", "NCBI gene ids", "\n".join(ids)),
        ("table", "With the word as drawn, for PathVisio", "word\tgene\tid\torganism\n" + table),
    ]


def _number(gene: Facts) -> str:
    return str(gene["gene"]).rpartition("/")[2]


def _gene_list(genes: Sequence[Facts]) -> str:
    """The page of the gene list with the genes of the figure."""
    return address("/enrich", {"genes": " ".join(dict.fromkeys(map(_number, genes)))})
