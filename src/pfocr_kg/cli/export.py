"""pfocr-kg export: write the graph, or a subset of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from pfocr_kg.cli import figure_options, options
from pfocr_kg.cli.output import folder_of, is_file, write
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import notes, say
from pfocr_kg.export import gmt, registry
from pfocr_kg.export.registry import ExportFormat
from pfocr_kg.graph import Graph
from pfocr_kg.rdf import formats
from pfocr_kg.rdf.description import beside


def _one(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> str | None:
    """The only name; click itself would take the last of several without a word."""
    if len(names) > 1:
        raise click.UsageError("gpml is a sketch of one figure: give --figure once.")
    return names[0] if names else None


def _help(option: str, text: str) -> str:
    """The help of an option, with the formats that take it."""
    return f"{registry.formats_with(option)}: {text}"


@options.command(
    epilog=options.examples(
        "pfocr-kg export --output pfocr.ttl.gz",
        "pfocr-kg export --format ntriples > pfocr.nt",
        "pfocr-kg export --organism human --level symbol --output figures.gmt",
        "pfocr-kg export --disease 'liver cancer' --output liver-cancer.ttl",
        "pfocr-kg export --figure PMC3614012__nihms379615f2 --output figure.gpml",
    )
)
@options.file_format(tuple(registry.EXPORTS), "as the file's ending says, else turtle")
@figure_options.choosing
@click.option(
    "--figure",
    metavar="NAME",
    multiple=True,
    callback=_one,
    help=_help("figure", "the figure to sketch; or --pathway, the pathway."),
)
@options.levels(_help("level", "genes to write"))
@options.number(
    "--min-size",
    help=_help("min_size", f"leave out figures with fewer genes.  [default: {gmt.MIN_SIZE}]"),
)
@click.option("--symbols", is_flag=True, help=_help("symbols", "symbols, not NCBI gene ids."))
@options.output
@options.path(
    "--description",
    metavar="FILE",
    help="Write the description of the graph as a dataset (VoID, DCAT, PROV) here.  "
    "[default: FILE.void.ttl beside --output]",
)
@click.option("--no-description", is_flag=True, help="Write no description beside --output.")
@options.jobs(_help("jobs", "processes that put the triples together."))
@options.store
def export(
    form: str | None, output: Path | None, store: str, *, quiet: bool, **choices: Any
) -> None:
    """Write the graph, or a subset: to RDF, or as gene sets, tables or nanopublications.

    GPML holds one figure, or a pathway with the genes that it lacks, for PathVisio.

    A subset has the chosen figures, which meet all conditions that are given, with their papers,
    mentions and links, and what they draw. The output is sorted: the same graph gives the same
    bytes.
    """
    chosen = registry.export_format(form, output)
    conditions = figure_options.conditions(choices, chosen.options)
    given = {name: value for name, value in choices.items() if value}
    for name in given.keys() - set(chosen.options):
        raise click.UsageError(f"--{name.replace('_', '-')} does not go with {chosen.name}.")
    _check_description(output, **given)
    if chosen.name == "gpml":
        given["on_note"] = notes(quiet=quiet)
    with stoppable(), figure_options.opened(store, conditions, quiet=quiet) as graph:
        if chosen.name in formats.RDF:
            _write_rdf(graph, output, chosen.name, **given)
        elif chosen.is_folder and output:
            graph.write_as(chosen, output, **given)
        else:
            _write_file(graph, output, chosen, **given)


def _check_description(
    output: Path | None,
    *,
    description: Path | None = None,
    no_description: bool = False,
    **_: Any,
) -> None:
    """Refuse a description in place of the graph, or in a file that is not Turtle."""
    if description and no_description:
        raise click.UsageError("--description and --no-description exclude each other.")
    if not is_file(description):
        return
    if output is not None and description.absolute() == output.absolute():
        raise click.UsageError("--description and --output are the same file.")
    ending = formats.plain(description).suffix
    if ending and ending != ".ttl":
        raise click.UsageError(f"--description is Turtle (.ttl), which {description} is not.")


def _write_file(graph: Graph, output: Path | None, chosen: ExportFormat, **given: Any) -> None:
    count = write(output, lambda file: graph.write_as(chosen, file, **given))
    if count == 0 and chosen.empty_note:
        say(f"note: {chosen.empty_note}")


def _write_rdf(
    graph: Graph,
    output: Path | None,
    form: str,
    *,
    description: Path | None = None,
    no_description: bool = False,
    jobs: int | None = None,
) -> None:
    """Write the graph, and its description: by default beside the file of the graph."""
    jobs = jobs or os.cpu_count() or 1
    write(output, lambda file: graph.write(file, form, folder_of(output), jobs=jobs))
    file = output if is_file(output) else None
    if description is None and file is not None and not no_description:
        description = beside(file)
    if description is not None:
        write(description, lambda to: graph.write_description(to, file, form))
