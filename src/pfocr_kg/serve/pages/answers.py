"""Answers of queries as pages show them: a table with links, yes or no, or Turtle."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.results import Answer, Result, Rows, Triples, to_python
from pfocr_kg.serve import addresses
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.pages import tables
from pfocr_kg.serve.pages.tables import Cell, PageColumn, PageTable

FIRST: Final = 200
"""Rows that a page shows."""
MOST: Final = 10_000
"""Rows that a page reads, to count and sort them, and triples that it shows."""

_YEAR: Final = iris.PREFIXES["xsd"] + "gYear"
_KINDS: Final = {"disease": NamedKind.DISEASE, "chemical": NamedKind.CHEMICAL}
"""What a MeSH IRI is of, by a word in the name of its column."""
_LABELS: Final = ("Label", "Title", "Name", "Symbol")
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What a page shows of an answer: one of `table`, `boolean` and `turtle` is not None.

    `count` is the number of rows, or of triples; there are `more` if they are not all counted.
    """

    count: int
    more: bool = False
    table: PageTable | None = None
    boolean: bool | None = None
    turtle: str | None = None


def shown(
    asked: Asked, found: Result, called: Callable[[str], str], download: str = ""
) -> ShownAnswer:
    """An answer for a page; `called` gives the heading of a variable.

    `download` is the address of all its rows.

    Raises:
        QueryError: the query fails while its answer is read.

    """
    if isinstance(found, Answer):
        return ShownAnswer(1, boolean=bool(found))
    if isinstance(found, Rows):
        return _rows(asked, found, called, download)
    some = list(islice(found, MOST + 1))
    text = io.BytesIO()
    Triples(some[:MOST]).write(text, "turtle")
    return ShownAnswer(min(len(some), MOST), len(some) > MOST, turtle=text.getvalue().decode())


def _rows(asked: Asked, found: Rows, called: Callable[[str], str], download: str) -> ShownAnswer:
    read = found.read_ahead(MOST + 1)
    count = min(read, MOST)
    needed = tables.wanted(asked, "rows", FIRST)
    names = found.variables
    some = list(islice(found.terms(), count if needed is None else needed))
    labels = _labels(names)
    rows = [
        {
            name: _cell(term, name, row[labels[name]] if name in labels else None)
            for name, term in zip(names, row, strict=True)
        }
        for row in some
    ]
    columns = [PageColumn(name, called(name), _is_number(rows, name)) for name in names]
    more = read > MOST
    table = tables.table(
        asked, "rows", "Rows", columns, rows,
        total=count, more=more, first=FIRST, download=download,
    )  # fmt: skip
    return ShownAnswer(count, more, table)


def heading(variable: str) -> str:
    """The name of a variable for people.

    >>> heading("figureTitle")
    'Figure title'
    """
    words = _CAPITAL.sub(" ", variable.replace("_", " ")).lower()
    return words[:1].upper() + words[1:]


def _labels(names: Sequence[str]) -> Mapping[str, int]:
    """Column that holds labels -> the place of the column whose things they are labels of."""
    places = {name: place for place, name in enumerate(names)}
    found = {f"{name}{ending}": place for name, place in places.items() for ending in _LABELS}
    if "gene" in places:
        found["symbol"] = places["gene"]
    return {name: place for name, place in found.items() if name in places}


def _is_number(rows: Sequence[Mapping[str, Cell]], name: str) -> bool:
    values = {type(row[name].value) for row in rows} - {type(None)}
    return bool(values) and values <= {int, float}


def _cell(term: Any, column: str, labelled: Any) -> Cell:
    """A term with its link; one that is the label of something has the link of that."""
    if isinstance(term, ox.NamedNode):
        return Cell(short(term.value), _address(term.value, column))
    if isinstance(term, ox.Literal) and term.datatype.value == _YEAR:
        return Cell(term.value)
    href = _address(labelled.value, column) if isinstance(labelled, ox.NamedNode) else ""
    return Cell(to_python(term), href)


def _address(iri: str, column: str) -> str:
    """Where the IRI of a cell leads to: our own page, else the web."""
    kind = next((kind for word, kind in _KINDS.items() if word in column.lower()), None)
    is_web = iri.startswith(("http://", "https://"))
    return addresses.page(iri, kind) or (iri if is_web else "")


def short(iri: str) -> str:
    """An IRI as people read it: the id of a figure, paper or pathway, else as a CURIE.

    >>> short("https://europepmc.org/article/PMC/3614012")
    'PMC3614012'
    """
    folder, _, name = addresses.page(iri)[1:].partition("/")
    return unquote(name) if folder in ("figures", "papers", "pathways") else iris.curie(iri)
