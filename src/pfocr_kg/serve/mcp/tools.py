"""What each tool answers; this runs in a worker.

The docstring of a tool's function is what assistants read to choose it.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from io import BytesIO
from itertools import islice
from typing import Any, Final, get_type_hints
from urllib.parse import urlencode

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.model import Level
from pfocr_kg.query import bundled, execution, hints, levels, results
from pfocr_kg.query.about import presentation, showing
from pfocr_kg.query.about.subject import Part
from pfocr_kg.query.bundled import Query
from pfocr_kg.serve import addresses, failures, services
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.mcp import answers, arguments, vocabulary
from pfocr_kg.serve.messages import JSON, Asked, Reply, RequestError
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

_COUNTED: Final = 100_000
"""Rows that are counted beyond those that are shown."""
_LISTED: Final = 50
"""Values of a fact that are shown, such as other names."""
_LONGEST_LINK: Final = 1_000
_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})


def search(site: Site, asked: arguments.Search) -> answers.Figures:
    """Find pathway figures by the words of their texts and by what they draw, ranked.

    Use it for "which figures draw TNF and IL6", "figures about ferroptosis since 2018", "figures of
    liver cancer that no pathway covers". `disease` finds figures that name the disease; figures
    whose genes are merely known for it are found by run_query figures-by-disease-keyword.
    """
    options = {**asdict(asked), "limit": asked.offset + asked.limit}
    offset, words = options.pop("offset"), options.pop("words")
    found = operations.search(site, words, **options)
    figures = answers.fitting(found["rows"][offset:])
    by_level = _by_level(site, words, options) if asked.gene and found["total"] else {}
    return answers.Figures(
        figures=figures,
        total=found["total"],
        by_level=by_level or None,
        notes=[*found["notes"], *_doubt(by_level, asked.level)],
        more=_more(found["total"] - offset - len(figures), f"offset={offset + len(figures)}"),
        link=f"/search?{urlencode(_page(words, options), doseq=True)}",
    )


def _by_level(site: Site, words: str, options: Mapping[str, Any]) -> dict[str, int]:
    """How many figures a search finds at each level of its genes."""
    counted = {**options, "limit": 0}
    return {
        level.value: operations.search(site, words, **{**counted, "level": level})["total"]
        for level in Level
    }


def _doubt(by_level: Mapping[str, int], level: str) -> Iterator[str]:
    """That genes of a search were read from words with other meanings."""
    if level != Level.ANY or not by_level:
        return
    symbol, unambiguous, total = (by_level[one] for one in Level)
    if max(symbol, unambiguous) < total:
        yield (
            f"of {total:,} figures, {symbol:,} have the genes by symbol and {unambiguous:,} by "
            "unambiguous words; in the others a word, such as a family's name, can mean another "
            "gene: do not conclude from them"
        )


def _page(words: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of the page of a search."""
    given = {"q": words, **options, "no_pathway": int(options["no_pathway"]), "limit": ""}
    return {name: value for name, value in given.items() if value}


def find(site: Site, asked: arguments.Find) -> answers.Things:
    """Find what is called so: genes, diseases, chemicals, organisms, pathways, papers, figures.

    Use it to learn whether the graph has a thing, what a name can mean, or its id. Other tools take
    names themselves, so that most questions need no `find` before them.
    """
    kinds = [asked.kind] if isinstance(asked.kind, str) else asked.kind
    found = operations.find(
        site, asked.text, kind=kinds, organism=asked.organism, limit=asked.limit
    )
    things = answers.fitting(found["rows"])
    is_cut = found["more"] or len(things) < len(found["rows"])
    return answers.Things(
        things=things,
        notes=found["notes"],
        more=f"there are more: {_raise(asked)}give kind or organism" if is_cut else "",
    )


def show(site: Site, asked: arguments.Show) -> answers.ThingAnswer:
    """Show all that the graph knows of one thing: gene, disease, chemical, organism, pathway, ...

    Of a figure: title, caption, paper, genes with the words that were read, diseases, chemicals,
    linked pathways, similar figures. Of a gene: figures that draw it, genes and chemicals drawn
    with it, pathways that have or lack it. The title of each list says what its rows mean: diseases
    of genes (or by genes) are what genes are known for, and no figure needs to name them.
    """
    notes: list[str] = []
    names, match = showing.resolved(
        site.store, asked.name, asked.kind, asked.organism, notes.append
    )
    about = showing.show(site.store, names, match, Level(asked.level), asked.limit)
    if not about.linked:
        notes.append("the graph is not linked to pathways")
    titles = presentation.LAYOUT[match.kind]
    facts = {key: _facts(value) for key, value in about.facts.items() if key not in titles}
    rows = asked.limit
    while True:
        lists = {
            key: _list(title, about.facts[key], rows, asked.level)
            for key, (title, _) in titles.items()
        }
        if rows == 1 or answers.size(answers.plain([facts, lists])) <= answers.ROOM:
            break
        rows //= 2
    return answers.ThingAnswer(
        kind=match.kind.value,
        iri=iris.curie(match.iri),
        identifier=match.identifier,
        label=match.label,
        facts={key: value for key, value in facts.items() if value not in _NOTHING},
        lists=lists,
        notes=notes,
        link=addresses.page(match.iri, match.kind),
    )


