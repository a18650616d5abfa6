"""Rows are counted exactly in what Oxigraph writes, however it is cut into pieces."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_kg.serve.messages import RequestError
from pfocr_kg.serve.row_limit import LimitedRows, limited

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
SPARQL_XML = "{http://www.w3.org/2005/sparql-results#}"

# Texts that look like the ends and beginnings of rows.
TRAPS = st.sampled_from(
    [
        '"},{"', "},{", "[{", ",{", '":"', '":{"', "\\", '\\"', "\\\\", '"', '""', ",", ":", "{",
        "}", "[", "]", "\n", "\r\n", "\t", "\x01", "é", "<result>", "</result>", "&lt;result>",
    ]
)  # fmt: skip
TEXTS = st.lists(TRAPS, max_size=4).map("".join)
CELLS = st.one_of(st.none(), TEXTS)
TABLES = st.integers(0, 3).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6)
)


def answer(table: list[list[str | None]], form: str) -> bytes:
    """Rows of literals, as Oxigraph writes them."""
    names = " ".join(f"?v{n}" for n in range(len(table[0]) if table else 1))
    rows = " ".join(
        "(" + " ".join("UNDEF" if c is None else str(ox.Literal(c)) for c in row) + ")"
        for row in table
    )
    # Without variables, * stands for none.
    query = f"SELECT {names or '*'} {{ VALUES ({names}) {{ {rows} }} }}"
    return ox.Store().query(query).serialize(format=FORMATS[form])


def rows_of(text: bytes, form: str) -> int:
    """The rows that a reader of the format finds."""
    if form == "json":
        return len(json.loads(text)["results"]["bindings"])
    if form == "xml":
        cleaned = text.replace(b"\x01", b"")  # which XML has no way to write
        return len(ET.fromstring(cleaned).findall(f".//{SPARQL_XML}result"))
    if form == "csv":
        return len(list(csv.reader(io.StringIO(text.decode(), newline="")))) - 1
    return len(text.decode().split("\n")) - 2


def write(pieces: list[bytes], form: str, limit: int) -> bytes:
    output = io.BytesIO()
    rows = LimitedRows(output, form, limit)
    for piece in pieces:
        assert rows.write(piece) == len(piece)
    return output.getvalue()


def cut(text: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    for size in sizes:
        pieces.append(text[:size])
        text = text[size:]
    return [*pieces, text]


@pytest.mark.parametrize("form", FORMATS)
@given(table=TABLES, sizes=st.lists(st.integers(1, 40), max_size=20))
def test_all_rows_up_to_the_limit_pass_and_one_more_does_not(
    form: str, table: list[list[str | None]], sizes: list[int]
) -> None:
    text = answer(table, form)
    rows = rows_of(text, form)
    assert rows == len(table)
    for pieces in (cut(text, sizes), cut(text, [1] * len(text))):
        assert write(pieces, form, rows) == text
        if rows:
            with pytest.raises(RequestError, match=f"more than {rows - 1} rows") as raised:
                write(pieces, form, rows - 1)
            assert raised.value.status == 403


def test_triples_up_to_the_limit_pass_and_one_more_does_not() -> None:
    assert list(limited(iter("abc"), 3)) == ["a", "b", "c"]
    with pytest.raises(RequestError, match="more than 1,000 triples"):
        list(limited(range(1001), 1000))
