"""The sets of figures that scores are tried on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.link_trial import figures, images, judged, tables
from bench.link_trial.figures import (
    EASY,
    FAMILIES,
    HARD,
    RELATED,
    RELATED_HARD,
    Maker,
    Organisms,
    Spoiling,
)
from bench.link_trial.tables import HUMAN, SYMBOL
from bench.link_trial.worlds import Known, World
from pfocr_kg.link import wikipathways
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Pathway

GMT = "wikipathways-20200210-gmt-Homo_sapiens.gmt"
MOUSE, RAT = "10090", "10116"
_FIGURE_OF_PAPER = re.compile(r"(?=.*\bfig(?:ure|\.)?s? ?S?\d)(?=.*\bPMC\d+)", re.I | re.S)

# Real figures and the pathway of the same subject, by their titles; the pathway was not
# drawn from the figure, so that no score can be expected to find it always.
TITLES = {
    "PMC5881172__CTI2-7-e1014-g001": "WP4925",
    "PMC5344902__fimmu-08-00259-g002": "WP585",
    "PMC4488716__viruses-07-02749-g001": "WP4861",
    "PMC5844972__fimmu-09-00422-g002": "WP4925",
    "PMC6027367__biomedicines-06-00058-g001": "WP4925",
    "PMC5328987__fimmu-08-00119-g001": "WP2113",
    "PMC5456285__diseases-04-00026-g004": "WP254",
    "PMC5456285__diseases-04-00026-g006": "WP4861",
    "PMC3187694__viruses-03-01549f1": "WP4923",
    "PMC6531879__mSphere.00047-19-f0004": "WP382",
    "PMC4808796__biomolecules-06-00002-g001": "WP2516",
    "PMC3397358__viruses-04-00980-g001": "WP254",
    "PMC4712384__cmi2014127f4": "WP4912",
    "PMC6213298__ijms-19-03110-g003": "WP481",
    "PMC5793760__cshperspect-TGF-022210_F4": "WP3874",
    "PMC6167446__fimmu-09-02201-g0001": "WP4876",
}


@dataclass(frozen=True)
class Corpora:
    """What figures are made from: all pathways, the human ones, real tables, older gene sets."""

    data: Path
    pathways: list[Pathway]
    human: list[Pathway]
    drawn: frozenset[str]
    older: list[Pathway]
    tables: dict[str, list[GeneMention]]
    all_organisms: dict[str, list[GeneMention]]
    symbols: dict[str, str]


def read(data: Path) -> Corpora:
    """Read all from the folder of data."""
    database = data / "wikipathways-database"
    pathways = wikipathways.read_all([database])
    human = [p for p in pathways if p.organism and p.organism.identifier == f"NCBITaxon:{HUMAN}"]
    now = {p.wpid: set(p.genes) for p in human}
    older = [
        p
        for p in wikipathways.read_all([data / GMT])
        if now.get(p.wpid) and len(p.genes) >= 4 and set(p.genes) != now[p.wpid]
    ]
    drawn = frozenset(
        path.parent.name
        for path in sorted(database.glob("pathways/WP*/WP*-info.json"))
        if _FIGURE_OF_PAPER.match(json.loads(path.read_text("utf-8")).get("description") or "")
    )
    lines = (data / "hgnc_symbols.tsv").read_text(encoding="utf-8").splitlines()[1:]
    symbols = {row[2]: row[0].upper() for row in (line.split("\t") for line in lines)}
    folders = [data / name for name in tables.FOLDERS]
    return Corpora(
        data,
        pathways,
        human,
        drawn,
        older,
        tables.gene_tables(folders),
        tables.gene_tables(folders, all_organisms=True),
        symbols,
    )


class Sets:
    """All sets for one seed, by name; noise is from one half of the real figures."""

    def __init__(self, corpora: Corpora, seed: int) -> None:
        self.corpora, self.seed = corpora, seed
        noise, self.others = tables.halves(corpora.tables, seed)
        self.noise = noise
        self.families = tables.families(corpora.tables)
        self.maker = Maker(noise, self.families, corpora.human)
        self.named = [p for p in corpora.human if p.figids]
        self.makers: dict[str, Callable[[], list[Known]]] = {
            "named": lambda: self._made(self.named, 30, 1, EASY),
            "named, hard": lambda: self._made(self.named, 30, 2, HARD),
            "named, families": lambda: self._made(self.named, 30, 3, FAMILIES),
            "named, related": lambda: self._made(self.named, 30, 14, RELATED),
            "named, related hard": lambda: self._made(self.named, 30, 15, RELATED_HARD),
            "named, organisms": lambda: self._organisms(self.named, 30, 7),
            "drawn": lambda: self._made(self._drawn(), 6, 8, EASY),
            "drawn, hard": lambda: self._made(self._drawn(), 6, 9, HARD),
            "all": lambda: self._made(self._mixed(), 1, 4, EASY),
            "all, hard": lambda: self._made(self._mixed(), 1, 5, HARD),
            "all, related": lambda: self._made(self._mixed(), 1, 16, RELATED),
            "all, related hard": lambda: self._made(self._mixed(), 1, 17, RELATED_HARD),
            "all, organisms": lambda: self._organisms(self._mixed(), 1, 10),
            "all, mouse and rat": self._mouse_and_rat,
            "small": lambda: self._made(
                self._small(), 3, 6, Spoiling(drop=(0.0, 0.4), noise=(0.6, 2.0))
            ),
            "2020": self._older,
            "2020, spoiled": lambda: self._made(corpora.older, 1, 11, EASY),
            "2020, hard": lambda: self._made(corpora.older, 1, 12, HARD),
            "titles": self._titles,
            "judged": self._judged,
            "images": lambda: images.figures(corpora.data, corpora.human),
        }

    def world(self) -> World:
        """All pathways, with backgrounds from both halves of the real figures."""
        return World(self.corpora.pathways, self.noise, self.others)

    def _made(self, pathways: list[Pathway], repeats: int, at: int, how: Spoiling) -> list[Known]:
        return self.maker.figures(pathways, repeats, self.seed + at, how)

    def _some(self, found: list[Pathway], count: int, skip: int = 0) -> list[Pathway]:
        """Some of the pathways, the same for a seed; `skip` gives another draw."""
        random = np.random.default_rng([self.seed, skip])
        chosen = random.permutation(len(found))[:count]
        return [found[int(at)] for at in sorted(chosen)]

    def _mixed(self) -> list[Pathway]:
        big = [p for p in self.corpora.human if len(p.genes) >= 4]
        recent = [p for p in big if int(p.wpid[2:]) >= 5000 and len(p.genes) <= 120]
        return self._some(recent, 200) + self._some(big, 300, 1)

    def _small(self) -> list[Pathway]:
        return self._some([p for p in self.corpora.human if 4 <= len(p.genes) <= 8], 100, 2)

    def _drawn(self) -> list[Pathway]:
        """Human pathways whose description names a figure of a paper at PubMed Central."""
        named = {p.wpid for p in self.named}
        wanted = self.corpora.drawn - named
        return [p for p in self.corpora.human if p.wpid in wanted and len(p.genes) >= 4]

    def _organisms(self, pathways: list[Pathway], repeats: int, at: int) -> list[Known]:
        """Figures with genes of other organisms, and noise from figures that have them too."""
        mixed = {f: h for f, h in self.corpora.all_organisms.items() if figures.profile(h)}
        maker = Maker(mixed, self.families, self.corpora.human)
        made = maker.figures(pathways, repeats, self.seed + at, EASY)
        organisms = Organisms(mixed, self.corpora.pathways, self.corpora.symbols)
        return organisms.mix(made, self.seed + at)

    def _mouse_and_rat(self) -> list[Known]:
        """Every word, families too, gives the genes of mouse and rat as well."""
        made = self._made(self._mixed(), 1, 13, EASY)
        organisms = Organisms(
            self.corpora.all_organisms, self.corpora.pathways, self.corpora.symbols
        )
        return organisms.mix(made, self.seed, (MOUSE, RAT))

    def _older(self) -> list[Known]:
        """Older versions of pathways as figures, each gene by a word of its own."""
        return [
            Known(
                frozenset([p.wpid]),
                tuple(GeneMention(g.identifier, HUMAN, g.identifier, SYMBOL) for g in p.genes),
            )
            for p in self.corpora.older
        ]

    def _titles(self) -> list[Known]:
        found = self.corpora.tables
        return [
            Known(frozenset([wpid]), tuple(found[f])) for f, wpid in TITLES.items() if f in found
        ]

    def _judged(self) -> list[Known]:
        found = self.corpora.all_organisms
        known = (Known(right, tuple(found.get(f, ()))) for f, right in judged.right().items())
        return [one for one in known if one.right]
