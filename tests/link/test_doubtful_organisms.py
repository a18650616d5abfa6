"""Figures of plants, fungi and bacteria whose words are symbols of animals' genes too."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from linked_stores import Run, links_of, report
from pfocr_kg.link.facts import of_line, of_store
from pfocr_kg.store.embedded import Embedded
from places import EXCERPT
from plain_linking import CURATED, GENES

PATHWAY = "WP4880"
GENES_OF_PATHWAY = {
    "OAS1": "4938",
    "OAS2": "4939",
    "OAS3": "4940",
    "IRF3": "3661",
    "IRF9": "10379",
    "MAVS": "57506",
    "TBK1": "29110",
    "TICAM1": "148022",
    "STAT2": "6773",
}
PAPERS = {
    "PMC1__plant": "organisms: [Arabidopsis thaliana]",
    "PMC2__plant-and-human": "organisms: [Arabidopsis thaliana, Homo sapiens]",
    "PMC3__virus": "organisms: Severe acute respiratory syndrome coronavirus 2",
    "PMC4__not-said": "number: F1",
    "PMC5__bacteria-curated": f"organisms: [E. coli]\nwpid: {PATHWAY}",
}


class Linked(NamedTuple):
    """A store of figures with the same genes, linked, and what the command said."""

    store: Path
    said: str


@pytest.fixture(scope="module")
def linked(run_cli: Run, tmp_path_factory: pytest.TempPathFactory) -> Linked:
    folder = tmp_path_factory.mktemp("doubtful")
    for part in ("_figures", "_data"):
        (folder / "corpus" / part).mkdir(parents=True)
    rows = [
        f"9606\tHomo sapiens\t{symbol}\t{symbol}\t{symbol}\t{number}\tncbigene_symbol\n"
        for symbol, number in GENES_OF_PATHWAY.items()
    ]
    header = "organism_id\torganism_name\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\n"
    for figid, said in PAPERS.items():
        page = f"---\nfigid: {figid}\npmcid: {figid.partition('__')[0]}\n{said}\n---\n"
        (folder / "corpus" / "_figures" / f"{figid}.md").write_text(page)
        table = folder / "corpus" / "_data" / f"{figid}-genes.tsv"
        table.write_text(header + "".join(rows))
    store = folder / "store"
    assert run_cli("build", folder / "corpus", "--store", store, "--quiet").code == 0
    done = run_cli("link", "--wikipathways", EXCERPT, "--store", store)
    assert done.code == 0, done.stderr
    return Linked(store, done.stderr)


def test_genes_of_animals_make_no_link_of_a_plant(linked: Linked, run_cli: Run) -> None:
    links = links_of(run_cli, linked.store)
    found = {figid: set(link.evidence) for (figid, wpid), link in links.items() if wpid == PATHWAY}
    assert found == {
        "PMC2__plant-and-human": {GENES},
        "PMC3__virus": {GENES},
        "PMC4__not-said": {GENES},
        "PMC5__bacteria-curated": {CURATED},
    }
    assert not links["PMC5__bacteria-curated", PATHWAY].shared
    assert "PMC1__plant" not in {figid for figid, _ in links}


def test_the_command_says_how_many_figures(linked: Linked) -> None:
    assert "2 figures of plants, fungi or bacteria: genes of animals not used" in linked.said
    assert report(linked.store)["links"]["figures_with_doubtful_genes"] == 2


def test_a_store_asked_by_sparql_gives_what_the_build_saved(linked: Linked) -> None:
    with Embedded(linked.store) as store:
        lines = store.facts()
        assert lines is not None
        saved = {one.figid: one.doubtful_organisms for one in map(of_line, lines)}
        asked = {one.figid: one.doubtful_organisms for one in of_store(store)}
    human = {"PMC1__plant", "PMC5__bacteria-curated"}
    assert saved == asked == {figid: ("9606",) if figid in human else () for figid in PAPERS}


def test_the_page_of_a_figure_says_whose_genes_are_doubtful(linked: Linked, run_cli: Run) -> None:
    pages = {
        figid: run_cli("show", figid, "--store", linked.store).stdout.splitlines()
        for figid in ("PMC1__plant", "PMC2__plant-and-human")
    }
    said = {f: [s for s in lines if s.startswith("doubtful")] for f, lines in pages.items()}
    assert [line.split() for line in said["PMC1__plant"]] == [
        ["doubtful", "genes", "of", "Homo", "sapiens"]
    ]
    assert said["PMC2__plant-and-human"] == []
