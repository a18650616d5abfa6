"""Links the figures of a graph to pathways, and writes the triples of links and pathways."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter

from pfocr_kg.link import evidence, facts, gene_names, wikipathways
from pfocr_kg.link.link_report import LinkReport
from pfocr_kg.link.rules import WikiPathways
from pfocr_kg.model import Entity, Evidence, Labelled, Name, Pathway
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.counts import DocumentCounter
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.rdf.ntriples import TriplesWriter
from pfocr_kg.records import values
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.store.sparql import Answering


@dataclass(frozen=True, slots=True)
class Linked:
    """What was written: the report, the pathways, and the entities that only pathways have.

    `figids` are those of the figures that are linked to each pathway (WP id).
    """

    report: LinkReport
    pathways: Sequence[Pathway]
    entities: Sequence[Labelled]
    figids: Mapping[str, Sequence[str]]


def write(
    graph: Answering,
    figures: Iterable[str],
    request: WikiPathways,
    named: Collection[str],
    dictionaries: Dictionaries,
    links: TriplesWriter,
    others: TriplesWriter,
) -> Linked:
    """Link the figures of a graph, and write the triples of the links to `links`.

    `figures` are their facts, each a line of `facts.to_line`; `named` are the entities (IRIs)
    of figures and of their keywords. `others` receives the triples of pathways, of the genes,
    diseases and organisms that only pathways have, and of the set of links; the graph may already
    hold some of them. Each call of a writer passes all triples of one subject.

    Raises:
        SourceError: a source of pathways cannot be used.
        DictionaryError: the list of PMC ids cannot be read.

    """
    report = LinkReport()
    pathways = wikipathways.read_all(
        request.sources,
        organisms=dictionaries.organisms,
        figures=partial(facts.figids_by_name, graph),
        report=report.errors.append,
    )
    curated, linked = _write_links(figures, pathways, request, dictionaries, report, links)
    for pathway in pathways:
        figids = sorted({*pathway.figids, *curated.get(pathway.wpid, ())})
        overlapping = report.overlapping[pathway.wpid]
        others.write(ntriples.to_ntriples(document.pathway(pathway, figids, overlapping)))
    names = _names(pathways, named, gene_names.of_pathways(pathways, dictionaries.genes))
    names.add_dictionary_names(dictionaries)
    entities = list(names.labelled())
    _write_entities(entities, others)
    rules = asdict(request.options)
    others.write(ntriples.to_ntriples(document.link_set(rules, report.pairs_tested)))
    return Linked(report, pathways, entities, linked)


def _write_links(
    figures: Iterable[str],
    pathways: Sequence[Pathway],
    request: WikiPathways,
    dictionaries: Dictionaries,
    report: LinkReport,
    out: TriplesWriter,
) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Write the links; returns the figids that curators, and that any evidence, gives a pathway."""
    curated: dict[str, set[str]] = {}
    linked: dict[str, list[str]] = {}
    counter = DocumentCounter()
    for link in evidence.link(
        map(facts.of_line, figures),
        pathways,
        request.options,
        pmc_ids=request.pmc_ids,
        dictionary=dictionaries.genes,
        report=report,
    ):
        node = document.link(link)
        counter.add(node)
        out.write(ntriples.to_ntriples(node))
        linked.setdefault(link.pathway.identifier, []).append(link.figid)
        if Evidence.CURATED in link.evidence:
            curated.setdefault(link.pathway.identifier, set()).add(link.figid)
    report.counts = counter.counts()
    return curated, linked


def _names(
    pathways: Iterable[Pathway], named: Collection[str], of_genes: Mapping[str, frozenset[str]]
) -> NameCounts:
    """The names of entities that are in pathways, but in no figure.

    `of_genes` are the names of genes (NCBI gene ids) that count.
    """
    names = NameCounts()
    for pathway in pathways:
        forms: dict[str, set[str]] = {}
        for gene, name, _ in pathway.gene_names:
            if name in of_genes.get(gene, ()):
                forms.setdefault(gene, set()).add(name)
        if pathway.organism is not None:
            forms[pathway.organism.identifier] = {pathway.organism_name}
        names.add(
            Name(entity, form)
            for entity in dict.fromkeys(_entities(pathway))
            if entity.iri not in named
            for form in sorted(forms.get(entity.identifier, {""}))
        )
    return names


def _entities(pathway: Pathway) -> Iterator[Entity]:
    yield from pathway.genes
    yield from pathway.diseases
    if pathway.organism is not None:
        yield pathway.organism
    for taxon in {gene.organism for gene in pathway.genes}:
        yield values.taxon(taxon)


def _write_entities(entities: Iterable[Labelled], out: TriplesWriter) -> None:
    nodes = map(document.entity, entities)
    for _, of_one in groupby(nodes, key=itemgetter("id")):
        out.write(b"".join(map(ntriples.to_ntriples, of_one)))
