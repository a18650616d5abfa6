"""HTML for notebooks, letter by letter."""

from __future__ import annotations

from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query.about import html
from pfocr_kg.query.about.presentation import LAYOUT
from pfocr_kg.query.about.subject import Part
from pfocr_kg.query.html import table


def test_a_table() -> None:
    assert table(["a<", "b"], [[1, None], ["<x>", '"&']]) == (
        "<table><thead><tr><th>a&lt;</th><th>b</th></tr></thead><tbody>"
        "<tr><td>1</td><td></td></tr><tr><td>&lt;x&gt;</td><td>&quot;&amp;</td></tr>"
        "</tbody></table>"
    )
    assert table([], []) == "<table><tbody></tbody></table>"


def test_a_page() -> None:
    match = Match("urn:c", NamedKind.CHEMICAL, "A<B", "CHEBI:1")
    row = {"word": "<w>", "matched_term": None, "figures": 2}
    facts = dict.fromkeys(LAYOUT[NamedKind.CHEMICAL], Part((), 0, "", {}))
    words = Part((row,), 1234, "words", {"chemical": "a&b"})
    assert html.page(match, {"aliases": ["x", "y&z"], **facts, "words": words}) == (
        "<h3>A&lt;B, chemical CHEBI:1</h3>"
        "<table><tbody><tr><td>aliases</td><td>x, y&amp;z</td></tr></tbody></table>"
        "<h4>Words that it was read from (1,234)</h4>"
        "<table><thead><tr><th>word</th><th>figures</th></tr></thead>"
        "<tbody><tr><td>&lt;w&gt;</td><td>2</td></tr></tbody></table>"
        "<p><code>… and 1,233 more: pfocr-kg query words chemical=a&amp;b</code></p>"
    )
