"""Links the figures of a graph at an endpoint.

An endpoint has only the graph. The triples of an earlier linking are found by their subjects:
links, their rules, pathways, and entities that pathways name and no figure does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Final, Unpack

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.build import worker
from pfocr_kg.build.report import Progress, Report, Reporter
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.link import facts, triples
from pfocr_kg.link.rules import WikiPathways
from pfocr_kg.rdf import description
from pfocr_kg.remote import push
from pfocr_kg.remote.destination import Destination, EndpointOptions, split_graph, with_graph
from pfocr_kg.remote.sender import Sender
from pfocr_kg.store import sparql
from pfocr_kg.store.answers import understanding
from pfocr_kg.store.endpoint import Remote

_DRAWN: Final = tuple(
    f"SELECT DISTINCT ?node WHERE {{ ?figure a pfocr:PathwayFigure ; {way} ?node }}"
    for way in (
        "pfocr:gene",
        "pfocr:chemical",
        "pfocr:disease",
        "pfocr:diseaseKeyword",
        "pfocr:organism",
        "pfocr:gene/pfocr:organism",
    )
)
"""The entities of figures and of their keywords."""

_NAMED: Final = tuple(
    f"SELECT DISTINCT ?node WHERE {{ ?pathway a pfocr:Pathway ; {way} ?node }}"
    for way in (
        "pfocr:pathwayGene",
        "pfocr:disease",
        "pfocr:organism",
        "pfocr:pathwayGene/pfocr:organism",
    )
)
"""The entities that pathways name."""

_LINKS: Final = "SELECT DISTINCT ?node WHERE { ?node a pfocr:PathwayLink }"
_RULES: Final = (
    f"SELECT DISTINCT ?node WHERE {{ VALUES ?node {{ {ox.NamedNode(iris.LINKS)} }} ?node ?p ?o }}"
)
_PATHWAYS: Final = "SELECT DISTINCT ?node WHERE { ?node a pfocr:Pathway }"
_SIZES: Final = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?node a ?class } GROUP BY ?class"
_RELATED: Final = "SELECT DISTINCT ?node WHERE { ?figure pfocr:relatedPathway ?node }"

_ABOUT_ENTITIES: Final = (
    *("dcterms:identifier", "rdfs:label", "skos:prefLabel", "skos:altLabel", "skos:exactMatch"),
    *("pfocr:organism", "wp:bdbHgncSymbol", "wp:bdbEnsembl", "pfocr:associatedGene"),
)
_ABOUT_PATHWAYS: Final = (
    *("dcterms:title", "pfocr:organism", "pfocr:pathwayGene", "pfocr:disease"),
    *("prov:wasDerivedFrom", "pfocr:overlappingFigureCount"),
)
"""Predicates of pathways that linking adds; records also give a pathway's class and identifier."""

_CLASSES: Final = ("pfocr:Gene", "pfocr:Disease", "pfocr:Organism", "pfocr:Pathway")
_OF_RECORDS: Final = tuple(
    f" <{iris.expand(curie)}> ".encode() for curie in ("rdf:type", "dcterms:identifier")
)
_AT_ONCE: Final = 100
"""Nodes per update: a link has some twenty triples, a pathway some hundred."""


def link(
    url: str,
    request: WikiPathways,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    **endpoint: Unpack[EndpointOptions],
) -> Report:
    """Link the figures of a graph at an endpoint to pathways, and remove earlier links.

    `graph` is the named graph, by default the one that the URL names by `default-graph-uri`,
    else the default graph. The other URLs are guessed from `url`.

    Raises:
        StoreError: the endpoint cannot be used, or has an unexpected number of triples at the end.
        SourceError: a source of pathways cannot be used.

    """
    place, graph = split_graph(url, endpoint.get("graph"))
    endpoint["graph"] = graph
    destination = Destination(place, **endpoint)
    report = Report([])
    try:
        with (
            Sender(destination) as sender,
            Remote(with_graph(place, graph)) as remote,
            understanding(place),
            tempfile.TemporaryFile() as lines,
            Reporter(report).stage("link"),
        ):
            progress(Progress("link", 0, 0, 0))
            drawn, related = _nodes(remote, *_DRAWN), _nodes(remote, _RELATED)
            _make_links(remote, request, drawn, lines, report)
            figures = report.figures
            progress(Progress("publish", figures, figures, figures))
            _replace_links(sender, remote, graph, drawn, related, lines, report)
    except OSError as error:
        raise PfocrError(f"the links cannot be saved: {error.strerror or error}") from None
    return report


