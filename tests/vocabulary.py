"""The files of `ontologies/` as graphs, and a graph that conforms to all shapes."""

from __future__ import annotations

from functools import cache

import pyshacl
from rdflib import RDF, SH, Graph, Namespace, URIRef

from places import ROOT

ONTOLOGIES = ROOT / "ontologies"
PFOCR = Namespace("https://w3id.org/pfocr/vocab#")
SHAPES = Namespace("https://w3id.org/pfocr/shapes#")
OBO = Namespace("http://purl.obolibrary.org/obo/")
SCHEMA = Namespace("https://schema.org/")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")


CLASSES = set(
    """PathwayFigure Gene Chemical Disease Organism Mention GeneMention ChemicalMention
    DiseaseMention Pathway PathwayLink LinkSet Evidence MatchKind""".split()
)


# Individual -> its class.
INDIVIDUALS = {
    "CuratedEvidence": "Evidence",
    "GeneOverlapEvidence": "Evidence",
    "SharedPaperEvidence": "Evidence",
    "SharedTextEvidence": "Evidence",
    "SharedSymbolEvidence": "Evidence",
    "SharedDiseaseEvidence": "Evidence",
    "SymbolMatch": "MatchKind",
    "SynonymMatch": "MatchKind",
    "FamilyMatch": "MatchKind",
    "KeywordMatch": "MatchKind",
    "TextMatch": "MatchKind",
}


# Property -> its kind and range; None where the range is a class of another vocabulary.
OBJECT_PROPERTIES = {
    "organism": "Organism",
    "paperOrganism": "Organism",
    "geneOrganism": "Organism",
    "doubtfulOrganism": "Organism",
    "pageOfOtherPaper": None,
    "ndexNetwork": None,
    "gene": "Gene",
    "geneBySymbol": "Gene",
    "unambiguousGene": "Gene",
    "chemical": "Chemical",
    "disease": "Disease",
    "diseaseKeyword": "Disease",
    "associatedGene": "Gene",
    "mention": "Mention",
    "matchKind": "MatchKind",
    "relatedPathway": "Pathway",
    "meshTerm": None,
    "pathwayGene": "Gene",
    "figure": "PathwayFigure",
    "pathway": "Pathway",
    "evidence": "Evidence",
    "sharedGene": "Gene",
    "sharedSymbolGene": "Gene",
    "widerPathway": "Pathway",
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
    "meaningCount": XSD.integer,
    "foundIn": XSD.string,
    "overlappingFigureCount": XSD.integer,
    "sharedGeneCount": XSD.integer,
    "sharedSymbolCount": XSD.integer,
    "sharedWordCount": XSD.integer,
    "jaccard": XSD.double,
    "pValue": XSD.double,
    "adjustedPValue": XSD.double,
    "wordPValue": XSD.double,
    "score": XSD.double,
    "textScore": XSD.double,
    "rank": XSD.integer,
    "rankInOrganism": XSD.integer,
    "margin": XSD.double,
    "pairsTested": XSD.integer,
    "minimumSharedGenes": XSD.integer,
    "minimumSharedWords": XSD.integer,
    "adjustedPValueBelow": XSD.double,
    "pathwaysPerFigure": XSD.integer,
    "matchLevel": XSD.string,
}


TERMS = CLASSES | INDIVIDUALS.keys() | OBJECT_PROPERTIES.keys() | DATATYPE_PROPERTIES.keys()


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
    pfocr:paperOrganism obo:NCBITaxon_9606 ; pfocr:geneOrganism obo:NCBITaxon_9606 ;
    pfocr:ndexNetwork ndex:62905106-deea-11ea-99da-0ac135e8bacf ;
    pfocr:gene ncbigene:3479 ; pfocr:geneBySymbol ncbigene:3479 ;
    pfocr:unambiguousGene ncbigene:3479 ; pfocr:chemical chebi:15422 ;
    pfocr:disease obo:DOID_1612 , mesh:D011488 ;
    pfocr:diseaseKeyword obo:DOID_1612 ; pfocr:keyword "Coronavirus" ;
    pfocr:mention mention:00000000000a , mention:00000000000b , mention:00000000000c ,
        mention:00000000000d ;
    pfocr:relatedPathway pathway:WP5283 .

mention:00000000000a a pfocr:GeneMention ;
    oa:hasTarget figure: ; oa:hasBody ncbigene:3479 ;
    pfocr:word "IGF-1/2" ; pfocr:matchedTerm "IGF1" ; pfocr:lexicon "ncbigene_symbol" ;
    pfocr:matchKind pfocr:SymbolMatch ; pfocr:candidateCount 1 ; pfocr:meaningCount 1 .
mention:00000000000b a pfocr:ChemicalMention ;
    oa:hasTarget figure: ; oa:hasBody chebi:15422 ;
    pfocr:word "ATP" ; pfocr:matchedTerm "ATP" ; pfocr:meshTerm mesh:D000255 .
mention:00000000000c a pfocr:DiseaseMention ;
    oa:hasTarget figure: ; oa:hasBody mesh:D011488 ; pfocr:word "OBS proteins" .
mention:00000000000d a pfocr:DiseaseMention ;
    oa:hasTarget figure: ; oa:hasBody obo:DOID_1612 ; pfocr:word "breast cancers" ;
    pfocr:matchedTerm "Breast cancer" ; pfocr:matchKind pfocr:TextMatch ;
    pfocr:foundIn "caption" .

