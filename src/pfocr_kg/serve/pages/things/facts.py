"""Facts of a thing for people: its organism, names, and what others call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query.about import presentation
from pfocr_kg.serve import addresses
from pfocr_kg.serve.charts import counted
from pfocr_kg.serve.pages.html import address, number
from pfocr_kg.serve.pages.tables import Cell

Facts = Mapping[str, Any]
ShownFacts = list[tuple[str, list[Cell]]]
"""Names of facts, each with its values."""

NCBI: Final = "https://www.ncbi.nlm.nih.gov/gene/"
_HGNC: Final = "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/"
_ENSEMBL: Final = "https://www.ensembl.org/id/"
_UNIPROT: Final = "https://www.uniprot.org/uniprotkb/"
_MESH: Final = "https://meshb.nlm.nih.gov/record/ui?ui="
_DOID: Final = "https://disease-ontology.org/term/"
_CHEBI: Final = "https://www.ebi.ac.uk/chebi/"
_TAXON: Final = "https://www.ncbi.nlm.nih.gov/datasets/taxonomy/"
_WIKIPATHWAYS: Final = "https://www.wikipathways.org/pathways/"
PMC: Final = "https://pmc.ncbi.nlm.nih.gov/articles/"
_SCORE: Final = "of 1: how sure PFOCR's classifier was that the picture shows a pathway"
DOI: Final = "https://doi.org/"


def of(match: Match, facts: Facts) -> ShownFacts:
    """The facts of a thing that have a value."""
    return [(name, cells) for name, cells in _OF_KIND[match.kind](match, facts) if cells]


def thing(iri: str | None, name: str | None, kind: NamedKind) -> list[Cell]:
    """A thing as the value of a fact."""
    return [Cell(name or presentation.short(iri), addresses.page(iri, kind))] if iri else []


def _texts(values: Sequence[str]) -> list[Cell]:
    return [Cell(value) for value in values]


def _ids(values: Sequence[str], start: str) -> list[Cell]:
    return [Cell(value, start + value) for value in values]


def _things(rows: Sequence[Mapping[str, Any]], kind: NamedKind) -> list[Cell]:
    return [cell for row in rows for cell in thing(row["iri"], row["name"], kind)]


def _mesh(values: Sequence[str]) -> list[Cell]:
    return [Cell(value, _MESH + value.removeprefix("mesh:")) for value in values]


def _gene(match: Match, facts: Facts) -> ShownFacts:
    organism = facts["organism"]
    return [
        ("organism", thing(organism["iri"], organism["name"], NamedKind.ORGANISM)),
        ("previous symbols", _texts(facts["previous_symbols"])),
        ("aliases", _texts(facts["aliases"])),
        (
            "figures by how it was read",
            [
                Cell(f"{kind} {count:,}", chip=kind)
                for kind, count in facts["figures_by_match"].items()
            ],
        ),
        ("NCBI gene", [Cell(match.identifier, NCBI + match.identifier)]),
        ("HGNC", _ids(facts["hgnc"], _HGNC)),
        ("Ensembl", _ids(facts["ensembl"], _ENSEMBL)),
        ("UniProt", _ids(facts["uniprot"], _UNIPROT)),
    ]


def _disease(match: Match, facts: Facts) -> ShownFacts:
    own = match.identifier
    doid = [Cell(own, _DOID + own)] if own.startswith("DOID:") else []
    known = facts["associated_genes"]
    return [
        ("other names", _texts(facts["aliases"])),
        ("Disease Ontology", doid),
        ("MeSH", _mesh(_own_mesh(match, facts))),
        ("genes in DISEASES", [Cell(known)] if known else []),
    ]


def _own_mesh(match: Match, facts: Facts) -> list[str]:
    own = [match.identifier] if match.identifier.startswith("mesh:") else []
    return list(dict.fromkeys([*own, *facts["mesh"]]))


def _chemical(match: Match, facts: Facts) -> ShownFacts:
    own = match.identifier
    return [
        ("other names", _texts(facts["aliases"])),
        ("ChEBI", [Cell(own, _CHEBI + own)] if own.startswith("CHEBI:") else []),
        ("MeSH", _mesh(_own_mesh(match, facts))),
    ]


def _organism(match: Match, facts: Facts) -> ShownFacts:
    taxon = match.iri.rpartition("_")[2]
    counts = facts["figures_of"]
    return [
        ("other names", _texts(facts["aliases"])),
        ("NCBI taxonomy", [Cell(taxon, _TAXON + taxon + "/")]),
        ("papers are about it", [Cell(counted(counts["papers"], "figure"))]),
        ("gene names fit it", [Cell(counted(counts["genes"], "figure"))]),
    ]


def _pathway(match: Match, facts: Facts) -> ShownFacts:
    organism = facts["organism"]
    own = match.identifier
    return [
        ("organism", thing(organism["iri"], organism["name"], NamedKind.ORGANISM)),
        ("WikiPathways", [Cell(own, f"{_WIKIPATHWAYS}{own}.html")]),
        ("figures that overlap", _overlap(facts["overlapping_figures"])),
        (
            "drawn from",
            [c for iri in facts["drawn_from"] for c in thing(iri, None, NamedKind.FIGURE)],
        ),
        ("annotated with", _things(facts["annotated_diseases"], NamedKind.DISEASE)),
    ]


def _overlap(figures: int | None) -> list[Cell]:
    if figures is None:
        return []
    means = "share enough genes; it is linked to those that it fits best, or by other evidence"
    return [Cell(f"{figures:,} {means}")]


def _paper(match: Match, facts: Facts) -> ShownFacts:
    year = facts["year"]
    return [
        ("journal", _journal(facts["journal"])),
        ("year", [Cell(str(year))] if year else []),
        ("publisher", _texts([facts["publisher"]] if facts["publisher"] else [])),
        ("DOI", _ids([facts["doi"]] if facts["doi"] else [], DOI)),
        ("PubMed Central", _ids([match.identifier], PMC)),
        ("Europe PMC", [Cell(match.identifier, match.iri)]),
        ("keywords", _texts(facts["keywords"])),
    ]


def _journal(name: str | None) -> list[Cell]:
    return [Cell(name, address("/search", {"journal": name}))] if name else []


def _figure(match: Match, facts: Facts) -> ShownFacts:
    paper = facts["paper"] or {}
    year, score = paper.get("year"), facts["score"]
    doi = paper.get("doi")
    network = facts["network"]
    return [
        ("paper", thing(paper.get("iri"), paper.get("title"), NamedKind.PAPER)),
        ("journal", _journal(paper.get("journal"))),
        ("year", [Cell(str(year))] if year else []),
        ("DOI", _ids([doi] if doi else [], DOI)),
        ("figure", _texts([facts["number"]] if facts["number"] else [])),
        ("type", _texts([facts["type"]] if facts["type"] else [])),
        ("at PFOCR", [Cell(match.identifier, match.iri)]),
        ("pathway score", [] if score is None else [Cell(f"{number(score)} {_SCORE}")]),
        ("NDEx", [Cell("network", network)] if network else []),
        ("keywords not explained", _texts(facts["keywords"])),
        ("organisms without a taxon", _texts(facts["organism_names"])),
        ("doubtful genes of", _things(facts["doubtful_organisms"], NamedKind.ORGANISM)),
    ]


_OF_KIND: Final[dict[NamedKind, Callable[[Match, Facts], ShownFacts]]] = {
    NamedKind.GENE: _gene,
    NamedKind.DISEASE: _disease,
    NamedKind.CHEMICAL: _chemical,
    NamedKind.ORGANISM: _organism,
    NamedKind.PATHWAY: _pathway,
    NamedKind.PAPER: _paper,
    NamedKind.FIGURE: _figure,
}


def title(match: Match, facts: Facts) -> str:
    """What a page is called; a figure without a title has that of its paper."""
    paper = facts.get("paper") or {}
    return match.label or paper.get("title") or match.identifier


def citation(match: Match, facts: Facts) -> str:
    """The paper of a page, as one cites it; "" if the page is about none."""
    if match.kind is NamedKind.PAPER:
        paper: Facts = {**facts, "pmcid": match.identifier}
    elif match.kind is NamedKind.FIGURE:
        paper = facts["paper"] or {}
    else:
        return ""
    texts = [str(paper.get(name) or "").removesuffix(".") for name in ("title", "journal", "year")]
    doi = f"{DOI}{paper['doi']}" if paper.get("doi") else paper.get("pmcid") or ""
    return ". ".join(text for text in (*texts, doi) if text)
