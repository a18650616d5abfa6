"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_server import Server, serving
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site


@pytest.fixture(scope="session")
def site(linked_sample: Path) -> Iterator[Site]:
    """The linked sample, as handlers get it."""
    site = Site(Settings(linked_sample))
    yield site
    site.close()


@pytest.fixture(scope="session")
def server(linked_sample: Path) -> Iterator[Server]:
    """A running server of the linked sample: `server / "sparql"` is an address."""
    with serving(linked_sample, "--workers", "2") as running:
        yield running
