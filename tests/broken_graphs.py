"""Changes of the conforming graph, each of which violates a shape."""

from __future__ import annotations

from vocabulary import LINKS


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
    (
        "Figure-scoreDigits",
        replaced("figure:", "pfocr:pathwayScore", "0.1234567890123456789"),
        "18 decimal places",
    ),
    ("Figure-organism", "INSERT DATA { figure: pfocr:organism obo:NCBITaxon_10090 }", "Organism"),
    (
        "Figure-otherPage",
        "INSERT DATA { figure: pfocr:pageOfOtherPaper "
        "<https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/figure/F1/> }",
        "not the figure's page",
    ),
    (
        "Figure-paperOrganism Figure-unlisted",
        "INSERT DATA { figure: pfocr:paperOrganism obo:NCBITaxon_10090 }",
        "An organism of the paper",
    ),
    (
        "Figure-geneOrganism Figure-unlisted",
        "INSERT DATA { figure: pfocr:geneOrganism obo:NCBITaxon_10090 }",
        "An organism of the genes",
    ),
    (
        "Figure-doubtfulOrganism Figure-unlisted",
        "INSERT DATA { figure: pfocr:doubtfulOrganism obo:NCBITaxon_10090 }",
        "A doubtful organism",
    ),
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
    (
        "Figure-disease Figure-unmentioned",
        "INSERT DATA { figure: pfocr:disease obo:DOID_9 }",
        "A disease of a figure",
    ),
    (
        "Figure-diseaseKeyword",
        "INSERT DATA { figure: pfocr:diseaseKeyword obo:DOID_9 }",
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
            rdfs:label 'EGFR' ; skos:prefLabel 'EGFR' ;
            dcterms:identifier '1956' ; pfocr:organism obo:NCBITaxon_9606 }""",
        "ncbigene/1956 has none",
    ),
    (
        "Figure-unmentioned",
        """INSERT DATA { figure: pfocr:chemical mesh:D000255 . mesh:D000255 a pfocr:Chemical ;
            rdfs:label 'Adenosine Triphosphate' ; skos:prefLabel 'Adenosine Triphosphate' ;
            dcterms:identifier 'mesh:D000255' }""",
        "mesh/D000255 has none",
    ),
    ("Figure-unlisted", "DELETE WHERE { figure: pfocr:gene ?x }", "ncbigene/3479 is not"),
    ("Figure-unlisted", "DELETE WHERE { figure: pfocr:disease obo:DOID_1612 }", "DOID_1612 is not"),
    (
        "Figure-unlisted Figure-paperOrganism",
        "INSERT DATA { figure: pfocr:paperOrganism obo:NCBITaxon_10090 }",
        "NCBITaxon_10090 is not",
    ),
    (
        "Figure-unmentioned",
        """INSERT DATA { figure: pfocr:disease obo:DOID_1 . obo:DOID_1 a pfocr:Disease ;
            rdfs:label 'x' ; skos:prefLabel 'x' ; dcterms:identifier 'DOID:1' }""",
        "DOID_1 has none",
    ),
    (
        "Figure-levels",
        replaced("mention:00000000000a", "pfocr:matchKind", "pfocr:SynonymMatch"),
        "ncbigene/3479 has none",
    ),
    (
        "Figure-levels",
        replaced("mention:00000000000a", "pfocr:meaningCount", "2"),
        "ncbigene/3479 has none",
    ),
    (
        "Figure-levels",
        replaced("mention:00000000000a", "pfocr:candidateCount", "2"),
        "ncbigene/3479 has none",
    ),
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
            skos:prefLabel 'A1BG' ;
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
    (
        "Gene-ensembl",
        "INSERT DATA { ncbigene:3479 wp:bdbEnsembl <https://identifiers.org/ensembl/ENST1> }",
        "ensembl/ENSG",
    ),
    (
        "Entity-label",
        "DELETE WHERE { ncbigene:3479 rdfs:label ?x ; skos:prefLabel ?y }",
        "exactly one label",
    ),
    (
        "Entity-label",
        "INSERT DATA { obo:DOID_1612 rdfs:label 'X' ; skos:prefLabel 'X' }",
        "exactly one label",
    ),
    ("Entity-prefLabel", "DELETE WHERE { ncbigene:3479 skos:prefLabel ?x }", "is its label"),
    ("Entity-altLabel", "INSERT DATA { ncbigene:3479 skos:altLabel 'IGF1' }", "the label itself"),
    (
        "Chemical",
        """INSERT DATA { obo:CHEBI_1 a pfocr:Chemical ; rdfs:label 'x' ; skos:prefLabel 'x' ;
            dcterms:identifier 'CHEBI:1' ; skos:exactMatch obo:CHEBI_1 }""",
        "chebi/CHEBI:NUMBER",
    ),
    (
        "ChebiChemical",
        "DELETE WHERE { chebi:15422 skos:exactMatch obo:CHEBI_15422 }",
        "its OBO form",
    ),
    ("ChebiChemical", "INSERT DATA { chebi:15422 skos:exactMatch obo:CHEBI_1 }", "no other"),
    (
        "Chemical-identifier",
        "INSERT DATA { chebi:15422 dcterms:identifier 'mesh:D000255' }",
        "exactly one identifier: CHEBI",
    ),
    (
        "Chemical-exactMatch",
        "INSERT DATA { chebi:15422 skos:exactMatch obo:DOID_1612 }",
        "exact match",
    ),
    (
        "Disease",
        """INSERT DATA { <https://identifiers.org/DOID:1> a pfocr:Disease ; rdfs:label 'x' ;
            skos:prefLabel 'x' ;
            dcterms:identifier 'DOID:1' }""",
        "obo/DOID_NUMBER",
    ),
    (
        "Disease-identifier",
        "INSERT DATA { obo:DOID_1612 dcterms:identifier 'AmyCo:29' }",
        "exactly one identifier: DOID",
    ),
    (
        "Disease-associatedGene",
        "INSERT DATA { obo:DOID_1612 pfocr:associatedGene 'BRCA1' }",
        "associated with a disease",
    ),
    (
        "Organism",
        """INSERT DATA { <http://identifiers.org/taxonomy/1> a pfocr:Organism ; rdfs:label 'x' ;
            skos:prefLabel 'x' ;
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
        "Mention-noCandidates",
        "INSERT DATA { mention:00000000000b pfocr:meaningCount 1 }",
        "a meaning count",
    ),
    (
        "Mention-notFound",
        "INSERT DATA { mention:00000000000a pfocr:foundIn 'title' }",
        "Only a disease mention",
    ),
    (
        "ChemicalMention-matchKind",
        "INSERT DATA { mention:00000000000b pfocr:matchKind pfocr:SymbolMatch }",
        "A chemical mention",
    ),
    (
        "DiseaseMention",
        "INSERT DATA { mention:00000000000c pfocr:foundIn 'title' }",
        "in which text",
    ),
    (
        "DiseaseMention",
        "DELETE WHERE { mention:00000000000d pfocr:foundIn ?x }",
        "in which text",
    ),
    (
        "DiseaseMention-matchKind",
        replaced("mention:00000000000d", "pfocr:matchKind", "pfocr:SymbolMatch"),
        "of a disease mention",
    ),
    (
        "DiseaseMention-foundIn",
        replaced("mention:00000000000d", "pfocr:foundIn", "'abstract'"),
        "the caption",
    ),
    (
        "GeneMention-matchKind Figure-levels",
        replaced("mention:00000000000a", "pfocr:matchKind", "pfocr:TextMatch"),
        "symbol, synonym, family",
    ),
    (
        "GeneMention-meanings Figure-levels",
        replaced("mention:00000000000a", "pfocr:meaningCount", "0"),
        "at most one meaning count",
    ),
    (
        "GeneMention-body",
        """DELETE WHERE { mention:00000000000a oa:hasBody ?x } ;
            DELETE WHERE { figure: pfocr:gene ?x } ;
            DELETE WHERE { figure: pfocr:geneBySymbol ?x } ;
            DELETE WHERE { figure: pfocr:unambiguousGene ?x }""",
        "exactly one body, a gene",
    ),
    (
        "GeneMention-candidates Figure-levels",
        "DELETE WHERE { mention:00000000000a pfocr:candidateCount ?x }",
        "candidate count",
    ),
    (
        "GeneMention-candidates Figure-levels",
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
    ("OverlapLink", "DELETE WHERE { link:WP5283 pfocr:wordPValue ?x }", "all numbers"),
    ("OverlapLink", "DELETE WHERE { link:WP3672 pfocr:margin ?x }", "all numbers"),
    ("OverlapLink-shared", "DELETE WHERE { link:WP5283 pfocr:rank ?x }", "and a rank"),
    ("OverlapLink-shared", "INSERT DATA { link:WP3672 pfocr:rank 2 }", "no rank"),
    (
        "OverlapLink-shared",
        "INSERT DATA { link:WP3672 pfocr:sharedGene ncbigene:3479 }",
        "shared genes",
    ),
    ("OverlapLink-shared", "DELETE WHERE { link:WP3672 pfocr:sharedSymbolGene ?x }", "symbols"),
    (
        "OverlapLink-evidence",
        "INSERT DATA { link:WP3672 pfocr:evidence pfocr:GeneOverlapEvidence }",
        "by gene overlap",
    ),
    (
        "SymbolLink-evidence",
        "INSERT DATA { link:WP5283 pfocr:evidence pfocr:SharedSymbolEvidence }",
        "by shared symbols",
    ),
    (
        "TextLink-evidence",
        "DELETE WHERE { link:WP5283 pfocr:textScore ?x }",
        "a text score if",
    ),
    ("TextLink-evidence", "INSERT DATA { link:WP3672 pfocr:textScore 1.0e0 }", "a text score if"),
    ("OverlapLink-place", replaced("link:WP3672", "pfocr:margin", "2.5e0"), "0 or less"),
    ("Link-figure", "DELETE WHERE { link:WP5283 pfocr:figure ?x }", "exactly one figure"),
    ("Link-pathway", "DELETE WHERE { link:WP5283 pfocr:pathway ?x }", "exactly one pathway"),
    ("Link-evidence", "DELETE WHERE { link:WP3672 pfocr:evidence ?x }", "has evidence"),
    ("Link-evidence", "INSERT DATA { link:WP5283 pfocr:evidence pfocr:Guess }", "has evidence"),
    (
        "Link-evidence",
        replaced("link:WP3672", "pfocr:evidence", "pfocr:SharedDiseaseEvidence"),
        "only beside another",
    ),
    ("Link-sharedGene", "INSERT DATA { link:WP5283 pfocr:sharedGene ncbigene:1 }", "shared gene"),
    (
        "Link-sharedGeneCount",
        "INSERT DATA { link:WP5283 pfocr:sharedGeneCount 2 }",
        "shared gene count",
    ),
    (
        "Link-sharedSymbolGene",
        "INSERT DATA { link:WP3672 pfocr:sharedSymbolGene ncbigene:1 }",
        "shares a symbol",
    ),
    (
        "Link-sharedSymbolCount",
        replaced("link:WP3672", "pfocr:sharedSymbolCount", "0"),
        "shared symbol count",
    ),
    (
        "Link-sharedWordCount",
        replaced("link:WP5283", "pfocr:sharedWordCount", "1.5"),
        "shared word count",
    ),
    ("Link-jaccard", replaced("link:WP5283", "pfocr:jaccard", "1.5e0"), "Jaccard"),
    ("Link-pValue", replaced("link:WP5283", "pfocr:pValue", "-1.0e-3"), "one p-value"),
    (
        "Link-adjustedPValue",
        replaced("link:WP5283", "pfocr:adjustedPValue", "1.5e0"),
        "one adjusted p-value",
    ),
    ("Link-pValueOrder", replaced("link:WP5283", "pfocr:adjustedPValue", "1.0e-4"), "never below"),
    ("Link-wordPValue", replaced("link:WP5283", "pfocr:wordPValue", "1.5e0"), "by words"),
    ("Link-score", "INSERT DATA { link:WP5283 pfocr:score 'high' }", "one score"),
    ("Link-rank Link-rankOrder", replaced("link:WP5283", "pfocr:rank", "0"), "of 1 or more"),
    (
        "Link-rankInOrganism",
        "INSERT DATA { link:WP3672 pfocr:rankInOrganism 3 }",
        "one rank in organism",
    ),
    (
        "Link-rankOrder OverlapLink-place",
        replaced("link:WP5283", "pfocr:rankInOrganism", "2"),
        "never above",
    ),
    ("Link-margin", replaced("link:WP5283", "pfocr:margin", "2.5"), "one margin"),
    (
        "Link-widerPathway",
        "INSERT DATA { link:WP5283 pfocr:widerPathway pathway:WP1 }",
        "A wider pathway",
    ),
    (
        "Link-widerPathway",
        "INSERT DATA { link:WP5283 pfocr:widerPathway pathway:WP5283 }",
        "not the linked one",
    ),
    ("Link-textScore", replaced("link:WP5283", "pfocr:textScore", "0.0e0"), "above 0"),
    ("LinkSet", renamed(LINKS, "BNODE('links')"), "A link set has an IRI"),
    ("LinkSet-pairsTested", replaced(LINKS, "pfocr:pairsTested", "-1"), "pairs tested"),
    ("LinkSet-minimum", replaced(LINKS, "pfocr:minimumSharedGenes", "0"), "of 1 or more"),
    ("LinkSet-minimumWords", replaced(LINKS, "pfocr:minimumSharedWords", "0"), "shared words"),
    ("LinkSet-adjustedPValue", replaced(LINKS, "pfocr:adjustedPValueBelow", "0.0e0"), "above 0"),
    ("LinkSet-best", replaced(LINKS, "pfocr:pathwaysPerFigure", "0"), "of 1 or more"),
    ("LinkSet-level", replaced(LINKS, "pfocr:matchLevel", "'direct'"), "one level of matches"),
]
