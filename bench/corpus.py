"""Makes a corpus of N made-up figures, in the form of PFOCR's newest records.

    python -m bench.corpus OUT N [--seed 1] [--jobs 2] [--grow FOLDER]

Every figure is another: genes by a Zipf-like popularity, families that one word names, several
organisms, words as an OCR reads them, chemicals, diseases, keywords, captions of made-up words,
missing values in all spellings that real records have. A figure depends on the seed and its
number only, so that the first thousand of a corpus are those of a corpus of a thousand. Human
genes, diseases and organisms are those of `ontologies/`; other organisms' gene ids and all
chemicals are made up. The mean is 120 triples a figure.

With --grow, real records below FOLDER are copied instead, each with its own figid and PMCID.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import figures

BLOCK = 500
"""Figures that a process writes at a time."""


def make(folder: Path, count: int, *, seed: int = 1, first: int = 0, jobs: int = 1) -> None:
    """Write figures `first` to `first + count - 1` into `folder`/_figures and /_data."""
    for name in ("_figures", "_data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    blocks = [
        (folder, seed, start, min(start + BLOCK, first + count))
        for start in range(first, first + count, BLOCK)
    ]
    if jobs < 2 or len(blocks) < 2:
        maps = [_write_block(block) for block in blocks]
    else:
        # Ctrl-C goes to all processes at once; the one that waits for them says what happens.
        ignore = (signal.SIGINT, signal.SIG_IGN)
        with ProcessPoolExecutor(jobs, initializer=signal.signal, initargs=ignore) as pool:
            maps = list(pool.map(_write_block, blocks))
    with (folder / "_data" / "wpid_map.tsv").open("a", encoding="utf-8") as file:
        file.writelines(maps)


def _write_block(block: tuple[Path, int, int, int]) -> str:
    """Write some figures; gives their lines of the map of figures to pathways."""
    folder, seed, start, end = block
    lines = []
    for number in range(start, end):
        made = figures.figure(seed, number)
        write(folder, made)
        if made.wpid:
            lines.append(f"{made.figid}\t{made.wpid}\n")
    return "".join(lines)


def write(folder: Path, made: figures.Made) -> None:
    """Write one figure's record and tables."""
    (folder / "_figures" / f"{made.figid}.md").write_text(made.record, encoding="utf-8")
    for kind, text in made.tables.items():
        (folder / "_data" / f"{made.figid}-{kind}.tsv").write_text(text, encoding="utf-8")


def grow(real: Path, folder: Path, count: int) -> None:
    """Copy real records, over and over, to `count` figures with ids of their own."""
    for name in ("_figures", "_data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    known = list(_real(real))
    if not known:
        raise SystemExit(f"{real}: no records in its _figures")
    for number in range(count):
        figid, text, tables = known[number % len(known)]
        pmcid = figid.split("__")[0]
        own = pmcid if number < len(known) else f"PMC{90_000_000 + number}"
        made = figures.Made(figid.replace(pmcid, own, 1), text.replace(pmcid, own), tables, "")
        write(folder, made)


def _real(folder: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    for path in sorted((folder / "_figures").glob("*.md")):
        beside = {k: folder / "_data" / f"{path.stem}-{k}.tsv" for k in figures.KINDS}
        tables = {k: p.read_text(encoding="utf-8") for k, p in beside.items() if p.exists()}
        yield path.stem, path.read_text(encoding="utf-8"), tables


def main() -> None:
    """Make a corpus, or grow one."""
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--grow", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    if given.grow:
        grow(given.grow, given.out, given.count)
    else:
        make(given.out, given.count, seed=given.seed, jobs=given.jobs)
    print(f"{given.count:,} figures in {given.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
