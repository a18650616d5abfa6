"""Answers of queries: rows of plain values, triples, or yes and no."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import IO, Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import FormatError, Limit, QueryError, checked
from pfocr_kg.query import html
from pfocr_kg.rdf import formats, writing
from pfocr_kg.rdf.compressed import PieceReader
from pfocr_kg.store.answers import Answer as StoreAnswer
from pfocr_kg.store.answers import Solutions

Value = str | int | float | bool | None
"""An IRI or text, a number, a truth value, or None for an unbound variable."""

_SHOWN: Final = 20
"""Rows that a notebook shows."""

_XSD: Final = iris.PREFIXES["xsd"]
_WHOLE: Final = (
    *("integer", "int", "long", "short", "byte", "gYear"),
    *("nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong"),
)
_READERS: Final[dict[str, Callable[[str], Value]]] = {
    **{_XSD + name: int for name in _WHOLE},
    **{_XSD + name: float for name in ("decimal", "double", "float")},
    _XSD + "boolean": lambda text: text in ("true", "1"),
}
"""Datatypes with a plain Python value, each with the function that reads it."""


def to_python(term: Any) -> Value:
    """A term's plain Python value; a year is an integer, an IRI or other literal a text."""
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        try:
            return _READERS.get(term.datatype.value, str)(term.value)
        except ValueError:  # "abc"^^xsd:integer is a literal too
            return str(term.value)
    return term.value if isinstance(term, ox.NamedNode) else str(term)


class Row(dict[str, Value]):
    """One row: `row["gene"]`, or `row.gene` if the name is not a method of a dict.

    >>> row = pfocr_kg.Row(gene="TNF", figures=9)
    >>> row.gene, row["figures"]
    ('TNF', 9)
    """

    def __getattr__(self, name: str) -> Value:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the row has no {name!r}; it has {', '.join(self)}") from None


class Records(list[Row]):
    """Rows that are all there: `pandas.DataFrame(records)`; a notebook shows them as a table.

    `total` is how many there are without a limit.

    >>> found = graph.search(gene="TNF", limit=2)
    >>> len(found), found.total
    (2, 8)
    >>> import pandas
    >>> list(pandas.DataFrame(found).columns)[:3]
    ['figure', 'title', 'paper_title']
    """

    def __init__(self, rows: Iterable[Row], total: int | None = None) -> None:
        super().__init__(rows)
        self.total = len(self) if total is None else total

    def _repr_html_(self) -> str:
        return html.table(list(self[0]) if self else (), [[*row.values()] for row in self])


@contextmanager
def _running(hint: str) -> Iterator[None]:
    """Turn failures of a query, which runs while its answer is read, into errors.

    An OSError with a number is from the file that is written to, and is raised unchanged.
    """
    try:
        yield
    except (RuntimeError, ValueError, SyntaxError) as error:
        raise QueryError(f"the query failed: {error}", hint=hint) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise QueryError(f"the query failed: {error}", hint=hint) from None


