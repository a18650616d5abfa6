"""Replies that a user can keep as files: rows as CSV, TSV and JSON, and names of such files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pfocr_kg.query import delimited
from pfocr_kg.serve.messages import JSON, Reply
from pfocr_kg.serve.site import Site

CSV: Final = "text/csv; charset=utf-8"
TSV: Final = "text/tab-separated-values; charset=utf-8"
ROWS: Final = {"json": JSON, "csv": CSV, "tsv": TSV}
"""Formats of tables -> their media types."""

_TOGETHER: Final = 500
"""Rows that make one piece of a reply."""


def file_name(site: Site, what: str, ending: str) -> str:
    """The name of a file with what it holds and the date of the build.

    >>> from types import SimpleNamespace
    >>> file_name(SimpleNamespace(built="2026-11-26"), "figures-of-gene", "csv")
    'pfocr-figures-of-gene-2026-11-26.csv'
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", what).strip("-")
    return f"pfocr-{plain}-{site.built}.{ending}"


def attachment(site: Site, what: str, ending: str) -> dict[str, str]:
    """The header that has a browser keep a reply as a file."""
    return {"content-disposition": f'attachment; filename="{file_name(site, what, ending)}"'}


def reply(
    form: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any]
) -> Reply:
    """Rows in one of the formats `ROWS`; JSON also has what is said `about` them, before them."""
    pieces = _json(about, rows) if form == "json" else _text(form, columns, rows)
    return Reply(ROWS[form], pieces)


def _text(form: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    text = io.StringIO()
    # RFC 4180 has lines of CSV end in \r\n, as the W3C's format of query results does.
    writer = csv.writer(text) if form == "csv" else delimited.writer(text, "\t")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow(delimited.cell(row[name]) for name in columns)
        if number % _TOGETHER == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _json(about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    """An object, with its rows a line each."""
    yield dumps(dict(about))[:-1] + b', "rows": [' if about else b'{"rows": ['
    for start in range(0, len(rows), _TOGETHER):
        some = b",\n".join(map(dumps, rows[start : start + _TOGETHER]))
        yield (b",\n" if start else b"\n") + some
    yield b"\n]}\n"


def dumps(value: Any) -> bytes:
    """A plain value as JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
