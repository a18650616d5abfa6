"""Fixtures of the server's tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from http_server import Server, serving
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site

CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
    "--disable-dev-shm-usage",  # of which containers have little
)


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


@pytest.fixture(scope="session")
def browser(missing: Callable[[str], None]) -> Iterator[Any]:
    """Chromium, which asks nothing of any host by itself."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        yield browser
        browser.close()
