"""All addresses of the server, each with the handler that answers it in a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pfocr_kg.serve.messages import Asked, Reply
from pfocr_kg.serve.site import Site

Handler = Callable[[Site, Asked], Reply]


@dataclass(frozen=True, slots=True)
class Address:
    """One address with {parameters} as Starlette writes them.

    `is_query` marks requests of any cost, which get only some of the workers. A `for_people` one
    has its errors as pages. An internal one is for other parts of the server (`Pool.reply`).
    """

    path: str
    handler: Handler
    methods: tuple[str, ...] = ("GET",)
    is_query: bool = False
    for_people: bool = False
    is_internal: bool = False


def addresses() -> tuple[Address, ...]:
    """All of them; the first that fits is taken."""
    # They need `Address`.
    from pfocr_kg.serve import description, sparql  # noqa: PLC0415
    from pfocr_kg.serve.api import handlers as api  # noqa: PLC0415
    from pfocr_kg.serve.mcp import tools  # noqa: PLC0415
    from pfocr_kg.serve.pages import (  # noqa: PLC0415
        about_graph,
        box,
        editor,
        figure_search,
        front,
        gene_list,
        html,
        network,
        queries,
    )
    from pfocr_kg.serve.pages.things import page  # noqa: PLC0415

    return (
        *sparql.ADDRESSES,
        *description.ADDRESSES,
        *front.ADDRESSES,
        *figure_search.ADDRESSES,
        *box.ADDRESSES,
        *queries.ADDRESSES,
        *editor.ADDRESSES,
        *gene_list.ADDRESSES,
        *network.ADDRESSES,
        *about_graph.ADDRESSES,
        *page.ADDRESSES,
        *api.ADDRESSES,
        *html.ADDRESSES,
        *tools.ADDRESSES,
    )