def _facts(value: Any) -> Any:
    """A fact, of a long list its first values."""
    if not isinstance(value, list) or len(value) <= _LISTED:
        return value
    return [*value[:_LISTED], f"and {len(value) - _LISTED:,} more"]


def _list(title: str, part: Part, limit: int, level: str) -> dict[str, Any]:
    """The first rows of a part of `show`, without what is empty, and how to get all rows."""
    rows = [
        {key: value for key, value in row.items() if value not in _NOTHING}
        for row in part.rows[:limit]
    ]
    shown: dict[str, Any] = {"title": title, "count": part.count, "rows": rows}
    if part.query and part.count > len(rows):
        shown["all"] = {"name": part.query, "parameters": dict(part.parameters)}
        if level != Level.ANY and levels.has_genes(bundled.find(part.query).text):
            shown["all"]["level"] = level
    return shown


def list_queries(site: Site, asked: arguments.ListQueries) -> answers.Queries:
    """List the prepared questions that run_query answers, with their parameters.

    They cover most of what people ask: genes drawn together, genes of a disease's or pathway's
    figures, genes that a pathway lacks, figures worth a pathway of their own, words that a gene was
    read from, trends over years, counts. Prefer them to SPARQL of your own. Topics: figures, genes,
    diseases, chemicals, papers, pathways, curation, metadata.
    """
    found = operations.queries(asked.topic)["queries"]
    return answers.Queries(
        queries=[
            _header(query, with_texts=bool(asked.topic))
            for query in found
            if _is_allowed(site, query["name"])
        ],
        more="" if asked.topic else "with topic=..., each query has its description",
    )


def _is_allowed(site: Site, name: str) -> bool:
    """Whether a query asks no endpoint, or one that can be asked here."""
    try:
        services.check(bundled.find(name).text, site.settings.services)
    except RequestError:
        return False
    return True


def _header(query: Mapping[str, Any], *, with_texts: bool) -> dict[str, Any]:
    """The header of a query, short."""
    parameters = {
        one["name"]: {
            "type": one["type"],
            "example" if one["needed"] else "default": one["example"],
            **({"choices": one["choices"]} if one["choices"] else {}),
            **({"description": one["description"]} if with_texts else {}),
        }
        for one in query["parameters"]
    }
    header = {name: query[name] for name in ("name", "title", "topic", "levels")}
    header |= {"parameters": parameters} if parameters else {}
    return {**header, "description": query["description"]} if with_texts else header


def run_query(site: Site, asked: arguments.RunQuery) -> answers.QueryAnswer:
    """Answer a prepared question of list_queries, such as genes-drawn-with-gene {"gene": "TNF"}.

    Columns bySymbol, unambiguous and figures (or allFigures) count figures whose gene was read at
    that level: where they differ much, trust the first two. Without rows, the notes say why.
    """
    notes: list[str] = []
    given = (asked.name, asked.parameters, asked.level, asked.organism)
    answer = operations.answer(site, *given, notes=notes)
    found = _rows(answer, asked.limit, asked.offset, "offset={}")
    if _is_empty(found) and not asked.offset:
        notes += operations.reasons(site, *given)
    values = [*asked.parameters.items(), ("level", asked.level)]
    values += [("organism_of_names", asked.organism)] if asked.organism else []
    link = f"/queries/{asked.name}?{urlencode(values, doseq=True)}"
    return replace(found, notes=notes, link=link)


def sparql(site: Site, asked: arguments.Sparql) -> answers.QueryAnswer:
    """Answer a SPARQL 1.1 query of your own; read-only, no SERVICE. Call `schema` once before.

    Use it where no prepared query fits. Bind entities by IRI or CURIE (ncbigene:7157), never by
    label: `find` gives them.
    """
    services.check(asked.query, site.settings.services)
    query = Query("given", asked.query)
    rest = f"{_raise(asked)}add OFFSET {{}}"
    found = _rows(execution.run(site.store, query), asked.limit, 0, rest)
    notes = list(hints.reasons(site.store, query, {})) if _is_empty(found) else []
    return replace(found, notes=notes, link=f"/query?{urlencode({'query': asked.query})}")


def schema(site: Site, asked: arguments.Schema) -> answers.SchemaAnswer:  # noqa: ARG001
    """Describe this graph for SPARQL: classes and properties with counts, prefixes, examples.

    Call it once before `sparql`.
    """
    return site.once("mcp schema", lambda: vocabulary.graph(site))


