"""Draw the pictures of docs/about/trust.md: docs/pictures/trust-*.svg.

    python -m tools.draw_trust [--check]

What they show is in the linked sample, the bundled dictionaries and the page's measured tables.
With --check nothing is written; the exit code is 1 if a picture is out of date. They are narrow and
have large letters, so that they can be read on a telephone.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools import sample
from tools.draw_model import EVIDENCE, INK, LINE, OWN, SANS, SHARED

import pfocr_kg
from pfocr_kg import resources
from pfocr_kg.link.confidence import of_margin
from pfocr_kg.records.gene_dictionary import normal_form

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "about" / "trust.md"
PICTURES: Final = ROOT / "docs" / "pictures"
WIDTH: Final = 460
SIZE: Final = 14
READ: Final = "PMC12003952__research.0675.fig.001"
WORDS: Final = ("CD4*", "TNF-a", "IL-1ẞ", "Hsp90")
DISEASE: Final = ("PMC3614012__nihms379615f2", "Noonan syndrome")
LINKED: Final = "PMC3347317__viruses-04-00424-g002"
KINDS: Final = {"SymbolMatch": "symbol", "SynonymMatch": "synonym", "FamilyMatch": "family"}


def pictures(graph: pfocr_kg.Graph) -> dict[str, str]:
    """Name of the file -> the picture; `graph` is the sample, linked to the excerpt."""
    return {
        "trust-reading.svg": reading(graph),
        "trust-kinds.svg": kinds(PAGE.read_text(encoding="utf-8")),
        "trust-meanings.svg": meanings(graph),
        "trust-keyword.svg": keyword(graph),
        "trust-link.svg": link(graph),
    }


# What is drawn


def reading(graph: pfocr_kg.Graph) -> str:
    """From a figure to genes, step by step."""
    ((score,),) = ask(graph, f"SELECT ?score {{ {figure(READ)} pfocr:pathwayScore ?score }}")
    parts = [
        text(14, 28, "1  Is this figure a pathway?", bold=True),
        text(WIDTH - 14, 28, f"sure to {float(score):.2f} of 1", anchor="end"),
        text(14, 66, "2  Read words", bold=True),
        text(134, 66, "3  Find names", bold=True),
        text(282, 66, "4  Take genes", bold=True),
    ]
    for at, word in enumerate(WORDS):
        rows = ask(
            graph,
            f"SELECT ?term ?kind ?gene {{ {figure(READ)} pfocr:mention ?m . "
            f'?m a pfocr:GeneMention ; pfocr:word "{word}" ; pfocr:matchedTerm ?term ;'
            " pfocr:matchKind ?kind ; oa:hasBody/skos:prefLabel ?gene } ORDER BY ?gene",
        )
        genes, top = [gene for _, _, gene in rows], 80 + 62 * at
        of_kinds = {KINDS[kind.rpartition("#")[2]] for _, kind, _ in rows}
        parts += [
            box(14, top, 86, 48, EVIDENCE, [word]),
            arrow(100, top + 24, 132),
            box(134, top, 118, 48, SHARED, [rows[0][0], ", ".join(sorted(of_kinds))]),
            arrow(252, top + 24, 280),
            box(282, top, 164, 48, OWN, [" ".join(pair) for pair in pairs(genes)]),
        ]
    return drawing("How genes are read off a figure", 80 + 62 * len(WORDS), parts)


def kinds(page: str) -> str:
    """How often a gene is right, by the kind of its name and by what the name can mean."""
    parts, y = [], 28
    for title, head, column in (
        ("By the name that the word matched", "matched to", 4),
        ("By how many things that name can mean", "things it can mean", 4),
    ):
        parts.append(text(14, y, title, bold=True))
        for cells in table(page, head):
            y += 30
            share = float(cells[column].rstrip("%"))
            parts += [
                text(128, y, cells[0], anchor="end"),
                bar(138, y - 15, 230 * share / 100, OWN),
                text(144 + 230 * share / 100, y, f"{share:.0f} of 100"),
            ]
        y += 48
    return drawing("Of 100 genes that were read so, how many are right", y - 30, parts)


def meanings(graph: pfocr_kg.Graph) -> str:
    """The three things that the name IL1 can mean."""
    word = WORDS[2]
    ((term, count),) = ask(
        graph,
        f"SELECT DISTINCT ?term ?count {{ {figure(READ)} pfocr:mention ?m . ?m pfocr:word"
        f' "{word}" ; pfocr:matchedTerm ?term ; pfocr:meaningCount ?count }}',
    )
    found = list(_meanings(term))
    if len(found) != int(count):
        raise ValueError(f"{term} has {len(found)} meanings, not {count}")
    middle = 34 + 33 * len(found)
    parts = [
        box(14, middle - 24, 92, 48, EVIDENCE, [word, "was read"]),
        arrow(106, middle, 134),
        box(136, middle - 24, 100, 48, SHARED, [term, "is matched"]),
    ]
    for at, lines in enumerate(found):
        y = 40 + 66 * at
        parts += [arrow(236, middle, 276, y + 24), box(278, y, 168, 48, OWN, lines)]
    parts.append(text(362, 26, f"{count} things it can mean", anchor="middle", bold=True))
    return drawing("What a meaning count of 3 counts", 40 + 66 * len(found), parts)


def _meanings(term: str) -> Iterator[list[str]]:
    for symbol, _, _, _, previous, aliases in rows_of("human-genes.tsv"):
        of_kind = {"its symbol": symbol, "a previous symbol": previous, "an alias": aliases}
        for kind, names in of_kind.items():
            if name := next((n for n in names.split("|") if same(n, term)), ""):
                yield [f"gene {symbol}", f"{name} is {kind}"]
    for name, *_ in rows_of("gene-families.tsv"):
        if same(name, term):
            yield [f"family {name}", "of several genes"]


def keyword(graph: pfocr_kg.Graph) -> str:
    """Genes of a figure, and those that DISEASES gives a disease that it does not name."""
    figid, disease = DISEASE
    genes = set(ask(graph, f"SELECT ?gene {{ {figure(figid)} pfocr:gene ?gene }}"))
    known = f'?disease skos:prefLabel "{disease}" ; pfocr:associatedGene ?gene'
    of_disease = set(ask(graph, f"SELECT ?gene {{ {known} }}"))
    shared = ask(
        graph,
        f"SELECT ?name {{ {known} . {figure(figid)} pfocr:diseaseKeyword ?disease ;"
        " pfocr:gene ?gene . ?gene skos:prefLabel ?name } ORDER BY ?name",
    )
    named = ask(
        graph, f"SELECT ?n {{ {figure(figid)} pfocr:disease/skos:prefLabel ?n }} ORDER BY ?n"
    )
    if (disease,) in named or len(shared) != len(genes & of_disease):
        raise ValueError(f"{disease} is no example")
    height = 62 + 22 * len(shared)
    parts = [
        text(92, 28, "The figure", anchor="middle", bold=True),
        text(368, 28, disease, anchor="middle", bold=True),
        box(14, 40, 262, height, OWN, []),
        f'<rect x="184" y="40" width="262" height="{height}" rx="8" fill="{SHARED[0]}" '
        f'fill-opacity=".8" stroke="{SHARED[1]}" stroke-width="1.5"/>',
        *lines(
            99,
            40 + height // 2,
            [f"{len(genes)} genes were", "read off it;", "it names", *names(named)],
        ),
        *lines(361, 40 + height // 2, [f"{len(of_disease)} genes,", "says the", "list DISEASES"]),
        *lines(230, 40 + height // 2, ["in both:", *(name for (name,) in shared)]),
        *lines(
            230,
            40 + height + 40,
            ["More in both than chance explains:", f"{disease} became a keyword."],
        ),
    ]
    return drawing("Where a disease keyword comes from", 40 + height + 72, parts)


def link(graph: pfocr_kg.Graph) -> str:
    """The scores of a figure's links, and the margin between them."""
    rows = ask(
        graph,
        f"SELECT ?name ?genes ?words ?score ?margin {{ ?link pfocr:figure {figure(LINKED)} ;"
        " pfocr:pathway/dcterms:identifier ?name ; pfocr:sharedGeneCount ?genes ;"
        " pfocr:sharedWordCount ?words ; pfocr:score ?score ; pfocr:margin ?margin ."
        " } ORDER BY DESC(?score)",
    )
    scores = [float(row[3]) for row in rows]
    scale, left, step = 320 / scores[0], 104, 56
    first, second = left + scores[0] * scale, left + scores[1] * scale
    parts = [text(14, 28, "pathway", bold=True), text(left, 28, "score", bold=True)]
    for at, (name, genes, words, score, _) in enumerate(rows):
        y = 40 + step * at
        parts += [
            text(14, y + 17, f"{at + 1}  {name}"),
            bar(left, y, float(score) * scale, OWN),
            text(left + 8, y + 17, f"{float(score):.1f}", colour="#ffffff"),
            text(left, y + 40, f"{genes} genes of {words} words in common", size=12),
        ]
    margin, y = float(rows[0][4]), 40 + step * len(rows)
    parts += [
        f'<path d="M{second:.1f} 40V{y + 6}M{first:.1f} 40V{y + 6}" stroke="{EVIDENCE[1]}" '
        'stroke-width="1.5" stroke-dasharray="4 3"/>',
        f'<path d="M{second:.1f} {y + 4}H{first:.1f}" stroke="{EVIDENCE[1]}" stroke-width="4"/>',
        text(first, y + 26, f"margin {margin:.1f}", anchor="end", bold=True),
        text(
            first,
            y + 48,
            f"Of 100 links with such a margin, about {100 * of_margin(margin):.0f} are right.",
            anchor="end",
        ),
    ]
    return drawing("The numbers of a link", y + 62, parts)


