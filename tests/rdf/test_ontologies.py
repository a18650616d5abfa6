"""The vocabulary, the shapes and the dictionaries of `ontologies/`.

What is checked here needs none of the package's code: the terms are listed from the design, OWL 2
DL is checked against the specification's own rules, the shapes against a graph that conforms and
against one change of it for each shape, the dictionaries against the tables they were made from.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import owlrl
import pyshacl
import pytest
from pyld import jsonld
from pyshacl.errors import ReportableRuntimeError
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from places import ROOT

ONTOLOGIES = ROOT / "ontologies"
SCRIPT = ROOT / "tools" / "make_dictionaries.py"
FACTS = Path(os.environ.get("PFOCR_DATA", ROOT.parent / "shared" / "data"))
needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the real data are not there (PFOCR_DATA names their folder)"
)

PFOCR = Namespace("https://w3id.org/pfocr/vocab#")
SHAPES = Namespace("https://w3id.org/pfocr/shapes#")
OBO = Namespace("http://purl.obolibrary.org/obo/")
SCHEMA = Namespace("https://schema.org/")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
ONTOLOGY = URIRef("https://w3id.org/pfocr/vocab")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")

CLASSES = set(
    """PathwayFigure Gene Chemical Disease Organism Mention GeneMention ChemicalMention
    DiseaseMention Pathway PathwayLink LinkSet Evidence""".split()
)
INDIVIDUALS = set(
    "CuratedEvidence GeneOverlapEvidence SharedPaperEvidence SharedDiseaseEvidence".split()
)
# Property -> its kind and range; None where the range is a class of another vocabulary.
OBJECT_PROPERTIES = {
    "organism": "Organism",
    "ndexNetwork": None,
    "gene": "Gene",
    "chemical": "Chemical",
    "disease": "Disease",
    "diseaseKeyword": "Disease",
    "mention": "Mention",
    "relatedPathway": "Pathway",
    "meshTerm": None,
    "pathwayGene": "Gene",
    "figure": "PathwayFigure",
    "pathway": "Pathway",
    "evidence": "Evidence",
    "sharedGene": "Gene",
}
DATATYPE_PROPERTIES = {
    "figureNumber": XSD.string,
    "figureType": XSD.string,
    "alias": XSD.string,
    "fileName": XSD.string,
    "pathwayScore": XSD.decimal,
    "organismName": XSD.string,
    "keyword": XSD.string,
    "nlmAbbreviation": XSD.string,
    "word": XSD.string,
    "matchedTerm": XSD.string,
    "lexicon": XSD.string,
    "candidateCount": XSD.integer,
    "overlappingFigureCount": XSD.integer,
    "sharedGeneCount": XSD.integer,
    "jaccard": XSD.double,
    "pValue": XSD.double,
    "adjustedPValue": XSD.double,
    "score": XSD.double,
    "rank": XSD.integer,
    "pairsTested": XSD.integer,
    "minimumSharedGenes": XSD.integer,
    "adjustedPValueBelow": XSD.double,
    "pathwaysPerFigure": XSD.integer,
    "directMatchesOnly": XSD.boolean,
    "minimumSharedGenesWithDisease": XSD.integer,
}
TERMS = CLASSES | INDIVIDUALS | OBJECT_PROPERTIES.keys() | DATATYPE_PROPERTIES.keys()

# https://www.w3.org/TR/owl2-syntax/#Datatype_Maps: xsd:gYear, xsd:date and others are not in it.
OWL2_DATATYPES = {
    OWL.real,
    OWL.rational,
    RDF.PlainLiteral,
    RDF.XMLLiteral,
    RDFS.Literal,
    *(
        XSD[name]
        for name in """decimal integer nonNegativeInteger nonPositiveInteger positiveInteger
        negativeInteger long int short byte unsignedLong unsignedInt unsignedShort unsignedByte
        double float string normalizedString token language Name NCName NMTOKEN boolean hexBinary
        base64Binary anyURI dateTime dateTimeStamp""".split()
    ),
}
KINDS = {
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.NamedIndividual,
}
PROPERTY_KINDS = KINDS - {OWL.Class, OWL.NamedIndividual}
BUILT_IN_ANNOTATIONS = {
    RDFS.label,
    RDFS.comment,
    RDFS.seeAlso,
    RDFS.isDefinedBy,
    OWL.versionInfo,
    OWL.deprecated,
}
RESERVED = tuple(map(str, (RDF, RDFS, OWL, XSD)))


def reserved(term: Node) -> bool:
    """Say whether an IRI is of the reserved vocabulary (URIRef.startswith takes no tuple)."""
    return str(term).startswith(RESERVED)


@cache
def load(name: str) -> Graph:
    """Parse a Turtle file of `ontologies/` once."""
    return Graph().parse(ONTOLOGIES / name, format="turtle")


def changed(graph: Graph, update: str) -> Graph:
    """Return a copy of a graph with a SPARQL update applied, which must change something."""
    copy = Graph()
    for prefix, namespace in graph.namespaces():
        copy.bind(prefix, namespace)
    copy += graph
    copy.update(update)
    assert set(copy) != set(graph), "the update changes nothing"
    return copy


# --- The vocabulary: its terms


def local_names(graph: Graph) -> set[str]:
    return {
        str(subject).removeprefix(PFOCR)
        for subject in graph.subjects()
        if isinstance(subject, URIRef) and subject.startswith(PFOCR)
    }


def test_the_vocabulary_has_every_term_of_the_design_and_no_other() -> None:
    assert local_names(load("pfocr.ttl")) == TERMS


@pytest.mark.parametrize("name", sorted(TERMS))
def test_a_term_is_labelled_and_defined(name: str) -> None:
    graph = load("pfocr.ttl")
    (label,) = graph.objects(PFOCR[name], RDFS.label)
    (definition,) = graph.objects(PFOCR[name], SKOS.definition)
    assert list(graph.objects(PFOCR[name], RDFS.isDefinedBy)) == [ONTOLOGY]
    assert label
    assert str(definition).endswith(".")
    assert len(str(definition).split()) >= 5


def test_labels_and_definitions_tell_the_terms_apart() -> None:
    graph = load("pfocr.ttl")
    definitions = Counter(map(str, graph.objects(predicate=SKOS.definition)))
    assert definitions.most_common(1)[0][1] == 1
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    for kind in kinds:
        terms = [term for term in graph.subjects(RDF.type, kind) if term.startswith(PFOCR)]
        labels = [str(graph.value(term, RDFS.label)) for term in terms]
        assert len(set(labels)) == len(labels)


def named_parents(graph: Graph, term: Node, predicate: URIRef) -> Iterator[URIRef]:
    for parent in graph.transitive_objects(term, predicate):
        if parent != term and isinstance(parent, URIRef):
            yield parent


@pytest.mark.parametrize("name", sorted(TERMS - INDIVIDUALS))
def test_a_class_or_property_has_a_parent_in_another_vocabulary(name: str) -> None:
    graph = load("pfocr.ttl")
    predicate = RDFS.subClassOf if name in CLASSES else RDFS.subPropertyOf
    parents = list(named_parents(graph, PFOCR[name], predicate))
    outside = [parent for parent in parents if not parent.startswith(PFOCR)]
    assert outside
    assert not any(reserved(parent) for parent in outside)
    declared = {kind for parent in outside for kind in graph.objects(parent, RDF.type)}
    assert declared == set(graph.objects(PFOCR[name], RDF.type))


@pytest.mark.parametrize("name", sorted(INDIVIDUALS))
def test_a_kind_of_evidence_is_evidence(name: str) -> None:
    types = set(load("pfocr.ttl").objects(PFOCR[name], RDF.type))
    assert types == {OWL.NamedIndividual, PFOCR.Evidence}


@pytest.mark.parametrize(("name", "target"), sorted(OBJECT_PROPERTIES.items()))
def test_an_object_property_has_its_domain_and_range(name: str, target: str | None) -> None:
    graph = load("pfocr.ttl")
    assert set(graph.objects(PFOCR[name], RDF.type)) == {OWL.ObjectProperty}
    assert len(list(graph.objects(PFOCR[name], RDFS.domain))) == 1
    (given,) = graph.objects(PFOCR[name], RDFS.range)
    if target is None:
        assert given.startswith(SCHEMA)
    else:
        assert given == PFOCR[target]


@pytest.mark.parametrize(("name", "datatype"), sorted(DATATYPE_PROPERTIES.items()))
def test_a_datatype_property_has_its_domain_and_range(name: str, datatype: URIRef) -> None:
    graph = load("pfocr.ttl")
    assert set(graph.objects(PFOCR[name], RDF.type)) == {OWL.DatatypeProperty}
    assert len(list(graph.objects(PFOCR[name], RDFS.domain))) == 1
    assert list(graph.objects(PFOCR[name], RDFS.range)) == [datatype]


def test_the_vocabulary_says_what_it_is() -> None:
    graph = load("pfocr.ttl")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert list(graph.objects(ONTOLOGY, DCTERMS.license)) == [CC0]
    version = graph.value(ONTOLOGY, OWL.versionInfo)
    assert graph.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    for predicate in (DCTERMS.title, URIRef("http://purl.org/dc/elements/1.1/creator")):
        assert graph.value(ONTOLOGY, predicate)


# --- The vocabulary: OWL 2 DL


def kind_of(graph: Graph, term: Node) -> set[Node]:
    return set(graph.objects(term, RDF.type)) & KINDS


def is_class(graph: Graph, term: Node) -> bool:
    if isinstance(term, BNode):
        members = graph.value(term, OWL.unionOf)
        return members is not None and all(
            is_class(graph, part) for part in Collection(graph, members)
        )
    return kind_of(graph, term) == {OWL.Class}


def property_kind(graph: Graph, term: Node) -> Node | None:
    """Return the one kind of a property or of the inverse of one, or None."""
    if isinstance(term, BNode):
        inverse = graph.value(term, OWL.inverseOf)
        kind = property_kind(graph, inverse) if inverse is not None else None
        return kind if kind == OWL.ObjectProperty else None
    kinds = kind_of(graph, term)
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= PROPERTY_KINDS else None


def range_fits(graph: Graph, prop: Node, target: Node) -> bool:
    if property_kind(graph, prop) == OWL.ObjectProperty:
        return is_class(graph, target)
    return property_kind(graph, prop) == OWL.DatatypeProperty and target in OWL2_DATATYPES


def members_fit(graph: Graph, list_: Node, kind: URIRef) -> bool:
    return all(kind_of(graph, member) == {kind} for member in Collection(graph, list_))


def axiom_fits(graph: Graph, subject: Node, predicate: Node, target: Node) -> bool:
    """Say whether one triple that is no annotation is an axiom of OWL 2 DL (or part of one)."""
    if predicate in (RDFS.subClassOf, OWL.disjointWith):
        return is_class(graph, subject) and is_class(graph, target)
    if predicate == RDFS.subPropertyOf:
        kind = property_kind(graph, subject)
        return kind is not None and kind == property_kind(graph, target)
    if predicate == RDFS.domain:
        kind = property_kind(graph, subject)
        return kind not in (None, OWL.AnnotationProperty) and is_class(graph, target)
    if predicate == RDFS.range:
        return range_fits(graph, subject, target)
    if predicate == OWL.members:
        return members_fit(graph, target, OWL.Class)
    if predicate == OWL.distinctMembers:
        return members_fit(graph, target, OWL.NamedIndividual)
    if predicate in (OWL.unionOf, OWL.inverseOf, RDF.first, RDF.rest):
        return isinstance(subject, BNode)
    return predicate == OWL.versionIRI and (subject, RDF.type, OWL.Ontology) in graph


def type_fits(graph: Graph, subject: Node, type_: Node) -> bool:
    if type_ in KINDS:
        return len(kind_of(graph, subject)) == 1 and not reserved(subject)
    if type_ in (OWL.Ontology, OWL.AllDisjointClasses, OWL.AllDifferent):
        return True
    return is_class(graph, type_)


def dl_problems(graph: Graph) -> list[str]:
    """Return the triples that keep a document of named terms from being OWL 2 DL.

    Covers the constructs that the vocabulary uses and refuses all others: every term declared
    with exactly one kind, kinds that agree along the hierarchy, datatypes of the OWL 2 datatype
    map, nothing of the reserved vocabulary in the place of a term.
    """
    problems = []
    for subject, predicate, target in graph:
        if predicate == RDF.type:
            fits = type_fits(graph, subject, target)
        elif predicate in BUILT_IN_ANNOTATIONS or kind_of(graph, predicate):
            kinds = kind_of(graph, predicate) or {OWL.AnnotationProperty}
            fits = kinds == {OWL.AnnotationProperty} and isinstance(subject, URIRef)
        else:
            fits = axiom_fits(graph, subject, predicate, target)
        if not fits:
            problems.append(" ".join(term.n3() for term in (subject, predicate, target)))
    return sorted(problems)


def test_the_vocabulary_is_owl_2_dl() -> None:
    assert dl_problems(load("pfocr.ttl")) == []


@pytest.mark.parametrize(
    "update",
    [
        "DELETE WHERE { schema:mentions a owl:ObjectProperty }",
        "INSERT DATA { schema:mentions a owl:DatatypeProperty }",
        "INSERT DATA { pfocr:word rdfs:subPropertyOf dcterms:relation }",
        "INSERT DATA { pfocr:gene rdfs:range xsd:string }",
        "INSERT DATA { pfocr:word rdfs:range pfocr:Gene }",
        "INSERT DATA { pfocr:pathwayScore rdfs:range xsd:gYear }",
        "INSERT DATA { pfocr:Gene rdfs:subClassOf schema:Thing }",
        "INSERT DATA { pfocr:Gene a owl:ObjectProperty }",
        "INSERT DATA { pfocr:gene schema:domainIncludes pfocr:PathwayFigure }",
        "INSERT DATA { pfocr:gene dcterms:relation pfocr:Gene }",
        "INSERT DATA { rdf:value a owl:DatatypeProperty }",
        "INSERT DATA { pfocr:word rdfs:subPropertyOf [ owl:inverseOf oa:hasTarget ] }",
        "DELETE WHERE { pfocr:CuratedEvidence a owl:NamedIndividual }",
    ],
)
def test_the_dl_check_finds_what_is_not_dl(update: str) -> None:
    assert dl_problems(changed(load("pfocr.ttl"), update))


# --- A graph that conforms; each of its parts is needed by some shape

LINKS = "<https://w3id.org/pfocr/links>"
CONFORMING = """
@prefix chebi: <https://identifiers.org/chebi/CHEBI:> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix doi: <https://doi.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hgnc: <https://identifiers.org/hgnc.symbol/> .
@prefix mesh: <http://id.nlm.nih.gov/mesh/> .
@prefix ncbigene: <https://identifiers.org/ncbigene/> .
@prefix ndex: <https://www.ndexbio.org/viewer/networks/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pathway: <https://identifiers.org/wikipathways/> .
@prefix pfocr: <https://w3id.org/pfocr/vocab#> .
@prefix pmc: <https://europepmc.org/article/PMC/> .
@prefix prism: <http://prismstandard.org/namespaces/basic/2.0/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wp: <http://vocabularies.wikipathways.org/wp#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix figure: <https://pfocr.wikipathways.org/figures/PMC1__a.b-1_F1.html> .
@prefix mention: <https://pfocr.wikipathways.org/figures/PMC1__a.b-1_F1.html#mention-> .
@prefix link: <https://pfocr.wikipathways.org/figures/PMC1__a.b-1_F1.html#link-> .