def _raise(asked: arguments.Find | arguments.Sparql) -> str:
    """How to get more, if the limit is not the highest."""
    (most,) = (field.metadata["le"] for field in fields(asked) if field.name == "limit")
    return "raise limit, or " if asked.limit < most else ""


def _rows(answer: results.Result, limit: int, offset: int, rest: str) -> answers.QueryAnswer:
    """The part of an answer that is asked for; `rest` says how to ask for what follows."""
    if isinstance(answer, results.Answer):
        return answers.QueryAnswer(boolean=bool(answer))
    if isinstance(answer, results.Triples):
        return _turtle(answer, limit)
    found = answer.terms()
    asked = islice(found, offset, offset + limit)
    read = [[results.to_python(term) for term in row] for row in asked]
    kept = answers.fitting(read)
    left = len(read) - len(kept) + sum(1 for _ in islice(found, _COUNTED))
    more = _more(left, rest.format(offset + len(kept)))
    return answers.QueryAnswer(columns=answer.variables, rows=kept, more=more)


def _turtle(answer: results.Triples, limit: int) -> answers.QueryAnswer:
    """The first triples, as many as there is room for."""
    found = iter(answer)
    kept = list(islice(found, limit))
    left = sum(1 for _ in islice(found, _COUNTED))
    while len(turtle := _written(kept)) > answers.ROOM:
        left += len(kept) - len(kept) // 2
        kept = kept[: len(kept) // 2]
    return answers.QueryAnswer(turtle=turtle, more=_more(left, "ask for less at once"))


def _written(triples: list[ox.Triple]) -> str:
    output = BytesIO()
    results.Triples(triples).write(output, "turtle")
    return output.getvalue().decode() if triples else ""


def _is_empty(found: answers.QueryAnswer) -> bool:
    return not (found.rows or found.turtle or found.more or found.boolean is not None)


def _more(left: int, how: str) -> str:
    """How many rows are left out, and how to get them; "" if none is."""
    if left <= 0:
        return ""
    return f"{'at least ' if left >= _COUNTED else ''}{left:,} more: {how}"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: a function of the site and its arguments, and a title for people.

    `is_query` marks one whose calls can cost anything, as in `Address`.
    """

    title: str
    function: Callable[[Site, Any], answers.ToolAnswer]
    is_query: bool = False

    @property
    def name(self) -> str:
        """The name that assistants call it by."""
        return self.function.__name__

    @property
    def address(self) -> str:
        """The address of `routes` that answers its calls."""
        return f"/mcp/tools/{self.name}"

    @property
    def description(self) -> str:
        """What assistants read to choose it."""
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def arguments(self) -> type[arguments.Arguments]:
        """The class of its arguments."""
        found: type[arguments.Arguments] = get_type_hints(self.function)["asked"]
        return found

    @property
    def answer(self) -> type[answers.ToolAnswer]:
        """The class of its answer."""
        found: type[answers.ToolAnswer] = get_type_hints(self.function)["return"]
        return found


TOOLS: Final = {
    tool.name: tool
    for tool in (
        Tool("Search figures", search),
        Tool("Find things by name", find),
        Tool("Show one thing", show, is_query=True),
        Tool("List prepared queries", list_queries),
        Tool("Run a prepared query", run_query, is_query=True),
        Tool("Describe the graph", schema),
        Tool("Run SPARQL", sparql, is_query=True),
    )
}


def call(site: Site, asked: Asked) -> Reply:
    """The answer to a call in JSON; the body of the request has the arguments, checked."""
    tool = TOOLS[asked.path["name"]]
    found = tool.function(site, tool.arguments(**json.loads(asked.body)))
    link = asked.base + found.link
    if not (asked.base and found.link and len(link) < _LONGEST_LINK):
        link = ""
    notes = answers.fitting(map(reworded, found.notes or ()), answers.ROOM_OF_NOTES)
    found = replace(found, notes=notes or None, link=link)
    return Reply(JSON, answers.text(found.as_dict()).encode(errors="replace"))


_WORDS: Final = (
    (r"/queries lists them.*", "list_queries lists them"),
    (r"/api/find\?text=(.+) looks", r"find with text=\1 looks"),
    (r"/queries/(\S+)\?(\w+)=(.+) lists", r"run_query \1 with \2=\3 lists"),
    (r"\bgene=(.+) finds", r"search with gene=\1 finds"),
)
"""What messages say of addresses, and what of tools."""


def reworded(line: str) -> str:
    """A message for an assistant, which has tools and no commands."""
    line = failures.reworded(line)
    for pattern, words in _WORDS:
        line = re.sub(pattern, words, line)
    return line


ADDRESSES: Final = tuple(
    Address(tool.address, call, is_query=tool.is_query, is_internal=True) for tool in TOOLS.values()
)
