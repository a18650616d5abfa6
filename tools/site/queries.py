"""`{answer} NAME`: a bundled query as a command, its first rows on the sample, and its SPARQL."""

from __future__ import annotations

import io
import re
from typing import Any, ClassVar

import pyoxigraph as ox
from sphinx.application import Sphinx
from tools.sample import graph
from tools.site.written import Written, code, plain, table

from pfocr_kg import Rows, Triples, iris
from pfocr_kg.cli.asked_query import example
from pfocr_kg.query import bundled
from pfocr_kg.query.bundled import Query

MOST_COLUMNS = 4
"""A table with more columns is turned: each column is a line."""


class Answer(Written):
    """What the sample answers to the example of a query, and the text of the query."""

    table_classes: ClassVar[list[str]] = ["rows"]

    def markdown(self, *arguments: str) -> str:
        """The command, the first rows or triples, and the query."""
        query = bundled.queries()[arguments[0]]
        rows = "" if "# endpoint: " in query.text else _rows(query)
        asked = f"```console\n$ {example(query)}\n```\n"
        text = re.sub(r"\A(#.*\n)+", "", query.text).rstrip()
        return f"{asked}\n{rows}\n````{{dropdown}} SPARQL\n```sparql\n{text}\n```\n````\n"


def _rows(query: Query) -> str:
    answer = graph().query(query, example=True)
    if isinstance(answer, Triples):
        return _turtle(answer)
    assert isinstance(answer, Rows), query.name
    columns = [code(name) for name in answer.variables]
    rows = [[_cell(value) for value in row] for row in answer.terms()]
    if not rows:
        return "On the sample it has no rows.\n"
    if len(columns) > MOST_COLUMNS:
        shown = rows[:2]
        heads = ("column", "first row", "second row")[: len(shown) + 1]
        text = table(heads, zip(columns, *shown, strict=True))
    else:
        shown = rows[:3]
        text = table(columns, shown)
    of = "" if len(shown) == len(rows) else f"; the first {len(shown)} are"
    return f"On the sample it has {len(rows)} row{'s' * (len(rows) != 1)}{of}:\n\n{text}"


def _cell(term: Any) -> str:
    """An IRI as a CURIE, a literal as its text."""
    if term is None:
        return ""
    return code(iris.curie(term.value)) if isinstance(term, ox.NamedNode) else plain(term.value)


def _turtle(answer: Triples) -> str:
    output = io.BytesIO()
    answer.write(output, "turtle")
    lines = [line for line in output.getvalue().decode().splitlines() if "@prefix" not in line]
    text = "\n".join(lines).strip().splitlines()
    return (
        f"On the sample it has {answer.found} triples, which begin so:\n\n```turtle\n"
        + "\n".join([*text[:10], *(["..."] if len(text) > 10 else []), "```\n"])
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Give the directive to Sphinx."""
    app.add_directive("answer", Answer)
    return {"parallel_read_safe": True}