# Facts


def ask(graph: pfocr_kg.Graph, query: str) -> list[tuple[str, ...]]:
    """Rows of a query as texts."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in pfocr_kg.iris.PREFIXES.items())
    return [tuple(map(str, row.values())) for row in graph.query(prefixes + query)]


def figure(figid: str) -> str:
    """The IRI of a figure, in SPARQL."""
    return f"<{pfocr_kg.iris.figure(figid)}>"


def rows_of(name: str) -> Iterator[list[str]]:
    """The rows of a bundled dictionary below its head."""
    with resources.ontology(name).open(encoding="utf-8", newline="") as file:
        found = csv.reader((line for line in file if line[0] != "#"), delimiter="\t")
        next(found)
        yield from found


def same(name: str, other: str) -> bool:
    """Say whether PFOCR takes two names for one."""
    return normal_form(name) == normal_form(other)


def table(page: str, head: str) -> Iterator[list[str]]:
    """The cells of the rows below the table head that begins so."""
    rows = page.partition(f"| {head} |")[2].partition("\n\n")[0].splitlines()[2:]
    for row in rows:
        yield re.split(r"\s*\|\s*", row.strip("| "))


def names(rows: list[tuple[str, ...]]) -> list[str]:
    """The first cell of each row."""
    return [row[0] for row in rows]


def pairs(found: list[str]) -> Iterator[list[str]]:
    """Texts by twos."""
    return (found[at : at + 2] for at in range(0, len(found), 2))


# Lines, boxes and texts


def drawing(title: str, height: int, parts: list[str]) -> str:
    """The whole SVG, its background opaque so that it can be read on a dark page."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img">',
            f"<title>{title}</title>",
            '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            f'markerHeight="7" orient="auto"><path d="M0 1 L10 5 L0 9 z" fill="{LINE}"/></marker>'
            "</defs>",
            f'<rect width="{WIDTH}" height="{height}" rx="10" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def text(
    x: float,
    y: float,
    content: str,
    *,
    anchor: str = "start",
    bold: bool = False,
    size: int = SIZE,
    colour: str = INK,
) -> str:
    """One line."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y}" font-family="{SANS}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}"{weight}>{content}</text>'
    )


def lines(x: float, middle: int, contents: list[str]) -> list[str]:
    """Lines one below the other, about a middle."""
    top = middle + 5 - 11 * (len(contents) - 1)
    return [text(x, top + 22 * at, one, anchor="middle") for at, one in enumerate(contents)]


def box(
    x: int, y: int, width: int, height: int, colours: tuple[str, str], contents: list[str]
) -> str:
    """A box with lines in it, the first of them larger."""
    fill, outline = colours
    top = y + height // 2 + 5 - 9 * (len(contents) - 1)
    return "\n".join(
        [
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{fill}" '
            f'stroke="{outline}" stroke-width="1.5"/>',
            *(
                text(x + width / 2, top + 18 * at, one, anchor="middle", size=12 if at else SIZE)
                for at, one in enumerate(contents)
            ),
        ]
    )


def bar(x: float, y: float, width: float, colours: tuple[str, str]) -> str:
    """A bar of a chart."""
    return f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="22" fill="{colours[1]}" rx="2"/>'


def arrow(x: int, y: int, to: int, down_to: int | None = None) -> str:
    """An arrow to the right."""
    end = y if down_to is None else down_to
    return (
        f'<path d="M{x} {y}L{to} {end}" stroke="{LINE}" stroke-width="1.5" '
        'marker-end="url(#arrow)"/>'
    )


def main(arguments: list[str]) -> int:
    """Draw the pictures, or compare them."""
    drawn = pictures(sample.graph())
    if "--check" in arguments:
        return int(any(not is_drawn(name, one) for name, one in drawn.items()))
    for name, one in drawn.items():
        (PICTURES / name).write_text(one, encoding="utf-8")
    return 0


def is_drawn(name: str, picture: str) -> bool:
    """Say whether a file has this picture."""
    file = PICTURES / name
    return file.is_file() and file.read_text(encoding="utf-8") == picture


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
