"""Writes a figure or a pathway as GPML 2021, which PathVisio 4 edits: nodes in a grid.

Elements, their order and attributes follow the schema of the format
(https://github.com/PathVisio/GPML, GPML2021/GPML2021.xsd).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, count
from typing import IO, Final, NamedTuple, TypedDict
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from pfocr_kg.errors import QueryError
from pfocr_kg.export import sketches
from pfocr_kg.export.sketches import Block, Citation, Node, Section, Sketch
from pfocr_kg.model import Level
from pfocr_kg.query.about import showing
from pfocr_kg.records.control_characters import for_xml
from pfocr_kg.store.sparql import Answering, batches

_NAMESPACE: Final = "http://pathvisio.org/GPML/2021"
_COLUMNS: Final = 8
# In pixels. PathVisio draws a group 8 pixels beyond its nodes, so neighbours stay apart.
_HEIGHT, _LINE, _GAP, _MARGIN, _GROUP_MARGIN = 20, 24, 24, 60, 8
_LETTER: Final = 8
"""More than the mean width of a letter of Arial with 12 points."""
_METABOLITE: Final = {"textColor": "0000ff", "borderColor": "0000ff"}
_NEW, _SURE = {"fillColor": "ffff99"}, {"fillColor": "ccffcc"}
_GROUP: Final = {"borderColor": "808080", "borderStyle": "Dashed", "fillColor": "f5f5f5"}


class _Box(NamedTuple):
    """A node, or the text of a heading, with the place of its upper left corner."""

    shown: Node | str
    left: int
    top: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.left + _width(self.shown)


def _width(shown: Node | str) -> int:
    """That of the text, and some space beside it."""
    return max(60, _LETTER * len(shown if isinstance(shown, str) else shown.label) + 16)


class GpmlOptions(TypedDict, total=False):
    """The keyword arguments of `write`."""

    figure: str | None
    pathway: str | None
    organism: str | None
    level: str
    on_note: Callable[[str], None]


def write(
    store: Answering,
    output: IO[bytes],
    *,
    figure: str | None = None,
    pathway: str | None = None,
    organism: str | None = None,
    level: str = Level.ANY,
    on_note: Callable[[str], None] = lambda _: None,
) -> int:
    """Write a sketch of a figure or a pathway, given by a name or id; returns its number of nodes.

    Genes below the level are left out. Of a figure, the genes of one organism are drawn: of
    `organism`, by default of that with most genes. Of a pathway, `organism` tells which one is
    meant if several have the name. `on_note` is called with what the names were taken for, and
    with what is left out.

    Raises:
        QueryError: there are a figure and a pathway, or neither, a name, the organism or the level
            is unknown, or there is nothing to draw.

    """
    if (figure is None) == (pathway is None):
        hint = "Give --figure NAME or --pathway NAME"
        raise QueryError("gpml is a sketch of one figure or of one pathway", hint=hint)
    kind, name = ("figure", figure) if pathway is None else ("pathway", pathway)
    _, match = showing.resolved(store, name or "", kind, organism or "", on_note)
    if pathway is None:
        sketch = sketches.of_figure(store, match, level, organism, on_note)
    else:
        sketch = sketches.of_pathway(store, match, level)
    output.write(document(sketch))
    blocks = (block for section in sketch.sections for block in section.blocks)
    return sum(len(block.nodes) for block in blocks)


def document(sketch: Sketch) -> bytes:
    """A sketch as GPML; characters that XML cannot hold become U+FFFD."""
    blocks = [*_placed(sketch.sections)]
    boxes = [box for block in blocks for box in block]
    cited = _references(sketch, boxes)
    root = Element("Pathway", xmlns=_NAMESPACE, title=sketch.title)
    if sketch.organism:
        root.set("organism", sketch.organism)
    root.set("source", "PFOCR")
    SubElement(root, "Description").text = sketch.description
    _refer(root, sketch.citations, cited)
    right = max((box.right for box in boxes), default=0) + _MARGIN
    bottom = max((box.top + _HEIGHT for box in boxes), default=0) + _MARGIN
    SubElement(root, "Graphics", boardWidth=str(right), boardHeight=str(bottom))
    root.extend(_elements(blocks, cited))
    ElementTree.indent(root)
    text = for_xml(ElementTree.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _placed(sections: Sequence[Section]) -> Iterator[list[_Box]]:
    """The boxes of each block, and of each heading of a section, in rows below each other."""
    top = _MARGIN
    for section in sections:
        if section.heading and section.blocks:
            yield [_Box(section.heading, _MARGIN, top)]
            top += _LINE + _GAP
        lefts = _columns(section.blocks)
        for row in batches(section.blocks, _COLUMNS):
            for left, block in zip(lefts, row, strict=False):
                yield [
                    _Box(shown, left, top + _LINE * line)
                    for line, shown in enumerate(_lines(block))
                ]
            top += _LINE * max(len(_lines(block)) for block in row) + _GAP


def _lines(block: Block) -> list[Node | str]:
    """The heading of a block, if there is one, and its nodes."""
    return [*([block.heading] if block.heading else []), *block.nodes]


def _columns(blocks: Sequence[Block]) -> list[int]:
    """The left ends of the columns of a section; each is as wide as its widest box."""
    widths = [0] * _COLUMNS
    for place, block in enumerate(blocks):
        column = place % _COLUMNS
        widths[column] = max(widths[column], *map(_width, _lines(block)))
    return [*accumulate((width + _GAP for width in widths[:-1]), initial=_MARGIN)]


def _references(sketch: Sketch, boxes: Sequence[_Box]) -> dict[Citation, str]:
    """Citation -> its element's id, in the order of use."""
    of_nodes = (box.shown.citations for box in boxes if isinstance(box.shown, Node))
    every = dict.fromkeys(chain(sketch.citations, *of_nodes))
    return {citation: f"c{number}" for number, citation in enumerate(every, 1)}


