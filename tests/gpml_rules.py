"""The rules of GPML 2021 for what a sketch holds, as a table, and a reader that checks them.

Stated from the schema of the format, for all children that an element may have; the tests need
neither the schema nor a library for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "{http://pathvisio.org/GPML/2021}"

TEXT = r"[\s\S]*"
FLOAT = r"-?[0-9]+(\.[0-9]+)?"
SIZE = r"[0-9]+(\.[0-9]+)?"
COLOUR = r"([0-9A-Fa-f]{2})*"
INTEGER = r"-?[0-9]+"
ID = r"[A-Za-z_][A-Za-z0-9_.-]*"


class Rule(NamedTuple):
    """Attributes with the patterns of their values, and children in order.

    After the name of a child, `+` means one, `?` one at most, `*` any number.
    """

    needed: Mapping[str, str]
    allowed: Mapping[str, str] = MappingProxyType({})
    children: str = ""


_COMMENTS = "Comment* Property* AnnotationRef* CitationRef* EvidenceRef*"
_BOX = {"centerX": FLOAT, "centerY": FLOAT, "width": SIZE, "height": SIZE}
_STYLE = {
    "textColor": COLOUR,
    "fontName": TEXT,
    "fontWeight": "Normal|Bold",
    "fontStyle": "Normal|Italic",
    "fontDecoration": "Normal|Underline",
    "fontStrikethru": "Normal|Strikethru",
    "fontSize": "[0-9]+",
    "hAlign": "Left|Center|Right",
    "vAlign": "Top|Middle|Bottom",
    "borderColor": COLOUR,
    "borderStyle": TEXT,
    "borderWidth": FLOAT,
    "fillColor": COLOUR,
    "shapeType": TEXT,
    "zOrder": INTEGER,
    "rotation": FLOAT,
}
_XREF = Rule({"identifier": TEXT, "dataSource": TEXT})

RULES = {
    "Pathway": Rule(
        {"title": TEXT},
        dict.fromkeys(("organism", "source", "version", "license"), TEXT),
        f"Xref? Description? Authors? {_COMMENTS} Graphics? DataNodes? Interactions?"
        " GraphicalLines? Labels? Shapes? Groups? Annotations? Citations? Evidences?",
    ),
    "Xref": _XREF,
    "Description": Rule({}),
    "Comment": Rule({}, {"source": TEXT}),
    "CitationRef": Rule({"elementRef": ID}, children="AnnotationRef*"),
    "Pathway/Graphics": Rule(
        {"boardWidth": SIZE, "boardHeight": SIZE}, {"backgroundColor": COLOUR}
    ),
    "Graphics": Rule(_BOX, _STYLE),
    "DataNodes": Rule({}, children="DataNode*"),
    "DataNode": Rule(
        {"elementId": ID, "textLabel": TEXT},
        {"type": TEXT, "groupRef": ID, "aliasRef": ID},
        f"Xref? States? Graphics+ {_COMMENTS}",
    ),
    "Labels": Rule({}, children="Label*"),
    "Label": Rule(
        {"elementId": ID, "textLabel": TEXT},
        {"groupRef": ID, "href": TEXT},
        f"Graphics+ {_COMMENTS}",
    ),
    "Groups": Rule({}, children="Group*"),
    "Group": Rule(
        {"elementId": ID},
        {"textLabel": TEXT, "type": TEXT, "groupRef": ID},
        f"Xref? Graphics+ {_COMMENTS}",
    ),
    "Citations": Rule({}, children="Citation*"),
    # A citation has an Xref, a Url or both; a sketch always has both.
    "Citation": Rule({"elementId": ID}, children="Xref+ Url+"),
    "Url": Rule({"link": TEXT}),
}
_TEXTS = {"Description", "Comment"}


def read(document: bytes) -> Element:
    """The root of a document.

    Raises:
        AssertionError: it breaks a rule.

    """
    root = ElementTree.fromstring(document)
    assert [*broken(root)] == []
    return root


def broken(root: Element) -> Iterator[str]:
    """The rules that a document breaks."""
    if root.tag != NAMESPACE + "Pathway":
        yield f"the root is {root.tag}"
    yield from _broken(root, "")
    ids = [element.get("elementId") for element in root.iter() if element.get("elementId")]
    yield from (f"two elements are {name}" for name in {i for i in ids if ids.count(i) > 1})
    for element in root.iter():
        for name in ("elementRef", "groupRef"):
            if element.get(name) is not None and element.get(name) not in ids:
                yield f"nothing is called {element.get(name)}"


def _broken(element: Element, parent: str) -> Iterator[str]:
    name = element.tag.removeprefix(NAMESPACE)
    rule = RULES.get(f"{parent}/{name}") or RULES.get(name)
    if rule is None:
        yield f"{name} is unknown"
        return
    values = {**rule.needed, **rule.allowed}
    yield from (f"{name} lacks {key}" for key in rule.needed.keys() - element.keys())
    for key, value in element.items():
        if key not in values or not re.fullmatch(values[key], value):
            yield f"{name} has {key}={value!r}"
    if name not in _TEXTS and (element.text or "").strip():
        yield f"{name} has the text {element.text!r}"
    children = " ".join(child.tag.removeprefix(NAMESPACE) for child in element)
    pattern = "".join(
        f"({child[:-1]} ){child[-1] if child[-1] != '+' else ''}" for child in rule.children.split()
    )
    if not re.fullmatch(pattern, f"{children} " if children else ""):
        yield f"{name} has the children {children!r}"
    for child in element:
        yield from _broken(child, name)
