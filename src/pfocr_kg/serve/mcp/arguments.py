"""What the tools are asked: a class for each, whose fields are the arguments.

`server` makes the JSON Schema of each from the types and metadata here, and checks calls by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Texts = str | list[str]
Level = Literal["symbol", "unambiguous", "any"]
Kind = Literal["gene", "disease", "chemical", "organism", "pathway", "paper", "figure"]
Sort = Literal["relevance", "year", "score"]
Value = str | int | float | list[str | int | float]

_LEVEL = {
    "description": "Genes that count: symbol (read by their approved symbol, the surest), "
    "unambiguous (from words that mean nothing else, human only) or any."
}
_ORGANISM = {"description": "Organism of the gene or pathway, as in mouse. Without it: human."}
_OFFSET = {"description": "Rows to leave out before the first; see `more`.", "ge": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of a tool; no others are accepted."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Arguments):
    """Arguments of `search`. All conditions have to hold."""

    words: str = field(
        default="",
        metadata={
            "description": "Words and quoted phrases in title, caption, keywords, paper title, or "
            "names of what is drawn. Endings, case and hyphens do not matter."
        },
    )
    gene: Texts = field(
        default_factory=list, metadata={"description": "Genes that it draws, by name or id."}
    )
    disease: Texts = field(
        default_factory=list, metadata={"description": "Diseases that it names, by name or id."}
    )
    chemical: Texts = field(
        default_factory=list, metadata={"description": "Chemicals that it draws, by name or id."}
    )
    organism: Texts = field(
        default_factory=list, metadata={"description": "Organisms, as in mouse."}
    )
    journal: str = field(default="", metadata={"description": "Journal of the paper."})
    since: int | None = field(default=None, metadata={"description": "First year, included."})
    until: int | None = field(default=None, metadata={"description": "Last year, included."})
    no_pathway: bool = field(
        default=False, metadata={"description": "Only figures without a link to a pathway."}
    )
    level: Level = field(default="any", metadata=_LEVEL)
    sort: Sort = field(
        default="relevance",
        metadata={"description": "relevance, year (newest first) or pathway score first."},
    )
    limit: int = field(default=20, metadata={"description": "Most figures.", "ge": 1, "le": 200})
    offset: int = field(default=0, metadata=_OFFSET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Find(Arguments):
    """Arguments of `find`."""

    text: str = field(
        metadata={
            "description": "A symbol, alias, label, title, word or id, as in p53, TNF-alpha, "
            "liver cancer, WP254, ENSG00000141510, a DOI or a PMCID."
        }
    )
    kind: Kind | list[Kind] = field(
        default_factory=list, metadata={"description": "Only things of these kinds."}
    )
    organism: str = field(default="", metadata=_ORGANISM)
    limit: int = field(default=20, metadata={"description": "Most things.", "ge": 1, "le": 200})


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Arguments):
    """Arguments of `show`."""

    name: str = field(
        metadata={"description": "The thing: any name or id, as `find` takes them, or a figid."}
    )
    kind: Kind | None = field(
        default=None, metadata={"description": "Kind of the thing, where a name has several."}
    )
    organism: str = field(default="", metadata=_ORGANISM)
    level: Level = field(default="any", metadata=_LEVEL)
    limit: int = field(
        default=10, metadata={"description": "Most rows of each list.", "ge": 1, "le": 200}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQueries(Arguments):
    """Arguments of `list_queries`."""

    topic: str = field(
        default="",
        metadata={"description": "Only queries of this topic, with their descriptions."},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunQuery(Arguments):
    """Arguments of `run_query`."""

    name: str = field(metadata={"description": "Name of the query, as `list_queries` gives it."})
    parameters: dict[str, Value] = field(
        default_factory=dict,
        metadata={
            "description": 'Parameter -> value or values, as in {"gene": "TP53"}. A value for a '
            "gene, disease and so on is any name or id of it."
        },
    )
    level: Level = field(default="any", metadata=_LEVEL)
    organism: str = field(default="", metadata=_ORGANISM)
    limit: int = field(default=50, metadata={"description": "Most rows.", "ge": 1, "le": 1000})
    offset: int = field(default=0, metadata=_OFFSET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Arguments):
    """Arguments of `schema`: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparql(Arguments):
    """Arguments of `sparql`."""

    query: str = field(
        metadata={
            "description": "SELECT, ASK, CONSTRUCT or DESCRIBE of SPARQL 1.1. The prefixes that "
            "`schema` lists need no declaration. Write a LIMIT."
        }
    )
    limit: int = field(
        default=100, metadata={"description": "Most rows or triples.", "ge": 1, "le": 1000}
    )
