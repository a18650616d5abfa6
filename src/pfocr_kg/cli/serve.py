"""pfocr-kg serve: SPARQL endpoint, API and pages for the browser."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Final

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.terminal import LogLine, say
from pfocr_kg.resources import missing
from pfocr_kg.serve.settings import LOOPBACK, MEMORY, PICTURES, Limits, Settings
from pfocr_kg.store import generations

_DEFAULTS: Final = Limits()
_NEEDED: Final = ("starlette", "uvicorn", "httptools", "jinja2", "python_multipart")


@options.command(
    epilog=options.examples(
        "pfocr-kg serve",
        "pfocr-kg serve --store graph --port 8080 --timeout 30",
        "pfocr-kg serve --host 0.0.0.0 --allow-host kg.example.org",
    )
)
@options.store
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; by default only this machine can reach it.",
)
@click.option(
    "--port",
    metavar="N",
    type=options.WholeNumber(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen at; 0 takes a free one.",
)
@click.option(
    "--allow-host",
    "hosts",
    metavar="NAME",
    multiple=True,
    help="Name that requests can call this server by, beside --host and localhost; repeat for"
    " several.",
)
@click.option(
    "--allow-service",
    "services",
    metavar="IRI_PREFIX",
    multiple=True,
    help="Let SERVICE in queries ask endpoints whose IRI begins so; repeat for several."
    "  [default: none]",
)
@click.option(
    "--pictures",
    metavar="TEMPLATE",
    default=PICTURES,
    help=f"Address of a figure's picture, with {{pmcid}} and {{filename}}.  [default: {PICTURES}]",
)
@click.option("--no-pictures", is_flag=True, help="Never offer to show pictures.")
@options.number("--timeout", help=f"Seconds that a request has.  [default: {_DEFAULTS.seconds}]")
@options.number(
    "--memory", least=MEMORY, help=f"MiB that a worker has.  [default: {_DEFAULTS.memory}]"
)
@options.number("--max-rows", help=f"Rows of an answer.  [default: {_DEFAULTS.rows:,}]")
@options.number("--workers", help=f"Processes that answer.  [default: {_DEFAULTS.workers}]")
@options.quiet("Do not log requests.")
def serve(
    store: str,
    host: str,
    port: int,
    hosts: tuple[str, ...],
    services: tuple[str, ...],
    pictures: str,
    no_pictures: bool,
    timeout: int | None,
    memory: int | None,
    max_rows: int | None,
    workers: int | None,
    quiet: bool,
) -> None:
    """Serve the graph: a SPARQL endpoint, an API, and pages for the browser.

    Everything comes from the store; a new build is served as soon as it is there. Ctrl-C ends it.
    """
    _check_extra()
    from pfocr_kg.serve import server  # noqa: PLC0415 - needs the extra

    limits = Limits(
        seconds=timeout or _DEFAULTS.seconds,
        memory=memory or _DEFAULTS.memory,
        rows=max_rows or _DEFAULTS.rows,
        workers=workers or _DEFAULTS.workers,
    )
    names = dict.fromkeys((*LOOPBACK, f"[{host}]" if ":" in host else host, *hosts))
    settings = Settings(
        generations.local(store), tuple(names), "" if no_pictures else pictures, services, limits
    )
    if not quiet:
        _log_to_standard_error()
    server.run(settings, host, port, lambda address: say(f"serving at {address}"))


def _log_to_standard_error() -> None:
    """Write the log of requests and errors, one line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogLine("%(asctime)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in ("uvicorn", "asyncio", "mcp"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _check_extra() -> None:
    """Raise PfocrError if a package of the extra is missing."""
    for name in _NEEDED:
        if find_spec(name) is None:
            raise missing(name, "serve", "serve")
