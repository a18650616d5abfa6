"""The command `pfocr-kg`: its commands, and the handling of errors."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, Final, NoReturn

import click

from pfocr_kg.cli import signals, terminal
from pfocr_kg.cli.apply import apply
from pfocr_kg.cli.build import build
from pfocr_kg.cli.candidates import candidates
from pfocr_kg.cli.diff import diff
from pfocr_kg.cli.enrich import enrich
from pfocr_kg.cli.exit_codes import INTERRUPTED, UNUSABLE, WRONG
from pfocr_kg.cli.export import export
from pfocr_kg.cli.find import find
from pfocr_kg.cli.link import link
from pfocr_kg.cli.map import map_records
from pfocr_kg.cli.mcp import mcp
from pfocr_kg.cli.network import network
from pfocr_kg.cli.push import push
from pfocr_kg.cli.queries import queries
from pfocr_kg.cli.query import query
from pfocr_kg.cli.release import release
from pfocr_kg.cli.search import search
from pfocr_kg.cli.serve import serve
from pfocr_kg.cli.show import show
from pfocr_kg.cli.stats import stats
from pfocr_kg.cli.validate import validate
from pfocr_kg.errors import NothingReadError, PfocrError


class _Commands(click.Group):
    """The commands; a reader that closes the pipe early causes no error."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click itself would exit with 1 if a pipe is closed."""
        try:
            try:
                result = super().invoke(ctx)
            except SystemExit:  # it has written all, and found something wrong
                sys.stdout.flush()
                raise
            sys.stdout.flush()
        except BrokenPipeError:
            _discard_output()
            ctx.exit(0)
        return result


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    commands=[
        *(apply, build, candidates, diff, enrich, export, find, link, map_records, mcp),
        *(network, push, queries, query, release, search, serve, show, stats, validate),
    ],
)
@click.version_option(package_name="pfocr-kg", message="pfocr-kg %(version)s")
def app() -> None:
    """A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL, Turtle."""


def main() -> None:
    """Run the command line; every error ends in one line and an exit code."""
    try:
        signals.end_on_signals()
        if sys.stdout is None:
            _fail("standard output is closed", UNUSABLE)
        _replace_what_cannot_be_shown()
        terminal.protect()
        app(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(UNUSABLE)
    except click.UsageError as error:
        hint = f" See: {error.ctx.command_path} --help" if error.ctx else ""
        _fail(error.format_message() + hint, UNUSABLE)
    except click.ClickException as error:
        _fail(error.format_message(), UNUSABLE)
    except NothingReadError as error:
        _fail(str(error), WRONG)
    except PfocrError as error:
        _fail(str(error), UNUSABLE)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted", INTERRUPTED)
    except OSError as error:
        _discard_output()
        _fail(f"the output cannot be written: {error.strerror or error}", UNUSABLE)


_ANY_FILE_NAME: Final = ("utf-8", "surrogateescape")
"""Encoding and error handler of standard output that can print everything."""


def _fail(message: str, code: int) -> NoReturn:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _discard_output()
    terminal.say(f"pfocr-kg: {' '.join(message.split())}")
    sys.exit(code)


def _replace_what_cannot_be_shown() -> None:
    """Print a question mark for each character that the encoding of the terminal lacks.

    On standard error, Python itself prints the number of such a character.
    """
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and (out.encoding, out.errors) != _ANY_FILE_NAME:
        out.reconfigure(errors="replace")


def _discard_output() -> None:
    """Drop output that was not written, which Python would try to write again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
