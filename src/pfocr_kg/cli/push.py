"""pfocr-kg push: load the graph into a remote store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pfocr_kg.cli import options, progress
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import say
from pfocr_kg.graph import Graph
from pfocr_kg.remote.destination import METHODS

if TYPE_CHECKING:
    from pfocr_kg.remote.push import PushResult


@options.command(
    epilog=options.examples(
        "pfocr-kg push http://localhost:7878/query",
        "pfocr-kg push http://localhost:8890/sparql --graph https://w3id.org/pfocr/graph",
    )
)
@click.argument("url", metavar="URL")
@click.option(
    "--graph", metavar="IRI", help="Named graph to load into.  [default: the default graph]"
)
@click.option("--replace", is_flag=True, help="Empty the remote graph first.")
@click.option(
    "--add",
    is_flag=True,
    help="Keep the triples that the remote graph has; else it has to be empty.",
)
@click.option(
    "--no-description",
    "describe",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Load no description of the graph.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS, case_sensitive=False),
    default="auto",
    show_default=True,
    metavar="HOW",
    help="graph-store (the Graph Store Protocol), update (INSERT DATA), or auto: the first"
    " of them that the store supports.",
)
@options.update_url
@options.graph_store_url
@options.path(
    "--state",
    metavar="FILE",
    help="File for the progress of a push that is stopped.  [default: beside the store]",
)
@options.quiet()
@options.store
def push(url: str, store: str, quiet: bool, **given: Any) -> None:
    """Load the graph into a remote store, and its description beside it.

    URL is that of the store's query endpoint. A push that stopped goes on where it was when it
    is given again. At the end the remote triples are counted; it exits with 1 if they are not
    as many as the graph has. Credentials come from PFOCR_KG_USER and PFOCR_KG_PASSWORD, from
    PFOCR_KG_TOKEN, or from netrc.
    """
    if given["replace"] and given["add"]:
        raise click.UsageError("--replace and --add exclude each other.")
    with stoppable(), Graph(store) as opened, progress.of_push(quiet=quiet) as show:
        pushed = opened.push(url, progress=show, **given)
    graph = given["graph"]
    _print_result(pushed, f"{url}{f' ({graph})' if graph else ''}", quiet=quiet)


def _print_result(pushed: PushResult, place: str, *, quiet: bool) -> None:
    """Print what arrived; exit with 1 if triples are missing."""
    if not pushed:
        say(f"{place} holds {pushed.found:,} triples, not {pushed.triples:,}")
        sys.exit(WRONG)
    if not quiet:
        again = f", {pushed.resumed:,} of them in an earlier run" if pushed.resumed else ""
        say(f"{pushed.triples:,} triples sent{again}; {place} holds {pushed.found:,}")
