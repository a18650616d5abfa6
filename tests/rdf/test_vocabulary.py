"""The vocabulary: its terms, OWL 2 DL, and what follows from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import owlrl
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from vocabulary import (
    CC0,
    CLASSES,
    DATATYPE_PROPERTIES,
    INDIVIDUALS,
    OBJECT_PROPERTIES,
    PFOCR,
    SCHEMA,
    TERMS,
    XSD,
    changed,
    conforming,
    load,
)

ONTOLOGY = URIRef("https://w3id.org/pfocr/vocab")


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


@pytest.mark.parametrize("name", sorted(TERMS - INDIVIDUALS.keys()))
def test_a_class_or_property_has_a_parent_in_another_vocabulary(name: str) -> None:
    graph = load("pfocr.ttl")
    predicate = RDFS.subClassOf if name in CLASSES else RDFS.subPropertyOf
    parents = list(named_parents(graph, PFOCR[name], predicate))
    outside = [parent for parent in parents if not parent.startswith(PFOCR)]
    assert outside
    assert not any(reserved(parent) for parent in outside)
    declared = {kind for parent in outside for kind in graph.objects(parent, RDF.type)}
    assert declared == set(graph.objects(PFOCR[name], RDF.type))


@pytest.mark.parametrize(("name", "of"), sorted(INDIVIDUALS.items()))
def test_an_individual_has_its_class(name: str, of: str) -> None:
    types = set(load("pfocr.ttl").objects(PFOCR[name], RDF.type))
    assert types == {OWL.NamedIndividual, PFOCR[of]}


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
    assert graph.value(ONTOLOGY, DCTERMS.title)
    (creator,) = graph.objects(ONTOLOGY, DCTERMS.creator)
    assert isinstance(creator, URIRef)
    assert graph.value(creator, RDFS.label)
    created, modified = (
        graph.value(ONTOLOGY, date) for date in (DCTERMS.created, DCTERMS.modified)
    )
    assert created.toPython() <= modified.toPython()


def versions(graph: Graph) -> set[str]:
    return {str(note).split()[0] for note in graph.objects(ONTOLOGY, SKOS.historyNote)}


@pytest.mark.parametrize("name", sorted(TERMS))
def test_a_term_has_its_history(name: str) -> None:
    graph = load("pfocr.ttl")
    (note,) = graph.objects(PFOCR[name], SKOS.historyNote)
    (version,) = re.findall(r"^Since version (\d+\.\d+\.\d+)\.", note)
    assert {version, str(graph.value(ONTOLOGY, OWL.versionInfo))} <= versions(graph)


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
    """Say whether one triple that is not an annotation is an axiom of OWL 2 DL (or part of one)."""
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


@pytest.mark.slow
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
