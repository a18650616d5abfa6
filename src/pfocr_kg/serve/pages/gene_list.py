"""A list of genes: what its names are taken for, and the pathways and figures it is enriched in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.model import Level
from pfocr_kg.names.matches import Match
from pfocr_kg.names.unknown import of_date
from pfocr_kg.serve import addresses, failures
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.messages import PLAIN, Asked, Reply, RequestError
from pfocr_kg.serve.pages import tables
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.pages.queries import LONGEST
from pfocr_kg.serve.pages.tables import Cell, PageColumn, PageTable
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

if TYPE_CHECKING:
    from pfocr_kg.link.enrichment import Enrichment, EnrichmentRow
    from pfocr_kg.link.gene_list import GeneList

_HUMAN: Final = "human"
_SURE: Final = 0.05
"""Adjusted p-values below it are counted."""
_GENES: Final = 12
"""Genes that a row names; the files have all."""
_NAMES: Final = (
    PageColumn("name", "Name"),
    PageColumn("status", "Status"),
    PageColumn("meaning", "Taken for"),
)
_SIZE: Final = "all its genes of the organism, in the background if there is one"
_COLUMNS: Final = (
    PageColumn("title", "Title"),
    PageColumn("shared", "Shared", is_number=True, note="genes of the list that it has"),
    PageColumn("size", "Size", is_number=True, note=_SIZE),
    PageColumn(
        "by_symbol", "By symbol", is_number=True, note="shared genes that it shows by symbol"
    ),
    PageColumn("p_value", "p", is_number=True, note="hypergeometric"),
    PageColumn("adjusted_p_value", "Adjusted p", is_number=True, note="by Benjamini and Hochberg"),
    PageColumn("genes", "Genes"),
)
_EXAMPLE: Final = "IFNB1 STAT1 TBK1 TRAF6 DDX58 TLR3 IRF3 IRF7 MAVS IFIH1"


@dataclass(frozen=True, slots=True)
class GivenGenes:
    """What the form holds."""

    genes: str
    background: str
    column: str
    organism: str
    level: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is not as usual, as parameters of an address."""
        usual = {"organism": _HUMAN, "level": Level.ANY.value}
        names = ("genes", "background", "column", "organism", "level")
        found = [(name, getattr(self, name)) for name in names]
        return [(name, text) for name, text in found if text and text != usual.get(name)]


@dataclass(frozen=True, slots=True)
class Tested:
    """The test against pathways or figures; `sure` is the number of small adjusted p-values."""

    against: str
    found: Enrichment
    table: PageTable
    sure: int
    pairs: tuple[tuple[str, str], ...]


def page(site: Site, asked: Asked) -> Reply:
    """The form, with the results of a list. A list that fits into an address gets its address."""
    given = _given(asked)
    here = address("/enrich", given.pairs)
    if asked.method == "POST" and given.genes and len(here) <= LONGEST:
        return Reply(PLAIN, b"", 303, {"location": here})
    results: list[Tested] = []
    errors: dict[str, RequestError] = {}
    for against in ENRICHED_IN if given.genes else ():
        try:
            results.append(_test(site, asked, given, against))
        except QueryError as raised:
            errors[str(raised)] = failures.refusal(raised)
    is_wrong = not results and errors
    names = results[0].found.genes if results else None
    return render(
        site, asked, "gene_list.html",
        title="Gene list",
        section="/enrich",
        status=next(iter(errors.values())).status if is_wrong else 200,
        given=given,
        example=address("/enrich", {"genes": _EXAMPLE}),
        names=names,
        called=_names(asked, results) if results else None,
        results=results,
        errors=list(errors.values()),
        is_long=len(here) > LONGEST,
    )  # fmt: skip


def _given(asked: Asked) -> GivenGenes:
    genes, background = (
        "\n".join(filter(str.strip, asked.all(name))).strip("\r\n")
        for name in ("genes", "background")
    )
    level = asked.get("level", Level.ANY)
    if level not in [*Level]:
        raise RequestError(400, f"there is no level {level[:60]!r}", ", ".join(Level))
    organism = asked.get("organism", _HUMAN).strip()
    return GivenGenes(genes, background, asked.get("column").strip(), organism or _HUMAN, level)


