"""Make the sample corpus of the tests and of `make demo` from published PFOCR records.

    python tools/make_sample.py SHARED_DATA OUT

SHARED_DATA holds the corpora named in `FIGURES`; `_figures`, `_data` and `_organisms` under OUT
are emptied and written anew. The sample carries facts only (identifiers, words read, symbols,
scores, bibliography): captions, figure titles and JSON-LD descriptions are left out of every
record but the seed's. Nothing depends on the clock, the machine or the order of a directory:
the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

SEED = ("seed", "PMC3614012__nihms379615f2")

# Corpus and figid; the comment says what the record is in the sample for.
FIGURES = [
    SEED,
    ("pfocr-verbatim", "PMC100005__mb2410575011"),  # three organisms, two lists that differ
    ("pfocr-verbatim", "PMC100008__mb2411709009"),  # inline lists against tables; symbol NA
    ("pfocr-verbatim", "PMC10028837__nihpp-2023.03.03.530734v1-f0001"),  # bacteria
    ("pfocr-verbatim", "PMC10030840__fonc-13-1111191-g002"),  # diseases by MeSH; DOI
    ("pfocr-verbatim", "PMC10033909__d3sc00173c-s1"),  # chemicals only; supplemental figure
    ("pfocr-verbatim", "PMC10034247__11064_2023_3912_Fig1_HTML"),  # mouse genes, MeSH supplement
    ("pfocr-verbatim", "PMC10037161__PBI-21-680-g002"),  # plant
    ("pfocr-verbatim", "PMC12003952__research.0675.fig.001"),  # diseases by DOID; dots
    ("pfocr-verbatim", "PMC2864807__09_173_.de_ref2"),  # word, source, identifier chemicals
    ("pfocr-verbatim", "PMC3329858__ISRN.UROLOGY2012-272697.004"),  # quotes, dots, fly and human
    ("pfocr-verbatim", "PMC4712979__cin-suppl.5-2015-021f2"),  # genes called On and Off
    ("pfocr-verbatim", "PMC5793760__cshperspect-TGF-022210_F4"),  # figlink without a slash; yeast
    ("pfocr-verbatim", "PMC5897708__sci-05-2018.02.02-f2"),  # keywords only, not human alone
    ("pfocr-verbatim", "PMC6543034__fx1"),  # inline lists, no table; Cyrillic look-alike
    ("pfocr-verbatim", "PMC6547860__JEM_20180131_GA"),  # 10-column gene table; zebrafish
    ("pfocr-verbatim-old", "PMC2373977__21f1_L1TT"),  # oldest: organism a string, no gene
    ("pfocr-covid", "PMC1533821__1465-9921-7-97-2"),
    ("pfocr-covid", "PMC3334963__pone.0035009.g007"),  # with the next: two figures of one paper
    ("pfocr-covid", "PMC3334963__pone.0035009.g008"),
    ("pfocr-covid", "PMC3347317__viruses-04-00424-g002"),  # a keyword that nothing explains
    ("pfocr-covid", "PMC3630917__emi20121f3"),  # ACE2
    ("pfocr-covid", "PMC3633842__pone.0062845.g006"),  # the seed's diseases
    ("pfocr-covid", "PMC4838297__pone.0153462.g006"),  # words with quotation marks
    ("pfocr-covid", "PMC5068231__JEM_20160027_Fig7"),
    ("pfocr-covid", "PMC5541032__fmicb-08-01469-g003"),
    ("pfocr-covid", "PMC5620554__vaccines-05-00023-g002"),
    ("pfocr-covid", "PMC5785723__fimmu-08-02011-g008"),
    ("pfocr-covid", "PMC5863502__fimmu-09-00326-g001"),  # with the next: two figures of one paper
    ("pfocr-covid", "PMC5863502__fimmu-09-00326-g002"),
    ("pfocr-covid", "PMC6257598__molecules-15-04610-g004"),  # nothing was read at all
    ("pfocr-covid", "PMC6357155__viruses-11-00059-g002"),  # ACE2
    ("pfocr-covid", "PMC6476043__JIR2019-6491738.001"),
    ("pfocr-covid", "PMC6780103__microorganisms-07-00351-g004"),  # figlink without last slash
]

# The network of this figure is told by ndex_map.tsv alone, those of the others by record and map.
NETWORK_BY_MAP_ONLY = "PMC3329858__ISRN.UROLOGY2012-272697.004"

# UTF-8 with a BOM and CRLF line ends, as editors on Windows leave them.
WITH_BOM_AND_CRLF = "PMC4712979__cin-suppl.5-2015-021f2"

# What pathway descriptions in the WikiPathways database state (WP5283, WP5414 and WP5491).
# None of these figures is in the sample: the published map covers all of PFOCR, too.
CURATED_PATHWAYS = [
    ("PMC6090955__13045_2018_644_Fig1_HTML", "WP5414"),
    ("PMC6365454__fnins-13-00025-g0002", "WP5283"),
    ("PMC7538181__41577_2020_446_Fig1_HTML", "WP5491"),
]

# Taxon ids of the NCBI Taxonomy.
ORGANISMS = [
    {"latin": "Homo sapiens", "common": "human", "ncbi": "9606", "group": "Primates"},
    {"latin": "Mus musculus", "common": "mouse", "ncbi": "10090", "group": "Rodents"},
    {"latin": "Staphylococcus aureus", "common": "", "ncbi": "1280", "group": "Bacteria"},
]

# Third parties' sentences stay out of the project: blanked where they are not a missing marker.
TEXTS = ("caption", "figtitle")
MISSING = {"", "NA", ".na.character", "NULL"}

TABLES = ("genes", "chemicals", "diseases")
LINE_WIDTH = 100


def main() -> int:
    """Read the two paths from the command line and write the corpus; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("shared_data", type=Path, help="folder with seed/, pfocr-verbatim/, ...")
    parser.add_argument("out", type=Path, help="folder to write the corpus into")
    paths = parser.parse_args()
    make_sample(paths.shared_data, paths.out)
    return 0


