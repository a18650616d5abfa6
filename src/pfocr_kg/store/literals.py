"""Literals in the form of Oxigraph, which stores the value of a number or date, not its text."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris

_NODE: Final = ox.NamedNode(iris.CREATOR)
_DECIMAL: Final = ox.NamedNode(iris.PREFIXES["xsd"] + "decimal")
_DOUBLE: Final = ox.NamedNode(iris.PREFIXES["xsd"] + "double")
_LONG: Final = 100
"""Length of texts that are not numbers or dates, and so are not cached."""

_UNCHANGED: Final = frozenset(
    {
        ox.NamedNode(iris.PREFIXES["xsd"] + "string"),
        ox.NamedNode(iris.PREFIXES["rdf"] + "langString"),
    }
)
"""Datatypes whose texts Oxigraph does not change; its parser lower-cases language tags."""


def normal_form(literal: ox.Literal) -> ox.Literal:
    """A literal as Oxigraph returns it: xsd:decimal "0.950" as "0.95"."""
    if literal.datatype in _UNCHANGED:
        return literal
    return _cached(literal) if len(literal.value) < _LONG else _from_store(literal)


@lru_cache(1 << 14)
def decimal(text: str) -> str:
    """The text of an xsd:decimal as Oxigraph returns it."""
    return normal_form(ox.Literal(text, datatype=_DECIMAL)).value


def double(text: str) -> str:
    """The text that Oxigraph returns for an xsd:double that Python wrote.

    It has the fewest digits that identify the number, and no exponent.
    """
    number = float(text)
    if not math.isfinite(number):
        return normal_form(ox.Literal(text, datatype=_DOUBLE)).value
    # To ask takes ten times as long, and no number comes twice.
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def _from_store(literal: ox.Literal) -> ox.Literal:
    store = ox.Store()  # a new one: what was removed from one slows every later look
    store.add(ox.Quad(_NODE, _NODE, literal))
    found = next(iter(store)).object
    assert isinstance(found, ox.Literal)
    return found


_cached = lru_cache(1 << 14)(_from_store)
