"""What genes are called by the pathways that draw them, without names of other genes.

Curators label a node as they like, and now and then a node has the id of another gene. So a name
of one pathway does not count if it is known as the name of another gene.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from pfocr_kg.model import GeneName, Pathway
from pfocr_kg.records.gene_dictionary import GeneDictionary

_Names = dict[str, list[GeneName]]
"""NCBI gene id -> the names that pathways give it, each as often as pathways use it."""


def of_pathways(
    pathways: Collection[Pathway], genes: GeneDictionary
) -> Mapping[str, frozenset[str]]:
    """NCBI gene id -> its names, of genes that have no approved symbol.

    The names are of the first of these kinds that there are:

    1. names of nodes that stand for this gene alone and are not another gene's;
    2. the same of nodes that stand for several genes, such as a family;
    3. names of nodes that stand for several genes, one of which has that name: copies of a gene.

    A name is another gene's if it is its symbol in the dictionary. It is also another gene's if
    one pathway at most gives it to this gene, and more give it to the other gene of the organism.
    """
    names = _by_gene(pathways, genes)
    owners = _Owners(pathways, genes)
    return {
        gene: frozenset(found)
        for gene, named in names.items()
        if (found := next(filter(None, _kinds(named, owners)), None))
    }


def _by_gene(pathways: Iterable[Pathway], genes: GeneDictionary) -> _Names:
    names: _Names = {}
    for name in (name for pathway in pathways for name in pathway.gene_names):
        if not genes.approved_symbols(name.gene):
            names.setdefault(name.gene, []).append(name)
    return names


def _kinds(names: Iterable[GeneName], owners: _Owners) -> Iterator[set[str]]:
    """The names of a gene of each kind, in the order of `of_pathways`."""
    owned = [(name, owners.other(name)) for name in names]
    yield {name.name for name, other in owned if not name.others and not other}
    yield {name.name for name, other in owned if name.others and not other}
    yield {name.name for name, other in owned if other in name.others}


class _Owners:
    """Which gene has a name: by the dictionary, else by most pathways."""

    def __init__(self, pathways: Iterable[Pathway], genes: GeneDictionary) -> None:
        self._genes = genes
        self._organisms: dict[str, str] = {}
        self._uses: dict[tuple[str, str], Counter[str]] = {}
        for pathway in pathways:
            organism = pathway.organism.identifier if pathway.organism else ""
            for gene, name, others in pathway.gene_names:
                self._organisms[gene] = organism
                if not others:
                    self._uses.setdefault((organism, name), Counter())[gene] += 1

    def other(self, name: GeneName) -> str:
        """The other gene that has a name, or ""."""
        organism = self._organisms[name.gene]
        if organism == "NCBITaxon:9606" and (found := self._genes.find(name.name)):
            return found.identifier if found.identifier != name.gene else ""
        uses = self._uses.get((organism, name.name), Counter())
        own = uses[name.gene]
        if own > 1:
            return ""
        return min((gene for gene, count in uses.items() if count > own), default="")
