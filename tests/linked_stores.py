"""Links of a store, as the command shows them, and as plain counting finds them."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import stored
from plain_linking import TEXT, Link

PATHWAY = "https://identifiers.org/wikipathways/"
FIGURE = "https://pfocr.wikipathways.org/figures/"


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


def links_of(run: Run, store: Path) -> dict[tuple[str, str], Link]:
    """(figid, WP id) -> link, read from the triples of a store."""
    nodes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(ntriples(run, store).encode(), format=ox.RdfFormat.N_TRIPLES):
        if "#link-" in quad.subject.value:
            name = quad.predicate.value.rpartition("#")[2]
            nodes[quad.subject.value][name].append(quad.object.value)
    return {
        (_id(node["figure"][0], ".html"), _id(node["pathway"][0])): _link(node)
        for node in nodes.values()
    }


def _id(iri: str, ending: str = "") -> str:
    return re.split("[/#]", iri)[-1].removesuffix(ending)


def _link(node: dict[str, list[str]]) -> Link:
    genes = node["sharedGene"] + node["sharedSymbolGene"]
    evidence = frozenset(map(_id, node["evidence"]))
    text = float(node["textScore"][0]) if node["textScore"] else 0.0
    assert bool(text) == (TEXT in evidence)
    if not genes:
        assert not node.keys() & {"score", "pValue", "sharedGeneCount", "sharedSymbolCount"}
        return Link(evidence, text=text)
    by_symbol = bool(node["sharedSymbolGene"])
    (count,) = node["sharedSymbolCount" if by_symbol else "sharedGeneCount"]
    assert int(count) == len(genes)
    assert not (node["sharedGene"] if by_symbol else node["sharedSymbolCount"])
    return Link(
        evidence,
        frozenset(map(_id, genes)),
        int(node["sharedWordCount"][0]),
        *(float(node[n][0]) for n in ("jaccard", "pValue", "adjustedPValue", "wordPValue")),
        float(node["score"][0]),
        int(node["rank"][0]) if node["rank"] else None,
        int(node["rankInOrganism"][0]),
        float(node["margin"][0]),
        frozenset(map(_id, node["widerPathway"])),
        by_symbol,
        text,
    )


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
