"""Writes tables as values that a comma or tab separates."""

from __future__ import annotations

import csv
from typing import Any, Protocol


class Writable(Protocol):
    """What text is written to."""

    def write(self, text: str, /) -> object:
        """Write a text."""


def writer(output: Writable, delimiter: str) -> Any:
    r"""A `csv.writer` of rows that end in a line feed; `output` must not change line ends.

    It puts quotation marks around a text with a carriage return, too. Before Python 3.13, `csv`
    does so only where rows end in one; without them, a reader takes it for the end of the row.

    >>> import io
    >>> text = io.StringIO()
    >>> writer(text, "\t").writerow(["a\rb", "c d"])
    >>> text.getvalue()
    '"a\rb"\tc d\n'
    """
    return csv.writer(_LineFeeds(output), delimiter=delimiter, lineterminator="\r\n")


def cell(value: Any) -> Any:
    """A plain value as a table has it: of a list, the texts with blanks between them."""
    return " ".join(value) if isinstance(value, list) else value


class _LineFeeds:
    """Takes rows one by one, as `csv` writes them, and changes their ends."""

    def __init__(self, output: Writable) -> None:
        self._output = output

    def write(self, row: str) -> None:
        self._output.write(row.removesuffix("\r\n") + "\n")
