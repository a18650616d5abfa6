"""Measures how often a word of a figure is read as a gene that the figure draws.

    python -m bench.match_trial DATA

DATA holds `wikipathways-images-2018`: `genes.tsv` are words that PFOCR's reader took for human
genes in the published images of WikiPathways' pathways in April 2018, `pathways.tsv` the genes
that those pathways had then. A gene is right if the pathway of the image has it. Prints Markdown
tables: by the kind of match, by how many things the matched term can mean, and by level. In the
first two a gene counts once for each word that was read as it, in the last once for each image.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pfocr_kg import iris
from pfocr_kg.model import LEVEL_PROPERTIES, Entity, Kind, Level, MatchKind, Mention
from pfocr_kg.records import mentions
from pfocr_kg.records.entities import Reading
from pfocr_kg.records.gene_dictionary import bundled_genes

FOLDER = "wikipathways-images-2018"
PREVIOUS = "hgnc_prev_symbol"
MOST = 4
"""Terms that can mean as many things or more are counted together."""


class Read(NamedTuple):
    """A word of an image that was read as a gene."""

    image: str
    mention: Mention


@dataclass
class Tally:
    """The words and genes of one row of a table, each of one image, and which are right."""

    words: set[tuple[str, ...]] = field(default_factory=set)
    right_words: set[tuple[str, ...]] = field(default_factory=set)
    genes: set[tuple[str, ...]] = field(default_factory=set)
    right_genes: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, read: Read, *, right: bool, by_word: bool) -> None:
        """Count a word that was read as a gene; with `by_word`, its gene once for each word."""
        word = (read.image, read.mention.match, read.mention.lexicon)
        gene = (*(word if by_word else (read.image,)), read.mention.entity.identifier)
        self.words.add(word)
        self.genes.add(gene)
        if right:
            self.right_words.add(word)
            self.right_genes.add(gene)

    @property
    def word_precision(self) -> float:
        """The share of words that were read as a right gene, alone or among others."""
        return len(self.right_words) / len(self.words)

    @property
    def precision(self) -> float:
        """The share of genes that are right."""
        return len(self.right_genes) / len(self.genes)


Tallies = dict[str, Tally]
"""Row of a table -> what was counted."""


@dataclass(frozen=True)
class Trial:
    """What was counted: `images` with `drawn` genes in all, and the rows of tables.

    `unambiguous` are the words of `by_kind` that can mean one thing only.
    """

    images: int
    drawn: int
    by_kind: Tallies
    unambiguous: Tallies
    by_meanings: Tallies
    by_level: Tallies
    by_term: Tallies

    def notes(self) -> dict[str, str]:
        """What the vocabulary says of its terms, by their local names."""
        where = f"off {self.images} images of WikiPathways' pathways"
        notes = {
            name: f"Of 100 genes that were read so {where}, {100 * one.precision:.1f} are right."
            for name, one in self.by_term.items()
        }
        counts = ", ".join(
            f"{100 * one.precision:.1f} with {n}" for n, one in self.by_meanings.items()
        )
        return notes | {
            "meaningCount": f"Of 100 genes that were read {where}, are right: {counts}."
        }


def run(data: Path) -> Trial:
    """Read the words of all images as a build reads them, and compare."""
    drawn = pathway_genes(data / FOLDER / "pathways.tsv")
    reads = [read for read in words(data / FOLDER / "genes.tsv") if drawn.get(read.image)]
    images = {read.image for read in reads}
    return Trial(
        len(images),
        sum(len(drawn[image]) for image in images),
        tally(reads, drawn, _kind, by_word=True),
        tally(filter(_is_unambiguous, reads), drawn, _kind, by_word=True),
        tally(reads, drawn, _meanings, by_word=True),
        tally(reads, drawn, _level, by_word=False),
        tally(reads, drawn, _match_kind, by_word=True) | tally(reads, drawn, _term, by_word=False),
    )


def pathway_genes(path: Path) -> dict[str, set[str]]:
    """NCBI gene ids of each pathway."""
    return {row["wpid"]: set(filter(None, row["ncbigene_ids"].split("|"))) for row in _rows(path)}


def words(path: Path) -> Iterator[Read]:
    """The mentions of each image, which is named by its pathway."""
    readings = defaultdict(list)
    for row in _rows(path):
        if row["lexicon"] != "lexicon":  # a header within the table
            number, word = row["ncbigene_id"], row["word"]
            gene = Entity(Kind.GENE, iris.gene(number), number, organism=iris.HUMAN)
            reading = Reading(gene, word, word, row["lexicon"], "", ())
            readings[row["wpid"]].append(reading)
    for image, found in readings.items():
        for mention in mentions.of_readings(found, bundled_genes()):
            yield Read(image, mention)


def tally(
    reads: Iterable[Read],
    drawn: Mapping[str, set[str]],
    rows: Callable[[Mention], Iterable[str]],
    *,
    by_word: bool,
) -> Tallies:
    """Count by the rows that a mention belongs to."""
    found: Tallies = defaultdict(Tally)
    for read in reads:
        right = read.mention.entity.identifier in drawn[read.image]
        for row in rows(read.mention):
            found[row].add(read, right=right, by_word=by_word)
    return {row: found[row] for row in sorted(found, key=_order)}


def _order(row: str) -> tuple[int, str]:
    return _ORDER.index(row) if row in _ORDER else len(_ORDER), row


_ORDER = ("symbol", "previous symbol", "alias", "family", "unambiguous", "any")


def _kind(mention: Mention) -> Iterator[str]:
    if mention.match_kind is MatchKind.SYNONYM:
        yield "previous symbol" if mention.lexicon == PREVIOUS else "alias"
    elif mention.match_kind is not None:
        yield {MatchKind.SYMBOL: "symbol", MatchKind.FAMILY: "family"}[mention.match_kind]


def _meanings(mention: Mention) -> Iterator[str]:
    yield str(mention.meanings) if mention.meanings < MOST else f"{MOST} or more"


def _match_kind(mention: Mention) -> Iterator[str]:
    if mention.match_kind is not None:
        yield mention.match_kind.value


def _level(mention: Mention) -> Iterator[str]:
    for level, name in LEVEL_PROPERTIES.items():
        if name in _term(mention):
            yield level.value


def _term(mention: Mention) -> Sequence[str]:
    """The properties that lead from a figure to the gene of a mention."""
    return [
        LEVEL_PROPERTIES[Level.ANY],
        *(LEVEL_PROPERTIES[Level.SYMBOL] for _ in mentions.genes_by_symbol([mention])),
        *(LEVEL_PROPERTIES[Level.UNAMBIGUOUS] for _ in mentions.unambiguous_genes([mention])),
    ]


def _is_unambiguous(read: Read) -> bool:
    return bool(mentions.unambiguous_genes([read.mention]))


def markdown(trial: Trial) -> str:
    """The three tables."""
    tables = (_kinds(trial), _meaning_counts(trial), _levels(trial))
    return "\n\n".join("\n".join(table) for table in tables)


def _kinds(trial: Trial) -> Iterator[str]:
    yield "| matched to | words | with a right gene | genes | right | unambiguous | right |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, one in trial.by_kind.items():
        line = f"{_words(name, one)} | {len(one.genes):,} | {one.precision:.1%}"
        if other := trial.unambiguous.get(name):
            yield f"{line} | {len(other.genes):,} | {other.precision:.1%} |"
        else:
            yield f"{line} | 0 | |"


def _meaning_counts(trial: Trial) -> Iterator[str]:
    yield "| things it can mean | words | with a right gene | genes | right |"
    yield "|---|---:|---:|---:|---:|"
    for name, one in trial.by_meanings.items():
        yield f"{_words(name, one)} | {len(one.genes):,} | {one.precision:.1%} |"


def _words(name: str, one: Tally) -> str:
    return f"| {name} | {len(one.words):,} | {one.word_precision:.1%}"


def _levels(trial: Trial) -> Iterator[str]:
    yield "| level | genes | right | of all genes of the pathways |"
    yield "|---|---:|---:|---:|"
    for name, one in trial.by_level.items():
        found = len(one.right_genes) / trial.drawn
        yield f"| {name} | {len(one.genes):,} | {one.precision:.1%} | {found:.1%} |"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def main() -> None:
    """Run the trial and print it."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.match_trial", description=__doc__.split("\n")[0]
    )
    parser.add_argument("data", metavar="DATA", type=Path, help=f"folder that holds {FOLDER}")
    trial = run(parser.parse_args().data)
    print(f"{trial.images} images of pathways with {trial.drawn:,} genes\n")
    print(markdown(trial))
    print("\nNotes of the vocabulary:\n")
    for term, note in trial.notes().items():
        print(f"- pfocr:{term}: {note}")


if __name__ == "__main__":
    main()