def make_sample(shared_data: Path, out: Path) -> None:
    """Write `_figures`, `_data` and `_organisms` under `out`.

    Raises FileNotFoundError where a listed record is not in `shared_data`.
    """
    for folder in ("_figures", "_data", "_organisms"):
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir(parents=True)
    networks = []
    for corpus, figid in FIGURES:
        record = read_front_matter(shared_data / corpus / "_figures" / f"{figid}.md")
        networks += [(figid, uuid) for key, uuid in scalars(record) if key == "ndex" and uuid]
        if (corpus, figid) != SEED:
            keep_facts(record, figid)
        write_record(out, figid, record)
        write_tables(shared_data / corpus / "_data", out / "_data", figid)
    write_map(out / "_data" / "ndex_map.tsv", networks)
    write_map(out / "_data" / "wpid_map.tsv", CURATED_PATHWAYS)
    write_organisms(out / "_organisms")


def read_front_matter(path: Path) -> yaml.MappingNode:
    """The front matter's node tree: unlike loaded values it still knows digits and quotes."""
    text = path.read_text(encoding="utf-8")
    match = re.match(r"---\n(.*?)^---$", text, re.DOTALL | re.MULTILINE)
    node = yaml.compose(match[1], Loader=yaml.SafeLoader) if match else None
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(f"{path}: no front matter")
    return node


def scalars(record: yaml.MappingNode) -> Iterator[tuple[str, str]]:
    """Key and value of those keys of a record that hold one scalar."""
    for key, value in record.value:
        if isinstance(value, yaml.ScalarNode):
            yield key.value, value.value


def keep_facts(record: yaml.MappingNode, figid: str) -> None:
    """Blank the texts of a record and drop its JSON-LD description, in place."""
    for key, value in record.value:
        if key.value in TEXTS and value.value not in MISSING:
            blank(value)
        if key.value == "ndex" and figid == NETWORK_BY_MAP_ONLY:
            blank(value)
        if key.value == "schema-jsonld":
            value.value = [pair for pair in value.value if pair[0].value != "description"]


def blank(node: yaml.ScalarNode) -> None:
    """Make a scalar the quoted empty string."""
    node.value, node.style = "", "'"


def write_record(out: Path, figid: str, record: yaml.MappingNode) -> None:
    """Write one record under `_figures`."""
    body = yaml.serialize(record, allow_unicode=True, width=LINE_WIDTH)
    text = f"---\n{body}---\n"
    if figid == WITH_BOM_AND_CRLF:
        text = "\ufeff" + text.replace("\n", "\r\n")
    (out / "_figures" / f"{figid}.md").write_text(text, encoding="utf-8", newline="")


def write_tables(source: Path, target: Path, figid: str) -> None:
    """Write those tables of a figure that exist, all rows and columns, rows in code point order.

    A table that the order leaves as it was gets CRLF line ends: both kinds have to be read.
    """
    for name in (f"{figid}-{kind}.tsv" for kind in TABLES):
        if not (source / name).exists():
            continue
        original = (source / name).read_text(encoding="utf-8")
        header, *rows = original.rstrip("\n").split("\n")
        text = "".join(f"{line}\n" for line in [header, *sorted(rows)])
        if text == original:
            text = text.replace("\n", "\r\n")
        (target / name).write_text(text, encoding="utf-8", newline="")


def write_map(path: Path, pairs: list[tuple[str, str]]) -> None:
    """Write a map of figid and identifier: tab-separated, no header."""
    lines = (f"{figid}\t{identifier}\n" for figid, identifier in sorted(pairs))
    path.write_text("".join(lines), encoding="utf-8")


def write_organisms(folder: Path) -> None:
    """Write one page an organism, named as PFOCR names them."""
    for organism in ORGANISMS:
        front_matter = yaml.safe_dump(organism, sort_keys=False, allow_unicode=True)
        name = organism["latin"].replace(" ", "_")
        (folder / f"{name}.md").write_text(f"---\n{front_matter}---\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
