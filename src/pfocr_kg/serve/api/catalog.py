"""The table of the API's operations: their addresses, parameters, formats and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from pfocr_kg import iris
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.model import Level
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.search import Sort
from pfocr_kg.query import bundled, levels
from pfocr_kg.query import parameters as in_queries
from pfocr_kg.query.about import presentation
from pfocr_kg.query.bundled import Query
from pfocr_kg.rdf import formats
from pfocr_kg.serve import downloads
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.api.parameters import DECIMAL, ApiParameter
from pfocr_kg.serve.messages import JSON
from pfocr_kg.serve.site import Site

Given = Mapping[str, Any]
"""Name of a parameter -> its value, or the list of its values."""

RESULTS: Final = {"xml": "xml", "sparql-json": "json"}
"""Formats of rows that only queries have, by the names of `rdf.formats`."""
_OF_ROWS: Final = downloads.ROWS | {
    name: formats.RESULTS[form].media_type for name, form in RESULTS.items()
}
_OF_GRAPHS: Final = {name: form.media_type for name, form in formats.RDF.items()}
_OF_VALUES: Final = {"json": JSON}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `answer` gives the plain values of `operations` for checked parameters.

    `formats` are its media types by name, the first is the usual one; `schema` is the name of what
    JSON holds, in `schemas`. `is_query` is that of `Address`: requests can cost anything.
    """

    name: str
    path: str
    title: str
    description: str
    parameters: tuple[ApiParameter, ...]
    answer: Callable[[Site, Given], dict[str, Any]]
    schema: str
    formats: Mapping[str, str]
    methods: tuple[str, ...] = ("GET",)
    topic: str = ""
    query: Query | None = None
    is_query: bool = True

    @property
    def all_parameters(self) -> tuple[ApiParameter, ...]:
        """Those of its own, and the format."""
        names = tuple(self.formats)
        text = "Format of the answer, in place of the Accept header"
        return (*self.parameters, ApiParameter("format", text, choices=names, example=names[0]))


_LEVEL: Final = ApiParameter(
    "level",
    "Genes that count: read by their symbol, from words that mean nothing else, or any",
    choices=tuple(level.value for level in Level),
    default=Level.ANY.value,
)
_LIMIT: Final = ApiParameter("limit", "Give the first rows only", "integer", lowest=1)
_KIND: Final = ApiParameter(
    "kind",
    "Things of this kind only",
    choices=tuple(kind.value for kind in NamedKind),
)
_FOLDER: Final = ApiParameter(
    "folder",
    "Kind of the thing, as the address of its page has it",
    choices=tuple(operations.KINDS),
    example="genes",
    in_path=True,
)
_NAME: Final = ApiParameter(
    "name",
    "Name of the thing, as the address of its page has it",
    example="7157",
    in_path=True,
)
_PART: Final = ApiParameter(
    "part",
    "One of its lists",
    choices=tuple(dict.fromkeys(key for parts in presentation.LAYOUT.values() for key in parts)),
    example="figures",
    in_path=True,
)


def _organism(text: str, default: str = "") -> ApiParameter:
    return ApiParameter("organism", text, default=default, example="mouse")


def _entities(name: str, text: str, example: str) -> ApiParameter:
    text = f"Figures only {text}, a name or id; repeat it for several"
    return ApiParameter(name, text, example=example, repeats=True)


def _year(name: str, text: str) -> ApiParameter:
    return ApiParameter(
        name, f"Figures only of papers of this year or {text}", "integer", highest=9999
    )


def _queries(_: Site, given: Given) -> dict[str, Any]:
    return operations.queries(given["topic"])


def _find(site: Site, given: Given) -> dict[str, Any]:
    return operations.find(site, **given)


def _search(site: Site, given: Given) -> dict[str, Any]:
    return operations.search(site, given["q"], **{k: v for k, v in given.items() if k != "q"})


def _show(site: Site, given: Given) -> dict[str, Any]:
    return operations.show(site, **given)


def _about(site: Site, given: Given) -> dict[str, Any]:
    match = operations.thing(site, given["folder"], given["name"])
    return operations.about(site, match, given["level"], given["limit"])


def _list(site: Site, given: Given) -> dict[str, Any]:
    match = operations.thing(site, given["folder"], given["name"])
    return operations.part(site, match, given["part"], level=given["level"], limit=given["limit"])


def _enrich(site: Site, given: Given) -> dict[str, Any]:
    genes, background = "\n".join(given["genes"]), "\n".join(given["background"])
    return operations.enrich(site, **{**given, "genes": genes, "background": background or None})


