"""A thing at an endpoint is shown as the one of a folder is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pfocr_kg.names.lookup import SLOW

THINGS = ("irf-3", "cancer", "fatty acids", "human", "WP4880", "PMC3614012", "PMC3347317__F2")


@pytest.mark.slow
@pytest.mark.parametrize("name", THINGS)
def test_a_thing_is_the_same(
    name: str, oxigraph: str, linked_sample: Path, run_cli: Callable[..., Any]
) -> None:
    for form in ("json", "text", "turtle"):
        here, there = (
            run_cli("show", name, "-f", form, "--store", store)
            for store in (linked_sample, oxigraph)
        )
        assert here.code == there.code == 0, there.stderr
        # Without an index, words read off figures are names like others, so that more have one.
        assert there.stderr.startswith(f"{SLOW}\n{here.stderr.rstrip()}")
        if form == "json":
            local, distant = json.loads(here.stdout), json.loads(there.stdout)
            assert local.pop("uniprot", []) or not distant.pop("uniprot", [])
            assert distant == local
        elif form == "turtle" or "UniProt" not in here.stdout:
            assert there.stdout == here.stdout