def chosen_columns(names: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """The chosen columns of a table, all of them if none is chosen.

    Raises:
        QueryError: the table has no such column.

    """
    if unknown := [name for name in chosen if name not in names]:
        raise QueryError(
            f"there is no column {unknown[0]!r}", hint=f"The columns are {', '.join(names)}"
        )
    return list(dict.fromkeys(chosen or names))


@dataclass(slots=True)
class Rows:
    """The rows of a SELECT, read as they arrive: iterate once, or use one of the methods.

    `found` counts those read so far, and `more` says whether a limit left out any.

    >>> for row in graph.query("figures-per-year").only(limit=2):
    ...     print(row.year, row.figures)
    2001 3
    2006 1
    """

    solutions: Solutions
    found: int = 0
    more: bool = False
    _read: bool = False
    _hint: str = ""
    _chosen: tuple[str, ...] = ()
    _limit: int | None = None
    _ahead: list[ox.QuerySolution] = field(default_factory=list)

    @checked
    def only(self, chosen: Sequence[str] = (), limit: Limit | None = None) -> Rows:
        """The same rows with the chosen columns (all if none is named), the first `limit` rows.

        They are read from these, which must not have been read.

        Raises:
            QueryError: there is no such column.

        >>> rows = graph.query("figures-per-year").only(["year", "figures"], 2)
        >>> rows.records(), rows.more
        ([{'year': 2001, 'figures': 3}, {'year': 2006, 'figures': 1}], True)
        """
        names = tuple(chosen_columns(self.variables, chosen))
        return replace(self, _chosen=names, _limit=limit)

    def _take(self) -> Solutions:
        """The solutions, which can be read once.

        Raises:
            QueryError: they have been read.

        """
        if self._read:
            raise QueryError("the rows were read already", hint="Keep them: rows = list(rows)")
        self._read = True
        return self.solutions

    @property
    def variables(self) -> list[str]:
        """Names of the columns, in order.

        >>> graph.query("figures-per-year").variables
        ['year', 'figures', 'papers']
        """
        return list(self._chosen) or [variable.value for variable in self.solutions.variables]

    def __iter__(self) -> Iterator[Row]:
        names = self.variables
        for row in self.terms():
            yield Row((name, to_python(term)) for name, term in zip(names, row, strict=True))

    def terms(self) -> Iterator[list[Any]]:
        """Rows of RDF terms (pyoxigraph's), None if unbound.

        >>> year, figures, papers = next(graph.query("figures-per-year").terms())
        >>> str(year)
        '"2001"^^<http://www.w3.org/2001/XMLSchema#gYear>'
        """
        names, solutions = self.variables, chain(self._ahead, self._take())
        with _running(self._hint):
            for solution in islice(solutions, self._limit):
                self.found += 1
                yield [solution[name] for name in names]
            self.more = self._limit is not None and next(solutions, None) is not None

    def read_ahead(self, count: int) -> int:
        """Read the first `count` rows, and keep them for who reads all; returns how many there are.

        An answer of no more than so many rows can then no longer fail.

        >>> rows = graph.query("figures-per-year")
        >>> rows.read_ahead(3), len(rows.records())
        (3, 12)
        """
        with _running(self._hint):
            self._ahead += islice(self.solutions, max(0, count - len(self._ahead)))
        return min(count, len(self._ahead))

    def records(self) -> Records:
        """All rows as a list of dicts: `pandas.DataFrame(rows.records())`.

        >>> graph.query("figures-per-year").records()[0]
        {'year': 2001, 'figures': 3, 'papers': 3}
        """
        return Records(self)

    def _repr_html_(self) -> str:
        """The first rows for a notebook; they are still there to be read."""
        if self._read:
            return "<p>The rows were read already.</p>"
        self.read_ahead(_SHOWN + 1)
        shown = [
            [to_python(solution[name]) for name in self.variables]
            for solution in self._ahead[
                : min(_SHOWN, _SHOWN if self._limit is None else self._limit)
            ]
        ]
        more = "<p>and more rows</p>" if len(self._ahead) > len(shown) else ""
        return html.table(self.variables, shown) + more

    def columns(self) -> dict[str, list[Value]]:
        """All rows by column: `pandas.DataFrame(...)` and `polars.DataFrame(...)` take it.

        >>> graph.query("most-named-diseases").only(["diseaseName", "named"], 2).columns()
        {'diseaseName': ['Cancer', 'Ovarian cancer'], 'named': [7, 1]}
        """
        names = self.variables
        table: dict[str, list[Value]] = {name: [] for name in names}
        for row in self:
            for name in names:
                table[name].append(row[name])
        return table

    @checked
    def write(self, output: IO[bytes], form: str) -> None:
        """Write all rows in one of `formats.RESULTS`.

        Raises:
            FormatError: the format is for graphs.

        >>> with open("years.csv", "wb") as file:
        ...     graph.query("figures-per-year").write(file, "csv")
        """
        chosen = _result_format(form, "rows")
        # Solutions cannot be made in Python: they are read from SPARQL's own form of rows, TSV.
        lines = io.BufferedReader(PieceReader(self._tsv()))
        with _running(self._hint):
            ox.parse_query_results(lines, format=ox.QueryResultsFormat.TSV).serialize(
                writing.for_library(output, form), format=chosen
            )
        if form in ("json", "xml"):  # their last line has no end
            output.write(b"\n")

    def _tsv(self) -> Iterator[bytes]:
        yield "\t".join(f"?{name}" for name in self.variables).encode() + b"\n"
        for row in self.terms():
            terms = ("" if term is None else str(term) for term in row)
            yield "\t".join(terms).encode() + b"\n"


@dataclass(slots=True)
class Answer:
    """The yes or no of an ASK.

    >>> bool(graph.query("ASK { ?figure pfocr:gene ncbigene:7124 }"))
    True
    """

    boolean: ox.QueryBoolean

    def __bool__(self) -> bool:
        return bool(self.boolean)

    @checked
    def write(self, output: IO[bytes], form: str) -> None:
        """Write it in one of `formats.RESULTS`.

        Raises:
            FormatError: the format is for graphs.

        >>> with open("answer.json", "wb") as file:
        ...     graph.query("ASK { ?figure pfocr:gene ncbigene:7124 }").write(file, "json")
        """
        self.boolean.serialize(output, format=_result_format(form, "yes or no"))
        output.write(b"\n")


@dataclass(slots=True)
class Triples:
    """The triples of a CONSTRUCT or DESCRIBE; iterate once for pyoxigraph's.

    `found` counts those read so far.

    >>> triples = graph.query("DESCRIBE ncbigene:7124")
    >>> sum(1 for _ in triples), triples.found
    (15, 15)
    """

    triples: Iterable[ox.Triple]
    found: int = 0
    _hint: str = ""

    def __iter__(self) -> Iterator[ox.Triple]:
        with _running(self._hint):
            for triple in self.triples:
                self.found += 1
                yield triple

    @checked
    def write(self, output: IO[bytes], form: str) -> None:
        """Write the distinct triples in one of `formats.RDF`, sorted.

        Raises:
            FormatError: the format is for rows.

        >>> with open("figure.ttl", "wb") as file:
        ...     graph.query("subgraph-of-figure", example=True).write(file, "turtle")
        """
        if form not in formats.RDF:
            raise FormatError(
                f"the query gives a graph, which {form!r} cannot hold",
                hint="Formats of graphs are " + ", ".join(formats.RDF),
            )
        writing.write(sorted(set(self), key=writing.sort_key), output, form)


def _result_format(form: str, what: str) -> ox.QueryResultsFormat:
    if form not in formats.RESULTS:
        raise FormatError(
            f"the query gives {what}, which {form!r} cannot hold",
            hint="Formats are " + ", ".join((formats.TABLE, *formats.RESULTS)),
        )
    return formats.RESULTS[form]


Result = Rows | Answer | Triples


def wrap(answer: StoreAnswer, *, hint: str = "") -> Result:
    """The answer of a store as one of the classes here; `hint` is for one that fails later."""
    if isinstance(answer, Solutions):
        return Rows(answer, _hint=hint)
    if isinstance(answer, ox.QueryBoolean):
        return Answer(answer)
    return Triples(answer, _hint=hint)
