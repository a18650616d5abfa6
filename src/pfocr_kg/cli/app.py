"""The command that all others are commands of."""

from __future__ import annotations

import os
import sys
from typing import Any, Final

import click

WRONG: Final = 1
"""Exit code where something wrong was found."""


class _Commands(click.Group):
    """The commands; a reader who has enough of their output is no error."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click itself would exit with 1 where a pipe is closed."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python would complain once more when it closes standard output at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="pfocr-kg", message="pfocr-kg %(version)s")
def app() -> None:
    """A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL, Turtle."""
