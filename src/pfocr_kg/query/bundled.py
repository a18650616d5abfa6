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
from pfocr_kg.query.parameters import TYPES, Parameter, ParameterValue

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
                    "default": parameter.default,
                    "description": parameter.description,
                }
                for parameter in self.parameters
            ],
        }

    def bind(self, values: Mapping[str, Sequence[ParameterValue] | ParameterValue]) -> str:
        """The query's text with the user's values in its VALUES lines.

        The RDF library makes and writes a term of the parameter's type for each value: no text of
        a user gets into the query without this.

        Raises:
            QueryError: the query has no such parameter or no line for it, or a value is not
                of its type.

        """
        known = {parameter.name: parameter for parameter in self.parameters}
        text = self.text
        for name, given in values.items():
            if name not in known:
                names = "Its parameters are " + ", ".join(known) if known else "It has none"
                raise QueryError(f"query {self.name} has no parameter {name!r}", hint=names)
            row = " ".join(map(str, known[name].terms(self.name, given)))
            line = re.compile(rf"^(\s*VALUES\s+[?$]{name}\s*\{{).*\}}[ \t]*$", re.MULTILINE)
            text, count = line.subn(lambda found, row=row: f"{found[1]} {row} }}", text)  # type: ignore[misc]
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
    if len(parts) != 4 or parts[1] not in TYPES:
        raise QueryError(
            f"query {query}: broken line '# param: {line}'",
            hint="It reads: name | " + " or ".join(TYPES) + " | default | description",
        )
    return Parameter(*parts)


@cache
def queries() -> Mapping[str, Query]:
    """The bundled queries by name, in order of topic and name."""
    found = {}
    for path in sorted(resources.folder("queries").glob("*/*.rq")):
        found[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"))
    return found


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
