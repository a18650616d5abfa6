"""Commands that load a graph elsewhere: push."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console

from pfocr_kg.cli.app import WRONG, app
from pfocr_kg.cli.options import examples, store_option
from pfocr_kg.graph import Graph

if TYPE_CHECKING:
    from pfocr_kg.remote.push import Pushed

_METHODS: Final = ("auto", "graph-store", "update")
_SECONDS: Final = 10
"""Between two lines of progress, where there is no terminal."""


@app.command(
    epilog=examples(
        "pfocr-kg push http://localhost:7878/query",
        "pfocr-kg push http://localhost:8890/sparql --graph https://w3id.org/pfocr/graph",
    )
)
@click.argument("url", metavar="URL")
@click.option(
    "--graph", metavar="IRI", help="Named graph to load into.  [default: the default graph]"
)
@click.option("--replace", "clear", is_flag=True, help="Empty the remote graph first.")
@click.option("--add", is_flag=True, help="Keep the triples that the remote graph has.")
@click.option("--no-description", is_flag=True, help="Load no description of the graph.")
@click.option(
    "--method",
    type=click.Choice(_METHODS, case_sensitive=False),
    default="auto",
    show_default=True,
    metavar="HOW",
    help="graph-store (the Graph Store Protocol), update (INSERT DATA), or auto: the first"
    " of them that the store has.",
)
@click.option("--update-url", metavar="URL", help="Endpoint for updates.  [default: guessed]")
@click.option("--graph-store-url", metavar="URL", help="Endpoint for graphs.  [default: guessed]")
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to remember how far it came.  [default: beside the store]",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
@store_option
def push(
    url: str,
    graph: str | None,
    clear: bool,
    add: bool,
    no_description: bool,
    quiet: bool,
    store: str,
    **how: Any,
) -> None:
    """Load the graph into a remote store, and beside it what describes it.

    URL is that of the store's query endpoint. A push that stopped goes on where it was when it
    is given again. At the end the remote triples are counted; it exits with 1 if they are not
    as many as the graph has. Credentials come from PFOCR_KG_USER and PFOCR_KG_PASSWORD, from
    PFOCR_KG_TOKEN, or from netrc.
    """
    if clear and add:
        raise click.UsageError("--replace and --add exclude each other.")
    with Graph(store) as opened, _shown(quiet=quiet) as show:
        done = opened.push(
            url,
            graph=graph,
            replace=clear,
            add=add,
            describe=not no_description,
            progress=show,
            **how,
        )
    _tell(done, f"{url}{f' ({graph})' if graph else ''}", quiet=quiet)


def _tell(done: Pushed, where: str, *, quiet: bool) -> None:
    """Say what arrived; exit with 1 where that is not what was sent."""
    if not done:
        click.echo(f"{where} holds {done.found:,} triples, not {done.triples:,}", err=True)
        sys.exit(WRONG)
    if not quiet:
        again = f", {done.resumed:,} of them before" if done.resumed else ""
        click.echo(f"{done.triples:,} triples sent{again}; {where} holds {done.found:,}", err=True)


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A function that shows how many triples are sent: a bar on a terminal, else lines."""
    console = Console(stderr=True, highlight=False)
    if quiet:
        yield lambda _done, _of: None
    elif console.is_terminal:
        # Imported on use; most commands show no bar.
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("sending triples", total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
    else:
        yield _lines(console)


def _lines(console: Console) -> Callable[[int, int], None]:
    last = -float(_SECONDS)

    def show(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS:
            last = time.monotonic()
            console.print(f"sending triples: {done:,} of {of:,}", soft_wrap=True)

    return show
