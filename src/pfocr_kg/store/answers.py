"""Answers of stores: what Oxigraph gives, and rows as an endpoint sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from pfocr_kg.errors import StoreError

BROKEN: Final = (
    SyntaxError, ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError, OSError,
)  # fmt: skip
"""What Oxigraph's parsers raise for what is not as its media type says.

MemoryError: a text is larger than a parser's buffer of 16 MiB.
"""


class EndpointRows:
    """Rows of an endpoint, with the interface of `ox.QuerySolutions`: read as they arrive.

    `names` are the columns that were asked for, in their order, and `fail` makes the error of a row
    that cannot be read; `on_row` is called before each row.

    Raises:
        StoreError: there is no such column.

    """

    def __init__(
        self,
        solutions: ox.QuerySolutions,
        names: Sequence[str],
        fail: Callable[[str], StoreError],
        on_row: Callable[[], None] = lambda: None,
    ) -> None:
        given = {variable.value for variable in solutions.variables}
        if missing := [name for name in names if name not in given]:
            raise fail(f"it has no column {missing[0]!r}")
        self.variables = [ox.Variable(name) for name in names] or solutions.variables
        self._solutions = solutions
        self._fail = fail
        self._on_row = on_row

    def __iter__(self) -> Iterator[ox.QuerySolution]:
        return self

    def __next__(self) -> ox.QuerySolution:
        self._on_row()
        try:
            solution: ox.QuerySolution = next(self._solutions)
        except BROKEN as error:
            raise self._fail(str(error)) from None
        return solution

    def serialize(self, *, format: ox.QueryResultsFormat) -> bytes:  # noqa: A002 - Oxigraph's name
        """All rows in a format."""
        try:
            return self._solutions.serialize(format=format) or b""
        except BROKEN as error:
            raise self._fail(str(error)) from None


T = TypeVar("T")

Solutions = ox.QuerySolutions | EndpointRows
Answer = Solutions | ox.QueryTriples | ox.QueryBoolean


@contextmanager
def understanding(url: str) -> Iterator[None]:
    """Turn what fails since an endpoint's answers have other values than asked into one error.

    They are read in many places, each of which takes what a store of ours gives. Of other values,
    a text can be no number or IRI (ValueError), a name be unknown (KeyError), a term be unbound
    or a triple, which has no `value`, or of another type than others (TypeError). All else is an
    error of this package, and stays one.
    """
    try:
        yield
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        if isinstance(error, AttributeError) and not isinstance(error.obj, ox.Triple | None):
            raise
        raise StoreError(
            f"{url}: its answers have other values than were asked for",
            hint="`pfocr-kg validate` tells whether it holds such a graph",
        ) from error


def understood(of: Callable[[Any], str]) -> Callable[[type[T]], type[T]]:
    """A decorator of a class whose methods read answers of an endpoint, `of` its object.

    `of` gives the URL, or "" for an object that reads no endpoint.
    """

    def checked(method: FunctionType) -> Callable[..., Any]:
        @wraps(method)
        def call(self: Any, *values: Any, **named: Any) -> Any:
            if not (url := of(self)):
                return method(self, *values, **named)
            with understanding(url):
                return method(self, *values, **named)

        return call

    def decorated(kind: type[T]) -> type[T]:
        for name, method in vars(kind).copy().items():
            if isinstance(method, FunctionType) and not name.startswith("__"):
                setattr(kind, name, checked(method))
        return kind

    return decorated