OPERATIONS: Final = (
    Operation(
        "queries",
        "/api/queries",
        "The bundled queries",
        "Their names, topics, parameters and addresses.",
        (ApiParameter("topic", "Queries of this topic only", choices=tuple(bundled.topics())),),
        _queries,
        "Queries",
        _OF_VALUES,
        is_query=False,
    ),
    Operation(
        "find",
        "/api/find",
        "What is called so",
        "Genes, diseases, chemicals, organisms, pathways, papers and figures by name or id, "
        "the best first.",
        (
            ApiParameter("text", "Name or id", example="p53", is_needed=True),
            ApiParameter(
                _KIND.name,
                f"{_KIND.description}; repeat it for several",
                repeats=True,
                choices=_KIND.choices,
            ),
            _organism("Genes and pathways of this organism only"),
            _LIMIT,
        ),
        _find,
        "Found",
        downloads.ROWS,
        is_query=False,
    ),
    Operation(
        "search",
        "/api/search",
        "Figures by their texts, and by what they draw",
        "Figures that have all words in title, caption, keywords, title of the paper or names of "
        "what they draw, and meet all conditions.",
        (
            ApiParameter("q", "Words, and phrases in quotation marks", example="apoptosis"),
            _entities("gene", "that draw this gene", "TP53"),
            _entities("disease", "that name this disease", "liver cancer"),
            _entities("chemical", "that draw this chemical", "glucose"),
            _entities("organism", "of this organism", "mouse"),
            ApiParameter("journal", "Figures of this journal only", example="PLoS One"),
            _year("since", "later"),
            _year("until", "earlier"),
            ApiParameter("no_pathway", "Figures only that belong to no pathway", "boolean"),
            _LEVEL,
            ApiParameter(
                "sort",
                "The best, the newest, or those with the highest pathway score first",
                choices=tuple(sort.value for sort in Sort),
                default=Sort.RELEVANCE.value,
            ),
            _LIMIT,
        ),
        _search,
        "Hits",
        downloads.ROWS,
        is_query=False,
    ),
    Operation(
        "show",
        "/api/show",
        "All about what a name means",
        "Facts and lists about one gene, disease, chemical, organism, pathway, paper or figure. "
        "A limit is one for each list.",
        (
            ApiParameter("name", "Name or id", example="TP53", is_needed=True),
            _KIND,
            _organism("Organism of the gene or pathway"),
            _LEVEL,
            _LIMIT,
        ),
        _show,
        "Thing",
        _OF_VALUES,
    ),
    Operation(
        "show_page",
        "/api/show/{folder}/{name}",
        "All about the thing of a page",
        "Facts and lists, as on its page. A limit is one for each list.",
        (_FOLDER, _NAME, _LEVEL, _LIMIT),
        _about,
        "Thing",
        _OF_VALUES,
    ),
    Operation(
        "list_of_page",
        "/api/show/{folder}/{name}/{part}",
        "One list of a page, with all its rows",
        "The columns are those of the page.",
        (_FOLDER, _NAME, _PART, _LEVEL, _LIMIT),
        _list,
        "List",
        downloads.ROWS,
    ),
    Operation(
        "enrich",
        "/api/enrich",
        "Pathways or figures that a list of genes is enriched in",
        "P-values are hypergeometric, adjusted by Benjamini and Hochberg. Lists can be sent as "
        "fields or files of a form.",
        (
            ApiParameter(
                "genes",
                "Symbols, other names or ids of genes, or a table with a column of them",
                example="TP53 MDM2 CDKN1A",
                is_needed=True,
                repeats=True,
            ),
            ApiParameter("column", "Column of the table, by its name or number", example="symbol"),
            ApiParameter(
                "background",
                "Genes that the list was chosen from, a list or a table; else genes of all terms",
                repeats=True,
            ),
            _organism("Organism of the genes, a name or NCBI taxon", "human"),
            ApiParameter(
                "against", "What is tested", choices=tuple(ENRICHED_IN), default="pathways"
            ),
            _LEVEL,
            _LIMIT,
        ),
        _enrich,
        "Enrichment",
        downloads.ROWS,
        ("GET", "POST"),
    ),
)


@cache
def of_query(name: str) -> Operation:
    """The operation of a bundled query.

    Raises:
        RequestError: 404, there is no such query.

    """
    query = operations.bundled_query(name)
    of_rows = not query.makes_graph
    return Operation(
        name,
        f"/api/queries/{name}",
        query.title,
        query.description,
        tuple(_parameters_of(query)),
        partial(_run, query),
        "Answer",
        _OF_ROWS if of_rows else _OF_GRAPHS,
        topic=query.topic,
        query=query,
    )


def _parameters_of(query: Query) -> list[ApiParameter]:
    """Those of the header, and those that all such queries have."""
    found = [_parameter(parameter) for parameter in query.parameters]
    if levels.has_genes(query.text):
        found.append(_LEVEL)
    if any(p.names in (NamedKind.GENE, NamedKind.PATHWAY) for p in query.parameters):
        text = "Organism of the genes and pathways that are named; else human, else any"
        found.append(ApiParameter("organism_of_names", text, example="mouse"))
    return found if query.makes_graph else [*found, _LIMIT]


def _parameter(of: in_queries.Parameter) -> ApiParameter:
    """A parameter of a query; names can be repeated."""
    examples = tuple(map(iris.curie, of.example.split(", ")))
    return ApiParameter(
        of.name,
        f"{of.description}, by name or id; repeat it for several" if of.names else of.description,
        "integer" if of.kind == "integer" else "string",
        of.choices,
        default="" if of.is_needed else of.example,
        example=examples if of.names else examples[0],
        repeats=of.names is not None,
        is_needed=of.is_needed,
        pattern=DECIMAL if of.kind == "decimal" else "",
    )


def _run(query: Query, site: Site, given: Given) -> dict[str, Any]:
    return operations.run_query(
        site, query.name, values_of(query, given), **options_of(query, given)
    )


def values_of(query: Query, given: Given) -> dict[str, Any]:
    """The values of a query's own parameters, those that are given."""
    names = [parameter.name for parameter in query.parameters]
    return {name: given[name] for name in names if given[name] not in (None, "", [])}


def options_of(query: Query, given: Given) -> dict[str, Any]:
    """What is given beside the values."""
    own = [parameter.name for parameter in query.parameters]
    return {name: value for name, value in given.items() if name not in own}
