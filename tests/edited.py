"""Sources that are edited at random: trees, archives and links, and what records share."""

from __future__ import annotations

import os
import random
import shutil
import tarfile
import zipfile
from pathlib import Path

EARLY = 1_500_000_000
"""A time of files long before now: only then do their times say that they are unchanged."""

FIGIDS = ("PMC1__a", "PMC1__b", "PMC2__c", "PMC3__d.e", "PMC3__ä", "PMC3__f", "PMC1__g", "PMC2__h")
NAMES = tuple("abcdef")
GENE_HEADER = "organism_id\torganism_name\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\n"
CHEMICAL_HEADER = "word\tmesh\tmatch\tname\tchebi\n"
DISEASE_HEADER = "word\tmesh\tmatch\tname\tdoid\n"
GENES = (
    *("9606\tHomo sapiens\tp53\tp53\tTP53\t7157", "9606\tHomo sapiens\tTNF\tTNF\tTNF\t7124"),
    *("10090\tMus musculus\tp53\tTrp53\tTrp53\t22059", "9900001\tHomo alter\tx\tx\tX1\t99000001"),
)
CHEMICALS = (
    "ATP\tD000255\tATP\tATP\t15422",
    "w\tD900001\tw\tW\tNA",
    "v\tD900002\tw\t1,2-z\t9000001",
)
DISEASES = ("w\tD900001\tw\tW\tNA", "cancer\tD009369\tcancer\tCancer\t162")
ORGANISMS = ("Homo novus", "Homo alter", "new man", "Homo novus, other man, Homo ignotus")
PAGES = (
    *(("Homo novus", "new man", "9900001"), ("Homo alter", "new man", "9900002")),
    *(("Homo alter", "", "9900001"), ("Homo novus", "other man", "9900002")),
    *(("Homo ignotus", "", ""), ("Homo sapiens", "me", "9606"), ("", "", "9900003")),
)
"""Latin and common name and taxon: names of several taxa, taxa of several names, a broken page."""

DICTIONARIES = (
    "symbol\talias_symbol\tprev_symbol\tentrez_id\nTP53\tp53\t\t7157\nTNF\t\tTNFA\t7124\n",
    "symbol\talias_symbol\tprev_symbol\tentrez_id\nTP99\tp53\tTP53\t7157\nTNF\t\t\t7124\n",
)


