"""Parameters of queries: turns a user's texts and numbers into RDF terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.records.organisms import taxon

ParameterValue = str | int | float
Term = ox.Literal | ox.NamedNode

_XSD: Final = iris.PREFIXES["xsd"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query: a variable that one VALUES line of the query binds.

    `kind` is one of `TYPES`, `default` the text in the query's header.
    """

    name: str
    kind: str
    default: str
    description: str

    def terms(self, query: str, given: ParameterValue | Sequence[ParameterValue]) -> list[Term]:
        """The RDF terms of one value, or of several.

        `query` is the query's name, for errors.

        Raises:
            QueryError: a value is not of the parameter's type, or names an unknown organism.

        """
        values = [given] if isinstance(given, str | int | float) else given
        if not isinstance(values, Sequence):
            raise QueryError(f"query {query}: {self.name} is {given!r}, neither text nor number")
        return [self._term(query, value) for value in values]

    def _term(self, query: str, value: ParameterValue) -> Term:
        if self.kind == "iri":
            value = _iri_of_id(self.name, value)
        try:
            return TYPES[self.kind](value)
        except ValueError:
            article = "an" if self.kind[0] in "aeiou" else "a"
            raise QueryError(
                f"query {query}: {self.name} has to be {article} {self.kind}, not {str(value)!r}",
                hint=f"As in {self.name}={iris.curie(self.default)}",
            ) from None


def _string(text: ParameterValue) -> ox.Literal:
    return ox.Literal(str(text))


def _integer(text: ParameterValue) -> ox.Literal:
    # `int` would accept underscores and the digits of other scripts.
    if not re.fullmatch(r"[+-]?[0-9]+", str(text)):
        raise ValueError(text)
    return ox.Literal(str(int(text)), datatype=ox.NamedNode(_XSD + "integer"))


def _decimal(text: ParameterValue) -> ox.Literal:
    # Stores compute with no more digits: a filter with more would leave nothing.
    if not re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", str(text)):
        raise ValueError(text)
    return ox.Literal(str(text), datatype=ox.NamedNode(_XSD + "decimal"))


def _iri(text: ParameterValue) -> ox.NamedNode:
    node = ox.NamedNode(iris.expand(str(text).strip("<>")))
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", node.value):
        raise ValueError(text)
    return node


TYPES: Final[Mapping[str, Callable[[ParameterValue], Term]]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "iri": _iri,
}
"""Types of parameters, each with the function that turns a user's text into a term."""


def _organism(name: str) -> str:
    return iris.organism(taxon(name))


_IDS: Final[Mapping[str, tuple[re.Pattern[str], Callable[[str], str]]]] = {
    "figure": (re.compile(r"(?:figure:)?(PMC[0-9]+__[^/%]+)(?<!\.html)"), iris.figure),
    "gene": (re.compile(r"([0-9]+)"), iris.gene),
    "organism": (re.compile(r"([^:]+)"), _organism),
    "paper": (re.compile(r"(PMC[0-9]+)", re.I), lambda pmcid: iris.paper(pmcid.upper())),
    "pathway": (re.compile(r"(WP[0-9]+)", re.I), lambda wpid: iris.pathway(wpid.upper())),
}
"""Name of a parameter -> the pattern of an entity's id, and the function that makes its IRI."""


def _iri_of_id(name: str, value: ParameterValue) -> ParameterValue:
    """The IRI of an entity from its id; any other value unchanged."""
    pattern, iri = _IDS.get(name, (None, None))
    found = pattern.fullmatch(str(value)) if pattern else None
    return iri(found[1]) if iri and found else value
