"""The vocabulary on the site: its page, links to it from all pages, and the files of `ontologies/`.

    ```{terms} owl:Class
    ```

The directive lists all terms of that type, each in a section whose id is the term's local name, so
that the term's IRI leads to it. decisions/0002-dependencies.md says why no other program makes the
page.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from pfocr_kg import iris

ONTOLOGIES: Final = Path(__file__).resolve().parents[2] / "ontologies"
PFOCR: Final = iris.PREFIXES["pfocr"]
FILES: Final = ("pfocr.ttl", "shapes.ttl", "context.jsonld", "organisms.ttl")
"""What the site has in its folder `ontologies`; beside them pfocr.jsonld and the version's file."""

_KINDS: Final = {
    OWL.Class: "class",
    OWL.ObjectProperty: "object property: its values are things",
    OWL.DatatypeProperty: "datatype property: its values are texts or numbers",
}


@cache
def vocabulary() -> Graph:
    """The vocabulary."""
    return Graph().parse(ONTOLOGIES / "pfocr.ttl")


class Terms(SphinxDirective):
    """The terms of one type, in order of their names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A section for each term."""
        for source in (ONTOLOGIES / "pfocr.ttl", __file__):
            self.env.note_dependency(source)
        type_ = vocabulary().namespace_manager.expand_curie(self.arguments[0])
        terms = sorted(term for term in vocabulary().subjects(RDF.type, type_) if is_ours(term))
        return [_section(term) for term in terms]


def is_ours(term: Node) -> bool:
    """Say whether a term is defined here."""
    return isinstance(term, URIRef) and term.startswith(PFOCR)


def local(term: Node) -> str:
    """The local name of a term."""
    return str(term).removeprefix(PFOCR)


def _section(term: URIRef) -> nodes.section:
    graph, section = vocabulary(), nodes.section(ids=[local(term)])
    section += nodes.title(text=f"pfocr:{local(term)}")
    section += nodes.paragraph("", "", *_linked(str(graph.value(term, SKOS.definition))))
    for note in sorted(graph.objects(term, SKOS.note)):
        section += nodes.paragraph("", "", *_linked(str(note)))
    facts = nodes.bullet_list()
    for name, body in _facts(graph, term):
        line = nodes.paragraph("", "", nodes.strong(text=name), nodes.Text(": "), *body)
        facts += nodes.list_item("", line)
    section += facts
    subject, _, rest = str(graph.value(term, SKOS.example)).partition(" ")
    section += nodes.paragraph(text="For example:")
    section += nodes.literal_block(text=f"{subject}\n    {rest}", language="turtle")
    return section


def _facts(graph: Graph, term: URIRef) -> Iterator[tuple[str, Iterable[nodes.Node]]]:
    """Names and contents of what is said of a term."""
    types = [type_ for type_ in graph.objects(term, RDF.type) if type_ != OWL.NamedIndividual]
    yield "Label", [nodes.Text(str(graph.value(term, RDFS.label)))]
    named = {
        "Kind": [nodes.Text(_KINDS[type_]) for type_ in types if type_ in _KINDS],
        "Of the class": _listed(type_ for type_ in types if type_ not in _KINDS),
        "Parent": _listed(_above(graph, term)),
        "Below it": _listed(one for one in graph.subjects() if term in _above(graph, one)),
        "Domain": _listed(_classes(graph, graph.objects(term, RDFS.domain))),
        "Range": _listed(graph.objects(term, RDFS.range)),
        "Properties": _listed(_properties(graph, term)),
        "Members": _listed(graph.subjects(RDF.type, term)),
        "History": _linked(str(graph.value(term, SKOS.historyNote))),
    }
    for name, body in named.items():
        if shown := list(body):
            yield name, shown


def _above(graph: Graph, term: Node) -> list[Node]:
    """The parents of a term."""
    return [*graph.objects(term, RDFS.subClassOf), *graph.objects(term, RDFS.subPropertyOf)]


def _classes(graph: Graph, found: Iterable[Node]) -> Iterator[Node]:
    """Classes, and the members of unions of classes."""
    for one in found:
        union = graph.value(one, OWL.unionOf) if isinstance(one, BNode) else None
        yield from [one] if union is None else Collection(graph, union)


def _properties(graph: Graph, term: URIRef) -> Iterator[Node]:
    """The properties that have a class in their domain."""
    for name, domain in graph.subject_objects(RDFS.domain):
        if term in _classes(graph, [domain]):
            yield name


def _listed(found: Iterable[Node]) -> Iterator[nodes.Node]:
    """Those that have a name, with links and commas."""
    for at, term in enumerate(sorted({one for one in found if isinstance(one, URIRef)})):
        if at:
            yield nodes.Text(", ")
        yield _link(term)


def _link(term: URIRef) -> nodes.reference:
    address = f"#{local(term)}" if is_ours(term) else str(term)
    name = vocabulary().namespace_manager.curie(term)
    return nodes.reference("", "", nodes.literal(text=name), refuri=address)


def _linked(text: str) -> Iterator[nodes.Node]:
    """A text in which names of our terms are links."""
    for part in re.split(r"(pfocr:\w+)", text):
        name = part.removeprefix("pfocr:")
        yield nodes.Text(part) if name == part else _link(URIRef(PFOCR + name))


def link_terms(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Make links of the terms that a page names as code, such as `pfocr:gene`."""
    to = app.builder.get_relative_uri(page, "docs/reference/vocabulary")
    for literal in list(tree.findall(nodes.literal)):
        prefix, _, name = literal.astext().partition(":")
        is_term = prefix == "pfocr" and (URIRef(PFOCR + name), None, None) in vocabulary()
        if is_term and not isinstance(literal.parent, nodes.reference | nodes.title):
            address = f"{to}#{name}" if page != "docs/reference/vocabulary" else f"#{name}"
            literal.replace_self(nodes.reference("", "", literal.deepcopy(), refuri=address))


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Put the ontologies into the site, where packaging/w3id leads."""
    if error is not None:
        return
    folder = Path(app.outdir) / "ontologies"
    for file in (*map(ONTOLOGIES.joinpath, FILES), *ONTOLOGIES.glob("pfocr-*.ttl")):
        shutil.copy(file, folder)
    version = vocabulary().value(URIRef(PFOCR[:-1]), OWL.versionIRI)
    shutil.copy(ONTOLOGIES / "pfocr.ttl", folder / f"pfocr-{str(version).rpartition('/')[2]}.ttl")
    vocabulary().serialize(folder / "pfocr.jsonld", format="json-ld", auto_compact=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register all three."""
    app.add_directive("terms", Terms)
    app.connect("doctree-resolved", link_terms)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
