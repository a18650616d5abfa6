"""How long gene overlap takes, and how much memory: many figures against WikiPathways.

    python bench/link_speed.py WIKIPATHWAYS [--figures 100000] [--tables FOLDER] [--store DIR]

The figures are made from real gene tables below FOLDER where one is named (words of several
real figures mixed, so that each figure is another), else from the pathways themselves. Prints
a table; the numbers are those of this run on this machine.

With --store, the whole command `pfocr-kg link` is measured too, on a copy of that built store
(by hard links) and the human pathways: reading, computing, writing, loading, optimising. It is
one process, whose peak memory the operating system tells. WIKIPATHWAYS has to be a folder of
the database then. `--anew` links the copy twice, and measures the second time as well.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

import pfocr_kg
from pfocr_kg.link import evidence, wikipathways
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Pathway

HUMAN = "NCBITaxon:9606"
Word = list[GeneMention]


def words_of_tables(folder: Path) -> list[list[Word]]:
    """Words of each real figure: the rows of its gene table by matched term."""
    figures = []
    for table in sorted(folder.rglob("*-genes.tsv")):
        lines = table.read_text(encoding="utf-8").split("\n")
        header = lines[0].split("\t")
        words: dict[tuple[str, str], Word] = {}
        for line in lines[1:]:
            row = dict(zip(header, line.split("\t"), strict=False))
            if row.get("organism_id") == "9606":
                hit = GeneMention(row["ncbigene_id"], "9606", row["match"], row["source"])
                words.setdefault((row["match"], row["source"]), []).append(hit)
        if words:
            figures.append(list(words.values()))
    return figures


def words_of_pathways(pathways: list[Pathway], random: np.random.Generator) -> list[list[Word]]:
    """Words of figures as if each drew some genes of one pathway."""
    figures = []
    for pathway in pathways:
        some = [gene for gene in pathway.genes if random.random() < 0.4]
        figures.append([[GeneMention(g.identifier, "9606", g.identifier, "x")] for g in some])
    return [words for words in figures if words]


def figures(
    real: list[list[Word]], pathways: list[Pathway], count: int, seed: int
) -> Iterator[FigureFacts]:
    """Figures with 12 words on average: half of one figure, some of another, some at random."""
    random = np.random.default_rng(seed)
    universe = sorted({gene.identifier for pathway in pathways for gene in pathway.genes})
    for number in range(count):
        hits: Word = []
        for share in (0.7, 0.4):
            for word in real[int(random.integers(len(real)))]:
                if random.random() < share:
                    hits += word
        for at in random.integers(len(universe), size=int(random.integers(1, 6))):
            hits.append(
                GeneMention(universe[int(at)], "9606", universe[int(at)], "ncbigene_symbol")
            )
        yield FigureFacts(f"PMC{number}__f1", f"PMC{number}", mentions=tuple(hits))


def whole(
    store: Path, database: Path, pathways: list[Pathway], *, anew: bool
) -> dict[str, float | int]:
    """Seconds, processor seconds and peak MiB of the command, and the triples afterwards."""
    with tempfile.TemporaryDirectory(dir=store.parent, prefix="bench-") as name:
        copy, human = Path(name, "store"), Path(name, "pathways")
        shutil.copytree(store, copy, copy_function=os.link)
        human.mkdir()
        for pathway in pathways:
            (human / pathway.wpid).symlink_to(
                (database / "pathways" / pathway.wpid).resolve(), target_is_directory=True
            )
        result = command(copy, human, "link")
        if anew:
            result |= command(copy, human, "link_anew")
        with pfocr_kg.open(copy) as graph:
            report = graph.report
    return result | {"stored_links": report["links"]["links"], "triples": report["triples"]}


def command(store: Path, pathways: Path, name: str) -> dict[str, float | int]:
    """Run `pfocr-kg link`, and say what it took, by `name`."""
    asked = [sys.executable, "-m", "pfocr_kg.cli", "link", "--quiet"]
    asked += ["--wikipathways", str(pathways), "--store", str(store)]
    start = time.perf_counter()
    process = subprocess.Popen(asked)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"pfocr-kg link failed with status {status}")
    return {
        f"{name}_seconds": round(seconds, 1),
        f"{name}_processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        f"{name}_peak_mib": used.ru_maxrss // 1024,
    }


def linking(
    real: list[list[Word]], pathways: list[Pathway], count: int, seed: int
) -> dict[str, float | int]:
    """What it takes to link made-up figures, less the making of them, and what comes of it."""
    some = list(figures(real, pathways, min(count, 2_000), seed))
    making = taken(figures(real, pathways, count, seed))
    report = evidence.LinkReport()
    both = taken(evidence.link(figures(real, pathways, count, seed), pathways, report=report))
    return {
        "figures": count,
        "pathways": len(pathways),
        "genes_a_figure": sum(len(f.mentions) for f in some) / len(some),
        "pairs_tested": report.pairs_tested,
        "links": report.links,
        "seconds": round(both - making, 1),
        "seconds_making_figures": round(making, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def taken(items: Iterable[object]) -> float:
    """Seconds that all of these take to make."""
    start = time.perf_counter()
    for _ in items:
        pass
    return time.perf_counter() - start


def main() -> None:
    """Read, link, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wikipathways", type=Path)
    parser.add_argument("--figures", type=int, default=100_000)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    pathways = [
        p
        for p in wikipathways.read_all([given.wikipathways])
        if p.organism is not None and p.organism.identifier == HUMAN
    ]
    random = np.random.default_rng(given.seed)
    real = words_of_tables(given.tables) if given.tables else words_of_pathways(pathways, random)
    result = linking(real, pathways, given.figures, given.seed)
    if given.store:
        result |= whole(given.store, given.wikipathways, pathways, anew=given.anew)
    for name, value in result.items():
        print(f"{name:24} {value}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
