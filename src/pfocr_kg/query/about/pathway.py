"""What is known of a pathway."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pfocr_kg.model import Level
from pfocr_kg.query.about.subject import Row, Subject, one
from pfocr_kg.store import sparql

_COUNT: Final = "SELECT (COUNT(?link) AS ?links) { ?link pfocr:pathway $thing }"
_GENES: Final = """SELECT ?gene (MAX(?label) AS ?symbol) (COUNT(?link) AS ?figures) {
  { $thing pfocr:pathwayGene ?gene . ?gene skos:prefLabel ?label }
  UNION {
    ?link pfocr:pathway $thing ; pfocr:sharedGene|pfocr:sharedSymbolGene ?gene
    %s BIND ("" AS ?label)
  }
} GROUP BY ?gene HAVING (COUNT(?gene) > 0) ORDER BY DESC(?figures) ?symbol ?gene"""
_ANNOTATED: Final = """SELECT ?iri ?name {
  $thing pfocr:disease ?iri OPTIONAL { ?iri skos:prefLabel ?name }
} ORDER BY ?name ?iri"""
# The query genes-missing-from-pathway would read all words of all its figures for each gene: it
# takes half a minute for a pathway of thousands of figures. Here its steps are asked one by one.
_ORGANISMS: Final = (
    "SELECT DISTINCT ?organism { $thing pfocr:pathwayGene/pfocr:organism ?organism }"
)
_DRAWING: Final = """VALUES ?organism { %s }
  ?link pfocr:pathway $thing ; pfocr:rank ?rank ; pfocr:figure ?figure FILTER (?rank <= 3)
  FILTER NOT EXISTS { ?figure pfocr:doubtfulOrganism ?organism }"""
_MISSING: Final = """SELECT ?gene ?unambiguous ?bySymbol ?figures ?example {
  {
    SELECT ?organism ?gene (COUNT(?sure) AS ?unambiguous) (COUNT(?read) AS ?bySymbol)
        (COUNT(?any) AS ?figures) (MIN(?name) AS ?example) {
      %(drawing)s
      BIND (STR(?figure) AS ?name)
      { ?figure pfocr:gene ?gene BIND (?figure AS ?any) }
      UNION { ?figure pfocr:geneBySymbol ?gene %(counted)s BIND (?figure AS ?read) }
      UNION { ?figure pfocr:unambiguousGene ?gene %(counted)s BIND (?figure AS ?sure) }
    } GROUP BY ?organism ?gene HAVING (COUNT(?any) >= 2)
  }
  FILTER EXISTS { ?gene pfocr:organism ?organism }
  FILTER NOT EXISTS { $thing pfocr:pathwayGene ?gene }
} ORDER BY DESC(?unambiguous) DESC(?bySymbol) DESC(?figures) ?gene LIMIT 50"""
_SYMBOLS: Final = """SELECT ?gene ?symbol {
  VALUES ?gene { $genes } OPTIONAL { ?gene skos:prefLabel ?symbol }
}"""
_FIGURES: Final = """SELECT ?gene (COUNT(?figure) AS ?figures) {
  VALUES ?gene { $genes } ?figure pfocr:gene ?gene
} GROUP BY ?gene"""
_WORDS: Final = """SELECT DISTINCT ?gene ?word {
  %s
  FILTER EXISTS { ?figure pfocr:gene ?gene }
  OPTIONAL { ?mention pfocr:word ?word }
}"""
_LOOKED_UP: Final = """{ SELECT DISTINCT ?figure { %(drawing)s } }
  ?mention oa:hasTarget ?figure ; oa:hasBody ?gene FILTER (?gene IN (%(listed)s))"""
_HASHED: Final = """{ SELECT ?mention ?figure { %(drawing)s ?mention oa:hasTarget ?figure } }
  { SELECT ?mention ?gene { VALUES ?gene { %(genes)s } ?mention oa:hasBody ?gene } }"""
"""Oxigraph reads all mentions of the genes at once."""
_MANY: Final = 500
"""Figures of a pathway from which on that is faster than to look the genes of each mention up."""

_COLUMNS: Final = (
    *("gene", "symbol", "unambiguous", "by_symbol", "figures", "words", "all_figures", "example"),
)
"""Those of the query genes-missing-from-pathway."""


def about(subject: Subject) -> dict[str, Any]:
    """Title and genes of a pathway, linked figures, the genes that it lacks, and diseases."""
    of = subject.properties()
    genes = cache(lambda: subject.select(_GENES % subject.drawing("?gene")))
    return {
        "title": one(of("dcterms:title")),
        "organism": {"iri": one(of("pfocr:organism")), "name": subject.match.organism},
        "genes_drawn": lambda: sum(row["figures"] > 0 for row in genes()),
        "overlapping_figures": one(of("pfocr:overlappingFigureCount")),
        "drawn_from": of("prov:wasDerivedFrom"),
        "annotated_diseases": subject.select(_ANNOTATED),
        "figures": lambda: subject.bundled(
            "figures-of-pathway", count=subject.select(_COUNT)[0]["links"]
        ),
        "genes": lambda: subject.part(genes()),
        "missing_genes": lambda: subject.part(_missing(subject), "genes-missing-from-pathway"),
        "diseases": lambda: subject.bundled("diseases-of-pathway"),
    }


def _missing(subject: Subject) -> list[Row]:
    """The rows of the query genes-missing-from-pathway."""
    organisms = sparql.values(row["organism"] for row in subject.select(_ORGANISMS))
    drawing = _DRAWING % organisms
    # All genes of the other properties have that of the level "any".
    counted = "" if subject.level is Level.ANY else "FILTER EXISTS { ?figure pfocr:gene ?gene }"
    missing = subject.select(_MISSING % {"drawing": drawing, "counted": counted})
    if not missing:
        return []
    genes = [row["gene"] for row in missing]
    listed = sparql.values(genes)
    words: dict[str, list[str]] = {gene: [] for gene in genes}
    joined = _HASHED if subject.match.figures > _MANY else _LOOKED_UP
    values = {"drawing": drawing, "genes": listed, "listed": listed.replace(" ", ", ")}
    for row in subject.select(_WORDS % (joined % values)):
        words[row["gene"]].append(row["word"] or "")
    symbols = {row["gene"]: row["symbol"] for row in subject.select(_SYMBOLS, genes=listed)}
    all_figures = _figures(subject, genes, listed)
    rows = (
        {
            **row,
            "symbol": symbols[row["gene"]],
            "words": " | ".join(sorted(words[row["gene"]])),
            "all_figures": all_figures[row["gene"]],
        }
        for row in missing
    )
    return sorted(({name: row[name] for name in _COLUMNS} for row in rows), key=_order)


def _figures(subject: Subject, genes: list[str], listed: str) -> dict[str, int]:
    """How many figures of the whole graph draw each gene; the index of names has that counted."""
    if subject.level is Level.ANY:
        return subject.names.figures_of_genes(genes)
    return {row["gene"]: row["figures"] for row in subject.select(_FIGURES, genes=listed)}


def _order(row: Row) -> tuple[Any, ...]:
    counts = (-row[name] for name in ("unambiguous", "by_symbol", "figures"))
    return (*counts, row["all_figures"], row["gene"])
