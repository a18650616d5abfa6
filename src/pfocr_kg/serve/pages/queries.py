"""The bundled queries: their list, and each as a form with its answer."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query import bundled, execution, hints, levels
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.parameters import Parameter
from pfocr_kg.rdf import formats
from pfocr_kg.serve import failures, services
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import answers
from pfocr_kg.serve.pages.answers import ShownAnswer
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

LONGEST: Final = 6000
"""Characters of an address; some proxies take no more than 8,000 of all headers."""

_HEADER: Final = re.compile(r"\A(#.*\n)+")
_MANY: Final = ", "
"""What separates the values of a parameter's example."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form of a query: the parameter, and a text for each box.

    One that `takes_many` has all values in one box, with commas.
    """

    parameter: Parameter
    values: tuple[str, ...]
    takes_many: bool

    @property
    def example(self) -> str:
        """The example of the query's header, as a user would type it."""
        return _MANY.join(map(iris.curie, self.parameter.example.split(_MANY)))


@dataclass(frozen=True, slots=True)
class GivenValues:
    """What the request gives a bundled query."""

    query: Query
    values: Mapping[str, Sequence[str]]
    level: Level
    organism: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The values as parameters of an address."""
        pairs = [(name, text) for name, texts in self.values.items() for text in texts]
        if self.level is not Level.ANY:
            pairs.append(("level", self.level.value))
        if self.organism:
            pairs.append(("organism_of_names", self.organism))
        return pairs

    @property
    def command(self) -> str:
        """The command that gives the same."""
        words = [f"{name}={text}" for name, texts in self.values.items() for text in texts]
        if self.level is not Level.ANY:
            words += ["--level", self.level.value]
        if self.organism:
            words += ["--organism", self.organism]
        return shlex.join(["pfocr-kg", "query", self.query.name, *words])


def page_of_all(site: Site, asked: Asked) -> Reply:
    """The bundled queries by topic."""
    by_topic = groupby(bundled.queries().values(), key=lambda query: query.topic)
    topics = [(topic, list(queries)) for topic, queries in by_topic]
    return render(site, asked, "queries.html", title="Queries", section="/queries", topics=topics)


def page(site: Site, asked: Asked) -> Reply:
    """A bundled query as a form, with its answer if all that it needs is given.

    Raises:
        RequestError: 404, there is no such query.

    """
    query = operations.bundled_query(asked.path["name"])
    given = _given(query, asked)
    notes: list[str] = []
    found: ShownAnswer | None = None
    error: RequestError | None = None
    why: list[str] = []
    text = ""
    try:
        if not query.needs(given.values):
            text = _bound(site, given, notes)
            services.check(text, site.settings.services)
            found = _answer(site, asked, given, text)
            why = [] if found.count else _reasons(site, given)
    except (QueryError, RequestError) as raised:
        error = failures.refusal(raised)
    plain = without_header(Query(query.name, text) if text else query)
    in_editor = address("/query", {"query": plain})
    return render(
        site, asked, "query.html",
        title=query.title,
        section="/queries",
        description=query.description,
        status=error.status if error else 200,
        given=given,
        fields=list(_fields(given)),
        example=address(asked.address, list(_example(query))),
        has_levels=levels.has_genes(query.text),
        has_organism=_has_organism(query),
        endpoints=execution.endpoints(query.text),
        notes=notes,
        found=found,
        hints=why,
        error=error,
        text=plain,
        in_editor=in_editor if len(in_editor) <= LONGEST else "",
        downloads=list(_downloads(given)),
    )  # fmt: skip


def without_header(query: Query) -> str:
    """The SPARQL of a query, without the comments that begin it."""
    return _HEADER.sub("", query.text).strip("\n")


def _given(query: Query, asked: Asked) -> GivenValues:
    texts = {
        p.name: list(_texts(asked.all(p.name), takes_many=_takes_many(p))) for p in query.parameters
    }
    level = asked.get("level", Level.ANY)
    if level not in [*Level]:
        raise RequestError(
            400, f"there is no level {level[:60]!r}", f"There are {_MANY.join(Level)}"
        )
    organism = asked.get("organism_of_names").strip() if _has_organism(query) else ""
    given = {name: found for name, found in texts.items() if found}
    return GivenValues(query, given, Level(level), organism)


def _has_organism(query: Query) -> bool:
    kinds = {parameter.names for parameter in query.parameters}
    return not kinds.isdisjoint({NamedKind.GENE, NamedKind.PATHWAY})


def _bound(site: Site, given: GivenValues, notes: list[str]) -> str:
    """The text of the query with its values."""
    query = given.query
    terms = execution.terms(site.store, query, given.values, given.organism, notes.append)
    return levels.at_level(query.name, query.bind(terms), given.level)


def _answer(site: Site, asked: Asked, given: GivenValues, text: str) -> ShownAnswer:
    found = execution.run(site.store, Query(given.query.name, text))
    return answers.shown(
        asked, found, answers.heading, address(f"/api/queries/{given.query.name}", given.pairs)
    )


def _reasons(site: Site, given: GivenValues) -> list[str]:
    found = hints.reasons(site.store, given.query, given.values, given.level, given.organism)
    return list(found)


def _takes_many(parameter: Parameter) -> bool:
    return _MANY in parameter.example


def _texts(given: Sequence[str], *, takes_many: bool) -> Iterator[str]:
    for text in given:
        yield from filter(None, map(str.strip, text.split(",") if takes_many else [text]))


def _fields(given: GivenValues) -> Iterator[Field]:
    for parameter in given.query.parameters:
        default = "" if parameter.is_needed else parameter.example
        values = tuple(given.values.get(parameter.name, (default,)))
        takes_many = _takes_many(parameter)
        yield Field(parameter, (_MANY.join(values),) if takes_many else values, takes_many)


def _example(query: Query) -> Iterator[tuple[str, str]]:
    for parameter in query.parameters:
        if parameter.is_needed:
            for value in parameter.example.split(_MANY):
                yield parameter.name, iris.curie(value)


def _downloads(given: GivenValues) -> Iterator[tuple[str, str]]:
    """Formats of the API that a table does not link to, each with its address."""
    query = given.query
    names = formats.RDF if query.makes_graph else ("xml", "sparql-json")
    for name in names:
        pairs = [*given.pairs, ("format", name)]
        yield name, address(f"/api/queries/{query.name}", pairs)


ADDRESSES: Final = (
    Address("/queries", page_of_all, for_people=True),
    Address("/queries/{name}", page, is_query=True, for_people=True),
)