def _make_links(
    remote: Remote,
    request: WikiPathways,
    drawn: set[str],
    lines: IO[bytes],
    report: Report,
) -> None:
    """Write the triples of the new links to `lines`."""
    linked = triples.write(
        remote,
        map(facts.to_line, facts.of_store(remote)),
        request,
        drawn,
        worker.load_dictionaries(),
        lines,
        lines,
    ).report
    report.set_links(linked.as_dict(), linked.errors)
    report.figures = linked.figures
    if not report.figures:
        raise StoreError(f"{remote.url}: holds no figures", hint="Push a graph first")


def _replace_links(
    sender: Sender,
    remote: Remote,
    graph: str | None,
    drawn: set[str],
    related: set[str],
    lines: IO[bytes],
    report: Report,
) -> None:
    """Remove the earlier links, send the new ones, and count the triples of the graph."""
    _remove_links(sender, remote, graph, drawn, related)
    expected = len(remote) + _count_new(lines, related)
    lines.seek(0)
    sender.post_all(lines, graph)
    report.count(len(remote), _class_sizes(remote))
    if description.stored(remote.query):
        push.describe(sender, remote, description.describe(remote.query, recount=True))
    if report.triples != expected:
        raise StoreError(
            f"{remote.url}: holds {report.triples:,} triples, not {expected:,}",
            hint="If it was not changed meanwhile, link it again",
        )


def _nodes(remote: Remote, *questions: str) -> set[str]:
    return {row["node"].value for text in questions for row in sparql.rows(remote, text)}


def _class_sizes(remote: Remote) -> dict[str, int]:
    return {row["class"].value: int(row["n"].value) for row in sparql.rows(remote, _SIZES)}


def _remove_links(
    sender: Sender, remote: Remote, graph: str | None, drawn: set[str], related: set[str]
) -> None:
    """Remove the triples of an earlier linking, if there was one.

    Pathways are removed last: if this breaks off, the next run finds the other nodes by them.
    """
    links, named = _nodes(remote, _LINKS), _nodes(remote, *_NAMED)
    if not links and not named and not _nodes(remote, _RULES):
        return
    pathways = _nodes(remote, _PATHWAYS)
    begin = "" if graph is None else f"WITH {ox.NamedNode(graph)} "
    for nodes, condition in (
        (links, ""),
        (named - drawn, _filter(_ABOUT_ENTITIES, classes=True)),
        (pathways, _filter(_ABOUT_PATHWAYS)),
        (pathways - related, _filter(("dcterms:identifier",), classes=True)),
        ({iris.LINKS}, ""),
    ):
        for some in sparql.batches(sorted(nodes), _AT_ONCE):
            pattern = f"VALUES ?s {{ {sparql.values(some)} }} ?s ?p ?o {condition}"
            sender.update(f"{begin}DELETE {{ ?s ?p ?o }} WHERE {{ {pattern} }}")


def _count_new(lines: IO[bytes], related: set[str]) -> int:
    """The number of lines that are not in the graph, after earlier links were removed."""
    known = {str(ox.NamedNode(iri)).encode() for iri in related}
    lines.seek(0)
    return sum(
        not (line.partition(b" ")[0] in known and any(name in line for name in _OF_RECORDS))
        for line in lines
    )


def _filter(predicates: Iterable[str], *, classes: bool = False) -> str:
    """A filter for these predicates and our classes: a node can have triples from elsewhere."""
    named = ", ".join(str(ox.NamedNode(iris.expand(curie))) for curie in predicates)
    condition = f"?p IN ({named})"
    if classes:
        ours = ", ".join(str(ox.NamedNode(iris.expand(curie))) for curie in _CLASSES)
        is_type = f"?p = {ox.NamedNode(iris.expand('rdf:type'))}"
        condition += f" || ({is_type} && ?o IN ({ours}))"
    return f"FILTER({condition})"
