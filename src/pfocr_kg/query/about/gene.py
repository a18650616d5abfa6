"""What is known of a gene."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from pfocr_kg.model import Level
from pfocr_kg.names.matches import How
from pfocr_kg.query.about.subject import Part, Row, Subject, one

# Read once: figures, words and kinds of match are counted from it. The bundled queries would each
# read all mentions again, and look up the titles of all figures.
_MENTIONS: Final = """SELECT ?figure ?word ?matchedTerm ?matchKind ?meanings ?candidates {
  ?mention oa:hasBody $thing ; oa:hasTarget ?figure ; pfocr:candidateCount ?candidates
  OPTIONAL { ?mention pfocr:word ?word }
  OPTIONAL { ?mention pfocr:matchedTerm ?matchedTerm }
  OPTIONAL { ?mention pfocr:matchKind ?matchKind }
  OPTIONAL { ?mention pfocr:meaningCount ?meanings }
}"""
# Asked apart: to look each mention's figure up takes longer.
_FIGURES: Final = "SELECT ?figure { ?figure pfocr:gene $thing }"
_BY_LEVEL: Final = """SELECT (COUNT(?read) AS ?symbol) (COUNT(?sure) AS ?unambiguous)
    (COUNT(?drawn) AS ?any) {
  { ?read pfocr:geneBySymbol $thing } UNION { ?sure pfocr:unambiguousGene $thing }
  UNION { ?drawn pfocr:gene $thing }
}"""
_PATHWAYS: Final = """SELECT ?pathway (MAX(?title) AS ?pathwayTitle) (COUNT(?link) AS ?figures) {
  { ?pathway pfocr:pathwayGene $thing ; dcterms:title ?title }
  UNION {
    ?link pfocr:sharedGene|pfocr:sharedSymbolGene $thing ; pfocr:pathway ?pathway
    %s BIND ("" AS ?title)
  }
} GROUP BY ?pathway HAVING (COUNT(?pathway) > 0) ORDER BY DESC(?figures) ?pathway"""
# As the query genes-missing-from-pathway counts the figures of a pathway.
_LACKING: Final = """SELECT ?pathway ?pathwayTitle ?figures {
  {
    SELECT ?pathway (COUNT(DISTINCT ?link) AS ?figures) {
      ?figure pfocr:gene $thing . $thing pfocr:organism ?of
      FILTER NOT EXISTS { ?figure pfocr:doubtfulOrganism ?of }
      ?link pfocr:figure ?figure ; pfocr:rank ?rank ; pfocr:pathway ?pathway FILTER (?rank <= 3)
    } GROUP BY ?pathway HAVING (COUNT(DISTINCT ?link) >= 2)
  }
  FILTER EXISTS { ?pathway pfocr:organism ?organism . $thing pfocr:organism ?organism }
  FILTER NOT EXISTS { ?pathway pfocr:pathwayGene $thing }
  OPTIONAL { ?pathway dcterms:title ?pathwayTitle }
} ORDER BY DESC(?figures) ?pathway"""
_YEARS: Final = "?figure pfocr:gene $thing"
_KINDS: Final = ("symbol", "synonym", "family", "keyword")


def about(subject: Subject) -> dict[str, Any]:
    """Names of a gene, its figures, what they draw with it, and pathways with and without it."""
    of = subject.properties()
    identifiers = subject.names_by(How.IDENTIFIER)
    mentions = cache(lambda: _mentions(subject))
    return {
        "organism": {"iri": one(of("pfocr:organism")), "name": subject.match.organism},
        "hgnc_symbol": one([iri.rpartition("/")[2] for iri in of("wp:bdbHgncSymbol")]),
        "previous_symbols": subject.names_by(How.PREVIOUS),
        "aliases": subject.names_by(How.ALIAS),
        "ensembl": [iri.rpartition("/")[2] for iri in of("wp:bdbEnsembl")],
        "hgnc": [name for name in identifiers if name.startswith("HGNC:")],
        "uniprot": [
            name.removeprefix("uniprot:") for name in identifiers if name.startswith("uniprot:")
        ],
        "figures_by_level": one(subject.select(_BY_LEVEL, Level.ANY)),
        "figures_by_match": lambda: _by_match(mentions()),
        "figures_by_year": lambda: subject.by_year(_YEARS),
        "figures": lambda: _figures(subject, mentions()),
        "words": lambda: subject.part(_words(mentions()), "words-of-gene"),
        "genes": lambda: subject.bundled("genes-drawn-with-gene"),
        "pathways": lambda: subject.part(subject.select(_PATHWAYS % subject.drawing("$thing"))),
        "pathways_lacking": lambda: subject.part(subject.select(_LACKING)),
        "diseases": lambda: subject.bundled("diseases-of-gene"),
        "chemicals": lambda: subject.bundled("chemicals-of-gene"),
    }


def _mentions(subject: Subject) -> list[Row]:
    """The mentions of a gene in figures that draw it at the level."""
    figures = {row["figure"] for row in subject.select(_FIGURES)}
    return [row for row in subject.select(_MENTIONS) if row["figure"] in figures]


def _by_match(mentions: Iterable[Row]) -> dict[str, int]:
    """Kind of match -> number of figures with a mention of it, most first."""
    pairs = {(row["match_kind"] or "other", row["figure"]) for row in mentions}
    counts = Counter(kind for kind, _ in pairs)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _figures(subject: Subject, mentions: Iterable[Row]) -> Part:
    """The figures in the order of the query figures-of-gene; titles of those that are shown."""
    of_figure: dict[str, list[Row]] = {}
    for row in mentions:
        of_figure.setdefault(row["figure"], []).append(row)
    readings = (_reading(figure, rows) for figure, rows in of_figure.items())
    return subject.titled(subject.part(sorted(readings, key=_surest), "figures-of-gene"))


def _reading(figure: str, mentions: list[Row]) -> Row:
    kinds = {row["match_kind"] for row in mentions}
    meanings = (row["meanings"] for row in mentions if row["meanings"] is not None)
    return {
        "figure": figure,
        "match_kinds": [kind for kind in _KINDS if kind in kinds],
        "meanings": min(meanings, default=None),
        "candidates": min(row["candidates"] for row in mentions),
    }


def _surest(row: Row) -> tuple[Any, ...]:
    kinds = (kind not in row["match_kinds"] for kind in ("symbol", "synonym", "family"))
    meanings = 999 if row["meanings"] is None else row["meanings"]
    return (*kinds, meanings, row["candidates"], row["figure"])


def _words(mentions: Iterable[Row]) -> list[Row]:
    """The words in the order of the query words-of-gene, with the number of figures."""
    names = ("word", "matched_term", "match_kind")
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in mentions:
        if row["word"] is not None:
            found.setdefault(tuple(row[name] or "" for name in names), []).append(row)
    words = [
        {
            **{name: value or None for name, value in zip(names, key, strict=True)},
            "figures": len({row["figure"] for row in rows}),
            "meanings": max(row["meanings"] or 0 for row in rows) or None,
            "candidates": max(row["candidates"] for row in rows),
        }
        for key, rows in sorted(found.items())
    ]
    return sorted(words, key=lambda row: -row["figures"])
