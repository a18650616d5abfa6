"""What made-up figures are made of: genes and families, organisms, words, sentences.

Genes, diseases and organisms come from the project's `ontologies/`; everything else is made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

ONTOLOGIES = Path(__file__).resolve().parent.parent / "ontologies"
_SYLLABLES = tuple(a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "or"))
_UNSAFE = re.compile(
    r"[^\w(/]|.*(?:: | #|:$)|[\d.+-]+$|(?:NA|NO|ON|OFF|YES|TRUE|FALSE|NULL|Y|N)$", re.I
)
_POPULAR = (
    *("TP53", "TNF", "AKT1", "MAPK1", "EGFR", "IL6", "STAT3", "PIK3CA", "RAF1", "KRAS", "STAT1"),
    *("IGF1", "MTOR", "BCL2", "CASP3", "NFKB1", "VEGFA", "JUN", "MYC", "PTEN"),
)
_SPOILS = ("{}", "{}", "{}", "{}", "{},", "({})", "{}↓", "p-{}", "{}.", "|{}", "[{}]", "{}-")

Chemical = tuple[str, str, str, str, str]
"""word, MeSH CURIE, match, name, ChEBI CURIE."""


@dataclass(frozen=True)
class Organism:
    """An organism; `weight` is how often figures have it, of a hundred."""

    taxon: str
    name: str
    group: str
    weight: int

    def own(self, gene: tuple[str, str, str, str, str]) -> tuple[str, str, str, str, str]:
        """A human gene as this organism's: the symbol in its writing, and an id of its own."""
        if self.taxon == "9606":
            return gene
        word, match, symbol, gene_id, lexicon = gene
        return word, match, symbol.capitalize(), f"9{self.taxon[-2:]}{gene_id}", lexicon


@dataclass(frozen=True)
class Family:
    """A name that stands for several genes; members are (symbol, id)."""

    name: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Journal:
    """A made-up journal."""

    title: str
    short: str
    publisher: str


@cache
def organisms() -> tuple[Organism, ...]:
    """The organisms of figures, in the shares that PFOCR's gene tables suggest."""
    return (
        Organism("9606", "Homo sapiens", "Primates", 72),
        Organism("10090", "Mus musculus", "Rodents", 12),
        Organism("10116", "Rattus norvegicus", "Rodents", 5),
        Organism("7227", "Drosophila melanogaster", "Invertebrates", 4),
        Organism("3702", "Arabidopsis thaliana", "Plants", 3),
        Organism("559292", "Saccharomyces cerevisiae S288C", "Fungi", 2),
        Organism("6239", "Caenorhabditis elegans", "Invertebrates", 2),
    )


@cache
def human_genes() -> list[tuple[str, str, list[str]]]:
    """(symbol, NCBI gene id, previous symbols), most popular first, in an order made up."""
    lines = (ONTOLOGIES / "human-genes.tsv").read_text(encoding="utf-8").split("\n")
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    coding = [
        (symbol, numbers.partition("|")[0], previous.split("|") if previous else [])
        for symbol, _, numbers, _, previous, _ in rows
        if "-" not in symbol and not symbol.startswith(("LINC", "MIR", "LOC"))
    ]
    Random(7).shuffle(coding)
    coding.sort(key=lambda gene: gene[0] not in _POPULAR)
    return coding[:16_000]


