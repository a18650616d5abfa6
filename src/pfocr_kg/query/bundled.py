"""Queries and their headers: the bundled ones, and those of users."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from pfocr_kg import resources
from pfocr_kg.errors import QueryError
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query import prefixes
from pfocr_kg.query.parameters import TYPES, FindIri, Parameter, ParameterValue, Term

Values = Mapping[str, ParameterValue | Sequence[ParameterValue]]
"""Name of a parameter -> its value or values."""

Terms = Mapping[str, Sequence[Term]]
"""Name of a parameter -> its RDF terms."""

_TAKEN: Final = ("level", "example", "organism_of_names", "on_note")
"""Names of `Graph.query`'s own arguments, which no parameter can have."""

_MAKES_GRAPH: Final = re.compile(r"^\s*(?:construct|describe)\b", re.I | re.M)
_HEADER: Final = re.compile(r"^#\s*(\w+):\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query, with the fields of its header."""

    name: str
    text: str
    title: str = ""
    topic: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    analytic: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The header as in the list of queries, JSON-ready."""
        return {
            "name": self.name,
            "topic": self.topic,
            "title": self.title,
            "description": self.description,
            "keywords": list(self.keywords),
            "parameters": [
                {
                    "name": parameter.name,
                    "type": parameter.kind,
                    "description": parameter.description,
                    "example": parameter.example,
                    "needed": parameter.is_needed,
                    "choices": list(parameter.choices),
                }
                for parameter in self.parameters
            ],
        }

    @property
    def makes_graph(self) -> bool:
        """Whether the answer is a graph: a line begins with CONSTRUCT or DESCRIBE."""
        return _MAKES_GRAPH.search(self.text) is not None

    def needs(self, values: Values) -> list[Parameter]:
        """The parameters that have to be given and are not among these."""
        return [p for p in self.parameters if p.is_needed and p.name not in values]

    def terms(self, values: Values, find_iri: FindIri) -> Terms:
        """The RDF terms of the user's values.

        Raises:
            QueryError: the query has no such parameter, or a value is not of its type, or
                nothing is called so.

        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                names = "Its parameters are " + ", ".join(known) if known else "It has none"
                raise QueryError(f"query {self.name} has no parameter {name!r}", hint=names)
        # Names come last, so that no note on them comes before the error of a wrong number.
        given = sorted(values, key=lambda name: known[name].names is not None)
        return {name: known[name].terms(self.name, values[name], find_iri) for name in given}

    def bind(self, terms: Terms) -> str:
        """The query's text with these terms in its VALUES lines.

        The RDF library writes them: no text of a user gets into the query without this. Known
        prefixes that the query does not declare are declared before it, in its first line.

        Raises:
            QueryError: the query has no line for a parameter.

        """
        text = self.with_values(terms)
        return prefixes.undeclared(text) + text

    def with_values(self, terms: Terms) -> str:
        """The text as `bind` gives it, without declarations."""
        text = self.text
        for name, found in terms.items():
            row = " ".join(map(str, found))
            line = re.compile(rf"^(\s*VALUES\s+[?$]{name}\s*\{{).*\}}[ \t]*$", re.MULTILINE)
            text, count = line.subn(lambda match, row=row: f"{match[1]} {row} }}", text)  # type: ignore[misc]
            if count != 1:
                raise QueryError(
                    f"query {self.name}: parameter {name!r} needs one line VALUES ?{name} {{ … }}"
                )
        return text


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
    kind, _, choices = parts[1].partition(":") if len(parts) == 4 else ("", "", "")
    if kind not in (*NamedKind, *TYPES) or parts[0] in _TAKEN:
        kinds = " or ".join((*NamedKind, *TYPES))
        raise QueryError(
            f"query {query}: broken line '# param: {line}'",
            hint=f"It reads: name | {kinds} | example | description. A name is none of "
            + ", ".join(_TAKEN),
        )
    name, _, example, description = parts
    return Parameter(name, kind, example, description, tuple(choices.replace(",", " ").split()))


@cache
def queries() -> Mapping[str, Query]:
    """The bundled queries by name, in order of topic and name."""
    found = {}
    for path in sorted(resources.folder("queries").glob("*/*.rq")):
        found[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"))
    return found


def topics() -> list[str]:
    """The topics of the bundled queries."""
    return list(dict.fromkeys(query.topic for query in queries().values()))


def of_topic(topic: str) -> list[Query]:
    """The bundled queries of a topic.

    Raises:
        QueryError: the topic is unknown.

    """
    if topic.lower() not in topics():
        near = get_close_matches(topic.lower(), topics(), n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else f"Topics are {', '.join(topics())}"
        raise QueryError(f"there is no topic {topic[:40]!r}", hint=hint)
    return [query for query in queries().values() if query.topic == topic.lower()]


def find(name: str) -> Query:
    """A bundled query by its name.

    Raises:
        QueryError: the name is unknown.

    """
    known = queries()
    if name in known:
        return known[name]
    if any(c.isspace() for c in name):
        raise QueryError(
            f"{name[:40]!r} is not the name of a query",
            hint="`pfocr-kg queries` lists them. SPARQL begins with SELECT, ASK or such, or has {",
        )
    if "/" in name or name.endswith((".rq", ".sparql")):
        raise QueryError(f"{name!r} is not the name of a query", hint="Give a file as a Path")
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"Did you mean {', '.join(near)}?" if near else "`pfocr-kg queries` lists them"
    raise QueryError(f"there is no bundled query {name[:40]!r}", hint=hint)


def is_sparql(text: str) -> bool:
    """Whether a text is SPARQL and not a name: it has a brace, or a line begins with a keyword."""
    return "{" in text or _QUERY.search(text) is not None


_QUERY: Final = re.compile(r"^\s*(?:select|ask|construct|describe|prefix|base)\s", re.I | re.M)


def resolve(what: str | Path | Query) -> Query:
    """The query that a user gives: SPARQL text, the name of a bundled query, or a file (a path).

    Raises:
        QueryError: the query is unknown, or the file does not exist.

    """
    if isinstance(what, Query):
        return what
    if isinstance(what, Path):
        return read(what)
    if not isinstance(what, str):
        raise QueryError(f"{what!r} is not a query", hint="Give a name, a Path, or SPARQL")
    return parse("given", what) if is_sparql(what) else find(what)


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
