"""Links the figures of a graph to pathways: the links are records, mapped like all others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from pfocr_kg.errors import RecordError
from pfocr_kg.link import evidence, facts, wikipathways
from pfocr_kg.link.evidence import Summary
from pfocr_kg.link.rules import Request
from pfocr_kg.model import Entity, Evidence, Pathway
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.counts import DocumentCounter, GraphCounts
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.rdf.ntriples import TriplesWriter
from pfocr_kg.records import values
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.store.sparql import Answering


@dataclass(slots=True)
class Linked:
    """What linking came to: its part of the build's report, and what could not be read.

    `counts` are of the links' own triples, which no graph without links has.
    """

    summary: Summary = field(default_factory=Summary)
    counts: GraphCounts = field(default_factory=GraphCounts)
    errors: list[RecordError] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return self.summary.as_dict() | {"quarantined": len(self.errors)}


def write(
    graph: Answering,
    figures: Iterable[str],
    request: Request,
    named: Collection[str],
    dictionaries: Dictionaries,
    links: TriplesWriter,
    others: TriplesWriter,
) -> Linked:
    """Link the figures of a graph, and write the links' triples to `links`.

    `figures` are their facts, a line each; `named` are the entities (IRIs) that figures
    name. `others` takes the triples of pathways, of the genes, diseases and organisms that only
    pathways have, and of the set of links; the graph may have some of them already. Each call
    brings all that is said of an IRI.

    Raises:
        SourceError: a source of pathways cannot be used.
        DictionaryError: the list of PMC ids cannot be read.

    """
    linked = Linked()
    pathways = wikipathways.read_all(
        request.sources,
        organisms=dictionaries.organisms,
        figures=partial(facts.called, graph),
        report=linked.errors.append,
    )
    drawn_from = _write_links(figures, pathways, request, linked, links)
    for pathway in pathways:
        figids = sorted({*pathway.figids, *drawn_from.get(pathway.wpid, ())})
        overlapping = linked.summary.overlapping[pathway.wpid]
        others.write(ntriples.to_ntriples(document.pathway(pathway, figids, overlapping)))
    names = _others(pathways, named)
    names.settle(dictionaries)
    _write_entities(names, others)
    rules = asdict(request.options)
    others.write(ntriples.to_ntriples(document.link_set(rules, linked.summary.pairs_tested)))
    return linked


def _write_links(
    figures: Iterable[str],
    pathways: Sequence[Pathway],
    request: Request,
    linked: Linked,
    out: TriplesWriter,
) -> dict[str, set[str]]:
    """Write the links; returns the figids that curators give to each pathway."""
    drawn_from: dict[str, set[str]] = {}
    found = evidence.link(
        map(facts.of_line, figures),
        pathways,
        request.options,
        pmc_ids=request.pmc_ids,
        summary=linked.summary,
    )
    tally = DocumentCounter()
    for link in found:
        node = document.link(link)
        tally.add(node)
        out.write(ntriples.to_ntriples(node))
        if Evidence.CURATED in link.evidence:
            drawn_from.setdefault(link.pathway.identifier, set()).add(link.figid)
    linked.counts = tally.counts()
    return drawn_from


def _others(pathways: Iterable[Pathway], named: Collection[str]) -> NameCounts:
    """The entities that pathways have and no figure names."""
    others = NameCounts()
    for pathway in pathways:
        called = dict(pathway.gene_names)
        if pathway.organism is not None:
            called[pathway.organism.identifier] = pathway.organism_name
        others.add(
            (entity, called.get(entity.identifier, ""))
            for entity in dict.fromkeys(_entities(pathway))
            if entity.iri not in named
        )
    return others


def _entities(pathway: Pathway) -> Iterator[Entity]:
    yield from pathway.genes
    yield from pathway.diseases
    if pathway.organism is not None:
        yield pathway.organism
    for taxon in {gene.organism for gene in pathway.genes}:
        yield values.taxon(taxon)


def _write_entities(names: NameCounts, out: TriplesWriter) -> None:
    nodes = map(document.entity, names.labelled())
    for _, of_one in groupby(nodes, key=itemgetter("id")):
        out.write(b"".join(map(ntriples.to_ntriples, of_one)))
