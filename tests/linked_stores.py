"""Links of a store, as the command shows them, and as plain counting finds them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import stored

PATHWAY = "https://identifiers.org/wikipathways/"


Run = Callable[..., Any]


def rows_of(run: Run, store: Path) -> dict[tuple[str, str], dict[str, str]]:
    """(figid, WP id) -> row of `link --format tsv`."""
    done = run("link", "--format", "tsv", "--store", store)
    assert done.code == 0, done.stderr
    return {
        (r["figure"], r["pathway"]): r
        for r in csv.DictReader(io.StringIO(done.stdout), delimiter="\t")
    }


def ntriples(run: Run, store: Path) -> str:
    done = run("export", "--format", "ntriples", "--store", store)
    assert done.code == 0, done.stderr
    return str(done.stdout)


def report(store: Path) -> dict[str, Any]:
    return stored.report(store)


def built(run: Run, store: Path, *arguments: object) -> Path:
    done = run("build", *arguments, "--store", store, "--quiet")
    assert done.code == 0, done.stderr
    return store


def unusable(done: Any, *words: str) -> None:
    assert done.code == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("pfocr-kg: ")
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in last
