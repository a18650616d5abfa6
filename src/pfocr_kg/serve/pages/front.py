"""The front page: what the graph is, the one box, and what there is most of."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from markupsafe import Markup

from pfocr_kg import iris
from pfocr_kg.names import overview
from pfocr_kg.names.lookup import IndexedNames
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.overview import Overview
from pfocr_kg.serve import addresses, charts
from pfocr_kg.serve.messages import Asked, Reply
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site
from pfocr_kg.store import sparql

_GENES: Final = """SELECT ?gene (COUNT(?figure) AS ?figures) {
  ?figure pfocr:geneBySymbol ?gene
} GROUP BY ?gene ORDER BY DESC(?figures) LIMIT 1000"""
"""Those of one number are sorted here: by number and gene it takes Oxigraph fifty times as long."""

_GENES_SHOWN: Final = 14

_SYMBOLS: Final = "SELECT ?gene ?symbol { VALUES ?gene { %s } ?gene skos:prefLabel ?symbol }"
_MOST: Final = """SELECT kind, label, identifier, MAX(figures) FROM thing
  WHERE figures > 0 GROUP BY kind"""
_NAMED: Final = f"""SELECT (COUNT(DISTINCT ?disease) AS ?n) {{
  ?figure pfocr:disease ?disease FILTER(STRSTARTS(STR(?figure), "{iris.PREFIXES["figure"]}"))
}}"""
"""Pathways have diseases, too, and the index counts those by genes. By class it takes a second."""


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page shows of one build: numbers with their nouns, charts, and examples."""

    figures: int
    numbers: tuple[tuple[int, str], ...]
    years: Markup
    genes: Markup
    examples: tuple[str, ...]


def page(site: Site, asked: Asked) -> Reply:
    """The front page."""
    front = site.once("front", lambda: _front(site))
    return render(
        site, asked, "front.html", title="PFOCR knowledge graph", front=front, has_box=False,
        description="Published pathway figures, with the genes, chemicals and diseases they draw, "
        "linked to their papers and to WikiPathways",
    )  # fmt: skip


def numbers(site: Site) -> tuple[tuple[int, str], ...]:
    """How many figures, papers, things and links the graph has; what it has none of is left out."""
    return site.once(
        "numbers",
        lambda: tuple((n, one if n == 1 else several) for n, one, several in _numbers(site) if n),
    )


def _numbers(site: Site) -> list[tuple[int, str, str]]:
    """Numbers with their nouns, for one and for several."""
    classes = site.store.report["classes"]
    figures, papers, things = classes["pfocr:PathwayFigure"], 0, dict[NamedKind, int]()
    if isinstance(site.names, IndexedNames):
        seen = _overview(site, site.names)
        papers, things = seen.papers, seen.things
    (named,) = sparql.rows(site.store, _NAMED)
    return [
        (figures, *charts.FIGURES),
        (papers, "paper", "papers"),
        (things.get(NamedKind.GENE, 0), "gene", "genes"),
        (things.get(NamedKind.CHEMICAL, 0), "chemical", "chemicals"),
        (int(named["n"].value), "disease named", "diseases named"),
        (things.get(NamedKind.ORGANISM, 0), "organism", "organisms"),
        (classes.get("pfocr:Pathway", 0), "pathway", "pathways"),
        (classes.get("pfocr:PathwayLink", 0), "pathway link", "pathway links"),
    ]


def _overview(site: Site, names: IndexedNames) -> Overview:
    return site.once("overview", lambda: overview.read(names.base))


def most_drawn_things(site: Site) -> dict[NamedKind, tuple[str, str]]:
    """Label and id of the thing of each kind that most figures have."""
    if not isinstance(site.names, IndexedNames):
        return {}
    found = site.names.base.execute(_MOST)
    return {NamedKind(kind): (label, identifier) for kind, label, identifier, _ in found}


def _front(site: Site) -> Front:
    years: dict[str, int] = {}
    examples: list[str] = []
    if isinstance(site.names, IndexedNames):
        years = _overview(site, site.names).years
        most = most_drawn_things(site)
        of_labels = (NamedKind.GENE, NamedKind.DISEASE, NamedKind.CHEMICAL)
        examples = [most[kind][0] for kind in of_labels if kind in most]
        examples += [most[NamedKind.PATHWAY][1]] if NamedKind.PATHWAY in most else []
    by_year = charts.bars(years, title="Figures by the year of their paper", href=_of_year)
    return Front(
        site.store.report["classes"]["pfocr:PathwayFigure"],
        numbers(site),
        by_year if years else Markup(),
        charts.ranked(_most_drawn(site), title="Genes that most figures draw, by their symbol"),
        tuple(examples),
    )


def _of_year(year: str) -> str:
    return address("/search", {"since": year, "until": year})


def _most_drawn(site: Site) -> list[tuple[str, int, str]]:
    rows = sparql.rows(site.store, _GENES)
    counts = ((int(row["figures"].value), row["gene"].value) for row in rows)
    best = nsmallest(_GENES_SHOWN, counts, key=lambda one: (-one[0], one[1]))
    figures = {gene: count for count, gene in best}
    rows = sparql.rows(site.store, _SYMBOLS % sparql.values(figures))
    symbols = {row["gene"].value: row["symbol"].value for row in rows}
    return [
        (symbols.get(gene, gene), count, addresses.page(gene)) for gene, count in figures.items()
    ]


ADDRESSES: Final = (Address("/", page, for_people=True),)
