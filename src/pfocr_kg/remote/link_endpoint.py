"""Links the figures of a graph at an endpoint, there.

Nothing is known there but the graph. What linking brings is told from what records say by what
it is: links, their rules, what pathways say, and entities that pathways name and no figure does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.build import worker
from pfocr_kg.build.report import Progress, Report, Reporter
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.link import facts, triples
from pfocr_kg.link.rules import WikiPathways
from pfocr_kg.rdf import description
from pfocr_kg.remote import push, sender
from pfocr_kg.remote.sender import Sender, Target
from pfocr_kg.store import sparql
from pfocr_kg.store.endpoint import Remote

_DRAWN: Final = tuple(
    f"SELECT DISTINCT ?node WHERE {{ ?figure a pfocr:PathwayFigure ; {way} ?node }}"
    for way in (
        "pfocr:gene",
        "pfocr:chemical",
        "pfocr:disease",
        "pfocr:organism",
        "pfocr:gene/pfocr:organism",
    )
)
"""The entities that figures name."""

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
    *("dcterms:identifier", "rdfs:label", "skos:altLabel", "skos:exactMatch"),
    *("pfocr:organism", "wp:bdbHgncSymbol"),
)
_ABOUT_PATHWAYS: Final = (
    *("dcterms:title", "pfocr:organism", "pfocr:pathwayGene", "pfocr:disease"),
    *("prov:wasDerivedFrom", "pfocr:overlappingFigureCount"),
)
"""What linking says of a pathway beside its class and identifier, which records give too."""

_CLASSES: Final = ("pfocr:Gene", "pfocr:Disease", "pfocr:Organism", "pfocr:Pathway")
_KEPT: Final = tuple(
    f" <{iris.expand(curie)}> ".encode() for curie in ("rdf:type", "dcterms:identifier")
)
_AT_ONCE: Final = 100
"""Nodes an update: links have some twenty triples each, pathways some hundred."""


def link(
    url: str,
    request: WikiPathways,
    *,
    graph: str | None = None,
    update_url: str | None = None,
    graph_store_url: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Link the figures of a graph at an endpoint to pathways, in place of links that it has.

    `graph` is the named graph, by default the one that the URL names by `default-graph-uri`,
    else the default graph. The other URLs are guessed from `url`.

    Raises:
        StoreError: the endpoint cannot be used so, or holds other triples in the end than it
            should.
        SourceError: a source of pathways cannot be used.

    """
    place, graph = sender.place(url, graph)
    target = Target(place, graph, update_url=update_url, graph_store_url=graph_store_url)
    report = Report([])
    try:
        with (
            Sender(target) as sending,
            Remote(sender.asked(place, graph)) as remote,
            tempfile.TemporaryFile() as lines,
            Reporter(report).stage("link"),
        ):
            _Linking(sending, remote, graph, lines, report, progress).run(request)
    except OSError as error:
        raise PfocrError(f"the links cannot be kept: {error.strerror or error}") from None
    return report


class _Linking:
    """A graph being linked; `lines` takes its new triples as N-Triples."""

    def __init__(
        self,
        sender: Sender,
        remote: Remote,
        graph: str | None,
        lines: IO[bytes],
        report: Report,
        progress: Callable[[Progress], None],
    ) -> None:
        self.sender, self.remote, self.graph = sender, remote, graph
        self.lines = lines
        self.report = report
        self.progress = progress

    def run(self, request: WikiPathways) -> None:
        """Make the links, take the earlier ones out, and send the new ones."""
        self.progress(Progress("link", 0, 0, 0))
        drawn, related = self._nodes(*_DRAWN), self._nodes(_RELATED)
        self._make(request, drawn)
        figures = self.report.figures
        self.progress(Progress("publish", figures, figures, figures))
        self._remove(drawn, related)
        expected = len(self.remote) + self._new(related)
        self.lines.seek(0)
        self.sender.post_all(self.lines, self.graph)
        self.report.count(len(self.remote), self._classes())
        self._describe()
        if self.report.triples != expected:
            raise StoreError(
                f"{self.remote.url}: holds {self.report.triples:,} triples, not {expected:,}",
                hint="If it was not changed meanwhile, link it again",
            )

    def _nodes(self, *questions: str) -> set[str]:
        return {row["node"].value for text in questions for row in sparql.rows(self.remote, text)}

    def _classes(self) -> dict[str, int]:
        return {row["class"].value: int(row["n"].value) for row in sparql.rows(self.remote, _SIZES)}

    def _make(self, request: WikiPathways, drawn: set[str]) -> None:
        linked = triples.write(
            self.remote,
            map(facts.to_line, facts.of_store(self.remote)),
            request,
            drawn,
            worker.load_dictionaries(),
            self.lines,
            self.lines,
        )
        self.report.set_links(linked.as_dict(), linked.errors)
        self.report.figures = linked.summary.figures
        if not linked.summary.figures:
            raise StoreError(f"{self.remote.url}: holds no figures", hint="Push a graph first")

    def _remove(self, drawn: set[str], related: set[str]) -> None:
        """Take out what an earlier linking brought, if there was one.

        Pathways go last: they tell what else there is, should this be cut off.
        """
        links, named = self._nodes(_LINKS), self._nodes(*_NAMED)
        if not links and not named and not self._nodes(_RULES):
            return
        pathways = self._nodes(_PATHWAYS)
        self._delete(links, "")
        self._delete(named - drawn, _filter(_ABOUT_ENTITIES, classes=True))
        self._delete(pathways, _filter(_ABOUT_PATHWAYS))
        self._delete(pathways - related, _filter(("dcterms:identifier",), classes=True))
        self._delete({iris.LINKS}, "")

    def _delete(self, nodes: Iterable[str], condition: str) -> None:
        begin = "" if self.graph is None else f"WITH {ox.NamedNode(self.graph)} "
        for some in sparql.batches(sorted(nodes), _AT_ONCE):
            found = f"VALUES ?s {{ {sparql.values(some)} }} ?s ?p ?o {condition}"
            self.sender.update(f"{begin}DELETE {{ ?s ?p ?o }} WHERE {{ {found} }}")

    def _new(self, related: set[str]) -> int:
        """How many of the lines are not there, now that links are not."""
        known = {str(ox.NamedNode(iri)).encode() for iri in related}
        self.lines.seek(0)
        return sum(
            not (line.partition(b" ")[0] in known and any(kept in line for kept in _KEPT))
            for line in self.lines
        )

    def _describe(self) -> None:
        """Have the description that is there say what is there now."""
        said = description.stated(self.remote.query)
        if said:
            anew = description.describe(self.remote.query, anew=True)
            push.describe(self.sender, self.remote, anew)


def _filter(predicates: Iterable[str], *, classes: bool = False) -> str:
    """Only these predicates, and membership of our classes: others may say more of a node."""
    named = ", ".join(str(ox.NamedNode(iris.expand(curie))) for curie in predicates)
    condition = f"?p IN ({named})"
    if classes:
        ours = ", ".join(str(ox.NamedNode(iris.expand(curie))) for curie in _CLASSES)
        is_type = f"?p = {ox.NamedNode(iris.expand('rdf:type'))}"
        condition += f" || ({is_type} && ?o IN ({ours}))"
    return f"FILTER({condition})"
