"""The classes and properties of the graph, for those who write SPARQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.rdf import dataset_facts
from pfocr_kg.serve.mcp import answers
from pfocr_kg.serve.site import Site

_VOID: Final = "http://rdfs.org/ns/void#"
_SAID: Final = {
    f"{iris.PREFIXES['skos']}definition": "meaning",
    f"{iris.PREFIXES['skos']}note": "note",
    f"{iris.PREFIXES['rdfs']}domain": "of",
    f"{iris.PREFIXES['rdfs']}range": "to",
}
"""Properties of terms of the vocabulary -> their keys here."""

_Nodes = defaultdict[str, defaultdict[str, list[str]]]

RULES: Final = (
    "Prefixes listed here need no declaration. Bind entities by IRI or CURIE: ncbigene:7157.",
    "A figure has pfocr:gene, pfocr:chemical, pfocr:disease, pfocr:organism and dcterms:isPartOf "
    "its paper. pfocr:geneBySymbol and pfocr:unambiguousGene are the surer genes.",
    "pfocr:disease is named by the figure; of a pfocr:diseaseKeyword only the genes are drawn.",
    "The words behind a gene are in mentions: ?figure pfocr:mention ?m . ?m oa:hasBody ?gene ; "
    "pfocr:word ?word ; pfocr:matchKind ?kind .",
    "Years are xsd:gYear: FILTER (xsd:integer(STR(?year)) >= 2017).",
    "Names: skos:prefLabel (one), skos:altLabel (others). Never join on them.",
)
EXAMPLES: Final = {
    "Figures in which the symbol IL6 was read, the newest first": (
        "SELECT ?figure ?title ?year { ?figure pfocr:geneBySymbol ncbigene:3569 ; "
        "dcterms:isPartOf ?paper . ?paper dcterms:issued ?year "
        "OPTIONAL { ?figure dcterms:title ?title } } ORDER BY DESC(?year) LIMIT 20"
    ),
    "Human genes by number of figures": (
        "SELECT ?gene ?symbol (COUNT(?figure) AS ?figures) { ?figure pfocr:unambiguousGene ?gene . "
        "?gene skos:prefLabel ?symbol } GROUP BY ?gene ?symbol ORDER BY DESC(?figures) LIMIT 20"
    ),
    "Figures and their best linked pathway, with the genes they share": (
        "SELECT ?figure ?pathway ?title ?margin (GROUP_CONCAT(?symbol) AS ?shared) { "
        "?link pfocr:figure ?figure ; pfocr:pathway ?pathway ; pfocr:rank 1 ; pfocr:margin ?margin "
        "; pfocr:sharedGene/skos:prefLabel ?symbol . ?pathway dcterms:title ?title } "
        "GROUP BY ?figure ?pathway ?title ?margin ORDER BY DESC(?margin) LIMIT 20"
    ),
}


def graph(site: Site) -> answers.SchemaAnswer:
    """The answer of the tool `schema`, from the description that the build made."""
    void = _nodes(site.store.description())
    dataset, terms = void[dataset_facts.DATASET], _terms()
    return answers.SchemaAnswer(
        built=site.built,
        triples=int(dataset["triples"][0]),
        classes=[
            {"class": name, "count": count, **terms.get(name, {})}
            for name, count in _partitions(void, "class", "entities")
        ],
        properties=[
            {"property": name, "triples": count, **terms.get(name, {})}
            for name, count in _partitions(void, "property", "triples")
        ],
        prefixes="\n".join(f"{name}: <{iri}>" for name, iri in iris.PREFIXES.items()),
        rules=list(RULES),
        examples=[{"question": text, "query": query} for text, query in EXAMPLES.items()],
    )


def _partitions(void: _Nodes, key: str, number: str) -> list[tuple[str, int]]:
    """The classes or properties of the graph, with a number of each, the largest first."""
    parts = [void[node] for node in void[dataset_facts.DATASET][f"{key}Partition"]]
    found = [(iris.curie(part[key][0]), int(part[number][0])) for part in parts]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _nodes(triples: Iterable[ox.Triple]) -> _Nodes:
    """What VoID says: node -> local name of a property -> values."""
    nodes: _Nodes = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        subject, predicate, value = map(_text, triple)
        if predicate.startswith(_VOID):
            nodes[subject][predicate.removeprefix(_VOID)].append(value)
    return nodes


def _terms() -> dict[str, dict[str, str]]:
    """CURIE of a term of the vocabulary -> what is said of it."""
    terms: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in ox.parse(path=resources.ontology("pfocr.ttl"), format=ox.RdfFormat.TURTLE):
        subject, predicate, value = map(_text, quad.triple)
        if predicate in _SAID:
            terms[iris.curie(subject)][_SAID[predicate]] = iris.curie(value)
    return terms


def _text(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
