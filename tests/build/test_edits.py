"""Whatever is edited, in whatever order: an incremental build gives what a full build gives."""

from __future__ import annotations

import gc
import itertools
import random
import re
import shutil
from pathlib import Path

import pytest

import describing
import pfocr_kg
from contents import content, said, triples
from edited import Sources
from places import EXCERPT

EDITS = 40
SEEN_ONCE = ("move_organism", "map", "same_size_and_time")
"""Edits to compare after: a build that misses one can be mended by the next."""

PATCH = b"""# pfocr-kg patch 1
INSERT DATA {
<https://example.org/s> <http://www.w3.org/2000/01/rdf-schema#label> "patched" .
} ;
# end: 0 removed, 1 added
"""


class Walk:
    """Edits of sources, and a store that is built from them again and again."""

    def __init__(self, work: Path, seed: int) -> None:
        self.work, self.chance = work, random.Random(seed)
        self.edited, self.store = Sources(work / "corpus", seed), work / "store"
        self.full = work / "full"
        self.build()
        gc.collect()
        gc.freeze()  # what the first build has read; each build collects garbage

    def build(self) -> pfocr_kg.Report:
        edited = self.edited
        reread, edited.reread = edited.reread, False
        return pfocr_kg.build(edited.sources(), self.store, genes=edited.genes, reread=reread)

    def build_in_full(self, *, other_order: bool) -> pfocr_kg.Report:
        shutil.rmtree(self.full, ignore_errors=True)
        sources = self.edited.sources()
        if other_order:
            self.chance.shuffle(sources)
        return pfocr_kg.build(sources, self.full, genes=self.edited.genes)

    def compare(self) -> None:
        updated = self.build()
        full = self.build_in_full(other_order=self.is_any_order_the_same(updated))
        assert content(self.store) == content(self.full)
        assert said(updated) == said(full)
        assert describing.stated(self.store) == describing.stated(self.full)

    def is_any_order_the_same(self, report: pfocr_kg.Report) -> bool:
        """Of records with one figid the first is used, and of two paths to one file the first."""
        reasons = [entry["reason"] for entry in report.quarantined]
        is_linked = any(place.name == "joined" for place in self.edited.given)
        return not is_linked and not any("is also that of" in reason for reason in reasons)

    def link(self) -> None:
        """Links are those of a full build, and the next build starts without them."""
        self.build()
        pfocr_kg.link(self.store, EXCERPT)
        self.build_in_full(other_order=False)
        pfocr_kg.link(self.full, EXCERPT)
        assert content(self.store) == content(self.full)

    def patch(self) -> None:
        patch = self.work / "patch.ru"
        patch.write_bytes(PATCH)
        pfocr_kg.apply(self.store, patch)

    def run(self, every: int) -> None:
        """Make all edits, with a build after each; compare after so many, and at the end."""
        for number in range(1, EDITS + 1):
            try:
                edit = self.edited.edit()
                if self.chance.random() < 0.02:
                    self.edited.done.append(what := self.chance.choice(("link", "patch")))
                    getattr(self, what)()
                if number % every == 0 or edit in SEEN_ONCE:
                    self.compare()
                else:
                    self.build()
            except Exception as error:
                error.add_note(f"after {', '.join(self.edited.done)}")
                raise
        shutil.rmtree(self.work)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_forty_edits(seed: int, tmp_path: Path) -> None:
    Walk(tmp_path / "walk", seed).run(every=6)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_forty_edits_more_often(number: int, tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    Walk(tmp_path / "walk", seed).run(every=1)


def page(tree: Path, name: str, *fields: str) -> Path:
    """A page of a tree on an organism: its Latin name, common name and taxon."""
    path = tree / "_organisms" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("---\nlatin: {}\ncommon: '{}'\nncbi: '{}'\n---\n".format(*fields))
    return path


def organisms(store: Path) -> set[str]:
    """What the graph says of figures' organisms, as the last parts of IRIs and as texts."""
    lines = [line.decode().removesuffix(" .").split(" ", 2) for line in triples(store)]
    taxa = {s for s, p, o in lines if o.endswith("#Organism>")}
    names = ("organism>", "organismName>", "label>", "altLabel>")
    found = [(s, p, o) for s, p, o in lines if p.endswith(names) and (s in taxa or "#org" in p)]
    last = [[re.split(r"[/#]", part.strip('<>"'))[-1] for part in parts] for parts in found]
    return {" ".join(parts) for parts in last}


def trees_of(root: Path, *named: str) -> list[Path]:
    """Trees of one figure each, which names an organism."""
    trees = []
    for number, name in enumerate(named):
        tree = root / f"tree-{number}"
        (tree / "_figures").mkdir(parents=True)
        text = f"---\nfigid: PMC1__{number}\npmcid: PMC1\norganisms: {name}\n---\n"
        (tree / "_figures" / f"{number}.md").write_text(text)
        trees.append(tree)
    return trees


def test_a_page_on_an_organism_moves_to_another_source(tmp_path: Path) -> None:
    trees = trees_of(tmp_path, "Homo novus", "Homo novus")
    place, store = page(trees[0], "x", "Homo novus", "new man", "9900001"), tmp_path / "store"
    about = {"NCBITaxon_9900001 label Homo novus", "NCBITaxon_9900001 altLabel new man"}

    def finding(one: int, other: int) -> set[str]:
        found = {f"PMC1__{one}.html organism NCBITaxon_9900001"}
        return about | found | {f"PMC1__{other}.html organismName Homo novus"}

    pfocr_kg.build(trees, store)
    assert organisms(store) == finding(0, 1)
    (trees[1] / "_organisms").mkdir()
    place = place.rename(trees[1] / "_organisms" / "x.md")
    report = pfocr_kg.build(trees, store)
    assert organisms(store) == finding(1, 0)
    assert (report.full, report.changes and report.changes["changed"]) == ("", 2)
    place.rename(place.with_name("y.md"))
    report = pfocr_kg.build(trees, store)
    assert (report.full, report.changes and report.changes["unchanged"]) == ("", 2)


def test_pages_that_do_not_agree_have_one_outcome(tmp_path: Path) -> None:
    """One taxon with two Latin names, and a name of two taxa; in any order of files and sources."""
    trees = trees_of(tmp_path, "Homo novus", "Homo alter, man")
    pages = [
        ("Homo novus", "man", "9900001"),
        ("Homo alter", "", "9900001"),
        ("Homo tertius", "homo novus", "990000"),
        ("Man", "", "9900002"),
    ]
    expected = {
        *("PMC1__0.html organism NCBITaxon_9900001", "PMC1__1.html organism NCBITaxon_9900001"),
        *("PMC1__1.html organism NCBITaxon_9900002", "NCBITaxon_9900002 label Man"),
        *("NCBITaxon_9900001 label Homo alter", "NCBITaxon_9900001 altLabel Homo novus"),
        *("NCBITaxon_9900001 altLabel man", "NCBITaxon_9900002 altLabel man"),
    }
    for number, order in enumerate(itertools.islice(itertools.permutations(pages), 0, 24, 5)):
        for tree in trees:
            for name, fields in zip("abcd", order, strict=True):
                page(tree, name, *fields)
        store = tmp_path / f"store-{number}"
        pfocr_kg.build(trees[:: (-1) ** number], store)
        assert organisms(store) == expected
    # One page in each source: both know the taxon, and the graph has the names of both.
    for tree, fields in zip(trees, (pages[0], pages[1]), strict=True):
        shutil.rmtree(tree / "_organisms")
        page(tree, "x", *fields)
    expected = {line for line in expected if "9900002" not in line}
    expected.add("PMC1__1.html organismName man")
    for order in (trees, trees[::-1]):
        pfocr_kg.build(order, tmp_path / "store-0")
        assert organisms(tmp_path / "store-0") == expected
