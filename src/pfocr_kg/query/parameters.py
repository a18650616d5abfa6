"""Parameters of queries: turns a user's texts and numbers into RDF terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.names.matches import NamedKind

ParameterValue = str | int | float
Term = ox.Literal | ox.NamedNode

FindIri = Callable[[str, NamedKind], str]
"""Finds the IRI of what has a name, which may be an identifier, and is of a kind."""

_XSD: Final = iris.PREFIXES["xsd"]
_NUMBERS: Final = frozenset({"integer", "decimal"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query: a variable that one VALUES line of the query binds.

    `kind` is a `NamedKind` or one of `TYPES`, `example` the text in the query's header: several
    values are separated by ", ". `choices` are the only values, if there are any.
    """

    name: str
    kind: str
    example: str
    description: str
    choices: tuple[str, ...] = ()

    @property
    def names(self) -> NamedKind | None:
        """What its values name; None if they are values of `TYPES`."""
        return NamedKind(self.kind) if self.kind in frozenset(NamedKind) else None

    @property
    def is_needed(self) -> bool:
        """Whether a user has to give it. A number or a choice has the example as its default."""
        return self.kind not in _NUMBERS and not self.choices

    @property
    def placeholder(self) -> str:
        """How a message writes it where a value is missing, as in gene=NAME."""
        return f"{self.name}={'NAME' if self.names is not None else self.kind.upper()}"

    def terms(
        self,
        query: str,
        given: ParameterValue | Sequence[ParameterValue],
        find_iri: FindIri,
    ) -> list[Term]:
        """The RDF terms of one value, or of several, each once.

        `query` is the query's name, for errors.

        Raises:
            QueryError: a value is not of the parameter's type, or nothing is called so.

        """
        values = [given] if isinstance(given, str | int | float) else given
        if not isinstance(values, Sequence):
            raise QueryError(f"query {query}: {self.name} is {given!r}, neither text nor number")
        if not values:
            raise QueryError(f"query {query}: {self.name} has no value")
        return list(dict.fromkeys(self._term(query, value, find_iri) for value in values))

    def _term(self, query: str, value: ParameterValue, find_iri: FindIri) -> Term:
        if self.choices and value not in self.choices:
            raise self._error(query, value, " or ".join(self.choices))
        try:
            if self.names is not None:
                return ox.NamedNode(find_iri(str(value), self.names))
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


def iri(text: ParameterValue) -> ox.NamedNode:
    """The IRI that a text is, or means as a CURIE.

    Raises:
        ValueError: it is neither.

    """
    node = ox.NamedNode(iris.expand(str(text).strip("<>")))
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", node.value):
        raise ValueError(text)
    return node


TYPES: Final[Mapping[str, Callable[[ParameterValue], Term]]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "iri": iri,
}
"""Other types of parameters, each with the function that turns a user's text into a term."""
