"""Queries: the bundled ones, and anyone's, with parameters bound to terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.errors import QueryError
from pfocr_kg.query.results import Result, wrap
from pfocr_kg.records.organisms import taxon
from pfocr_kg.store.sparql import Answering

_HEADER: Final = re.compile(r"^#\s*(\w+):\s*(.*?)\s*$")
_XSD: Final = iris.PREFIXES["xsd"]
ParameterValue = str | int | float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query: a variable that one VALUES line of the body binds.

    `kind` is one of `KINDS`, `default` the text the header shows.
    """

    name: str
    kind: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query with what its header says."""

    name: str
    text: str
    title: str = ""
    topic: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    analytic: bool = False

    def as_dict(self) -> dict[str, Any]:
        """What the list of queries says of it, JSON-ready."""
        return {
            "name": self.name,
            "topic": self.topic,
            "title": self.title,
            "description": self.description,
            "keywords": list(self.keywords),
            "parameters": [
                {
                    "name": p.name,
                    "type": p.kind,
                    "default": p.default,
                    "description": p.description,
                }
                for p in self.parameters
            ],
        }


def _string(text: ParameterValue) -> ox.Literal:
    return ox.Literal(str(text))


def _integer(text: ParameterValue) -> ox.Literal:
    # int() would take underscores and the digits of other scripts.
    if not re.fullmatch(r"[+-]?[0-9]+", str(text)):
        raise ValueError(text)
    return ox.Literal(str(int(text)), datatype=ox.NamedNode(_XSD + "integer"))


def _decimal(text: ParameterValue) -> ox.Literal:
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", str(text)):
        raise ValueError(text)
    return ox.Literal(str(text), datatype=ox.NamedNode(_XSD + "decimal"))


def _iri(text: ParameterValue) -> ox.NamedNode:
    node = ox.NamedNode(iris.expand(str(text).strip("<>")))
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", node.value):
        raise ValueError(text)
    return node


def _organism(name: str) -> str:
    return iris.organism(taxon(name))


_IDS: Final[Mapping[str, tuple[re.Pattern[str], Callable[[str], str]]]] = {
    "figure": (re.compile(r"(?:figure:)?(PMC[0-9]+__[^/%]+)(?<!\.html)"), iris.figure),
    "gene": (re.compile(r"([0-9]+)"), iris.gene),
    "organism": (re.compile(r"([^:]+)"), _organism),
    "paper": (re.compile(r"(PMC[0-9]+)", re.I), lambda pmcid: iris.paper(pmcid.upper())),
    "pathway": (re.compile(r"(WP[0-9]+)", re.I), lambda wpid: iris.pathway(wpid.upper())),
}
"""Parameters whose values can be what the entity is called elsewhere, as well as IRIs."""


def _known_id(name: str, value: ParameterValue) -> ParameterValue:
    """The IRI of what a parameter's value is the id of; else the value."""
    pattern, iri = _IDS.get(name, (None, None))
    found = pattern.fullmatch(str(value)) if pattern else None
    return iri(found[1]) if iri and found else value


KINDS: Final[Mapping[str, Callable[[ParameterValue], ox.Literal | ox.NamedNode]]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "iri": _iri,
}
"""Types of parameters, each with what makes a term of a user's text."""


def parse(name: str, text: str) -> Query:
    """A query from its text; header lines that it lacks are left empty.

    Raises:
        QueryError: a parameter line of the header is broken.

    """
    fields: dict[str, str] = {}
    parameters = []
    for line in text.splitlines():
        if not line.startswith("#"):
            if line.strip():
                break
            continue
        if not (found := _HEADER.match(line)):
            continue
        key, value = found[1].lower(), found[2]
        if key == "param":
            parameters.append(_parameter(name, value))
        else:
            fields[key] = value
    return Query(
        name,
        text,
        fields.get("title", ""),
        fields.get("category", "").lower(),
        fields.get("description", ""),
        tuple(k.strip() for k in fields.get("keywords", "").split(",") if k.strip()),
        tuple(parameters),
        fields.get("analytic", "") == "yes",
    )


def _parameter(query: str, line: str) -> Parameter:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 4 or parts[1] not in KINDS:
        raise QueryError(
            f"query {query}: broken line '# param: {line}'",
            hint="It reads: name | " + " or ".join(KINDS) + " | default | description",
        )
    return Parameter(*parts)


