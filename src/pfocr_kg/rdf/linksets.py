"""The datasets that the graph links to."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from pfocr_kg import iris


class LinkTarget(NamedTuple):
    """Another dataset: the key of its node, title, home page, and the prefix of its IRIs."""

    key: str
    title: str
    homepage: str
    space: str


TARGETS: Final = (
    LinkTarget(
        "ncbigene", "NCBI Gene", "https://www.ncbi.nlm.nih.gov/gene", iris.PREFIXES["ncbigene"]
    ),
    LinkTarget("DOID", "Disease Ontology", "https://disease-ontology.org/", iris.PREFIXES["DOID"]),
    LinkTarget("mesh", "Medical Subject Headings", "https://id.nlm.nih.gov/mesh/", iris.mesh("")),
    LinkTarget("CHEBI", "ChEBI", "https://www.ebi.ac.uk/chebi/", iris.PREFIXES["CHEBI"]),
    LinkTarget(
        "CHEBI-obo",
        "ChEBI, as OBO writes it",
        "https://www.ebi.ac.uk/chebi/",
        iris.chemical_obo(""),
    ),
    LinkTarget(
        "NCBITaxon",
        "NCBI Taxonomy",
        "https://www.ncbi.nlm.nih.gov/taxonomy",
        iris.PREFIXES["NCBITaxon"],
    ),
    LinkTarget(
        "wikipathways",
        "WikiPathways",
        "https://www.wikipathways.org/",
        iris.PREFIXES["wikipathways"],
    ),
    LinkTarget("europepmc", "Europe PMC", "https://europepmc.org/", iris.PREFIXES["pmc"]),
    LinkTarget("doi", "DOI", "https://www.doi.org/", iris.PREFIXES["doi"]),
    LinkTarget("hgnc", "HGNC", "https://www.genenames.org/", iris.PREFIXES["hgnc.symbol"]),
    LinkTarget("ensembl", "Ensembl", "https://www.ensembl.org/", iris.PREFIXES["ensembl"]),
    LinkTarget("ndex", "NDEx", "https://www.ndexbio.org/", iris.PREFIXES["ndex"]),
)
"""Ordered: a longer prefix of IRIs stands before a shorter one that matches too."""

LINKING: Final = tuple(
    iris.expand(curie)
    for curie in (
        "dcterms:isPartOf",
        "oa:hasBody",
        "owl:sameAs",
        "pfocr:associatedGene",
        "pfocr:chemical",
        "pfocr:disease",
        "pfocr:diseaseKeyword",
        "pfocr:doubtfulOrganism",
        "pfocr:gene",
        "pfocr:geneBySymbol",
        "pfocr:geneOrganism",
        "pfocr:meshTerm",
        "pfocr:ndexNetwork",
        "pfocr:organism",
        "pfocr:paperOrganism",
        "pfocr:pathway",
        "pfocr:pathwayGene",
        "pfocr:relatedPathway",
        "pfocr:sharedGene",
        "pfocr:sharedSymbolGene",
        "pfocr:unambiguousGene",
        "pfocr:widerPathway",
        "skos:exactMatch",
        "wp:bdbEnsembl",
        "wp:bdbHgncSymbol",
    )
)
"""Predicates whose objects have IRIs of other datasets."""


@lru_cache(maxsize=1 << 16)  # figures have the same genes again and again
def target_of(iri: str) -> LinkTarget | None:
    """The dataset that an IRI belongs to."""
    return next((target for target in TARGETS if iri.startswith(target.space)), None)
