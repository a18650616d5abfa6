"""The only module that makes IRIs; docs/reference/data-model.md lists them."""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import Final
from urllib.parse import quote

# Characters that RFC 3987 allows in a path segment beside letters and digits; everything
# that is not ASCII is left to `_encode`, since IRIs hold letters of all scripts.
_SEGMENT: Final = "-._~!$&'()*+,;=:@"
_PATH: Final = _SEGMENT + "/"

PREFIXES: Final[dict[str, str]] = {
    "CHEBI": "https://identifiers.org/chebi/CHEBI:",
    "DOID": "http://purl.obolibrary.org/obo/DOID_",
    "NCBITaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "doi": "https://doi.org/",
    "ensembl": "https://identifiers.org/ensembl/",
    "figure": "https://pfocr.wikipathways.org/figures/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hgnc.symbol": "https://identifiers.org/hgnc.symbol/",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "ncbigene": "https://identifiers.org/ncbigene/",
    "ndex": "https://www.ndexbio.org/viewer/networks/",
    "oa": "http://www.w3.org/ns/oa#",
    "obo": "http://purl.obolibrary.org/obo/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pfocr": "https://w3id.org/pfocr/vocab#",
    "pmc": "https://europepmc.org/article/PMC/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wikipathways": "https://identifiers.org/wikipathways/",
    "wp": "http://vocabularies.wikipathways.org/wp#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes of the IRIs in this graph: for Turtle, tables, and CURIEs that users give."""

_LONGEST_FIRST: Final = sorted(PREFIXES.items(), key=lambda prefix: -len(prefix[1]))

CC0: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
CREATOR: Final = "https://www.wikipathways.org/"
CONTEXT: Final = "https://w3id.org/pfocr/context.jsonld"
DESCRIPTION: Final = "https://w3id.org/pfocr/description"
"""The named graph of a store that describes its default graph."""

EXAMPLES: Final = "https://w3id.org/pfocr/sparql-examples/"
LINKS: Final = "https://w3id.org/pfocr/links"
"""The set of all links between figures and pathways; its triples tell how they were made."""

NANOPUBS: Final = "https://w3id.org/pfocr/np/"
"""Prefix of the IRIs of nanopublications; a hash of the content follows."""

HUMAN: Final = "9606"


def _encode(text: str, safe: str) -> str:
    """Percent-encode what IRI syntax does not allow; keep letters of all scripts."""
    return _unsafe(safe).sub(
        lambda found: (
            found[0] if found[0].isalnum() else quote(found[0], safe="", errors="replace")
        ),
        text,
    )


@cache
def _unsafe(safe: str) -> re.Pattern[str]:
    """Each character that may have to be encoded."""
    return re.compile(f"[^A-Za-z0-9{re.escape(safe)}]")


_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _encode_again(text: str) -> str:
    """Percent-encode what is not encoded yet, and percent signs that encode nothing."""
    return _encode(_ESCAPE.sub("%25", text), _PATH + "?%")


@lru_cache(maxsize=64)  # the links and mentions of one figure come together
def figure(figid: str) -> str:
    """IRI of the figure with this PFOCR figure id."""
    return f"{PREFIXES['figure']}{_encode(figid, _SEGMENT)}.html"


def paper(pmcid: str) -> str:
    """IRI of the paper; `pmcid` as in "PMC3614012"."""
    return f"{PREFIXES['pmc']}{pmcid.removeprefix('PMC')}"


def doi(text: str) -> str:
    """IRI of a DOI, in lower case since DOIs are the same in either (ISO 26324)."""
    return f"{PREFIXES['doi']}{_encode(text.lower(), _PATH)}"


def gene(ncbi_id: str) -> str:
    """IRI of the gene with this NCBI gene id."""
    return f"{PREFIXES['ncbigene']}{ncbi_id}"


def hgnc_symbol(symbol: str) -> str:
    """IRI of an approved human gene symbol, as WikiPathways RDF writes it."""
    return f"{PREFIXES['hgnc.symbol']}{_encode(symbol, _SEGMENT)}"


def ensembl(identifier: str) -> str:
    """IRI of an Ensembl gene, as WikiPathways RDF writes it."""
    return f"{PREFIXES['ensembl']}{identifier}"


def disease(number: str) -> str:
    """IRI of the Disease Ontology term `DOID:{number}`."""
    return f"{PREFIXES['DOID']}{number}"


def mesh(identifier: str) -> str:
    """IRI of a MeSH descriptor or supplementary concept, as in "D011488"."""
    return f"{PREFIXES['mesh']}{identifier}"


def chemical(number: str) -> str:
    """IRI of the chemical `CHEBI:{number}`, as WikiPathways RDF writes it."""
    return f"{PREFIXES['CHEBI']}{number}"


def chemical_obo(number: str) -> str:
    """The same chemical's IRI in the ChEBI ontology."""
    return f"{PREFIXES['obo']}CHEBI_{number}"


def organism(taxon: str) -> str:
    """IRI of the NCBI taxon with this number."""
    return f"{PREFIXES['NCBITaxon']}{taxon}"


def pathway(wpid: str) -> str:
    """IRI of the WikiPathways pathway, without revision; `wpid` as in "WP5283"."""
    return f"{PREFIXES['wikipathways']}{wpid}"


def ndex(uuid: str) -> str:
    """IRI of the page of an NDEx network."""
    return f"{PREFIXES['ndex']}{uuid}"


def pmc_page(figlink: str) -> str:
    """The figure's page at PubMed Central; `figlink` may lack either slash."""
    if figlink.startswith(("http://", "https://")):
        # A correct address is already encoded.
        address, hash_, fragment = figlink.partition("#")
        parts = (_encode_again(part) for part in (address, fragment))
        return hash_.join(parts) if hash_ else _encode_again(address)
    return f"https://www.ncbi.nlm.nih.gov/{_encode(figlink.strip('/'), _PATH)}/"


def mention(figure_iri: str, *content: str) -> str:
    """IRI of a mention, made from its content.

    `content` is the kind, the body's IRI, the word, and the rest in a fixed order; two
    mentions of one figure are the same exactly when all of it is.
    """
    digest = hashlib.sha256("\x1f".join(content).encode()).hexdigest()
    return f"{figure_iri}#mention-{digest[:12]}"


def link(figure_iri: str, wpid: str) -> str:
    """IRI of the link between a figure and a pathway."""
    return f"{figure_iri}#link-{wpid}"


def curie(iri: str) -> str:
    """Shorten an IRI by the longest prefix that fits; without one, returns it unchanged."""
    for prefix, base in _LONGEST_FIRST:
        if iri.startswith(base):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def expand(text: str) -> str:
    """Turn a CURIE with a known prefix (in either case) into an IRI; leave an IRI as it is."""
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("//"):
        return text
    known = {p.lower(): base for p, base in PREFIXES.items()}
    base = known.get(prefix.lower())
    return text if base is None else base + local
