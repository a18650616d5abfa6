"""The counts of linking, for the report of a build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pfocr_kg.errors import RecordError
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.model import PathwayLink
from pfocr_kg.rdf.counts import GraphCounts


@dataclass(slots=True)
class LinkReport:
    """The counts of linking; `as_dict` is their part of the build's report.

    `overlapping` counts for each pathway (WP id) the figures whose gene overlap is evidence, also
    figures that are not linked because they have enough better pathways. `without_gene_ids` are
    the WP ids of pathways that draw genes, none of them with an NCBI gene id. `unused_pubmed_ids`
    counts those of pathways, if there is no list of PMC ids to translate them. `errors` are those
    of pathways that could not be read. `linked` are the WP ids of pathways that have a link.
    `counts` are the counts of the triples that linking adds.
    """

    options: LinkOptions = field(default_factory=LinkOptions)
    figures: int = 0
    pathways: int = 0
    pairs_tested: int = 0
    pairs_tested_by_symbol: int = 0
    links: int = 0
    linked: set[str] = field(default_factory=set)
    figures_without_link: int = 0
    figures_with_doubtful_genes: int = 0
    links_by_evidence: Counter[str] = field(default_factory=Counter)
    overlapping: Counter[str] = field(default_factory=Counter)
    without_gene_ids: list[str] = field(default_factory=list)
    unused_pubmed_ids: int = 0
    errors: list[RecordError] = field(default_factory=list)
    counts: GraphCounts = field(default_factory=GraphCounts)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "pathways": self.pathways,
            "pairs_tested": self.pairs_tested,
            "pairs_tested_by_symbol": self.pairs_tested_by_symbol,
            "links": self.links,
            "pathways_linked": len(self.linked),
            "links_by_evidence": dict(sorted(self.links_by_evidence.items())),
            "figures_without_link": self.figures_without_link,
            "figures_with_doubtful_genes": self.figures_with_doubtful_genes,
            "pathways_without_gene_ids": self.without_gene_ids,
            "unused_pubmed_ids": self.unused_pubmed_ids,
            "options": asdict(self.options),
            "quarantined": len(self.errors),
        }

    def add(self, links: Sequence[PathwayLink]) -> None:
        """Count a figure with its links."""
        self.figures += 1
        self.links += len(links)
        self.linked.update(link.pathway.identifier for link in links)
        self.figures_without_link += not links
        for kinds, number in Counter(link.evidence for link in links).items():
            for kind in kinds:
                self.links_by_evidence[kind.value] += number
