"""The classes and properties of the graph, for those who write SPARQL."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
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
    "Figures whose symbol for TP53 was read, the newest first": (
        "SELECT ?figure ?title ?year { ?figure pfocr:geneBySymbol ncbigene:7157 ; "
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


def graph(site: Site) -> answers.Graph:
    """The answer of the tool `schema`, from the description that the build made."""
    void = _nodes(site.store.description())
    (dataset,) = (node for node in void.values() if "triples" in node and "classes" in node)
    terms = _terms()
    return answers.Graph(
        built=site.built,
        triples=int(dataset["triples"][0]),
        classes=[
            {"class": name, "count": count, **_about(terms, name)}
            for name, count in _partitions(void, "class", "entities")
        ],
        properties=[
            {"property": name, "triples": count, **_about(terms, name)}
            for name, count in _partitions(void, "property", "triples")
        ],
        prefixes=dict(iris.PREFIXES),
        rules=list(RULES),
        examples=[{"question": text, "query": query} for text, query in EXAMPLES.items()],
    )


def _partitions(void: Any, key: str, number: str) -> list[tuple[str, int]]:
    """What the partitions of the graph are of, with a number of each."""
    found = [
        (iris.curie(node[key][0]), int(node[number][0]))
        for node in void.values()
        if key in node and number in node
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _nodes(triples: Any) -> dict[str, dict[str, list[str]]]:
    """Node -> local name of a VoID property -> values."""
    nodes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if triple.predicate.value.startswith(_VOID):
            name = triple.predicate.value.removeprefix(_VOID)
            nodes[triple.subject.value][name].append(triple.object.value)
    return nodes


def _terms() -> dict[str, dict[str, str]]:
    """CURIE of a term of the vocabulary -> what is said of it."""
    terms: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in ox.parse(path=resources.ontology("pfocr.ttl"), format=ox.RdfFormat.TURTLE):
        key = _SAID.get(quad.predicate.value)
        if key and not isinstance(quad.object, ox.BlankNode | ox.Triple):
            terms[iris.curie(str(quad.subject).strip("<>"))][key] = iris.curie(quad.object.value)
    return terms


def _about(terms: dict[str, dict[str, str]], name: str) -> dict[str, str]:
    return terms.get(name, {})
