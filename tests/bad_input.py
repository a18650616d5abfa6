"""Trees with a bad record or table beside good neighbours."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pfocr_kg

# Two neighbours: the oldest form, without a table, and one with tables of genes and chemicals.
NEIGHBOURS = ("PMC3614012__nihms379615f2", "PMC100008__mb2411709009")
BAD = "PMC9999001__bad"
FIGURE = f"https://pfocr.wikipathways.org/figures/{BAD}.html"
RECORD = f"_figures/{BAD}.md"


def record(more: str = "", *, figid: str = BAD, pmcid: str = "PMC9999001") -> bytes:
    return f"---\nfigid: {figid}\npmcid: {pmcid}\n{more}---\n".encode()


def table(header: list[str], *rows: list[str]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in (header, *rows)).encode()


class Special:
    """Something else than a file in a file's place."""

    def __init__(self, make: Callable[[Path], object]) -> None:
        self.make = make


FOLDER = Special(lambda path: path.mkdir())
NOISE = random.Random(20).randbytes(4000)


def lay(tree: Path, files: dict[str, bytes | Special]) -> Path:
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Special):
            content.make(path)
        else:
            path.write_bytes(content)
    return tree


def lay_neighbours(tree: Path, sample: Path) -> Path:
    for source in sorted(sample.rglob("*")):
        if source.name.startswith(NEIGHBOURS):
            path = tree / source.relative_to(sample)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
    return tree


def triples(store: Path) -> set[str]:
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    return set(out.getvalue().decode().splitlines())


def is_one_line(stderr: str) -> bool:
    return (
        stderr.startswith("pfocr-kg: ")
        and stderr.endswith("\n")
        and stderr.count("\n") == 1
        and "Traceback" not in stderr
    )


# Sources as a whole. The store that was there must be as it was.


@dataclass
class Kept:
    """A store with a good graph, and what it gave before."""

    path: Path
    before: set[str]
    files: set[str]

    def check(self) -> None:
        assert triples(self.path) == self.before
        files = {str(p.relative_to(self.path)) for p in self.path.rglob("*")}
        assert files == self.files
