"""What people see of a thing: titles and columns of its parts, and texts of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pfocr_kg import iris
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.about.subject import Part

_GENES: Final = {"symbol": "gene", "organism_name": "organism"}
_COUNTS: Final = {"by_symbol": "symbol", "unambiguous": "unambig.", "figures": "figures"}
_FIGURES: Final = {"figure": "figure", "year": "year", "figure_title": "title"}
_PATHWAYS: Final = {"pathway": "pathway", "figures": "figures", "pathway_title": "title"}
_DISEASES: Final = {"disease_name": "disease", "named": "named", "by_genes": "by genes"}
_DRAWN_CHEMICALS: Final = {"chemical_name": "chemical", "chemical": "id", "figures": "figures"}
_NAMED_DISEASES: Final = {"disease_name": "disease", "disease": "id", "figures": "figures"}
_WORDS: Final = {"word": "word", "matched_term": "matched term", "figures": "figures"}

LAYOUT: Final[Mapping[NamedKind, Mapping[str, tuple[str, Mapping[str, str]]]]] = {
    NamedKind.FIGURE: {
        "organisms": ("Organisms", {"organism_name": "organism", "organism": "id", "of": "of"}),
        "genes": (
            "Genes drawn, the surest first",
            {**_GENES, "match_kinds": "read by", "meanings": "meanings", "words": "words"},
        ),
        "diseases": (
            "Diseases named",
            {"disease_name": "disease", "disease": "id", "found_in": "found in"},
        ),
        "diseases_of_genes": (
            "Diseases its genes are known for (it need not name them)",
            {"disease_name": "disease", "disease": "id", "genes": "genes"},
        ),
        "chemicals": (
            "Chemicals drawn",
            {"chemical_name": "chemical", "chemical": "id", "words": "words"},
        ),
        "pathways": (
            "Pathways linked",
            {
                "pathway": "pathway",
                "pathway_title": "title",
                "rank": "rank",
                "margin": "margin",
                "shared_genes": "shared",
                "text_score": "text score",
                "evidence": "evidence",
                "organism_name": "organism",
                "wider_pathways": "contained in",
            },
        ),
        "similar": (
            "Similar figures, at most 50",
            {
                "similar": "figure",
                "shared_genes": "shared",
                "percent_shared": "percent",
                "similar_title": "title",
            },
        ),
    },
    NamedKind.GENE: {
        "figures": (
            "Figures that draw it, the surest first",
            {"figure": "figure", "year": "year", "match_kinds": "read by", "figure_title": "title"},
        ),
        "words": (
            "Words that it was read from",
            {**_WORDS, "match_kind": "kind", "meanings": "meanings"},
        ),
        "genes": (
            "Genes drawn with it",
            {"other_symbol": "gene", "organism_name": "organism", **_COUNTS},
        ),
        "pathways": ("Pathways that have it, with linked figures that draw it", _PATHWAYS),
        "pathways_lacking": ("Pathways that lack it, though linked figures draw it", _PATHWAYS),
        "diseases": ("Diseases of its figures", {**_DISEASES, "known": "in DISEASES"}),
        "chemicals": ("Chemicals drawn with it", _DRAWN_CHEMICALS),
    },
    NamedKind.DISEASE: {
        "figures": (
            "Figures that name it",
            {"figure": "figure", "year": "year", "found_in": "found in", "figure_title": "title"},
        ),
        "figures_by_genes": (
            "Figures whose genes are known for it (they need not name it)",
            {"figure": "figure", "year": "year", "known_genes": "genes", "figure_title": "title"},
        ),
        "genes": (
            "Genes drawn in figures that name it",
            {**_GENES, **_COUNTS, "known": "in DISEASES"},
        ),
        "chemicals": ("Chemicals drawn in figures that name it", _DRAWN_CHEMICALS),
        "pathways": (
            "Pathways annotated with it, or linked to figures that name it",
            {"pathway": "pathway", "annotated": "annotated", "figures": "figures"}
            | {"pathway_title": "title"},
        ),
    },
    NamedKind.CHEMICAL: {
        "figures": (
            "Figures that draw it",
            {"figure": "figure", "year": "year", "words": "words", "figure_title": "title"},
        ),
        "words": ("Words that it was read from", _WORDS),
        "genes": ("Genes drawn with it", {**_GENES, **_COUNTS}),
        "diseases": ("Diseases named in its figures", _NAMED_DISEASES),
    },
    NamedKind.PAPER: {
        "figures": (
            "Figures",
            {"figure": "figure", "figure_number": "number", "genes": "genes"}
            | {"figure_title": "title"},
        ),
        "genes": ("Genes drawn", {**_GENES, **_COUNTS}),
        "diseases": ("Diseases named", _NAMED_DISEASES),
        "chemicals": ("Chemicals drawn", _DRAWN_CHEMICALS),
        "pathways": (
            "Pathways linked to its figures",
            {"pathway": "pathway", "figures": "figures", "best_rank": "best rank"}
            | {"pathway_title": "title"},
        ),
    },
    NamedKind.PATHWAY: {
        "figures": (
            "Figures linked, the best first",
            {"figure": "figure", "rank": "rank", "margin": "margin", "shared_genes": "shared"}
            | {"text_score": "text score", "evidence": "evidence", "figure_title": "title"},
        ),
        "genes": (
            "All its genes, and how many linked figures draw each",
            {"symbol": "gene", "gene": "id", "figures": "figures"},
        ),
        "missing_genes": (
            "Genes that it lacks, though linked figures draw them, at most 50",
            {"symbol": "gene", "gene": "id", **_COUNTS, "all_figures": "of all figures"}
            | {"words": "words"},
        ),
        "diseases": ("Diseases of its figures", {**_DISEASES, "annotated": "annotated"}),
    },
    NamedKind.ORGANISM: {
        "figures": (
            "Figures whose paper is about it, or only their genes fit",
            {"figure": "figure", "year": "year", "genes": "genes", "figure_title": "title"},
        ),
        "genes": ("Genes drawn", {"symbol": "gene", "gene": "id", **_COUNTS}),
        "pathways": ("Pathways, with linked figures", _PATHWAYS),
    },
}
"""Kind of a thing -> key of a part -> its title, and its columns: key -> heading."""

FACTS: Final = {
    "hgnc_symbol": "HGNC symbol",
    "ensembl": "Ensembl",
    "hgnc": "HGNC",
    "uniprot": "UniProt",
    "mesh": "MeSH",
    "doi": "DOI",
    "genes_drawn": "its genes in linked figures",
    "associated_genes": "genes in DISEASES",
    "doubtful_organisms": "doubtful genes of",
    "network": "NDEx network",
    "score": "pathway score",
}
"""Names of facts that are not their keys with blanks."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part as people see it."""

    key: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    more: str
    """What to do to see more; "" if all is shown."""