@cache
def bundled() -> Mapping[str, Query]:
    """The queries that ship, by name, in order of topic and name."""
    found = {}
    for path in sorted(resources.folder("queries").glob("*/*.rq")):
        found[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"))
    return found


def find(name: str) -> Query:
    """A bundled query by its name.

    Raises:
        QueryError: there is none.

    """
    queries = bundled()
    if name in queries:
        return queries[name]
    if any(c.isspace() for c in name):
        raise QueryError(
            f"{name[:40]!r} is no name of a query",
            hint="SPARQL comes from a file or from standard input: pfocr-kg query - < my.rq",
        )
    near = get_close_matches(name, queries, n=3, cutoff=0.5)
    meant = f"Did you mean {', '.join(near)}?" if near else "`pfocr-kg queries` lists them"
    raise QueryError(f"there is no bundled query {name!r}", hint=meant)


def read(path: Path) -> Query:
    """A query from a file.

    Raises:
        QueryError: it cannot be read.

    """
    try:
        return parse(path.name, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QueryError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise QueryError(f"{path}: is not UTF-8 text") from None


def bind(query: Query, values: Mapping[str, Sequence[ParameterValue] | ParameterValue]) -> str:
    """The query's text with the rows of its VALUES lines replaced by the user's.

    Each value becomes an RDF term of its parameter's type, made and written by the RDF
    library: no text of the user's gets into the query as such.

    Raises:
        QueryError: the query has no such parameter, or a value is not of its type.

    """
    known = {parameter.name: parameter for parameter in query.parameters}
    text = query.text
    for name, given in values.items():
        if name not in known:
            has = "Its parameters are " + ", ".join(known) if known else "It has none"
            raise QueryError(f"query {query.name} has no parameter {name!r}", hint=has)
        row = " ".join(str(one) for one in terms(query, known[name], given))
        line = re.compile(rf"^(\s*VALUES\s+[?$]{name}\s*\{{).*\}}[ \t]*$", re.MULTILINE)
        text, count = line.subn(lambda found, row=row: f"{found[1]} {row} }}", text)  # type: ignore[misc]
        if count != 1:
            raise QueryError(
                f"query {query.name}: parameter {name!r} needs one line VALUES ?{name} {{ … }}"
            )
    return text


def terms(
    query: Query, parameter: Parameter, given: ParameterValue | Sequence[ParameterValue]
) -> list[ox.Literal | ox.NamedNode]:
    """The RDF terms that a parameter's value, or values, stand for.

    Raises:
        QueryError: they are not of the parameter's type, or name an unknown organism.

    """
    many = [given] if isinstance(given, str | int | float) else given
    if not isinstance(many, Sequence):
        name = parameter.name
        raise QueryError(f"query {query.name}: {name} is {given!r}, neither text nor number")
    return [_term(query, parameter, value) for value in many]


def _term(query: Query, parameter: Parameter, value: ParameterValue) -> ox.Literal | ox.NamedNode:
    if parameter.kind == "iri":
        value = _known_id(parameter.name, value)
    try:
        return KINDS[parameter.kind](value)
    except ValueError:
        article = "an" if parameter.kind[0] in "aeiou" else "a"
        raise QueryError(
            f"query {query.name}: {parameter.name} is {article} {parameter.kind}, "
            f"which {str(value)!r} is not",
            hint=f"As in {parameter.name}={iris.curie(parameter.default)}",
        ) from None


def run(store: Answering, query: Query, values: Mapping[str, Any] | None = None) -> Result:
    """Run a query with its parameters bound.

    Raises:
        QueryError: it does not parse, has no such parameter, or the store cannot run it.

    """
    text = bind(query, values or {})
    asked = ", ".join(dict.fromkeys(_SERVICE.findall(text)))
    hint = f"It asks {asked}, which has to be within reach" if asked else ""
    try:
        return wrap(store.query(text), hint=hint)
    except SyntaxError as error:
        raise _does_not_parse(query, text, str(error)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(f"query {query.name} cannot be run: {error}", hint=hint) from None


_SERVICE: Final = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]*)>", re.IGNORECASE)
_UPDATE: Final = re.compile(r"^\s*(insert|delete|load|clear|drop|create|copy|move)\b", re.I | re.M)
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


def _does_not_parse(query: Query, text: str, said: str) -> QueryError:
    """Say where a query stops making sense, by its own text.

    What Oxigraph expected there is a list of its grammar's rules, which helps nobody.
    """
    if _UPDATE.search(text):
        return QueryError(f"query {query.name}: is an update", hint="The graph is only read")
    if not (place := _PLACE.search(said)):
        return QueryError(f"query {query.name}: does not parse: {said}")
    line, column = int(place[1]), int(place[2])
    rest = (text.splitlines() or [""])[line - 1 : line]
    near = rest[0][max(column - 1, 0) :].strip() if rest else ""
    where = f"before {near[:40]!r}" if near else "at its end"
    hint = "A prefix is not declared" if "Prefix not found" in said else ""
    return QueryError(
        f"query {query.name}: does not parse, line {line}, column {column}, {where}", hint=hint
    )
