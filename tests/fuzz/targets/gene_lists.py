"""Any text is a list or a table of genes, or an error of one line.

Names are parts of the text, and a list of plain words is these words.
"""

from __future__ import annotations

import re

from fuzz.pieces import Pieces
from fuzz.scratch import one_line
from pfocr_kg.errors import QueryError
from pfocr_kg.link import gene_columns

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}")


def check(data: bytes) -> None:
    pieces = Pieces(data)
    column, text = pieces.text(), pieces.text()
    try:
        found = gene_columns.read_column(text, column, optional=bool(pieces.number(2)))
    except QueryError as error:
        one_line(error)
    else:
        unquoted = text.replace('"', "")
        assert all(cell and cell.replace('"', "") in unquoted for cell in found.cells), found
        assert not any(re.search(r"///|[\t\n,;|]", cell) for cell in found.cells), found
    words = list(dict.fromkeys(WORD.findall(text)))
    first = gene_columns._key(words[0]) if words else ""
    if words and first not in gene_columns._HEADERS:
        assert gene_columns.read_column("\n".join(words)).cells == tuple(words)