def parts(kind: NamedKind, facts: Mapping[str, Any]) -> Iterator[ShownPart]:
    """The parts that have rows, with the columns that have a value in any of them."""
    for key, (title, columns) in LAYOUT[kind].items():
        part = facts[key]
        if part.count:
            rows = table(kind, key, part)
            headings = tuple(
                name
                for name in columns.values()
                if any(row[name] not in (None, "") for row in rows)
            )
            shown = tuple({name: row[name] for name in headings} for row in rows)
            yield ShownPart(key, title, headings, shown, _more(part))


def table(kind: NamedKind, key: str, part: Part) -> list[dict[str, Any]]:
    """The rows of a part with all its columns, by their headings."""
    _, columns = LAYOUT[kind][key]
    return [
        {heading: text(_cell(row, column)) for column, heading in columns.items()}
        for row in part.rows
    ]


def _cell(row: Mapping[str, Any], column: str) -> Any:
    """The value of a column; a figure without a title has that of its paper, where it is known."""
    return row[column] or row.get("paper_title") if column == "figure_title" else row[column]


def empty(kind: NamedKind, facts: Mapping[str, Any]) -> list[str]:
    """The titles of the parts that have no rows."""
    return [title for key, (title, _) in LAYOUT[kind].items() if not facts[key].count]


def lines(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Facts that are not parts, each with its name; those without a value are left out."""
    for key, value in facts.items():
        if isinstance(value, Part) or value in (None, "", [], {}):
            continue
        if shown := _fact(key, value):
            yield FACTS.get(key, key.replace("_", " ")), shown


def text(value: Any) -> Any:
    """A value of a row as people see it; numbers stay numbers, with two decimals."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(str(_word(item)) for item in value))
    return short(value) if isinstance(value, str) else value


def short(value: str) -> str:
    """An IRI as people write it: a figid, or a CURIE; any other text as it is."""
    if value.startswith(iris.PREFIXES["figure"]):
        return value.removeprefix(iris.PREFIXES["figure"]).removesuffix(".html")
    return iris.curie(value).removeprefix("wikipathways:") if "://" in value else value


def _word(item: Any) -> Any:
    return item["word"] or item["matched_term"] or "" if isinstance(item, dict) else item


def _fact(key: str, value: Any) -> str:
    if key == "paper":
        texts = (str(value[name] or "") for name in ("title", "journal", "year"))
        place = ", ".join(text.removesuffix(".") for text in texts if text)
        doi = f"; doi {value['doi']}" if value["doi"] else ""
        return f"{value['pmcid']}: {place}{doi}"
    if isinstance(value, dict) and "iri" in value:
        return str(value["name"] or short(value["iri"] or ""))
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    if isinstance(value, list):
        several = [
            item["name"] or item["iri"] if isinstance(item, dict) else item for item in value
        ]
        return ", ".join(short(str(item)) for item in several)
    return str(value)


def _more(part: Part) -> str:
    left = part.count - len(part.rows)
    if left <= 0:
        return ""
    values = " ".join(f"{name}={value}" for name, value in part.parameters.items())
    how = f"pfocr-kg query {part.query} {values}" if part.query else f"--limit {part.count}"
    return f"… and {left:,} more: {how}"