pmc:1 a schema:ScholarlyArticle ;
    dcterms:identifier "PMC1" ; dcterms:title "One title" , "Another title" ;
    dcterms:bibliographicCitation "A. Author. J Test. 2012;1:1-2." , "A. Author. J Test. 2013." ;
    dcterms:issued "2012"^^xsd:gYear , "2013"^^xsd:gYear ;
    prism:doi "10.1000/ABC<1>" ; owl:sameAs <https://doi.org/10.1000/abc%3C1%3E> ;
    prism:publicationName "Journal of Tests" ; pfocr:nlmAbbreviation "J Test" ;
    dc:publisher "Test Press" ; schema:keywords "growth" , "factor" .

<https://www.wikipathways.org/> a schema:Organization ; rdfs:label "WikiPathways" .

ncbigene:3479 a pfocr:Gene ; rdfs:label "IGF1" ; skos:prefLabel "IGF1" ;
    skos:altLabel "IGF-I" , "IGFI" ;
    dcterms:identifier "3479" ; pfocr:organism obo:NCBITaxon_9606 ; wp:bdbHgncSymbol hgnc:IGF1 ;
    wp:bdbEnsembl <https://identifiers.org/ensembl/ENSG00000017427> .
chebi:15422 a pfocr:Chemical ; rdfs:label "ATP" ; skos:prefLabel "ATP" ;
    dcterms:identifier "CHEBI:15422" ;
    skos:exactMatch obo:CHEBI_15422 , mesh:D000255 .
obo:DOID_1612 a pfocr:Disease ; rdfs:label "Breast cancer" ; skos:prefLabel "Breast cancer" ;
    dcterms:identifier "DOID:1612" ;
    pfocr:associatedGene ncbigene:672 .
mesh:D011488 a pfocr:Disease ; rdfs:label "OBS proteins" ; skos:prefLabel "OBS proteins" ;
    dcterms:identifier "mesh:D011488" .
obo:NCBITaxon_9606 a pfocr:Organism ; rdfs:label "Homo sapiens" ; skos:prefLabel "Homo sapiens" ;
    skos:altLabel "human" ;
    dcterms:identifier "NCBITaxon:9606" .

pathway:WP5283 a pfocr:Pathway ;
    dcterms:identifier "WP5283" ; dcterms:title "A pathway" ; pfocr:organism obo:NCBITaxon_9606 ;
    pfocr:pathwayGene ncbigene:3479 ; pfocr:disease obo:DOID_1612 ; prov:wasDerivedFrom figure: ;
    pfocr:overlappingFigureCount 2 .
link:WP5283 a pfocr:PathwayLink ;
    pfocr:figure figure: ; pfocr:pathway pathway:WP5283 ;
    pfocr:evidence pfocr:CuratedEvidence , pfocr:GeneOverlapEvidence ,
        pfocr:SharedPaperEvidence , pfocr:SharedTextEvidence , pfocr:SharedDiseaseEvidence ;
    pfocr:sharedGene ncbigene:3479 ; pfocr:sharedGeneCount 1 ; pfocr:sharedWordCount 1 ;
    pfocr:jaccard 0.5e0 ; pfocr:pValue 1.0e-3 ; pfocr:adjustedPValue 2.0e-3 ;
    pfocr:wordPValue 1.0e-2 ; pfocr:score 7.5e0 ; pfocr:rank 1 ; pfocr:rankInOrganism 1 ;
    pfocr:margin 2.5e0 ; pfocr:widerPathway pathway:WP3672 ; pfocr:textScore 5.5e0 .

pathway:WP3672 a pfocr:Pathway ; dcterms:identifier "WP3672" ; pfocr:pathwayGene ncbigene:24482 .
ncbigene:24482 a pfocr:Gene ; rdfs:label "Igf1" ; skos:prefLabel "Igf1" ;
    dcterms:identifier "24482" ; pfocr:organism obo:NCBITaxon_10116 .
obo:NCBITaxon_10116 a pfocr:Organism ; rdfs:label "rat" ; skos:prefLabel "rat" ;
    dcterms:identifier "NCBITaxon:10116" .
link:WP3672 a pfocr:PathwayLink ;
    pfocr:figure figure: ; pfocr:pathway pathway:WP3672 ;
    pfocr:evidence pfocr:SharedSymbolEvidence ;
    pfocr:sharedSymbolGene ncbigene:24482 ; pfocr:sharedSymbolCount 1 ; pfocr:sharedWordCount 1 ;
    pfocr:jaccard 0.5e0 ; pfocr:pValue 1.0e-3 ; pfocr:adjustedPValue 2.0e-3 ;
    pfocr:wordPValue 1.0e-2 ; pfocr:score 7.5e0 ; pfocr:rankInOrganism 2 ;
    pfocr:margin -1.5e0 .

<https://w3id.org/pfocr/links> a pfocr:LinkSet ;
    pfocr:pairsTested 1 ;
    pfocr:minimumSharedGenes 3 ;
    pfocr:minimumSharedWords 2 ;
    pfocr:adjustedPValueBelow 0.01e0 ;
    pfocr:pathwaysPerFigure 10 ;
    pfocr:matchLevel "any" .
"""


@cache
def conforming() -> Graph:
    return Graph().parse(data=CONFORMING, format="turtle")


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
