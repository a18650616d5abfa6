"""What is written of hostile records can be read as what it is, and holds no markup of theirs."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

import pfocr_kg
from hostile import CLOSING, TEXT
from pfocr_kg.export.registry import EXPORTS, RELEASE_PARTS
from pfocr_kg.network import plot, writers


@pytest.fixture(scope="module")
def graph(hostile_store: Path) -> Any:
    with pfocr_kg.open(hostile_store) as graph:
        yield graph


@pytest.fixture(scope="module")
def network(graph: pfocr_kg.Graph) -> Any:
    """With labels that only an endpoint can have, whose texts no reader of records has seen."""
    network = graph.network("bipartite", min_weight=1)
    for number, (_, data) in enumerate(network.nodes(data=True)):
        data["label"] = f"{number}\x1b\ufffe$\\frac{{$" + number % 2 * f"{data['label']} {TEXT}"
    return network


def written(write: Any, *options: Any, **more: Any) -> bytes:
    file = io.BytesIO()
    write(*options, file, **more)
    return file.getvalue()


def test_xml_is_well_formed(graph: pfocr_kg.Graph, network: Any) -> None:
    """Characters that XML cannot hold are U+FFFD there."""
    documents = [
        written(lambda file: writers.write(network, file, "graphml")),
        written(lambda file: writers.write(network, file, "gexf")),
        written(lambda file: plot.draw(network, file, "svg")),
        written(graph.write_as, EXPORTS["gpml"], figure="PMC9999001__F1"),
        written(graph.write_as, EXPORTS["gpml"], pathway="WP11"),
    ]
    elements = [list(ElementTree.fromstring(document).iter()) for document in documents]
    tags = {element.tag.rpartition("}")[2] for found in elements for element in found}
    assert not tags & {"script", "img"}
    assert all("\ufffd" in document.decode() for document in documents[:2])
    assert any(CLOSING in text for element in elements[3] for text in element.attrib.values())


def test_a_plot_has_names_as_they_are(network: Any) -> None:
    """Also with a "$", which begins a formula elsewhere."""
    assert written(lambda file: plot.draw(network, file, "png")).startswith(b"\x89PNG")


class Scripts(HTMLParser):
    """The scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["script"]:
            self.texts.append(data)


def test_html_has_no_element_of_a_record(graph: pfocr_kg.Graph, network: Any) -> None:
    page = Scripts()
    page.feed(written(lambda file: plot.draw(network, file, "html")).decode())
    assert not {"img", "svg"} & set(page.tags)
    assert not any(text.startswith("window.ran") for text in page.texts)
    rows = graph.query("SELECT * { ?s ?p ?o FILTER(isLiteral(?o)) }")
    for shown in (rows, graph.search("apoptosis"), graph.show("PMC9999001__F1")):
        tags = Scripts()
        tags.feed(shown._repr_html_())
        assert set(tags.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "p", "b"}


def test_a_readme_of_a_subset_has_no_markup_of_a_name(
    graph: pfocr_kg.Graph, tmp_path: Path
) -> None:
    with graph.subset(pathway="WP11") as subset:
        subset.release(tmp_path / "out", without=[*RELEASE_PARTS.keys() - {"links"}])
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    tokens = [
        token
        for block in MarkdownIt("commonmark").parse(text)
        for token in (block, *(block.children or ()))
    ]
    assert not [token for token in tokens if token.type in ("html_inline", "html_block", "image")]
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert all(str(link).startswith("https:") for link in links)
    assert any("<script>window.ran=1</script>" in token.content for token in tokens)


def test_a_row_of_a_table_is_one_line(graph: pfocr_kg.Graph, tmp_path: Path) -> None:
    tables = [written(graph.write_links), written(graph.write_links, form="tsv")]
    graph.write_kgx(tmp_path / "kgx")
    tables += [path.read_bytes() for path in (tmp_path / "kgx").iterdir()]
    for table in tables:
        text = "".join(line for line in io.StringIO(table.decode()) if not line.startswith("#"))
        header, *rows = csv.reader(io.StringIO(text, newline="\n"), delimiter="\t")
        assert rows
        assert {len(row) for row in rows} == {len(header)}
