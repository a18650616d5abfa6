"""Draw docs/pictures/data-model.svg: the kinds of node in the graph, and what lies between them.

    python tools/draw_model.py [--check]

With --check nothing is written; the exit code is 1 if the picture is out of date. The places are
laid by hand: a dozen boxes read better so than in the layout of any program.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

PICTURE: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "data-model.svg"
WIDTH: Final = 900
HEIGHT: Final = 668
SANS: Final = "'DejaVu Sans', Verdana, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO: Final = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
INK: Final = "#1f2933"
LINE: Final = "#52606d"
LINE_HEIGHT: Final = 17

# Fill and outline of each kind of box; dark text on either has a contrast above 7.
OWN: Final = ("#dbe9fb", "#2f6db5")
EVIDENCE: Final = ("#fff1cc", "#a87a10")
SHARED: Final = ("#def2dc", "#34803a")
ELSEWHERE: Final = ("#eef0f3", "#7b8794")


@dataclass(frozen=True)
class Box:
    """A kind of node: what it is called, its class, an example's IRI, and texts about it."""

    x: int
    y: int
    width: int
    height: int
    colours: tuple[str, str]
    name: str
    kind: str
    example: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """An arrow along points, with the property's label at a place of its own."""

    points: tuple[tuple[int, int], ...]
    label: tuple[str, ...]
    at: tuple[int, int]
    anchor: str = "middle"


# The examples are one figure of the sample corpus; dots stand where it has none.
BOXES: Final = (
    Box(20, 96, 182, 64, ELSEWHERE, "NDEx network", "", "ndex:…"),
    Box(
        *(20, 230, 182, 112),
        ELSEWHERE,
        "paper",
        "schema:ScholarlyArticle",
        "pmc:12003952",
        ("title, year, journal,", "DOI, citation, keywords"),
    ),
    Box(20, 424, 182, 60, ELSEWHERE, "paper by its DOI", "", "doi:10.34133/…"),
    Box(20, 540, 182, 60, ELSEWHERE, "MeSH term", "", "mesh:…"),
    Box(342, 24, 226, 72, SHARED, "pathway", "pfocr:Pathway", "wikipathways:WP…"),
    Box(
        *(342, 222, 226, 134),
        OWN,
        "figure",
        "pfocr:PathwayFigure",
        "figure:PMC12003952__….html",
        ("title, caption, number, type,", "file name, page, score,", "keywords, licence"),
    ),
    Box(
        *(342, 484, 226, 124),
        EVIDENCE,
        "mention",
        "pfocr:GeneMention, …",
        "",
        ('word "TNF-a"', 'matched term "TNF-A"', 'lexicon "ncbigene_synonym"', "candidate count 1"),
    ),
    Box(704, 24, 160, 72, SHARED, "organism", "pfocr:Organism", "NCBITaxon:9606"),
    Box(704, 172, 160, 86, SHARED, "gene", "pfocr:Gene", "ncbigene:7124", ("TNF",)),
    Box(
        *(704, 296, 160, 86),
        SHARED,
        "chemical",
        "pfocr:Chemical",
        "CHEBI:26523",
        ("ROS",),
    ),
    Box(704, 424, 160, 86, SHARED, "disease", "pfocr:Disease", "DOID:8893", ("Psoriasis",)),
)

