"""Input and output of commands."""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, TypeGuard, TypeVar

from rich.console import Console

from pfocr_kg.cli.terminal import Screen
from pfocr_kg.errors import QueryError
from pfocr_kg.rdf import compressed

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Returned = TypeVar("Returned")


def read_text(name: str) -> str:
    """The text of a file, or of standard input if the name is "-".

    It is UTF-8, or UTF-16 as spreadsheets write it, with a byte order mark.

    Raises:
        QueryError: it cannot be read, or is no such text.

    """
    if name == "-" and sys.stdin is None:
        raise QueryError("standard input: is closed")
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8-sig")
    except OSError as error:
        raise QueryError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        hint = "Save the sheet as text, such as CSV" if raw.startswith(b"PK\x03\x04") else ""
        raise QueryError(f"{name}: is not UTF-8 text", hint=hint) from None


def is_file(output: Path | None) -> TypeGuard[Path]:
    """Whether --output names a file, and not standard output."""
    return output is not None and str(output) != "-"


def folder_of(output: Path | None) -> Path | None:
    """The folder of an output file, for temporary files; None without a file."""
    return output.parent if is_file(output) else None


def write(output: Path | None, write_to: Callable[[IO[bytes]], Returned]) -> Returned:
    """Call `write_to` with a file or standard output; returns its result."""
    if is_file(output):
        with compressed.writing(output) as file:
            return write_to(file)
    returned = write_to(sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return returned


def write_json(output: Path | None, value: Any) -> None:
    """Write a value as JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    write(output, lambda file: file.write(text.encode()))


def show(output: Path | None, show_in: Callable[[Console], None]) -> None:
    """Call `show_in` to print to a terminal, or without blanks at ends of lines to elsewhere."""
    screen = Screen()
    if not is_file(output) and screen.is_terminal:
        show_in(screen)
        return
    text = io.StringIO()
    show_in(Console(file=text, highlight=False))
    stripped = re.sub(" +$", "", text.getvalue(), flags=re.MULTILINE)
    if is_file(output):
        with compressed.writing(output) as file:
            file.write(stripped.encode(errors="replace"))
    else:
        sys.stdout.write(stripped)
