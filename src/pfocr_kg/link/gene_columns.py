"""Finds the names of genes in a text that people paste: a list, or a column of a table.

All rules are here:

- A line that begins with `#` is a comment, and a byte order mark, empty lines and Excel's `sep=;`
  mean nothing. A comment is the header if the next line has as many cells.
- A text of several lines is a table if tabs, semicolons, commas or blanks (the first that fits)
  divide it so that its first line names a column of genes (`symbol`, `Gene Symbol`, `ENSEMBL` ...),
  or that each line has as many cells as the others and some column holds numbers. Tabs need no
  numbers. The header may lack the name of the first column, as R writes it.
- The column is the one that is asked for; else the first of `_HEADERS` that the header names; else
  the row names; else the only column that is not of numbers.
- Any other text is a list: names separated by white space, commas, semicolons, `|` or `///`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mode
from typing import Final

from pfocr_kg.errors import QueryError

_HEADERS: Final = (
    *("symbol", "genesymbol", "hgncsymbol", "hugosymbol", "mgisymbol", "approvedsymbol"),
    *("officialsymbol", "officialgenesymbol", "externalgenename", "associatedgenename"),
    *("geneshortname", "genename", "gene", "ncbigene", "ncbigeneid", "entrez", "entrezid"),
    *("entrezgene", "entrezgeneid", "geneid", "ensembl", "ensemblid", "ensemblgene"),
    *("ensemblgeneid", "genestableid", "hgnc", "hgncid"),
)
"""Names of columns of genes, best first, without case, signs and a plural's s."""

_MISSING: Final = frozenset(
    ("", "NA", "N/A", "#N/A", "NaN", "nan", "None", "null", "NULL", "-", "--", "---", ".")
)
_NUMBER: Final = re.compile(r"[-+<]*([0-9]+[.,]?|[.,])[0-9.,]*(e[-+]?[0-9]+)?%?|[-+]?inf", re.I)
_DELIMITERS: Final = ("\t", ";", ",", " ")
_SEPARATORS: Final = re.compile(r"///|[\t,;|]")
_COMMENT: Final = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True, slots=True)
class GeneColumn:
    """The cells of a list or a column, each of one name or several, and the column's name.

    `column` is "" for a list, and the number of a column that has no name.
    """

    cells: tuple[str, ...]
    column: str = ""


def read_column(text: str, column: str = "", *, optional: bool = False) -> GeneColumn:
    """Find the names in a text; `column` is a name in the header, or a number, from 1.

    If the column is `optional`, a text that does not have it is read as if none was asked for.

    Raises:
        QueryError: the text is a table without the column, or no column can be told.

    """
    lines = _lines(text)
    for delimiter in _DELIMITERS:
        table = _table(lines, delimiter, column)
        if table:
            return table.column(column, optional=optional)
    head = _key(lines[0]) if lines else ""
    named = bool(head) and (head in _HEADERS or head == _key(column))
    if column and not optional and not (named and head == _key(column)):
        raise QueryError(f"the list is not a table, and has no column {column!r}")
    return GeneColumn(
        tuple(cell for line in lines[named:] for cell in _parts(_COMMENT.sub("", line))),
        lines[0].strip(" \t\"'") if named else "",
    )


def _lines(text: str) -> list[str]:
    """The lines that are not empty, with a header that is a comment, and without other comments."""
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    start = next((at for at, line in enumerate(lines) if not _is_comment(line)), len(lines))
    if 0 < start < len(lines):
        head = lines[start - 1].lstrip("# ")
        if head.count("\t") == lines[start].count("\t") > 0:
            lines[start - 1] = head
    return [line for line in lines if not _is_comment(line)]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") or re.fullmatch("sep=.", line.strip()) is not None


