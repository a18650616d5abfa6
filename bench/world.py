"""What the rows share: the corpus, its store, its N-Triples; each is made on first use."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pfocr_kg
from bench import corpus, pathways
from bench.errors import BenchError, Unavailable
from bench.process import OURS, run


@dataclass
class World:
    """One bench: its size, its folders, how often things are measured.

    `data` is the folder of real data, or None; `tools` is that of Morph-KGC's environment;
    `grow` is a real corpus to copy records from, instead of making figures up.
    """

    figures: int
    work: Path
    tools: Path
    seed: int = 1
    runs: int = 3
    data: Path | None = None
    grow: Path | None = None

    def say(self, text: str) -> None:
        """Tell the user what is measured now."""
        print(text, file=sys.stderr, flush=True)

    def folder(self, name: str) -> Path:
        """The path of a new folder below the work folder; an old one is removed."""
        path = self.work / name
        if path.is_dir():
            shutil.rmtree(path)
        return path

    def corpus(self, count: int) -> Path:
        """A corpus of `count` figures; the same one each time."""
        path = self.work / f"corpus-{count}"
        if path.is_dir():
            return path
        self.say(f"making {count:,} figures")
        if self.grow:
            corpus.grow(self.grow, path, count)
        else:
            corpus.make(path, count, seed=self.seed, jobs=os.cpu_count() or 1)
        return path

    def store(self, count: int) -> Path:
        """A store built from the corpus of `count` figures."""
        path = self.work / f"store-{count}"
        if not path.is_dir():
            source = self.corpus(count)
            self.say(f"building {count:,} figures")
            run([*OURS, "build", source, "--store", path, "--quiet"])
        return path

    def triples(self, count: int) -> Path:
        """The graph of that store as N-Triples."""
        path = self.work / f"graph-{count}.nt"
        if not path.is_file():
            store = self.store(count)
            self.say("writing its N-Triples")
            run([*OURS, "export", "--store", store, "--format", "ntriples", "--output", path])
        return path

    @cached_property
    def wikipathways(self) -> tuple[Path, str]:
        """Pathways to link to, and what they are."""
        real = self.data / "wikipathways-database" if self.data else None
        if real is not None and real.is_dir():
            return real, "WikiPathways database"
        path = self.work / "made-up.gmt"
        pathways.write(path, self.seed)
        return path, "made-up pathways"

    @cached_property
    def linked(self) -> Path:
        """The store of all figures with links; the row `links` measures how it is made."""
        path = self.folder("linked")
        store = self.store(self.figures)
        shutil.copytree(store, path)
        run([*OURS, "link", "--wikipathways", self.wikipathways[0], "--store", path, "--quiet"])
        return path

    def tool(self, name: str) -> Path:
        """A command beside this interpreter, or on the path.

        Raises:
            Unavailable: there is none.

        """
        beside = Path(sys.executable).parent / name
        found = str(beside) if beside.is_file() else shutil.which(name)
        if found is None:
            raise Unavailable(f"needs the command {name}: pip install --group bench")
        return Path(found)


def lines(path: Path) -> int:
    """The number of lines of a file, of which triples are one each."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def check_folder(path: Path) -> Path:
    """A work folder that is empty or new.

    Raises:
        BenchError: it holds something, which the bench would remove.

    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise BenchError(f"{path}: is not empty; the work folder has to be new or empty")
    return path


def report_of(store: Path) -> dict[str, Any]:
    """The report of the build that made a store's graph."""
    with pfocr_kg.open(store) as graph:
        return graph.report
