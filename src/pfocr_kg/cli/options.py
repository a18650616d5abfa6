"""Options that commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from pfocr_kg.link.rules import LinkOptions, WikiPathways

Command = TypeVar("Command", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def with_options(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    """The command with options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


store_option: Final = click.option(
    "--store",
    metavar="DIR|URL",
    envvar="PFOCR_KG_STORE",
    show_envvar=True,
    default="./pfocr-kg-store",
    show_default=True,
    help="Folder of the store; to read or link, the URL of a SPARQL endpoint too.",
)

output_option: Final = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to a file instead of standard output; .gz and .zst compress.",
)

genes_option: Final = click.option(
    "--genes",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Newer human gene symbols: HGNC's complete set or NCBI's gene_info.",
)

strict_option: Final = click.option(
    "--strict", is_flag=True, help="Exit with 1 if anything was quarantined."
)

update_url_option: Final = click.option(
    "--update-url", metavar="URL", help="Endpoint for updates.  [default: guessed]"
)

graph_store_url_option: Final = click.option(
    "--graph-store-url", metavar="URL", help="Endpoint for graphs.  [default: guessed]"
)


def quiet_option(text: str = "No progress and no summary.") -> Callable[[Command], Command]:
    """--quiet."""
    return click.option("-q", "--quiet", is_flag=True, help=text)


def jobs_option(text: str) -> Callable[[Command], Command]:
    """--jobs, a number of processes; `text` says what they do."""
    return click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(min=1),
        help=f"{text}  [default: the cores there are]",
    )


def format_option(choices: Iterable[str], default: str) -> Callable[[Command], Command]:
    """--format, one of `choices`; `default` is what the help says of it."""
    names = tuple(choices)
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(names, case_sensitive=False),
        metavar="FORMAT",
        help=f"{', '.join(names)}.  [default: {default}]",
    )


_RULES: Final = LinkOptions()


def _count(name: str, least: int, default: int, text: str) -> Callable[[Command], Command]:
    """An option that takes a whole number from `least` on."""
    kind = click.IntRange(min=least)
    return click.option(name, metavar="N", type=kind, default=default, show_default=True, help=text)


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
        "alpha",
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


def pathway_options(command: Command) -> Command:
    """The options that say what to link to, and what counts as evidence."""
    return with_options(_PATHWAYS, command)


def link_request(
    wikipathways: Sequence[str], pmc_ids: Path | None, **rules: Any
) -> WikiPathways | None:
    """What the options of `pathway_options` ask for; None where they name no pathways.

    Raises:
        click.UsageError: a rule is given, and no pathways to which it could apply.

    """
    if wikipathways:
        return WikiPathways(wikipathways, LinkOptions(**rules), pmc_ids)
    context = click.get_current_context()
    for option in context.command.params:
        given = context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
        if given and option.name in ("pmc_ids", *rules):
            raise click.UsageError(f"{option.opts[0]} says how to link: give --wikipathways too.")
    return None