class Sources:
    """Three trees of records, one of which may be packed, and what a build is told of them.

    `given` are the sources in order, `genes` a dictionary of genes. Each edit is a method that
    takes nothing, and every file that it writes is later than all before. `reread` is True if
    times do not show the last edit. `done` tells the edits.
    """

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = random.Random(seed)
        self.clock = self.before = EARLY
        self.packed = ""
        self.genes: Path | None = None
        self.reread = False
        self.done: list[str] = []
        self.trees = [root / name for name in ("one", "two", "it's a 'thïrd' \" tree")]
        for tree in self.trees:
            for name in ("_figures", "_data", "_organisms"):
                (tree / name).mkdir(parents=True)
        (root / "joined").mkdir()
        (root / "joined" / "_figures").symlink_to(self.trees[0] / "_figures")
        (root / "joined" / "_organisms").mkdir()
        self.given = list(self.trees)
        self.write(self.trees[0] / "_figures" / "z.md", self.page("PMC9__z"))
        for number, figid in enumerate(FIGIDS):
            place = self.trees[number % 3] / "_figures" / f"{NAMES[number % len(NAMES)]}.md"
            self.write(place, self.page(figid))
        for _ in range(6):
            self.organism()
            self.table()
            self.map()
        self.done.clear()

    def edit(self) -> str:
        """Make one edit, chosen by chance; gives its name."""
        (name,) = self.chance.choices(list(EDITS), list(EDITS.values()))
        getattr(self, name)()
        self.done.append(name)
        return name

    def write(self, path: Path, text: str) -> None:
        self.clock += 10
        path.write_text(text, encoding="utf-8")
        os.utime(path, (self.clock, self.clock))

    def some(self, pattern: str) -> Path | None:
        """A file of any tree."""
        found = sorted(path for tree in self.trees for path in tree.glob(pattern))
        return self.chance.choice(found) if found else None

    def page(self, figid: str) -> str:
        pick = self.chance.choice
        lines = [f"figid: {figid}", f"pmcid: PMC{pick('123')}", f"papertitle: {pick('TU')}"]
        lines += [f"year: '{pick(('2019', '2020'))}'", f"organisms: {pick(ORGANISMS)}"]
        lines += [pick(("", "odd: 1", "caption: a cancer", "", "", "wpid: bad"))]
        return "\n".join(["---", *filter(None, lines), "---", ""])

    def record(self) -> None:
        place = self.chance.choice(self.trees) / "_figures" / f"{self.chance.choice(NAMES)}.md"
        self.write(place, self.page(self.chance.choice(FIGIDS)))

    def table(self) -> None:
        kind, header, rows = self.chance.choice(
            (
                ("genes", GENE_HEADER, [f"{row}\tncbigene_symbol" for row in GENES]),
                ("chemicals", CHEMICAL_HEADER, list(CHEMICALS)),
                ("diseases", DISEASE_HEADER, list(DISEASES)),
            )
        )
        chosen = self.chance.sample(rows, self.chance.randint(0, len(rows)))
        name = f"{self.chance.choice(FIGIDS)}-{kind}.tsv"
        place = self.chance.choice(self.trees) / "_data" / name
        self.write(place, header + "".join(f"{row}\n" for row in chosen))

    def remove(self) -> None:
        pattern = self.chance.choice(("_figures/[a-f].md", "_data/*.tsv", "_organisms/*.md"))
        if place := self.some(pattern):
            place.unlink()

    def rename(self) -> None:
        """Also over another file."""
        if place := self.some("_figures/[a-f].md"):
            place.rename(place.with_name(f"{self.chance.choice(NAMES)}.md"))

    def touch(self) -> None:
        if place := self.some("*/*.*"):
            self.clock += 10
            os.utime(place, (self.clock, self.clock))

    def turn_back(self) -> None:
        """A record with another content and a time before all others, as from a backup."""
        if place := self.some("_figures/[a-f].md"):
            self.before -= 10
            place.write_text(self.page(self.chance.choice(FIGIDS)), encoding="utf-8")
            os.utime(place, (self.before, self.before))

    def swap(self) -> None:
        pattern = self.chance.choice(("_figures/[a-f].md", "_data/*-*.tsv", "_organisms/*.md"))
        one, other = self.some(pattern), self.some(pattern)
        if one and other and one != other:
            texts = one.read_text("utf-8"), other.read_text("utf-8")
            self.write(one, texts[1])
            self.write(other, texts[0])

    def move(self) -> None:
        """A record, a table, a map or a page, into another tree, with its time."""
        pattern = self.chance.choice(("_figures/[a-f].md", "_data/*", "*/*_map.tsv"))
        if place := self.some(pattern):
            place.rename(self.chance.choice(self.trees) / place.parent.name / place.name)

    def move_organism(self) -> None:
        """A page on an organism goes to another tree, or gets another name; all pages stay."""
        names = [tree / "_organisms" / f"{name}.md" for tree in self.trees for name in NAMES]
        free = [place for place in names if not place.exists()]
        if free and (place := self.some("_organisms/*.md")):
            place.rename(self.chance.choice(free))

    def copy(self) -> None:
        """So that two sources have one record."""
        if place := self.some(self.chance.choice(("_figures/[a-f].md", "_data/*"))):
            target = self.chance.choice(self.trees) / place.parent.name / place.name
            if target != place:
                shutil.copy2(place, target)

    def map(self) -> None:
        name, ids = self.chance.choice((("wpid_map.tsv", ("WP1", "WP2")), ("ndex_map.tsv", UUIDS)))
        pairs = [(self.chance.choice(FIGIDS), self.chance.choice(ids)) for _ in range(6)]
        text = "".join(f"{figid}\t{one}\n" for figid, one in pairs)
        text += self.chance.choice(("", "", "PMC1__a\tbad\n"))
        self.write(self.chance.choice(self.trees) / "_data" / name, text)

    def organism(self) -> None:
        latin, common, ncbi = self.chance.choice(PAGES[:4] * 3 + PAGES[4:])
        place = self.chance.choice([*self.trees, self.root / "joined"]) / "_organisms"
        text = f"---\nlatin: {latin}\ncommon: {common}\nncbi: '{ncbi}'\n---\n"
        self.write(place / f"{self.chance.choice(NAMES)}.md", text)

    def dictionary(self) -> None:
        text = self.chance.choice((None, None, *DICTIONARIES))
        self.genes = None if text is None else self.root / "genes.tsv"
        if self.genes and text:
            self.write(self.genes, text)

    def order(self) -> None:
        """Another order of sources; some are left out, one is given twice, or is a link."""
        extra = [self.root / "joined", self.trees[0], self.trees[0] / "_figures" / "z.md"]
        others = [*self.trees[1:], *extra]
        some = self.chance.sample(others, self.chance.randint(0, len(others)))
        self.given = [self.trees[0], *some]
        self.chance.shuffle(self.given)

    def pack(self) -> None:
        """The second tree becomes an archive of one of two kinds, or a folder again."""
        self.packed = self.chance.choice(("", "pack.tar.gz", "pack.zip"))

    def break_one(self) -> None:
        place = self.chance.choice(self.trees) / "_figures" / f"{self.chance.choice(NAMES)}.md"
        self.write(place, self.chance.choice(("---\nfigid: [\n", "", "---\nfigid: PMC1__a\n---\n")))

    def same_size_and_time(self) -> None:
        """Another title in a file of the same size and time, which only `reread` finds."""
        if place := self.some("_figures/*.md"):
            status, text = place.stat(), place.read_text("utf-8")
            place.write_text(text.translate(str.maketrans("TU", "UT")), encoding="utf-8")
            os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
            self.reread = True

    def sources(self) -> list[Path]:
        """The sources with records, as a build is to be given them; one may be packed, anew."""
        given = [one for one in self.given if one.is_file() or any(one.glob("_figures/*.md"))]
        return [self._pack() if one == self.trees[1] and self.packed else one for one in given]

    def _pack(self) -> Path:
        pack = self.root / self.packed
        files = [path for path in sorted(self.trees[1].rglob("*")) if path.is_file()]
        if pack.suffix == ".zip":
            with zipfile.ZipFile(pack, "w") as archive:
                for path in files:
                    archive.writestr(str(path.relative_to(self.root)), path.read_bytes())
        else:
            with tarfile.open(pack, "w:gz", compresslevel=1) as archive:
                for path in files:
                    archive.add(path, str(path.relative_to(self.root)))
        return pack


UUIDS = ("26f5a1a6-0000-11e8-b939-0ac135e8bacf", "36f5a1a6-0000-11e8-b939-0ac135e8bacf")

EDITS = {
    "record": 8,
    "table": 8,
    "remove": 4,
    "rename": 3,
    "touch": 1,
    "turn_back": 1,
    "swap": 3,
    "move": 6,
    "copy": 3,
    "map": 3,
    "organism": 2,
    "move_organism": 6,
    "dictionary": 1,
    "order": 2,
    "pack": 1,
    "break_one": 1,
    "same_size_and_time": 3,
}
"""The edits, with how often each is made."""
