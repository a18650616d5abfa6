"""Options that commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from pfocr_kg.link.rules import Options, Request

Command = TypeVar("Command", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def store_option(command: Command) -> Command:
    """--store."""
    return click.option(
        "--store",
        metavar="DIR|URL",
        envvar="PFOCR_KG_STORE",
        show_envvar=True,
        default="./pfocr-kg-store",
        show_default=True,
        help="Folder of the store; to read or link, the URL of a SPARQL endpoint too.",
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


def genes_option(command: Command) -> Command:
    """--genes."""
    return click.option(
        "--genes",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Newer human gene symbols: HGNC's complete set or NCBI's gene_info.",
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


_RULES: Final = Options()


def _count(name: str, least: int, default: int, said: str) -> Callable[[Command], Command]:
    """An option that takes a whole number from `least` on."""
    kind = click.IntRange(min=least)
    return click.option(name, metavar="N", type=kind, default=default, show_default=True, help=said)


_PATHWAYS: Final = (
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
    _count(
        "--min-shared",
        1,
        _RULES.min_shared,
        "Genes that figure and pathway share at least, to be linked by overlap.",
    ),
    click.option(
        "--max-p",
        metavar="P",
        type=click.FloatRange(min=0, max=1, min_open=True),
        default=_RULES.alpha,
        show_default=True,
        help="Adjusted p-value that the overlap stays below.",
    ),
    _count("--best", 1, _RULES.best, "Pathways that a figure is linked to by overlap, at most."),
    _count(
        "--disease-genes",
        0,
        _RULES.disease_genes,
        "Genes that figure and pathway share at least, to be linked by a disease alone.",
    ),
    click.option("--direct-only", is_flag=True, help="Count genes read by their own symbol only."),
)


def with_options(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    """The command with options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def pathway_options(command: Command) -> Command:
    """The options that say what to link to, and what counts as evidence."""
    return with_options(_PATHWAYS, command)


_OF_PATHWAYS: Final = (
    "pmc_ids",
    "min_shared",
    "max_p",
    "best",
    "disease_genes",
    "direct_only",
)


def link_request(given: dict[str, Any]) -> Request | None:
    """What the options of `pathway_options` ask for; None where they name no pathways.

    Raises:
        click.UsageError: a rule is given, and no pathways to which it could apply.

    """
    if not given["wikipathways"]:
        _refuse_rules()
        return None
    options = Options(
        min_shared=given["min_shared"],
        alpha=given["max_p"],
        best=given["best"],
        direct_only=given["direct_only"],
        disease_genes=given["disease_genes"],
    )
    return Request(given["wikipathways"], options, given["pmc_ids"])


def _refuse_rules() -> None:
    context = click.get_current_context()
    for name in _OF_PATHWAYS:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} says how to link: give --wikipathways too.")
