"""Options that choose figures, for commands that write a subset of the graph or a network."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import click

from pfocr_kg.cli import completion, options
from pfocr_kg.cli.options import Command
from pfocr_kg.cli.output import read_text
from pfocr_kg.cli.terminal import notes
from pfocr_kg.graph import Graph
from pfocr_kg.query.figure_choice import (
    DISEASE_SOURCES,
    NAMED,
    FigureChoice,
    FigureConditions,
)

_OPTIONS: Final = (
    click.option(
        "--figures",
        metavar="FILE",
        shell_complete=completion.files,
        help="Figures of this list only: a figid, alias, file name or IRI on each line; - reads"
        " standard input.",
    ),
    click.option(
        "--search",
        metavar="WORDS",
        help="Figures only that have all these words, as pfocr-kg search finds them.",
    ),
    click.option(
        "--organism",
        metavar="NAME",
        help="Figures of this organism only, a name or NCBI taxon; gene sets and networks: of"
        " their genes, its own only.",
    ),
    click.option(
        "--gene",
        metavar="NAME",
        help="Figures that draw this gene only: its name or id.",
    ),
    click.option(
        "--disease",
        metavar="NAME",
        help="Figures of this disease only: its name, or an id such as DOID:8893.",
    ),
    options.choice(
        "--disease-from",
        values=DISEASE_SOURCES,
        metavar="SOURCE",
        default=NAMED,
        show_default=True,
        help="Diseases of a figure: those that it names (named), or those that its genes are"
        " known for (keywords).",
    ),
    click.option(
        "--chemical",
        metavar="NAME",
        help="Figures that draw this chemical only: its name or id.",
    ),
    click.option(
        "--pathway",
        metavar="NAME",
        help="Figures that belong to this WikiPathways pathway only: its title, or an id such as"
        " WP4880.",
    ),
    options.quiet("No progress, and not what names were taken for."),
)


def choosing(command: Command) -> Command:
    """Add the options that choose figures, and --quiet."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def conditions(options: dict[str, Any], others: Collection[str] = ()) -> FigureConditions:
    """Take the options of `choosing` out of a command's, as `Graph.subset` takes them.

    `others` are those that do not choose figures here, and so are left.

    Raises:
        QueryError: the list of figures cannot be read.

    """
    names = FigureConditions.__annotations__.keys() - set(others)
    given = {name: options.pop(name) for name in names}
    if given["figures"] is not None:
        given["figures"] = read_text(given["figures"]).splitlines()
    return cast("FigureConditions", given)


@contextmanager
def opened(store: str, given: FigureConditions, *, quiet: bool) -> Iterator[Graph]:
    """The graph of a store, or its subset of the figures that meet conditions."""
    with Graph(store) as graph:
        if not FigureChoice(**given):
            yield graph
            return
        with graph.subset(on_note=notes(quiet=quiet), **given) as subset:
            yield subset
