"""Made-up pathways, where WikiPathways' own are not at hand: a GMT file."""

from __future__ import annotations

from pathlib import Path
from random import Random

from bench import words

COUNT = 1_000


def write(path: Path, seed: int, count: int = COUNT) -> None:
    """Write `count` human pathways of 10 to 150 genes as GMT, genes by NCBI gene id.

    The format is that of WikiPathways' releases: name%version%id%organism, address, genes.
    """
    random = Random(f"{seed}/pathways")
    human = words.human_genes()
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, count + 1):
            wanted = random.randint(10, 150)
            drawn = {human[words.zipf(random, len(human))][1] for _ in range(wanted)}
            name = f"{words.name(random)} pathway%made-up%WP{number}%Homo sapiens"
            place = f"https://example.org/WP{number}"
            file.write("\t".join((name, place, *sorted(drawn))) + "\n")
