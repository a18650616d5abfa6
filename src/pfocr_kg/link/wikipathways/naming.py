"""How WikiPathways spells things: ids, organisms, references, and figures in descriptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind
from pfocr_kg.records import values
from pfocr_kg.records.dictionaries import NameDictionary

# Names that WikiPathways uses and the taxonomy of NCBI lists as a synonym.
_SYNONYMS: Final = {"canis familiaris": "Canis lupus familiaris"}

# Organisms of WikiPathways that the bundled names, which are PFOCR's, lack: NCBI Taxonomy.
_TAXA: Final = {
    "acetobacterium woodii": "33952",
    "anopheles gambiae": "7165",
    "beta vulgaris": "161934",
    "brassica napus": "3708",
    "caulobacter vibrioides": "155892",
    "citrus sinensis": "2711",
    "coffea arabica": "13443",
    "daphnia magna": "35525",
    "equus caballus": "9796",
    "gadus morhua": "8049",
    "gibberella zeae": "5518",
    "glycine max": "3847",
    "hordeum vulgare": "4513",
    "ilex paraguariensis": "185542",
    "mycobacterium tuberculosis": "1773",
    "nicotiana tabacum": "4097",
    "ovis aries": "9940",
    "paullinia cupana": "392747",
    "perilla frutescens": "48386",
    "plasmodium falciparum": "5833",
    "populus trichocarpa": "3694",
    "solanum lycopersicum": "4081",
    "theobroma cacao": "3641",
    "triticum aestivum": "4565",
    "vitis vinifera": "29760",
    "zea mays": "4577",
}

_WPID: Final = re.compile(r"(WP[1-9][0-9]*)(?:_r([0-9]+))?$")
_GENE: Final = re.compile(r"(?:^|[/:])([1-9][0-9]*)$")
_TAXON: Final = re.compile(r"(?:NCBITaxon_|taxonomy/|NCBITaxon:)([1-9][0-9]*)$")
_DOID: Final = re.compile(r"DOID[_:]([0-9]+)$")
_PMCID: Final = re.compile(r"PMC[1-9][0-9]*$")
_PMCID_IN: Final = re.compile(r"PMC[1-9][0-9]*")
_PUBMED: Final = re.compile(r"[1-9][0-9]*$")
_PUBMED_IN: Final = re.compile(
    r"pubmed[^\s\d]*/([1-9][0-9]*)|PMID:?\s*([1-9][0-9]*)", re.IGNORECASE
)
_DOI: Final = re.compile(r"10\.[0-9]{4,}/\S+")
_FIGURE: Final = re.compile(r"""https?://pfocr\.wikipathways\.org/figures/([^\s<>"'()\[\]{}]+)""")
_AFTER_HTML: Final = re.compile(r"\.html?(?![\w-])", re.IGNORECASE)


Figures = Callable[[Sequence[str]], Mapping[str, str]]
"""Tells which of these names, figids or aliases, are known figures': name -> figid."""


class Naming:
    """What names mean: organisms by name, figures by figid or alias."""

    def __init__(self, organisms: NameDictionary, figures: Figures | None = None) -> None:
        self._organisms = organisms
        self._figures = figures

    def organism(self, name: str) -> Entity | None:
        """The organism of a name, or None where it is not known."""
        known = self._organisms.find(_SYNONYMS.get(name.casefold(), name))
        if known is None and (number := _TAXA.get(name.casefold())):
            return values.taxon(number)
        return known

    def figids(self, description: str) -> tuple[str, ...]:
        """The figures whose page at pfocr.wikipathways.org a description names.

        A figid can hold dots, and the address can end in `.html`, in the sentence's own dot,
        or in both. Where the figures are known, the longest known name that fits counts, and
        an address of an unknown figure names none.
        """
        found = (self._figid(unquote(tail)) for tail in _FIGURE.findall(description))
        return tuple(dict.fromkeys(figid for figid in found if figid))

    def _figid(self, tail: str) -> str:
        if self._figures is None:
            cut = _AFTER_HTML.search(tail)
            return tail[: cut.start()] if cut else re.sub(r"[^\w-]+$", "", tail)
        names = [tail[:end] for end in range(len(tail), 0, -1) if _ends(tail[end:])]
        known = self._figures(names)
        return next((known[name] for name in names if name in known), "")