figure: a pfocr:PathwayFigure ;
    dcterms:identifier "PMC1__a.b-1_F1" ; dcterms:title "Signalling" ; schema:caption "Figure" ;
    pfocr:figureNumber "F1" ; pfocr:figureType "Figure" ; pfocr:alias "PMC1__F1" ;
    pfocr:fileName "a.b-1_F1.jpg" ; pfocr:pathwayScore 0.9511368 ;
    foaf:page <https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/> ;
    dcterms:isPartOf pmc:1 ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:creator <https://www.wikipathways.org/> ;
    pfocr:organism obo:NCBITaxon_9606 ; pfocr:organismName "herbal medicine" ;
    pfocr:ndexNetwork ndex:62905106-deea-11ea-99da-0ac135e8bacf ;
    pfocr:gene ncbigene:3479 ; pfocr:chemical chebi:15422 ;
    pfocr:disease obo:DOID_1612 , mesh:D011488 ;
    pfocr:diseaseKeyword obo:DOID_1612 ; pfocr:keyword "Coronavirus" ;
    pfocr:mention mention:00000000000a , mention:00000000000b , mention:00000000000c ;
    pfocr:relatedPathway pathway:WP5283 .

mention:00000000000a a pfocr:GeneMention ;
    oa:hasTarget figure: ; oa:hasBody ncbigene:3479 ;
    pfocr:word "IGF-1/2" ; pfocr:matchedTerm "IGF1" ; pfocr:lexicon "ncbigene_symbol" ;
    pfocr:candidateCount 1 .
