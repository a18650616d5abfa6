"""Names that people use are taken for what they mean, in a graph with an index and without.

names.tsv was written from what is known of genes, diseases and so on, not from the dictionaries
that the package reads. `expected` is a CURIE, "unknown" or "ambiguous"; `near` has to be in the
message; `needs` says which graphs have the name: "linked" ones, "unlinked" ones (in others a
gene of a pathway is called so too), "pubmed" (with a file of PMC ids), or "index".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import pfocr_kg
from pfocr_kg.errors import AmbiguousNameError, UnknownNameError
from pfocr_kg.names import lookup, resolving
from pfocr_kg.names.lookup import Names
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.endpoint import Remote
from plain_reading import present, read_front_matter
from sparql_service import serving

IRIS = {
    "ncbigene": "https://identifiers.org/ncbigene/{}",
    "DOID": "http://purl.obolibrary.org/obo/DOID_{}",
    "CHEBI": "https://identifiers.org/chebi/CHEBI:{}",
    "NCBITaxon": "http://purl.obolibrary.org/obo/NCBITaxon_{}",
    "wikipathways": "https://identifiers.org/wikipathways/{}",
    "figure": "https://pfocr.wikipathways.org/figures/{}.html",
    "pmc": "https://europepmc.org/article/PMC/{}",
}
PMC_IDS = "DOI,PMCID,PMID\n,PMC3397358,22829992\n"

Once = Callable[[str, Callable[[Path], object]], Path]


def wrong(names: Names, table: str, graph: Collection[str]) -> Iterator[str]:
    """The rows of a table that are not as they should be in a graph of these kinds."""
    with (Path(__file__).parent / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        if row["needs"] and row["needs"] not in graph:
            continue
        found, message = meant(names, row["text"], [NamedKind(k) for k in row["kinds"].split()])
        if found != iri(row["expected"]) or (row["near"] not in message and not names.slow):
            yield f"{row['text']!r} ({row['kinds']}): {found}, not {row['expected']}: {message}"


def meant(names: Names, text: str, kinds: list[NamedKind]) -> tuple[str, str]:
    try:
        resolution = resolving.resolve(names, text, kinds)
    except UnknownNameError as error:
        return "unknown", str(error)
    except AmbiguousNameError as error:
        return "ambiguous", str(error)
    return resolution.match.iri, resolution.note


@contextmanager
def asked(store: Path) -> Iterator[Remote]:
    """The graph of a store at an endpoint."""
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    with serving(out.getvalue().decode()) as endpoint, Remote(endpoint.url) as remote:
        yield remote


def iri(expected: str) -> str:
    prefix, colon, local = expected.partition(":")
    return IRIS[prefix].format(local) if colon else expected


@pytest.fixture(scope="session")
def real(once: Once, pfocr_data: Path) -> Path:
    sources = [pfocr_data / "pfocr-covid", pfocr_data / "pfocr-verbatim"]
    return once("names", lambda folder: pfocr_kg.build(sources, folder / "store")) / "store"


@pytest.fixture(scope="session")
def real_linked(once: Once, pfocr_data: Path) -> Path:
    def make(folder: Path) -> None:
        (folder / "ids.csv").write_text(PMC_IDS, encoding="utf-8")
        pathways = pfocr_kg.WikiPathways(
            [pfocr_data / "wikipathways-database"], pmc_ids=folder / "ids.csv"
        )
        sources = [pfocr_data / "pfocr-covid", pfocr_data / "pfocr-verbatim"]
        pfocr_kg.build(sources, folder / "store", wikipathways=pathways)

    return once("names-linked", make) / "store"


@pytest.mark.slow
def test_names_in_a_graph(real: Path) -> None:
    with Embedded(real) as store:
        assert list(wrong(lookup.of_store(store), "names.tsv", {"unlinked", "index"})) == []


@pytest.mark.slow
def test_names_in_a_linked_graph(real_linked: Path) -> None:
    with Embedded(real_linked) as store:
        graph = {"linked", "pubmed", "index"}
        assert list(wrong(lookup.of_store(store), "names.tsv", graph)) == []


@pytest.mark.slow
def test_names_at_an_endpoint(real: Path) -> None:
    with asked(real) as store:
        names = lookup.of_store(store)
        assert names.slow
        assert list(wrong(names, "names.tsv", {"unlinked"})) == []


def test_names_of_the_sample(linked_sample: Path) -> None:
    with Embedded(linked_sample) as store:
        names = lookup.of_store(store)
        assert list(wrong(names, "names-of-sample.tsv", {"linked", "index"})) == []


@pytest.mark.slow
def test_names_of_the_sample_at_an_endpoint(linked_sample: Path) -> None:
    with asked(linked_sample) as store:
        assert list(wrong(lookup.of_store(store), "names-of-sample.tsv", {"linked"})) == []


def test_titles_of_figures(linked_sample: Path, sample: Path) -> None:
    """As the records have them, and none for figures without one."""
    records = map(read_front_matter, sorted((sample / "_figures").glob("*.md")))
    written = {r["figid"]: " ".join(present(r.get("figtitle")).split()) for r in records}
    with Embedded(linked_sample) as store, asked(linked_sample) as remote:
        for of in (store, remote):
            found = lookup.of_store(of).figure_titles()
            titles = {figid: " ".join(title.split()) for figid, title in found.items()}
            assert titles == {figid: title for figid, title in written.items() if title}