def _test(site: Site, asked: Asked, given: GivenGenes, against: str) -> Tested:
    level = given.level if against == "figures" else Level.ANY
    found = operations.enrichment(
        site, given.genes, given.organism, against, level,
        column=given.column, background=given.background or None,
    )  # fmt: skip
    needed = tables.wanted(asked, against)
    ids = {label: gene for gene, label in found.called.items()}
    rows = [_row(row, against, ids) for row in found.rows[:needed]]
    pairs = [pair for pair in given.pairs if pair[0] != "level" or against == "figures"]
    pairs.append(("against", against))
    table = tables.table(
        asked, against, against.capitalize(),
        (PageColumn("term", against.capitalize()[:-1]), *_COLUMNS),
        rows,
        total=len(found.rows),
        download="" if asked.method == "POST" else address("/api/enrich", pairs),
    )  # fmt: skip
    sure = sum(row.adjusted_p_value < _SURE for row in found.rows)
    return Tested(against, found, table, sure, tuple(pairs))


def _row(row: EnrichmentRow, against: str, ids: dict[str, str]) -> dict[str, Any]:
    is_figure = against == "figures"
    href = addresses.page(iris.figure(row.term) if is_figure else iris.pathway(row.term))
    genes = [Cell(label, f"/genes/{ids[label]}") for label in row.genes[:_GENES]]
    more = len(row.genes) - len(genes)
    return {
        "term": Cell(row.term, href),
        "title": row.title,
        "shared": row.shared,
        "size": row.size,
        "by_symbol": row.by_symbol,
        "p_value": row.p_value,
        "adjusted_p_value": row.adjusted_p_value,
        "genes": [*genes, *([Cell(f"{more} more")] if more > 0 else [])],
    }


def _names(asked: Asked, results: list[Tested]) -> PageTable:
    """What each name of the list was taken for, first those that need a look."""
    found = results[0].found
    outside = {test.against: set(test.found.outside) for test in results}
    rows = [
        *_problems(found.genes),
        *_taken(found, outside),
        *({"name": word, "status": Cell("not in the background", chip="text")}
          for word in found.not_in_background),
    ]  # fmt: skip
    rows.sort(key=lambda row: not row.get("status"))
    return tables.table(asked, "names", "Names", _NAMES, rows)


def _problems(listed: GeneList) -> Iterator[dict[str, Any]]:
    """The names that are not tested."""
    for word in listed.unknown:
        date = of_date(word)
        meaning = {"meaning": Cell(date)} if date else {}
        yield {"name": word, "status": Cell("unknown", chip="family"), **meaning}
    for word, matches in listed.ambiguous.items():
        status = Cell("ambiguous, not tested", chip="family")
        yield {"name": word, "status": status, "meaning": [_meaning(match) for match in matches]}
    for word, match in listed.other_organism.items():
        status = Cell("of another organism, not tested", chip="family")
        yield {"name": word, "status": status, "meaning": _meaning(match)}
    for word in listed.numbers:
        note = f"an NCBI gene id beside names is written ncbigene:{word}"
        yield {"name": word, "status": Cell("a number, not tested", chip="family", note=note)}


def _taken(found: Enrichment, outside: dict[str, set[str]]) -> Iterator[dict[str, Any]]:
    """The names that are genes: those with another name today, then all others."""
    words = {word: gene for gene, word in found.genes.genes.items()}
    same = {word: names[0] for names in found.genes.same_gene for word in names[1:]}
    labels = {match.identifier: match.label for match in found.genes.renamed.values()}
    for word in dict.fromkeys((*words, *found.genes.renamed, *same)):
        match = found.genes.renamed.get(word)
        gene = match.identifier if match else words.get(word) or words.get(same.get(word, ""), "")
        missing = [against for against, names in outside.items() if word in names]
        chips = [Cell(match.how.value, chip="synonym")] if match else []
        if word in same:
            chips.append(Cell(f"the same as {same[word]}", chip="synonym"))
        if missing:
            chips.append(Cell(f"in no {' and no '.join(m[:-1] for m in missing)}", chip="text"))
        yield {
            "name": word,
            "status": chips,
            "meaning": Cell(labels.get(gene) or found.called.get(gene, word), f"/genes/{gene}")
            if gene
            else "",
        }


def _meaning(match: Match) -> Cell:
    return Cell(match.label, addresses.page(match.iri), note=match.description)


ADDRESSES: Final = (
    Address("/enrich", page, methods=("GET", "POST"), is_query=True, for_people=True),
)