mention:00000000000b a pfocr:ChemicalMention ;
    oa:hasTarget figure: ; oa:hasBody chebi:15422 ;
    pfocr:word "ATP" ; pfocr:matchedTerm "ATP" ; pfocr:meshTerm mesh:D000255 .
mention:00000000000c a pfocr:DiseaseMention ;
    oa:hasTarget figure: ; oa:hasBody mesh:D011488 ; pfocr:word "OBS proteins" .

pmc:1 a schema:ScholarlyArticle ;
    dcterms:identifier "PMC1" ; dcterms:title "One title" , "Another title" ;
    dcterms:bibliographicCitation "A. Author. J Test. 2012;1:1-2." , "A. Author. J Test. 2013." ;
    dcterms:issued "2012"^^xsd:gYear , "2013"^^xsd:gYear ;
    prism:doi "10.1000/ABC<1>" ; owl:sameAs <https://doi.org/10.1000/abc%3C1%3E> ;
    prism:publicationName "Journal of Tests" ; pfocr:nlmAbbreviation "J Test" ;
    dc:publisher "Test Press" ; schema:keywords "growth" , "factor" .

<https://www.wikipathways.org/> a schema:Organization ; rdfs:label "WikiPathways" .

ncbigene:3479 a pfocr:Gene ; rdfs:label "IGF1" ; skos:altLabel "IGF-I" , "IGFI" ;
    dcterms:identifier "3479" ; pfocr:organism obo:NCBITaxon_9606 ; wp:bdbHgncSymbol hgnc:IGF1 .
chebi:15422 a pfocr:Chemical ; rdfs:label "ATP" ; dcterms:identifier "CHEBI:15422" ;
    skos:exactMatch obo:CHEBI_15422 .
obo:DOID_1612 a pfocr:Disease ; rdfs:label "Breast cancer" ; dcterms:identifier "DOID:1612" .
mesh:D011488 a pfocr:Disease ; rdfs:label "OBS proteins" ; dcterms:identifier "mesh:D011488" .
obo:NCBITaxon_9606 a pfocr:Organism ; rdfs:label "Homo sapiens" ; skos:altLabel "human" ;
    dcterms:identifier "NCBITaxon:9606" .