@cache
def families() -> list[Family]:
    """Families: genes whose symbols differ in the number at their end only."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for symbol, gene_id, _ in sorted(human_genes()):
        stem = symbol.rstrip("0123456789")
        if len(stem) >= 3 and stem != symbol:
            found[stem].append((symbol, gene_id))
    large = [Family(stem, tuple(own[:12])) for stem, own in found.items() if len(own) >= 3]
    Random(8).shuffle(large)
    large.sort(key=lambda family: family.name not in ("AKT", "MAPK", "STAT"))
    return large


@cache
def diseases() -> list[tuple[str, str]]:
    """(name, DOID) of the bundled vocabulary; cancer first, the others in an order made up."""
    lines = (ONTOLOGIES / "diseases.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.startswith("DOID:")]
    known = sorted((name, doid) for doid, name, _ in rows)
    Random(12).shuffle(known)
    return sorted(known, key=lambda disease: disease[1] != "DOID:162")


@cache
def chemicals() -> list[Chemical]:
    """800 chemicals, made up but for the first; a tenth have no ChEBI id."""
    random = Random(9)
    made = [("Fatty acids", "mesh:D005227", "Fatty Acids", "fatty acid", "chebi:35366")]
    for number in range(1, 800):
        own = name(random)
        chebi = f"chebi:{900_000 + number}" if random.random() < 0.9 else "NA"
        made.append((own, f"mesh:C{900_000 + number}", own.lower(), own.lower(), chebi))
    return made


@cache
def journals() -> list[Journal]:
    """300 journals of 40 publishers, made up."""
    random = Random(10)
    publishers = [f"{name(random)} Press" for _ in range(40)]
    made = []
    for _ in range(300):
        first, second = name(random), name(random)
        title = f"Journal of {first} and {second}"
        made.append(Journal(title, f"J {first[:4]} {second[:4]}", random.choice(publishers)))
    return made


def zipf(random: Random, size: int) -> int:
    """A rank below `size`; the chance of a rank falls about as 1/rank."""
    return int(size ** random.random()) - 1


def spoiled(random: Random, text: str) -> str:
    """A word as it may be read off an image."""
    read = text.lower() if random.random() < 0.1 else text
    return random.choice(_SPOILS).format(read)


def name(random: Random) -> str:
    """A word like a name."""
    return "".join(random.choices(_SYLLABLES, k=random.randint(2, 4))).capitalize()


def stem(number: int) -> str:
    """A word that belongs to a number alone, for file names and DOIs."""
    place, base = number, len(_SYLLABLES)
    made = ""
    for _ in range(3):
        place, rest = divmod(place, base)
        made += _SYLLABLES[rest]
    return f"{made}-{number:06d}"


def uuid(random: Random) -> str:
    """A UUID of random digits."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@cache
def _phrases() -> list[str]:
    """2,000 phrases of made-up words, with signs that captions hold."""
    random = Random(11)
    known = [name(random).lower() for _ in range(4_000)]
    # Signs that captions hold; "signaling" is what a bundled query looks for by default.
    signs = ("signaling", "signaling", "β", "κB", "→", "(A)", '"', "±", "Ca2+", "5'", "&amp;", "%")
    made = []
    for _ in range(2_000):
        chosen = random.choices(known, k=random.randint(5, 11))
        if random.random() < 0.4:
            chosen[random.randrange(1, len(chosen))] = random.choice(signs)
        made.append(" ".join(chosen))
    return made


def sentence(random: Random) -> str:
    """A sentence of made-up words."""
    first, second = random.choices(_phrases(), k=2)
    return f"{first[0].upper()}{first[1:]}, {second}."


def caption(random: Random, symbols: list[str]) -> str:
    """One to a dozen sentences, mostly few, that name some of the figure's genes."""
    count = min(int(random.expovariate(1 / 3)) + 1, 12)
    said = [sentence(random) for _ in range(count)]
    if symbols:
        named = random.sample(symbols, min(len(symbols), 6))
        said.append(f"Legend: {', '.join(named)}.")
    return " ".join(said)


def scalar(value: str) -> str:
    """A YAML scalar of one line: plain where that is safe, else in single quotes."""
    if value and not _UNSAFE.match(value):
        return value
    return "'" + value.replace("'", "''") + "'"


def folded(value: str, indent: str = "  ") -> str:
    """A YAML scalar folded at about 80 characters, as the records' are."""
    text = scalar(value)
    if len(text) <= 80:
        return text
    lines, start = [], 0
    while len(text) - start > 80:
        end = text.find(" ", start + 72)
        if end < 0:
            break
        lines.append(text[start:end])
        start = end + 1
    lines.append(text[start:])
    return f"\n{indent}".join(lines)
