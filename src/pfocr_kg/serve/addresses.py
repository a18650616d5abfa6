"""Between the IRIs of the graph and the addresses of their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

from pfocr_kg import iris
from pfocr_kg.names.matches import NamedKind

FOLDERS: Final = {
    NamedKind.FIGURE: "figures",
    NamedKind.GENE: "genes",
    NamedKind.DISEASE: "diseases",
    NamedKind.CHEMICAL: "chemicals",
    NamedKind.ORGANISM: "organisms",
    NamedKind.PATHWAY: "pathways",
    NamedKind.PAPER: "papers",
}
"""Kind of a thing -> the folder of its pages."""

_OBO: Final = re.escape(iris.PREFIXES["obo"])
_MESH: Final = re.escape(iris.PREFIXES["mesh"])
_IRIS: Final = {
    "figures": re.escape(iris.PREFIXES["figure"]) + r"(.+)\.html",
    "genes": r"https://identifiers\.org/ncbigene/(\d+)",
    "diseases": _OBO + r"(DOID_\d+)",
    "chemicals": r"https://identifiers\.org/chebi/(CHEBI:\d+)",
    "organisms": _OBO + r"NCBITaxon_(\d+)",
    "pathways": r"https://identifiers\.org/wikipathways/(WP\d+)",
    "papers": r"https://europepmc\.org/article/PMC/(\d+)",
}


def page(iri: str, kind: NamedKind | None = None) -> str:
    """The address of the page of a thing, "" if the IRI is of no kind that has pages.

    A MeSH IRI can be of a disease or a chemical: `kind` says which.
    """
    for folder, pattern in _IRIS.items():
        if found := re.fullmatch(pattern, iri):
            name = f"PMC{found[1]}" if folder == "papers" else found[1]
            return f"/{folder}/{quote(unquote(name), safe=':')}"
    if kind in (NamedKind.DISEASE, NamedKind.CHEMICAL) and (
        found := re.fullmatch(_MESH + r"(\w+)", iri)
    ):
        return f"/{FOLDERS[kind]}/{found[1]}"
    return ""


def iri(folder: str, name: str) -> str:
    """The IRI of the thing of a page; it need not be in the graph.

    >>> iri("genes", "7157")
    'https://identifiers.org/ncbigene/7157'
    """
    return _MAKERS[folder](name)


def _disease(name: str) -> str:
    return iris.disease(name[5:]) if name.startswith("DOID_") else iris.mesh(name)


def _chemical(name: str) -> str:
    return iris.chemical(name[6:]) if name.startswith("CHEBI:") else iris.mesh(name)


_MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "figures": iris.figure,
    "genes": iris.gene,
    "diseases": _disease,
    "chemicals": _chemical,
    "organisms": iris.organism,
    "pathways": iris.pathway,
    "papers": iris.paper,
}
