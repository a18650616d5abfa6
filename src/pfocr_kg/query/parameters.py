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

EntityIri = Callable[[str, str], str]
"""Finds the IRI of an entity from a name of it, and its kind."""

_XSD: Final = iris.PREFIXES["xsd"]
_NUMBERS: Final = frozenset({"integer", "decimal"})

ENTITIES: Final = ("gene", "disease", "chemical", "organism", "pathway", "paper", "figure")
"""Types of parameters whose values are names of entities."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query: a variable that one VALUES line of the query binds.

    `kind` is one of `TYPES` or `ENTITIES`, `example` the text in the query's header: several
    values are separated by ", ". `choices` are the only values, if there are any.
    """

    name: str
    kind: str
    example: str
    description: str
    choices: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether a user has to give it. A number or a choice has the example as its default."""
        return self.kind not in _NUMBERS and not self.choices

    @property
    def placeholder(self) -> str:
        """How a message writes it where a value is missing, as in gene=NAME."""
        return f"{self.name}={'NAME' if self.kind in ENTITIES else self.kind.upper()}"

    def terms(
        self,
        query: str,
        given: ParameterValue | Sequence[ParameterValue],
        entity_iri: EntityIri,
    ) -> list[Term]:
        """The RDF terms of one value, or of several, each once.

        `query` is the query's name, for errors.

        Raises:
            QueryError: a value is not of the parameter's type, or not the name of an entity.

        """
        values = [given] if isinstance(given, str | int | float) else given
        if not isinstance(values, Sequence):
            raise QueryError(f"query {query}: {self.name} is {given!r}, neither text nor number")
        if not values:
            raise QueryError(f"query {query}: {self.name} has no value")
        return list(dict.fromkeys(self._term(query, value, entity_iri) for value in values))

    def _term(self, query: str, value: ParameterValue, entity_iri: EntityIri) -> Term:
        if self.choices and value not in self.choices:
            raise self._error(query, value, " or ".join(self.choices))
        try:
            if self.kind in ENTITIES:
                return ox.NamedNode(entity_iri(str(value), self.kind))
            return TYPES[self.kind](value)
        except ValueError:
            article = "an" if self.kind[0] in "aeiou" else "a"
            raise self._error(query, value, f"{article} {self.kind}") from None

    def _error(self, query: str, value: ParameterValue, wanted: str) -> QueryError:
        return QueryError(
            f"query {query}: {self.name} has to be {wanted}, not {str(value)!r}",
            hint=f"As in {self.name}={iris.curie(self.example)}",
        )


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
"""Other types of parameters, each with the function that turns a user's text into a term."""


def _organism(name: str) -> str:
    return iris.organism(taxon(name))


_IDS: Final[Mapping[str, tuple[re.Pattern[str], Callable[[str], str]]]] = {
    "figure": (re.compile(r"(?:figure:)?(PMC[0-9]+__[^/%]+)(?<!\.html)"), iris.figure),
    "gene": (re.compile(r"([0-9]+)"), iris.gene),
    "organism": (re.compile(r"([^:]+)"), _organism),
    "paper": (re.compile(r"(PMC[0-9]+)", re.I), lambda pmcid: iris.paper(pmcid.upper())),
    "pathway": (re.compile(r"(WP[0-9]+)", re.I), lambda wpid: iris.pathway(wpid.upper())),
}
"""Kind of an entity -> the pattern of its ids, and the function that makes its IRI."""


def iri_of_id(text: str, kind: str) -> str:
    """The IRI of an entity from its id, IRI or CURIE.

    Raises:
        ValueError: it is none of these.

    """
    pattern, iri = _IDS.get(kind, (None, None))
    found = pattern.fullmatch(text) if pattern else None
    return iri(found[1]) if iri and found else _iri(text).value
