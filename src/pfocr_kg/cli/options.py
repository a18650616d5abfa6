"""Options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pfocr_kg.link.options import Options, Request

Command = TypeVar("Command", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def store_option(command: Command) -> Command:
    """--store."""
    return click.option(
        "--store",
        metavar="DIR",
        envvar="PFOCR_KG_STORE",
        show_envvar=True,
        default="./pfocr-kg-store",
        show_default=True,
        help="Folder of the store.",
    )(command)


def output_option(command: Command) -> Command:
    """--output."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Write to a file instead of standard output; .gz and .zst compress.",
    )(command)


def format_option(choices: tuple[str, ...], default: str) -> Callable[[Command], Command]:
    """--format, one of `choices`; `default` is what the help says of it."""
    said = f"{', '.join(choices)}.  [default: {default}]"
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(choices, case_sensitive=False),
        metavar="FORMAT",
        help=said,
    )


def pathway_options(command: Command) -> Command:
    """The options that say what to link to, and what counts as evidence."""
    rules = Options()
    options = (
        click.option(
            "--wikipathways",
            metavar="PATH",
            multiple=True,
            help="WikiPathways: a folder of its database, GMT, RDF, or a SPARQL endpoint's URL.",
        ),
        click.option(
            "--pmc-ids",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="PMC-ids.csv of PubMed Central, to find papers that figure and pathway share.",
        ),
        click.option(
            "--min-shared",
            metavar="N",
            type=click.IntRange(min=1),
            default=rules.min_shared,
            show_default=True,
            help="Genes that figure and pathway share at least, to be linked by overlap.",
        ),
        click.option(
            "--max-p",
            metavar="P",
            type=click.FloatRange(min=0, max=1, min_open=True),
            default=rules.alpha,
            show_default=True,
            help="Adjusted p-value that the overlap stays below.",
        ),
        click.option(
            "--best",
            metavar="N",
            type=click.IntRange(min=1),
            default=rules.best,
            show_default=True,
            help="Pathways that a figure is linked to by overlap, at most.",
        ),
        click.option(
            "--direct-only", is_flag=True, help="Count genes read by their own symbol only."
        ),
    )

    for option in reversed(options):
        command = option(command)
    return command


def link_request(given: dict[str, Any]) -> Request | None:
    """What the options of `pathway_options` ask for; None where they name no pathways."""
    if not given["wikipathways"]:
        return None
    options = Options(
        min_shared=given["min_shared"],
        alpha=given["max_p"],
        best=given["best"],
        direct_only=given["direct_only"],
    )
    return Request(given["wikipathways"], options, given["pmc_ids"])