def _key(name: str) -> str:
    """A column's name as names are compared."""
    return re.sub(r"[\W_]", "", name.casefold()).removesuffix("s")


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _parts(cell: str) -> Iterator[str]:
    """The names in a cell; names separated by blanks alone stay together."""
    for part in _SEPARATORS.split(cell):
        if name := part.strip(" \t\"'\xa0"):
            yield name


@dataclass(frozen=True, slots=True)
class _Table:
    """The header, "" where a column has no name, and the rows, all of the same length.

    `row_names` says whether R's names of rows are the first column.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    row_names: bool

    def column(self, name: str, *, optional: bool) -> GeneColumn:
        """The column of that name or number, or the one that the rules choose."""
        at = self._asked(name) if name else None
        if at is None and (not name or optional):
            at = self._of_genes()
        if at is None:
            shown = (f"{n} ({self.header[n - 1] or self.rows[0][n - 1]})" for n in self._numbers())
            what = f"has no column {name!r}" if name else "has no column that is clearly of genes"
            raise QueryError(
                f"the table {what}: its columns are {', '.join(shown)}",
                hint="Choose one by its name or number: --column NAME",
            )
        cells = (row[at] for row in self.rows if row[at] not in _MISSING)
        names = tuple(part for cell in cells for part in _parts(cell))
        return GeneColumn(names, self.header[at] or str(at + 1))

    def _numbers(self) -> range:
        return range(1, len(self.header) + 1)

    def _asked(self, name: str) -> int | None:
        keys = [_key(cell) for cell in self.header]
        for known, wanted in ((self.header, name), (keys, _key(name)), (self._numbers(), name)):
            for at, cell in enumerate(known):
                if wanted and str(cell) == wanted:
                    return at
        return None

    def _of_genes(self) -> int | None:
        keys = [_key(cell) for cell in self.header]
        for name in _HEADERS:
            if name in keys:
                return keys.index(name)
        words = [
            at for at in range(len(keys)) if not _holds_numbers([row[at] for row in self.rows])
        ]
        if self.row_names and 0 in words:
            return 0
        return words[0] if len(words) == 1 else None


def _table(lines: Sequence[str], delimiter: str, column: str) -> _Table | None:
    """The table that these lines are if this delimiter divides them, or None."""
    try:
        rows = [_cells(line, delimiter) for line in lines]
    except csv.Error:
        return None
    if len(rows) < 2 or sum(len(row) > 1 for row in rows[1:]) * 2 < len(rows):
        return None
    first, *others = rows
    width = mode(map(len, others))
    unnamed = len(first) == width - 1
    head = [""] * unnamed + first
    same = len(head) == width and all(len(row) == width for row in others)
    width = max(width, len(head))
    head, *others = [(row + [""] * width)[:width] for row in (head, *others)]
    numeric = [_holds_numbers(cells) for cells in zip(*others, strict=True)]
    named = not {*map(_key, first)}.isdisjoint((*_HEADERS, *filter(None, [_key(column)])))
    if not named and not (same and (any(numeric) or (delimiter == "\t" and not unnamed))):
        return None
    if all(map(_is_number, first)) and all(numeric):
        return None
    if named or head[0] == "" or any(map(_is_name_of, head, numeric)):
        return _Table(head, others, head[0] == "")
    return _Table([""] * width, [head, *others], False)


def _is_name_of(cell: str, numeric: bool) -> bool:
    """Whether the first cell of a column cannot be one of its numbers."""
    return numeric and not _is_number(cell) and cell not in _MISSING


def _cells(line: str, delimiter: str) -> list[str]:
    # Each line alone: a quotation mark that nobody closed then costs one line, not all below.
    text = line.strip() if delimiter == " " else line
    (row,) = csv.reader([text], delimiter=delimiter, skipinitialspace=True)
    return [cell.strip(" \xa0") for cell in row]


def _holds_numbers(cells: Sequence[str]) -> bool:
    """Whether all values that are not missing are numbers, and there is one."""
    values = [cell for cell in cells if cell not in _MISSING]
    return bool(values) and all(map(_is_number, values))
