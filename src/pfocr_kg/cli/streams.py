"""Where commands read from and write to."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console

from pfocr_kg.cli import render
from pfocr_kg.errors import QueryError
from pfocr_kg.query.results import Answer, Rows
from pfocr_kg.rdf import compressed


def read_text(name: str) -> str:
    """The text of a file, or of standard input."""
    if name == "-" and sys.stdin is None:
        raise QueryError("standard input: is closed")
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise QueryError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise QueryError(f"{name}: is not UTF-8 text") from None


def write(output: Path | None, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a file, or standard output."""
    if output is None or str(output) == "-":
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with compressed.writing(output) as file:
            write(file)


def print_table(answer: Rows | Answer, output: Path | None) -> None:
    """Print rows, or yes or no, as a person reads them; or write that to a file."""
    show(output, lambda console: render.result(answer, console))


def show(output: Path | None, tell: Callable[[Console], None]) -> None:
    """Let `tell` print to standard output, or into a file."""
    if output is None or str(output) == "-":
        tell(stdout())
        return
    text = io.StringIO()
    tell(Console(file=text, highlight=False))
    with compressed.writing(output) as file:
        file.write(text.getvalue().encode())


class _Output(Console):
    """Standard output; rich itself would exit with 1 where a pipe is closed."""

    def on_broken_pipe(self) -> None:
        """Let the group of commands end quietly."""
        raise BrokenPipeError


def stdout() -> Console:
    """Standard output, for tables."""
    return _Output(highlight=False)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