pathway:WP5283 a pfocr:Pathway ;
    dcterms:identifier "WP5283" ; dcterms:title "A pathway" ; pfocr:organism obo:NCBITaxon_9606 ;
    pfocr:pathwayGene ncbigene:3479 ; pfocr:disease obo:DOID_1612 ; prov:wasDerivedFrom figure: ;
    pfocr:overlappingFigureCount 2 .
link:WP5283 a pfocr:PathwayLink ;
    pfocr:figure figure: ; pfocr:pathway pathway:WP5283 ;
    pfocr:evidence pfocr:CuratedEvidence , pfocr:GeneOverlapEvidence ,
        pfocr:SharedPaperEvidence , pfocr:SharedDiseaseEvidence ;
    pfocr:sharedGene ncbigene:3479 ; pfocr:sharedGeneCount 1 ; pfocr:jaccard 0.5e0 ;
    pfocr:pValue 1.0e-3 ; pfocr:adjustedPValue 2.0e-3 ; pfocr:score 7.5e0 ; pfocr:rank 1 .

<https://w3id.org/pfocr/links> a pfocr:LinkSet ;
    pfocr:pairsTested 1 ;
    pfocr:minimumSharedGenes 3 ;
    pfocr:adjustedPValueBelow 0.01e0 ;
    pfocr:pathwaysPerFigure 10 ;
    pfocr:directMatchesOnly false ;
    pfocr:minimumSharedGenesWithDisease 0 .