def _refer(element: Element, citations: Sequence[Citation], cited: Mapping[Citation, str]) -> None:
    for citation in citations:
        SubElement(element, "CitationRef", elementRef=cited[citation])


def _elements(blocks: Sequence[Sequence[_Box]], cited: Mapping[Citation, str]) -> Iterator[Element]:
    """The lists of all elements, those that are not empty, in the order of the schema."""
    nodes, labels = Element("DataNodes"), Element("Labels")
    groups, citations = Element("Groups"), Element("Citations")
    ids = map("n{}".format, count(1))
    for block in blocks:
        group = next(ids) if len(block) > 1 else ""
        for box in block:
            if isinstance(box.shown, Node):
                _add_node(nodes, next(ids), box, box.shown, group, cited)
            else:
                label = SubElement(labels, "Label", elementId=next(ids), textLabel=box.shown)
                _place(label, [box], group, fontWeight="Bold", shapeType="None")
        if group:
            _place(SubElement(groups, "Group", elementId=group, type="Group"), block, **_GROUP)
    for citation, name in cited.items():
        element = SubElement(citations, "Citation", elementId=name)
        SubElement(element, "Xref", identifier=citation.identifier, dataSource=citation.source)
        SubElement(element, "Url", link=citation.url)
    return (part for part in (nodes, labels, groups, citations) if len(part))


def _add_node(
    nodes: Element, name: str, box: _Box, node: Node, group: str, cited: Mapping[Citation, str]
) -> None:
    gene = node.source == "ncbigene"
    kind = "GeneProduct" if gene else "Metabolite"
    element = SubElement(nodes, "DataNode", elementId=name, textLabel=node.label, type=kind)
    SubElement(element, "Xref", identifier=node.identifier, dataSource=node.source)
    fill = _SURE if node.is_sure else _NEW if node.is_new else {}
    _place(element, [box], group, **({} if gene else _METABOLITE), **fill)
    if node.comment:
        SubElement(element, "Comment", source="PFOCR").text = node.comment
    _refer(element, node.citations, cited)


def _place(element: Element, boxes: Sequence[_Box], group: str = "", **style: str) -> None:
    """Draw an element around boxes, in a group if one is named; a group lies behind its nodes."""
    margin, order = (0, "1") if element.tag != "Group" else (_GROUP_MARGIN, "0")
    if group:
        element.set("groupRef", group)
    left = min(box.left for box in boxes) - margin
    right = max(box.right for box in boxes) + margin
    top, bottom = boxes[0].top - margin, boxes[-1].top + _HEIGHT + margin
    place = {"centerX": (left + right) / 2, "centerY": (top + bottom) / 2}
    size = {"width": right - left, "height": bottom - top}
    drawn = {name: str(value) for name, value in (place | size).items()} | style
    SubElement(element, "Graphics", drawn, zOrder=order)
