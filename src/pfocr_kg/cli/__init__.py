"""The command line: parses and prints; everything else returns and raises."""

from __future__ import annotations

import os
import signal
import sys
from typing import Final, NoReturn

import click

from pfocr_kg.cli import asking, building, comparing, mapping, networks, pushing, releasing, whole
from pfocr_kg.cli.app import WRONG, app
from pfocr_kg.cli.stopping import INTERRUPTED, TERMINATED
from pfocr_kg.errors import NothingReadError, PfocrError

__all__ = [
    "app",
    "asking",
    "building",
    "comparing",
    "main",
    "mapping",
    "networks",
    "pushing",
    "releasing",
    "whole",
]

UNUSABLE: Final = 2


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"pfocr-kg: {' '.join(message.split())}", err=True)
    sys.exit(code)


def _terminate(*_: object) -> NoReturn:
    """End as an exception, so that what a build left half done is removed."""
    sys.exit(TERMINATED)


def main() -> None:
    """Run the command line; every failure ends as one line and an exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    if sys.stdout is None:
        _fail("standard output is closed", UNUSABLE)
    try:
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
        # What is left of it would be tried once more, and reported, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(f"the output cannot be written: {error.strerror or error}", UNUSABLE)