def _ends(rest: str) -> bool:
    """Whether what follows a figid in an address can be no part of it."""
    return bool(_AFTER_HTML.match(rest)) or not re.search(r"[\w-]", rest)


def wpid(text: str) -> tuple[str, int] | None:
    """WP id and revision (0 where there is none) at the end of an id or IRI."""
    found = _WPID.search(text)
    return (found[1], int(found[2] or 0)) if found else None


def gene(text: str, organism: Entity) -> Entity | None:
    """The gene of an NCBI gene id, a CURIE or an IRI ending in one."""
    found = _GENE.search(text.strip())
    if found is None:
        return None
    taxon = organism.identifier.partition(":")[2]
    return Entity(Kind.GENE, iris.gene(found[1]), found[1], organism=taxon)


def genes(texts: Iterable[str], organism: Entity | None) -> tuple[Entity, ...]:
    """The genes of ids, each once, ordered by number; none where the organism is unknown."""
    if organism is None:
        return ()
    found = {entity for text in texts if (entity := gene(text, organism))}
    return tuple(sorted(found, key=lambda entity: int(entity.identifier)))


def taxon(text: str) -> Entity | None:
    """The organism of an NCBI taxon IRI, as newer and older WikiPathways RDF write it."""
    found = _TAXON.search(text)
    if found is None:
        return None
    return Entity(Kind.ORGANISM, iris.organism(found[1]), f"NCBITaxon:{found[1]}")


def diseases(texts: Iterable[str]) -> tuple[Entity, ...]:
    """The Disease Ontology terms among ontology ids or IRIs, each once, ordered."""
    numbers = {found[1] for text in texts if (found := _DOID.search(text.strip()))}
    return tuple(
        Entity(Kind.DISEASE, iris.disease(n), f"DOID:{n}") for n in sorted(numbers, key=int)
    )


class References:
    """Papers put together from references as curators typed them."""

    def __init__(self) -> None:
        self._pubmed: set[str] = set()
        self._dois: set[str] = set()
        self._pmcids: set[str] = set()

    def add(self, text: str, database: str) -> None:
        """Take a reference; one that names no PubMed id, DOI or PMC id is left out.

        Curators put DOIs and PMC ids where PubMed ids belong, with spaces inside.
        """
        text = "".join(text.split())
        if database.casefold() == "pubmed" and _PUBMED.match(text.rstrip(".")):
            self._pubmed.add(text.rstrip("."))
        elif found := _DOI.search(text):
            self._dois.add(found[0].rstrip(".,;)").lower())
        elif found := _PMCID_IN.search(text):
            self._pmcids.add(found[0])
        elif found := _PUBMED_IN.search(text):
            self._pubmed.add(found[1] or found[2])

    @property
    def pubmed(self) -> tuple[str, ...]:
        """PubMed ids, ordered."""
        return tuple(sorted(self._pubmed, key=int))

    @property
    def dois(self) -> tuple[str, ...]:
        """DOIs in lower case, ordered."""
        return tuple(sorted(self._dois))

    @property
    def pmcids(self) -> tuple[str, ...]:
        """PMC ids, ordered."""
        return tuple(sorted(self._pmcids))


def citing(links: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """DOIs and PMC ids among the papers that cite a pathway."""
    dois, pmcids = set(), set()
    for link in links:
        if _PMCID.match(link):
            pmcids.add(link)
        elif found := _DOI.search(link):
            dois.add(found[0].lower())
    return tuple(sorted(dois)), tuple(sorted(pmcids))


def texts(value: object) -> Iterator[str]:
    """The texts of a JSON list; anything else in it is left out."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
