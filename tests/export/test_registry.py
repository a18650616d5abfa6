"""The tables of formats and of parts of a release: complete, and quick to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from pfocr_kg.errors import FormatError
from pfocr_kg.export.registry import EXPORTS, RELEASE_PARTS, export_format

LARGE = ("networkx", "numpy", "pyarrow", "rdflib", "requests", "scipy", "nanopub", "rocrate")


def test_writers_are_there() -> None:
    """A part without a writer is written by what `release` is given."""
    writers = [form.writer for form in EXPORTS.values()]
    parts = {name: part.writer for name, part in RELEASE_PARTS.items()}
    assert parts.pop("networks") == ""
    for name in (*writers, *parts.values()):
        assert callable(resolve_name(name)), name


def test_the_command_line_imports_no_large_library() -> None:
    code = (
        "import sys, pfocr_kg.cli.export, pfocr_kg.cli.release, pfocr_kg.cli.push;"
        f"print(*(name for name in {LARGE} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("name", "output", "want"),
    [
        (None, "x.gmt.gz", "gmt"),
        (None, "x.nq.zst", "nquads"),
        (None, "x.owl", "rdfxml"),
        (None, "-", "turtle"),
        (None, None, "turtle"),
        ("nanopubs", "x.trig", "nanopubs"),
        ("kgx", "x.nt", "kgx"),
    ],
)
def test_format_is_that_named_or_meant(name: str | None, output: str | None, want: str) -> None:
    assert export_format(name, None if output is None else Path(output)).name == want


@pytest.mark.parametrize(
    ("name", "output", "says"),
    [
        ("kgx", None, "kgx is several files"),
        ("parquet", "-", "parquet is several files"),
        ("docx", None, "unknown format 'docx'"),
        (None, "x.docx", "its ending names no RDF format"),
    ],
)
def test_what_is_no_format(name: str | None, output: str | None, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        export_format(name, None if output is None else Path(output))