EDGES: Final = (
    Edge(((342, 250), (202, 146)), ("pfocr:ndexNetwork",), (272, 197)),
    Edge(((342, 290), (202, 290)), ("dcterms:isPartOf",), (272, 276)),
    Edge(((111, 342), (111, 424)), ("owl:sameAs",), (111, 382)),
    Edge(((455, 222), (455, 96)), ("pfocr:relatedPathway",), (455, 158)),
    Edge(((568, 236), (704, 80)), ("pfocr:organism",), (636, 154)),
    Edge(((784, 172), (784, 96)), ("pfocr:organism",), (784, 133)),
    Edge(((568, 262), (704, 222)), ("pfocr:gene",), (634, 244)),
    Edge(((568, 298), (704, 336)), ("pfocr:chemical",), (632, 316)),
    Edge(((568, 336), (704, 458)), ("pfocr:disease,", "pfocr:diseaseKeyword"), (618, 396)),
    Edge(((420, 356), (420, 484)), ("pfocr:mention",), (412, 424), "end"),
    Edge(((490, 484), (490, 356)), ("oa:hasTarget",), (498, 450), "start"),
    Edge(((342, 570), (202, 570)), ("pfocr:meshTerm",), (272, 556)),
    Edge(((568, 570), (884, 570), (884, 215), (864, 215)), (), (0, 0)),
    Edge(((884, 339), (864, 339)), (), (0, 0)),
    Edge(((884, 467), (864, 467)), ("oa:hasBody",), (726, 556)),
)

LEGEND: Final = (
    (20, OWN, "figure"),
    (112, EVIDENCE, "evidence: a word that was read"),
    (352, SHARED, "same IRI as in WikiPathways RDF"),
    (602, ELSEWHERE, "other"),
)


def picture() -> str:
    """The whole SVG, its background opaque so that it can be read on a dark page."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img">',
        "<title>Data model of the PFOCR knowledge graph</title>",
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 1 L10 5 L0 9 z" fill="{LINE}"/></marker>'
        "</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#ffffff"/>',
        *map(_line, EDGES),
        *map(_box, BOXES),
        *map(_label, EDGES),
        *(_legend(*entry) for entry in LEGEND),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _line(edge: Edge) -> str:
    points = " ".join(f"{x},{y}" for x, y in edge.points)
    return (
        f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="1.5" '
        'marker-end="url(#arrow)"/>'
    )


def _label(edge: Edge) -> str:
    """The property, on white so that the line does not run through it."""
    x, middle = edge.at
    top = middle + 4 - (len(edge.label) - 1) * LINE_HEIGHT // 2
    return "\n".join(
        _text(x, top + at * LINE_HEIGHT, text, f'text-anchor="{edge.anchor}" {_HALO}', MONO, 12)
        for at, text in enumerate(edge.label)
    )


_HALO: Final = 'stroke="#ffffff" stroke-width="6" stroke-linejoin="round" paint-order="stroke fill"'


def _box(box: Box) -> str:
    fill, outline = box.colours
    x = box.x + box.width // 2
    lines = [_text(x, box.y + 22, box.name, _CENTRED + ' font-weight="bold"', SANS, 15)]
    y = box.y + 22
    for text, font in ((box.kind, MONO), (box.example, MONO), *((n, SANS) for n in box.notes)):
        if text:
            y += LINE_HEIGHT + (1 if text == box.kind else 0)
            lines.append(_text(x, y, text, _CENTRED, font, 11.5))
    return "\n".join(
        (
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="8" '
            f'fill="{fill}" stroke="{outline}" stroke-width="1.5"/>',
            *lines,
        )
    )


_CENTRED: Final = 'text-anchor="middle"'


def _legend(x: int, colours: tuple[str, str], text: str) -> str:
    fill, outline = colours
    return (
        f'<rect x="{x}" y="{HEIGHT - 34}" width="16" height="16" rx="4" fill="{fill}" '
        f'stroke="{outline}" stroke-width="1.5"/>\n'
        + _text(x + 23, HEIGHT - 22, text, "", SANS, 11.5)
    )


def _text(x: int, y: int, text: str, style: str, font: str, size: float) -> str:
    style = f" {style}" if style else ""
    return (
        f'<text x="{x}" y="{y}" font-family="{font}" font-size="{size}" fill="{INK}"{style}>'
        f"{escape(text)}</text>"
    )


def main(arguments: list[str]) -> int:
    """Draw the picture, or compare it."""
    drawn = picture()
    if "--check" in arguments:
        return 0 if PICTURE.is_file() and PICTURE.read_text(encoding="utf-8") == drawn else 1
    PICTURE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