"""


@cache
def conforming() -> Graph:
    return Graph().parse(data=CONFORMING, format="turtle")


# --- The vocabulary: what follows from it

OWLRL_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def closure(data: Graph) -> Graph:
    """Return a graph with the vocabulary and all that OWL 2 RL derives from both."""
    graph = load("pfocr.ttl") + data
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def contradictions(derived: Graph) -> list[Node]:
    return list(derived.objects(predicate=OWLRL_ERROR))


def pfocr_types(graph: Graph, nodes: set[Node]) -> set[tuple[Node, Node]]:
    watched = {SCHEMA.ScholarlyArticle, SCHEMA.Organization}
    return {
        (node, type_)
        for node in nodes
        for type_ in graph.objects(node, RDF.type)
        if type_ in watched or (isinstance(type_, URIRef) and type_.startswith(PFOCR))
    }


def test_reasoning_gives_no_node_a_class_that_it_is_not_given() -> None:
    nodes = set(conforming().subjects())
    given = pfocr_types(conforming(), nodes)
    mentions = {(node, PFOCR.Mention) for node, type_ in given if "Mention" in type_}
    derived = closure(conforming())
    assert pfocr_types(derived, nodes) == given | mentions
    assert contradictions(derived) == []
    assert not list(derived.subjects(RDF.type, OWL.Nothing))


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { pmc:1 pfocr:figureNumber 'F1' }",
        "INSERT DATA { figure: pfocr:gene obo:NCBITaxon_9606 }",
        "INSERT DATA { figure: a schema:ScholarlyArticle }",
        "INSERT DATA { mention:00000000000a a pfocr:ChemicalMention }",
        "INSERT DATA { figure: pfocr:mention link:WP5283 }",
    ],
)
def test_reasoning_finds_a_node_in_two_classes_that_share_none(update: str) -> None:
    derived = closure(changed(conforming(), update))
    assert contradictions(derived)


def test_a_node_can_be_a_chemical_and_a_disease() -> None:
    both = changed(conforming(), "INSERT DATA { mesh:D011488 a pfocr:Chemical }")
    assert contradictions(closure(both)) == []


# --- The shapes


def used_terms(graph: Graph) -> set[str]:
    terms = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    queries = " ".join(graph.objects(predicate=SH.select))
    return {term.removeprefix(PFOCR) for term in terms if term.startswith(PFOCR)} | set(
        re.findall(r"pfocr:(\w+)", queries)
    )


def test_every_term_of_the_shapes_is_in_the_vocabulary() -> None:
    used = used_terms(load("shapes.ttl"))
    assert used <= TERMS
    assert TERMS - used == {"Mention", "Evidence"}, "the shapes overlook a term"


def test_the_shapes_are_valid_shacl() -> None:
    pyshacl.validate(Graph(), shacl_graph=load("shapes.ttl"), meta_shacl=True)
    broken = changed(load("shapes.ttl"), "INSERT DATA { shapes:Figure-paper sh:minCount 'one' }")
    with pytest.raises(ReportableRuntimeError):
        pyshacl.validate(Graph(), shacl_graph=broken, meta_shacl=True)


def shapes_with_constraints() -> set[str]:
    """Return the names of the shapes that say something themselves, not by their parts alone."""
    graph = load("shapes.ttl")
    plumbing = {RDF.type, SH.targetClass, SH.property, SH.sparql}
    names = set()
    for shape in set(graph.subjects()):
        if isinstance(shape, URIRef) and shape.startswith(SHAPES):
            if set(graph.predicates(shape)) - plumbing:
                names.add(shape.removeprefix(SHAPES))
    return names


def test_every_shape_has_one_message_of_its_own() -> None:
    graph = load("shapes.ttl")
    messages = Counter()
    for name in shapes_with_constraints():
        (message,) = graph.objects(SHAPES[name], SH.message)
        messages[str(message)] += 1
        assert str(message).endswith(".")
    assert messages.most_common(1)[0][1] == 1


def violations(data: Graph) -> set[tuple[str, str]]:
    """Return the shapes that a graph violates, each with the message that a user reads."""
    conforms, report, _ = pyshacl.validate(data, shacl_graph=load("shapes.ttl"))
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        # A SPARQL constraint is reported as one of its node shape.
        shape = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        found.add((shape.removeprefix(SHAPES), str(report.value(result, SH.resultMessage))))
    assert conforms == (not found)
    return found


def test_the_conforming_graph_conforms() -> None:
    assert violations(conforming()) == set()


def replaced(subject: str, predicate: str, value: str) -> str:
    """Return an update that gives a node one other value of a property."""
    return (
        f"DELETE {{ {subject} {predicate} ?x }} INSERT {{ {subject} {predicate} {value} }} "
        f"WHERE {{ {subject} {predicate} ?x }}"
    )


def renamed(old: str, new: str) -> str:
    """Return an update that gives a node another IRI, wherever it stands."""
    return f"""DELETE {{ ?s ?p ?o }} INSERT {{ ?s2 ?p ?o2 }} WHERE {{
        ?s ?p ?o FILTER(?s = {old} || ?o = {old})
        BIND(IF(?s = {old}, {new}, ?s) AS ?s2) BIND(IF(?o = {old}, {new}, ?o) AS ?o2)
    }}"""


# Shape, one change of the conforming graph, part of the message. The change violates that shape
# and no other, but for those named after it.
BROKEN = [
    (
        "Figure Pathway-figure",
        renamed("figure:", "<https://pfocr.wikipathways.org/figures/PMC1__a.b-1_F1>"),
        "figures/FIGID.html",
    ),
    ("Figure-identifier", "DELETE WHERE { figure: dcterms:identifier ?x }", "exactly one figid"),
    ("Figure-identifier", "INSERT DATA { figure: dcterms:identifier 'PMC1__b' }", "one figid"),
    ("Figure-identifier", replaced("figure:", "dcterms:identifier", "'PMC1 F1'"), "white space"),
    (
        "Figure-paper",
        """INSERT DATA { figure: dcterms:isPartOf pmc:2 .
            pmc:2 a schema:ScholarlyArticle ; dcterms:identifier 'PMC2' }""",
        "exactly one paper",
    ),
    ("Figure-license", "DELETE WHERE { figure: dcterms:license ?x }", "licence CC0"),
    (
        "Figure-license",
        "INSERT DATA { figure: dcterms:license <https://creativecommons.org/licenses/by/4.0/> }",
        "no other",
    ),
    ("Figure-creator", "DELETE WHERE { figure: dcterms:creator ?x }", "WikiPathways"),
    ("Figure-creator", "DELETE WHERE { ?x a schema:Organization }", "an organization"),
    ("Figure-title", "INSERT DATA { figure: dcterms:title 'Again' }", "at most one title"),
    ("Figure-caption", "INSERT DATA { figure: schema:caption '' }", "at most one caption"),
    ("Figure-number", "INSERT DATA { figure: pfocr:figureNumber 'F2' }", "one figure number"),
    ("Figure-type", "INSERT DATA { figure: pfocr:figureType 'Scheme' }", "one figure type"),
    ("Figure-fileName", "INSERT DATA { figure: pfocr:fileName 'b.jpg' }", "one file name"),
    ("Figure-alias", "INSERT DATA { figure: pfocr:alias '' }", "alias"),
    (
        "Figure-page",
        replaced("figure:", "foaf:page", "<https://www.ncbi.nlm.nih.govpmc/articles/PMC1/>"),
        "both slashes",
    ),
    ("Figure-score", replaced("figure:", "pfocr:pathwayScore", "1.1"), "from 0 to 1"),
    ("Figure-score", replaced("figure:", "pfocr:pathwayScore", "'0.95'"), "xsd:decimal"),
    ("Figure-organism", "INSERT DATA { figure: pfocr:organism obo:NCBITaxon_10090 }", "Organism"),
    ("Figure-organismName", "INSERT DATA { figure: pfocr:organismName '' }", "organism name"),
    ("Figure-network", "INSERT DATA { figure: pfocr:ndexNetwork ndex:none }", "UUID"),
    (
        "Figure-gene GeneMention-body Pathway-gene Link-sharedGene",
        "DELETE WHERE { ncbigene:3479 a pfocr:Gene }",
        "class pfocr:Gene",
    ),
    (
        "Figure-chemical ChemicalMention-body",
        "DELETE WHERE { chebi:15422 a pfocr:Chemical }",
        "class pfocr:Chemical",
    ),
    ("Figure-disease", "INSERT DATA { figure: pfocr:disease obo:DOID_9 }", "A disease of a figure"),
    (
        "Figure-diseaseKeyword Figure-disease",
        "INSERT DATA { figure: pfocr:disease obo:DOID_9 ; pfocr:diseaseKeyword obo:DOID_9 }",
        "A disease keyword",
    ),
    ("Figure-keyword", "INSERT DATA { figure: pfocr:keyword '' }", "A keyword is a text"),
    (
        "Figure-mention",
        "DELETE WHERE { mention:00000000000a a pfocr:GeneMention }",
        "gene, chemical or disease mention",
    ),
    (
        "Figure-pathway",
        "INSERT DATA { figure: pfocr:relatedPathway pathway:WP1 }",
        "A related pathway",
    ),
    (
        "Figure-unmentioned",
        """INSERT DATA { figure: pfocr:gene ncbigene:1956 . ncbigene:1956 a pfocr:Gene ;
            rdfs:label 'EGFR' ; dcterms:identifier '1956' ; pfocr:organism obo:NCBITaxon_9606 }""",
        "ncbigene/1956 has none",
    ),
    (
        "Figure-unmentioned",
        """INSERT DATA { figure: pfocr:chemical mesh:D000255 . mesh:D000255 a pfocr:Chemical ;
            rdfs:label 'Adenosine Triphosphate' ; dcterms:identifier 'mesh:D000255' }""",
        "mesh/D000255 has none",
    ),
    ("Figure-unlisted", "DELETE WHERE { figure: pfocr:gene ?x }", "ncbigene/3479 is not"),
    ("Figure-unlisted", "DELETE WHERE { figure: pfocr:disease obo:DOID_1612 }", "DOID_1612 is not"),
    ("Paper", renamed("pmc:1", "<https://europepmc.org/article/PMC/PMC1>"), "article/PMC/NUMBER"),
    ("Paper-identifier", replaced("pmc:1", "dcterms:identifier", "'1'"), "PMC and a number"),
    ("Paper-title", "INSERT DATA { pmc:1 dcterms:title '' }", "A title of a paper"),
    ("Paper-citation", "INSERT DATA { pmc:1 dcterms:bibliographicCitation '' }", "A citation"),
    ("Paper-year", "INSERT DATA { pmc:1 dcterms:issued '2012' }", "xsd:gYear"),
    ("Paper-doi", "INSERT DATA { pmc:1 prism:doi 'https://doi.org/10.1/x' }", "without https"),
    (
        "Paper-sameAs",
        "INSERT DATA { pmc:1 owl:sameAs <https://doi.org/10.1000/ABC> }",
        "in lower case",
    ),
    ("Paper-journal", "INSERT DATA { pmc:1 prism:publicationName '' }", "A journal title"),
    ("Paper-nlmAbbreviation", "INSERT DATA { pmc:1 pfocr:nlmAbbreviation '' }", "abbreviation"),
    ("Paper-publisher", "INSERT DATA { pmc:1 dc:publisher '' }", "A publisher"),
    ("Paper-keyword", "INSERT DATA { pmc:1 schema:keywords 'a | b' }", "not a list"),
    (
        "Paper-figure",
        "INSERT DATA { pmc:2 a schema:ScholarlyArticle ; dcterms:identifier 'PMC2' }",
        "because of a figure",
    ),
    (
        "Gene",
        """INSERT DATA { <http://identifiers.org/ncbigene/1> a pfocr:Gene ; rdfs:label 'A1BG' ;
            dcterms:identifier '1' ; pfocr:organism obo:NCBITaxon_9606 }""",
        "ncbigene/NUMBER",
    ),
    (
        "Gene-identifier",
        "INSERT DATA { ncbigene:3479 dcterms:identifier 'ncbigene:3479' }",
        "digits only",
    ),
    ("Gene-organism", "DELETE WHERE { ncbigene:3479 pfocr:organism ?x }", "exactly one organism"),
    (
        "Gene-hgnc",
        "INSERT DATA { ncbigene:3479 wp:bdbHgncSymbol <http://identifiers.org/hgnc.symbol/IGF1> }",
        "hgnc.symbol/SYMBOL",
    ),
    ("Entity-label", "DELETE WHERE { ncbigene:3479 rdfs:label ?x }", "exactly one label"),
    ("Entity-label", "INSERT DATA { obo:DOID_1612 rdfs:label 'Cancer' }", "exactly one label"),
    ("Entity-altLabel", "INSERT DATA { ncbigene:3479 skos:altLabel 'IGF1' }", "the label itself"),
    (
        "Chemical",
        """INSERT DATA { obo:CHEBI_1 a pfocr:Chemical ; rdfs:label 'x' ;
            dcterms:identifier 'CHEBI:1' ; skos:exactMatch obo:CHEBI_1 }""",
        "chebi/CHEBI:NUMBER",
    ),
    ("ChebiChemical", "DELETE WHERE { chebi:15422 skos:exactMatch ?x }", "its OBO form"),
    (
        "Chemical-identifier",
        "INSERT DATA { chebi:15422 dcterms:identifier 'mesh:D000255' }",
        "exactly one identifier: CHEBI",
    ),
    (
        "Chemical-exactMatch",
        "INSERT DATA { chebi:15422 skos:exactMatch mesh:D000255 }",
        "exact match",
    ),
    (
        "Disease",
        """INSERT DATA { <https://identifiers.org/DOID:1> a pfocr:Disease ; rdfs:label 'x' ;
            dcterms:identifier 'DOID:1' }""",
        "obo/DOID_NUMBER",
    ),
    (
        "Disease-identifier",
        "INSERT DATA { obo:DOID_1612 dcterms:identifier 'AmyCo:29' }",
        "exactly one identifier: DOID",
    ),
    (
        "Organism",
        """INSERT DATA { <http://identifiers.org/taxonomy/1> a pfocr:Organism ; rdfs:label 'x' ;
            dcterms:identifier 'NCBITaxon:1' }""",
        "NCBITaxon_NUMBER",
    ),
    (
        "Organism-identifier",
        "INSERT DATA { obo:NCBITaxon_9606 dcterms:identifier '9606' }",
        "NCBITaxon:NUMBER",
    ),
    ("Mention", renamed("mention:00000000000a", "mention:00000000000A"), "12 hexadecimal digits"),
    (
        "Mention-target",
        """INSERT DATA { mention:00000000000a oa:hasTarget pmc:1 .
            pmc:1 pfocr:mention mention:00000000000a }""",
        "exactly one target",
    ),
    (
        "Mention-figure",
        "DELETE WHERE { figure: pfocr:mention mention:00000000000c }",
        "is the mention's target",
    ),
    ("Mention-word", "DELETE WHERE { mention:00000000000a pfocr:word ?x }", "has a word"),
    (
        "Mention-matchedTerm",
        "INSERT DATA { mention:00000000000a pfocr:matchedTerm '' }",
        "A matched term",
    ),
    (
        "Mention-lexicon",
        "INSERT DATA { mention:00000000000a pfocr:lexicon pfocr:lexicon }",
        "A lexicon",
    ),
    (
        "Mention-mesh",
        "INSERT DATA { mention:00000000000c pfocr:meshTerm mesh:D011488 }",
        "not the body itself",
    ),
    (
        "Mention-noCandidates",
        "INSERT DATA { mention:00000000000b pfocr:candidateCount 1 }",
        "Only a gene mention",
    ),
    (
        "GeneMention-body",
        """DELETE WHERE { mention:00000000000a oa:hasBody ?x } ;
            DELETE WHERE { figure: pfocr:gene ?x }""",
        "exactly one body, a gene",
    ),
    (
        "GeneMention-candidates",
        "DELETE WHERE { mention:00000000000a pfocr:candidateCount ?x }",
        "candidate count",
    ),
    (
        "GeneMention-candidates",
        replaced("mention:00000000000a", "pfocr:candidateCount", "0"),
        "of 1 or more",
    ),
    (
        "GeneMention-mesh",
        "INSERT DATA { mention:00000000000a pfocr:meshTerm mesh:D011488 }",
        "A gene mention has no MeSH",
    ),
    (
        "ChemicalMention-body",
        "INSERT DATA { mention:00000000000b oa:hasBody obo:DOID_1612 }",
        "exactly one body, a chemical",
    ),
    (
        "DiseaseMention-body",
        "INSERT DATA { mention:00000000000c oa:hasBody chebi:15422 }",
        "exactly one body, a disease",
    ),
    (
        "Pathway",
        "INSERT DATA { pathway:WP1_r2 a pfocr:Pathway ; dcterms:identifier 'WP1' }",
        "without a revision",
    ),
    ("Pathway-notWikiPathways", "INSERT DATA { pathway:WP5283 a wp:Pathway }", "counted twice"),
    (
        "Pathway-identifier",
        "INSERT DATA { pathway:WP5283 dcterms:identifier 'WP5283_r1' }",
        "WP and a number",
    ),
    ("Pathway-title", "INSERT DATA { pathway:WP5283 dcterms:title '' }", "A title of a pathway"),
    (
        "Pathway-organism",
        "INSERT DATA { pathway:WP5283 pfocr:organism obo:NCBITaxon_1 }",
        "An organism of a pathway",
    ),
    (
        "Pathway-gene",
        "INSERT DATA { pathway:WP5283 pfocr:pathwayGene ncbigene:1 }",
        "A gene of a pathway",
    ),
    ("Pathway-disease", "INSERT DATA { pathway:WP5283 pfocr:disease mesh:D011488 }", "with a DOID"),
    ("Pathway-figure", "INSERT DATA { pathway:WP5283 prov:wasDerivedFrom pmc:1 }", "derived from"),
    (
        "Pathway-overlappingFigureCount",
        replaced("pathway:WP5283", "pfocr:overlappingFigureCount", "-1"),
        "overlapping figure count",
    ),
    (
        "Link",
        """INSERT DATA { link:5283 a pfocr:PathwayLink ; pfocr:figure figure: ;
            pfocr:pathway pathway:WP5283 ; pfocr:evidence pfocr:CuratedEvidence }""",
        "#link-",
    ),
    (
        "OverlapLink",
        """DELETE WHERE { link:WP5283 pfocr:adjustedPValue ?x } ;
            DELETE WHERE { link:WP5283 pfocr:pValue ?x }""",
        "A link by gene overlap",
    ),
    ("Link-figure", "DELETE WHERE { link:WP5283 pfocr:figure ?x }", "exactly one figure"),
    ("Link-pathway", "DELETE WHERE { link:WP5283 pfocr:pathway ?x }", "exactly one pathway"),
    ("Link-evidence", "DELETE WHERE { link:WP5283 pfocr:evidence ?x }", "has evidence"),
    ("Link-evidence", "INSERT DATA { link:WP5283 pfocr:evidence pfocr:Guess }", "has evidence"),
    ("Link-sharedGene", "INSERT DATA { link:WP5283 pfocr:sharedGene ncbigene:1 }", "shared gene"),
    (
        "Link-sharedGeneCount",
        "INSERT DATA { link:WP5283 pfocr:sharedGeneCount 2 }",
        "shared gene count",
    ),
    ("Link-jaccard", replaced("link:WP5283", "pfocr:jaccard", "1.5e0"), "Jaccard"),
    ("Link-pValue", replaced("link:WP5283", "pfocr:pValue", "-1.0e-3"), "one p-value"),
    (
        "Link-adjustedPValue",
        replaced("link:WP5283", "pfocr:adjustedPValue", "1.5e0"),
        "one adjusted p-value",
    ),
    ("Link-pValueOrder", replaced("link:WP5283", "pfocr:adjustedPValue", "1.0e-4"), "never below"),
    ("Link-score", "INSERT DATA { link:WP5283 pfocr:score 'high' }", "one score"),
    ("Link-rank", replaced("link:WP5283", "pfocr:rank", "0"), "of 1 or more"),
    ("LinkSet", renamed(LINKS, "BNODE('links')"), "A link set has an IRI"),
    ("LinkSet-pairsTested", replaced(LINKS, "pfocr:pairsTested", "-1"), "pairs tested"),
    ("LinkSet-minimum", replaced(LINKS, "pfocr:minimumSharedGenes", "0"), "of 1 or more"),
    ("LinkSet-adjustedPValue", replaced(LINKS, "pfocr:adjustedPValueBelow", "0.0e0"), "above 0"),
    ("LinkSet-best", replaced(LINKS, "pfocr:pathwaysPerFigure", "0"), "of 1 or more"),
    ("LinkSet-direct", replaced(LINKS, "pfocr:directMatchesOnly", "'no'"), "xsd:boolean"),
    ("LinkSet-diseaseGenes", replaced(LINKS, "pfocr:minimumSharedGenesWithDisease", "-1"), "0 or"),
]


@pytest.mark.parametrize(
    ("shape", "update", "part"), BROKEN, ids=[f"{shape}: {part}" for shape, _, part in BROKEN]
)
def test_a_broken_graph_violates_the_shape_that_says_so(shape: str, update: str, part: str) -> None:
    found = violations(changed(conforming(), update))
    name, *others = shape.split()
    assert {violated for violated, _ in found} == {name, *others}
    assert all(part in message for violated, message in found if violated == name)


def test_every_shape_is_broken_by_some_graph() -> None:
    assert {shape.split(maxsplit=1)[0] for shape, _, _ in BROKEN} == shapes_with_constraints()


# --- The JSON-LD contexts


def context(name: str) -> dict[str, object]:
    return json.loads((ONTOLOGIES / name).read_text(encoding="utf-8"))["@context"]


def expanded_iri(term: str, terms: dict[str, object]) -> str:
    prefix, colon, local = term.partition(":")
    return f"{terms[prefix]}{local}" if colon and prefix in terms else term


def test_the_mapping_uses_the_vocabulary_as_defined() -> None:
    graph, terms = load("pfocr.ttl"), context("context.jsonld")
    for key, value in terms.items():
        definition = {"@id": value} if isinstance(value, str) else value
        if not isinstance(definition, dict) or not str(definition.get("@id")).startswith("pfocr:"):
            continue
        iri = URIRef(expanded_iri(str(definition["@id"]), terms))
        types = set(graph.objects(iri, RDF.type))
        assert types, f"{key}: {iri} is not in the vocabulary"
        if "@type" not in definition:
            assert OWL.Class in types or graph.value(iri, RDFS.range) == XSD.string, key
        elif definition["@type"] == "@id":
            assert types == {OWL.ObjectProperty}, key
        else:
            datatype = expanded_iri(str(definition["@type"]), terms)
            assert graph.value(iri, RDFS.range) == URIRef(datatype), key


def schema_jsonld(**block: object) -> Graph:
    """Return the triples of a JSON-LD block of a record, with the bundled context alone."""

    def loader(url: str, options: object) -> dict[str, object]:
        assert url == "https://schema.org/"
        document = json.loads((ONTOLOGIES / "schema.jsonld").read_text(encoding="utf-8"))
        return {"contextUrl": None, "documentUrl": url, "document": document}

    document = {"@context": "https://schema.org/", **block}
    nquads = jsonld.to_rdf(
        document, {"documentLoader": loader, "format": "application/n-quads", "base": ""}
    )
    return Graph().parse(data=nquads, format="nt")


def test_the_records_own_json_ld_keeps_its_facts_in_the_bundled_context() -> None:
    figure = "https://pfocr.wikipathways.org/figures/PMC1__F1.html"
    graph = schema_jsonld(
        **{"@id": figure, "@type": "Dataset"},
        description="What is drawn",
        license="CC0",
        name="CreativeWork",
        creator={"@type": "Organization", "name": "WikiPathways"},
        keywords=["IGF1", "Cancer"],
    )
    subject = URIRef(figure)
    creator = graph.value(subject, SCHEMA.creator)
    assert set(graph) == {
        (subject, RDF.type, SCHEMA.Dataset),
        (subject, SCHEMA.description, Literal("What is drawn")),
        (subject, SCHEMA.license, CC0),
        (subject, SCHEMA.name, Literal("CreativeWork")),
        (subject, SCHEMA.creator, creator),
        (creator, RDF.type, SCHEMA.Organization),
        (creator, SCHEMA.name, Literal("WikiPathways")),
        (subject, SCHEMA.keywords, Literal("IGF1")),
        (subject, SCHEMA.keywords, Literal("Cancer")),
    }


def test_a_licence_given_as_an_iri_stays_it() -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    graph = schema_jsonld(**{"@id": "https://example.org/a"}, license=licence, version="2")
    subject = URIRef("https://example.org/a")
    assert set(graph) == {
        (subject, SCHEMA.license, URIRef(licence)),
        (subject, SCHEMA.version, Literal("2")),
    }


# --- The dictionaries


def facts(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def gene_lines() -> tuple[list[str], list[str], list[list[str]]]:
    """Return comments, header and rows of the gene dictionary."""
    lines = (ONTOLOGIES / "human-genes.tsv").read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    header, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert lines[: len(comments)] == comments
    return comments, header, rows


def test_a_disease_is_a_concept_with_its_doid() -> None:
    graph = load("diseases.ttl")
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    concepts = list(graph.subjects(RDF.type, SKOS.Concept))
    names = []
    for concept in concepts:
        (notation,) = graph.objects(concept, SKOS.notation)
        (name,) = graph.objects(concept, SKOS.prefLabel)
        assert concept == OBO[str(notation).replace(":", "_")]
        assert (concept, SKOS.inScheme, scheme) in graph
        names.append(str(name))
    assert len(set(names)) == len(names) > 0
    assert graph.value(scheme, DCTERMS.license) == URIRef(
        "https://creativecommons.org/licenses/by/4.0/"
    )
    assert "Jensen Lab" in graph.value(scheme, DCTERMS.rights)
    assert "AmyCo" in graph.value(scheme, RDFS.comment)


@needs_facts
def test_the_diseases_are_those_of_the_facts_with_a_doid() -> None:
    graph = load("diseases.ttl")
    rows = facts("disease_terms.tsv")
    found = {
        (str(graph.value(concept, SKOS.prefLabel)), str(graph.value(concept, SKOS.notation)))
        for concept in graph.subjects(RDF.type, SKOS.Concept)
    }
    assert found == {
        (row["name"], row["doid"]) for row in rows if not row["doid"].startswith("AmyCo:")
    }
    assert len(rows) - len(found) == 23


def test_a_name_of_an_organism_belongs_to_no_other() -> None:
    graph = load("organisms.ttl")
    names = Counter(
        str(name).casefold()
        for organism in graph.subjects(RDF.type, PFOCR.Organism)
        for predicate in (RDFS.label, SKOS.altLabel)
        for name in graph.objects(organism, predicate)
    )
    assert names["mouse"] == 1
    assert [name for name, count in names.items() if count > 1] == []


@needs_facts
def test_the_organisms_are_those_of_the_facts() -> None:
    graph = load("organisms.ttl")
    rows = facts("organisms.tsv")
    assert len(set(graph.subjects(RDF.type, PFOCR.Organism))) == len(rows)
    for row in rows:
        organism = OBO[f"NCBITaxon_{row['ncbitaxon']}"]
        assert list(graph.objects(organism, RDFS.label)) == [Literal(row["name"])]
        identifier = Literal(f"NCBITaxon:{row['ncbitaxon']}")
        assert list(graph.objects(organism, DCTERMS.identifier)) == [identifier]
        if row["common"]:
            assert (organism, SKOS.altLabel, Literal(row["common"])) in graph


def test_the_organisms_conform_to_their_shape() -> None:
    assert violations(load("organisms.ttl")) == set()


def test_the_gene_dictionary_is_sorted_and_complete() -> None:
    comments, header, rows = gene_lines()
    assert header == ["symbol", "hgnc_id", "ncbigene_id", "previous_symbols"]
    symbols = [row[0] for row in rows]
    assert symbols == sorted(set(symbols))
    assert all(len(row) == 4 and row[1].isdigit() and row[2].isdigit() for row in rows)
    said = " ".join(comments)
    assert "HGNC" in said
    assert str(CC0) in said
    assert f"Rows: {len(rows)};" in said
    shared = sum(count > 1 for count in Counter(row[2] for row in rows).values())
    assert f"; {shared} NCBI gene ids" in said


@needs_facts
def test_the_gene_dictionary_holds_the_facts() -> None:
    _, header, rows = gene_lines()
    found = [dict(zip(header, row, strict=True)) for row in rows]
    for row in found:
        row["hgnc_id"] = f"HGNC:{row['hgnc_id']}"
    assert found == sorted(facts("hgnc_symbols.tsv"), key=lambda row: row["symbol"])


def make_dictionaries(
    folder: Path, output: Path, hash_seed: str = "0"
) -> subprocess.CompletedProcess[str]:
    files = {
        "--diseases": folder / "disease_terms.tsv",
        "--organisms": folder / "organisms.tsv",
        "--genes": folder / "hgnc_symbols.tsv",
        "--output": output,
    }
    arguments = [str(part) for pair in files.items() for part in pair]
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_facts
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_dictionaries_are_what_the_script_writes(tmp_path: Path, hash_seed: str) -> None:
    done = make_dictionaries(FACTS, tmp_path, hash_seed)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("diseases.ttl", "organisms.ttl", "human-genes.tsv"):
        assert (tmp_path / name).read_bytes() == (ONTOLOGIES / name).read_bytes()


@pytest.mark.parametrize(
    ("organisms", "part"),
    [
        ("ncbitaxon\tname\n9606\tHomo sapiens\n", "organisms.tsv: no column common"),
        ("ncbitaxon\tname\tcommon\n9606\tHomo sapiens\n", "organisms.tsv, line 2: not as many"),
    ],
)
def test_the_script_names_a_table_that_it_cannot_use(
    tmp_path: Path, organisms: str, part: str
) -> None:
    (tmp_path / "disease_terms.tsv").write_text("name\tdoid\n", encoding="utf-8")
    (tmp_path / "organisms.tsv").write_text(organisms, encoding="utf-8")
    done = make_dictionaries(tmp_path, tmp_path / "out")
    assert done.returncode == 1
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1


# --- The folder


def test_the_readme_names_every_file() -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", (ONTOLOGIES / "README.md").read_text(), re.M))
    assert named == {path.name for path in ONTOLOGIES.iterdir()} - {"README.md"}
