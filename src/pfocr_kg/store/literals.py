"""Literals as Oxigraph keeps them: numbers and dates by value, not by how they were written."""

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
"""Characters from which a literal is no number or date, and is not kept in mind."""

_AS_IT_IS: Final = frozenset(
    {
        ox.NamedNode(iris.PREFIXES["xsd"] + "string"),
        ox.NamedNode(iris.PREFIXES["rdf"] + "langString"),
    }
)
"""Datatypes whose texts Oxigraph does not change; the parser has lower-cased language tags."""


def kept(literal: ox.Literal) -> ox.Literal:
    """A literal as Oxigraph gives it back: xsd:decimal "0.950" as "0.95"."""
    if literal.datatype in _AS_IT_IS:
        return literal
    return _remembered(literal) if len(literal.value) < _LONG else _asked(literal)


@lru_cache(1 << 14)
def decimal(text: str) -> str:
    """The text of an xsd:decimal as Oxigraph gives it back."""
    return kept(ox.Literal(text, datatype=_DECIMAL)).value


def double(text: str) -> str:
    """The text of an xsd:double, as Python writes it, as Oxigraph gives it back.

    That is with the fewest digits that tell it from its neighbours, and never an exponent.
    """
    number = float(text)
    if not math.isfinite(number):
        return kept(ox.Literal(text, datatype=_DOUBLE)).value
    # To ask takes ten times as long, and no number comes twice.
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def _asked(literal: ox.Literal) -> ox.Literal:
    store = ox.Store()  # a new one: what was removed from one slows every later look
    store.add(ox.Quad(_NODE, _NODE, literal))
    found = next(iter(store)).object
    assert isinstance(found, ox.Literal)
    return found


_remembered = lru_cache(1 << 14)(_asked)
