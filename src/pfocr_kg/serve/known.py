"""What pages need of the whole graph, which a process of its own finds out for all workers."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from pfocr_kg.errors import PfocrError
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.serve import addresses, worker
from pfocr_kg.serve.messages import HTML, Asked
from pfocr_kg.serve.pages import figure_search, front, gene_list
from pfocr_kg.serve.pages.things import page
from pfocr_kg.serve.routes import Handler
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from pfocr_kg.store.generations import Generation

LARGE: Final = 5_000
"""Figures of a graph from which on it is found out when the server starts or has a new build."""
_NICE: Final = 10


def is_large(build: Generation) -> bool:
    """Whether a build has so many figures; not if its report cannot be read."""
    with suppress(PfocrError):
        match build.read_report():
            case {"classes": {"pfocr:PathwayFigure": int(figures)}}:
                return figures >= LARGE
    return False


def main(server: Connection, settings: Settings, folder: Path) -> None:
    """Leave in a folder what workers take from there; `server` as in `worker.main`."""
    import resource  # noqa: PLC0415 - Windows has none

    worker.prepare(server, settings)
    os.nice(_NICE)
    seconds = math.ceil(settings.limits.seconds)  # of the processor: at low priority it may wait
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # What fails here, each worker finds out itself, and tells who asked for it.
    with suppress(Exception):
        site = Site(settings, folder)
        for old in set(folder.iterdir()) - {folder / site.build}:
            shutil.rmtree(old, ignore_errors=True)
        find_out(site)


def find_out(site: Site) -> None:
    """Ask a site for the pages that need most, and share what it then keeps."""
    for handler, asked in _dear(site):
        with suppress(Exception):
            handler(site, asked)
        site.share()


def _dear(site: Site) -> Iterator[tuple[Handler, Asked]]:
    yield front.page, Asked()
    if most := front.most_drawn_things(site).get(NamedKind.GENE):
        symbol, identifier = most
        yield figure_search.page, Asked(query=(("q", symbol),))
        answer = partial(page.respond, addresses.FOLDERS[NamedKind.GENE])
        yield answer, Asked(path={"name": identifier}, accept=HTML)
        yield gene_list.page, Asked(query=(("genes", identifier),))
