"""pfocr-kg mcp: the graph as tools for an assistant."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from pfocr_kg.cli import options
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.resources import missing
from pfocr_kg.serve.settings import MEMORY, Limits, Settings
from pfocr_kg.store import generations
from pfocr_kg.store.embedded import Embedded

_DEFAULTS: Final = Limits(workers=2)


@options.command(epilog=options.examples("pfocr-kg mcp", "pfocr-kg mcp --store graph --timeout 30"))
@options.store
@options.number("--timeout", help=f"Seconds that a call has.  [default: {_DEFAULTS.seconds}]")
@options.number(
    "--memory", least=MEMORY, help=f"MiB that a worker has.  [default: {_DEFAULTS.memory}]"
)
def mcp(store: str, timeout: int | None, memory: int | None) -> None:
    """Give the graph to an assistant as tools, by the Model Context Protocol.

    The assistant starts this command and speaks with it over standard input and output; people
    have no use for it in a terminal. `pfocr-kg serve` offers the same tools at /mcp.
    """
    if find_spec("mcp") is None:
        raise missing("mcp", "mcp", "the command mcp")
    from pfocr_kg.serve.mcp import server  # noqa: PLC0415 - needs the extra

    folder = generations.local(store)
    Embedded(folder).close()  # an error now is better than one at each call
    limits = Limits(
        seconds=timeout or _DEFAULTS.seconds,
        memory=memory or _DEFAULTS.memory,
        workers=_DEFAULTS.workers,
    )
    with stoppable():
        server.serve_stdio(Settings(folder, limits=limits))
