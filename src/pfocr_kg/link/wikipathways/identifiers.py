"""How WikiPathways writes ids, organisms, references, and figures in descriptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind
from pfocr_kg.records.dictionaries import NameDictionary
from pfocr_kg.records.values import MOST_DIGITS

_NUMBER: Final = rf"[1-9][0-9]{{0,{MOST_DIGITS - 1}}}(?![0-9])"
_WPID: Final = re.compile(rf"(WP{_NUMBER})(?:_r([0-9]{{1,{MOST_DIGITS}}}))?$")
_GENE_ID: Final = re.compile(_NUMBER)
_GENE: Final = re.compile(rf"(?:^|[/:])({_GENE_ID.pattern})$")
_TAXON: Final = re.compile(rf"(?:NCBITaxon_|taxonomy/|NCBITaxon:)({_NUMBER})$")
_DOID: Final = re.compile(rf"DOID[_:]([0-9]{{1,{MOST_DIGITS}}})$")
_PMCID: Final = re.compile(rf"PMC{_NUMBER}")
_PUBMED: Final = re.compile(_NUMBER)
_PUBMED_IN: Final = re.compile(rf"pubmed[^\s\d]*/({_NUMBER})|PMID:?\s*({_NUMBER})", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.[0-9]{4,}/\S+")
_FIGURE: Final = re.compile(r"""https?://pfocr\.wikipathways\.org/figures/([^\s<>"'()\[\]{}]+)""")
_HTML: Final = re.compile(r"\.html?(?![\w-])", re.IGNORECASE)


FindFigids = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives name -> figid of those names that are figids or aliases of known figures."""


class NameLookup:
    """Looks up organisms by name, and figures by the addresses in descriptions."""

    def __init__(self, organisms: NameDictionary, find_figids: FindFigids | None = None) -> None:
        self._organisms = organisms
        self._find_figids = find_figids

    def organism(self, name: str) -> Entity | None:
        """The organism of a name, or None if it is unknown."""
        return self._organisms.find(name)

    def figids(self, description: str) -> tuple[str, ...]:
        """The figids of the figures whose pages at pfocr.wikipathways.org a description names.

        A figid can hold dots, and its address can end in `.html`, in the dot of the sentence,
        or in both. So the longest known name that fits counts, and an address of an unknown
        figure gives none.
        """
        figids = (self._figid(unquote(address)) for address in _FIGURE.findall(description))
        return tuple(dict.fromkeys(figid for figid in figids if figid))

    def _figid(self, address: str) -> str:
        """The figid at the start of the last part of an address, or ""."""
        if self._find_figids is None:
            html = _HTML.search(address)
            return address[: html.start()] if html else re.sub(r"[^\w-]+$", "", address)
        names = [address[:end] for end in range(len(address), 0, -1) if _can_follow(address[end:])]
        known = self._find_figids(names)
        return next((known[name] for name in names if name in known), "")


def _can_follow(rest: str) -> bool:
    """Whether this can follow a figid in an address."""
    return bool(_HTML.match(rest)) or not re.search(r"[\w-]", rest)


def wpid(text: str) -> tuple[str, int] | None:
    """WP id and revision (0 if there is none) at the end of an id or IRI."""
    match = _WPID.search(text)
    return (match[1], int(match[2] or 0)) if match else None


def is_gene_id(text: str) -> bool:
    """Whether a text is a number that can be an NCBI gene id."""
    return _GENE_ID.fullmatch(text) is not None


def genes(texts: Iterable[str], organism: Entity | None) -> tuple[Entity, ...]:
    """The genes of NCBI gene ids, or of CURIEs or IRIs ending in one; each once, by number.

    None if the organism is unknown.
    """
    if organism is None:
        return ()
    taxon = organism.identifier.partition(":")[2]
    ids = {match[1] for text in texts if (match := _GENE.search(text.strip()))}
    return tuple(Entity(Kind.GENE, iris.gene(i), i, taxon) for i in sorted(ids, key=int))


def taxon(text: str) -> Entity | None:
    """The organism of an NCBI taxon IRI, as newer and older WikiPathways RDF write it."""
    match = _TAXON.search(text)
    if match is None:
        return None
    return Entity(Kind.ORGANISM, iris.organism(match[1]), f"NCBITaxon:{match[1]}")


def diseases(texts: Iterable[str]) -> tuple[Entity, ...]:
    """The Disease Ontology terms among ontology ids or IRIs, each once, by number."""
    numbers = {match[1] for text in texts if (match := _DOID.search(text.strip()))}
    return tuple(
        Entity(Kind.DISEASE, iris.disease(n), f"DOID:{n}") for n in sorted(numbers, key=int)
    )


class PaperIds(NamedTuple):
    """PubMed ids, DOIs in lower case, and PMC ids of papers, each ordered."""

    pubmed: tuple[str, ...]
    dois: tuple[str, ...]
    pmcids: tuple[str, ...]


def cited_papers(references: Iterable[tuple[str, str]]) -> PaperIds:
    """The papers of references (id, database) as curators typed them.

    Curators put DOIs and PMC ids where PubMed ids belong, with spaces inside. References that
    have none of the three are left out.
    """
    ids = {_paper_id(text, database) for text, database in references}
    pubmed, dois, pmcids = ({i for kind, i in ids if kind == wanted} for wanted in _PAPER_IDS)
    return PaperIds(tuple(sorted(pubmed, key=int)), tuple(sorted(dois)), tuple(sorted(pmcids)))


_PAPER_IDS: Final = ("pubmed", "doi", "pmcid")


def _paper_id(text: str, database: str) -> tuple[str, str]:
    """(kind of id, id) of a reference; the kind is "" if it has none."""
    text = "".join(text.split())
    if database.casefold() == "pubmed" and _PUBMED.fullmatch(text.rstrip(".")):
        return "pubmed", text.rstrip(".")
    if match := _DOI.search(text):
        return "doi", match[0].rstrip(".,;)").lower()
    if match := _PMCID.search(text):
        return "pmcid", match[0]
    if match := _PUBMED_IN.search(text):
        return "pubmed", match[1] or match[2]
    return "", ""


def citing_papers(links: Iterable[str]) -> PaperIds:
    """The papers that cite a pathway, given as PMC ids, or DOIs or their addresses."""
    dois, pmcids = set(), set()
    for link in links:
        if _PMCID.fullmatch(link):
            pmcids.add(link)
        elif match := _DOI.search(link):
            dois.add(match[0].lower())
    return PaperIds((), tuple(sorted(dois)), tuple(sorted(pmcids)))
