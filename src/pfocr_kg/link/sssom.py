"""Writes links as a mapping set in SSSOM's TSV, or as a plain table.

SSSOM: https://mapping-commons.github.io/sssom/, checked by the sssom package's validator in
the tests. The justifications are terms of https://w3id.org/semapv/vocab/.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TextIO
from urllib.parse import quote

from pfocr_kg import iris
from pfocr_kg.link.confidence import of_margin
from pfocr_kg.model import Evidence, Overlap, PathwayLink
from pfocr_kg.query import delimited

MAPPING_SET: Final = "https://w3id.org/pfocr/mappings/figures-wikipathways.sssom.tsv"

_PREFIXES: Final = {
    "figure": iris.PREFIXES["figure"],
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": iris.PREFIXES["skos"],
    "wikipathways": iris.PREFIXES["wikipathways"],
}
# A figure is not a pathway, and neither is broader: the figure draws parts of the pathway.
_PREDICATE: Final = "skos:relatedMatch"
_MEASURE: Final = "Jaccard index of the sets of %s"
_BY_SIMILARITY: Final = "semapv:SemanticSimilarityThresholdMatching"
_BY_BACKGROUND: Final = "semapv:BackgroundKnowledgeBasedMatching"
_JUSTIFICATIONS: Final[Mapping[Evidence, str]] = {
    Evidence.CURATED: "semapv:ManualMappingCuration",
    # Its definition: a minimum threshold of a score from a comparison, such as Jaccard's.
    Evidence.GENE_OVERLAP: _BY_SIMILARITY,
    # Papers and diseases are background knowledge.
    Evidence.SHARED_PAPER: _BY_BACKGROUND,
    # A lexical score above a threshold; plain lexical matching is of texts that are the same.
    Evidence.SHARED_TEXT: "semapv:LexicalSimilarityThresholdMatching",
    Evidence.SHARED_SYMBOL: _BY_SIMILARITY,
    Evidence.SHARED_DISEASE: _BY_BACKGROUND,
}
_NO_EVIDENCE: Final = "semapv:UnspecifiedMatching"
_SSSOM_COLUMNS: Final = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "confidence", "similarity_score", "similarity_measure", "comment"),
)
_TSV_COLUMNS: Final = (
    *("figure", "figure_title", "pathway", "pathway_title", "evidence"),
    *("shared_genes", "shared_gene_count", "shared_symbol_genes", "shared_symbol_count"),
    *("shared_words", "jaccard", "p_value", "word_p_value", "adjusted_p_value", "score"),
    *("rank", "rank_in_organism", "margin", "confidence", "wider_pathways", "text_score"),
    "pathway_organism",
)


@dataclass(frozen=True, slots=True)
class LinkLabels:
    """Titles of figures by figid and of pathways by WP id, and names of pathways' organisms.

    Figures and others without a title or name are absent.
    """

    figures: Mapping[str, str] = field(default_factory=dict)
    pathways: Mapping[str, str] = field(default_factory=dict)
    organisms: Mapping[str, str] = field(default_factory=dict)


def write_sssom(
    links: Iterable[PathwayLink],
    output: TextIO,
    labels: LinkLabels = LinkLabels(),
    *,
    version: str = "",
) -> None:
    """Write a mapping set: a row for each link and justification.

    A shared paper and a shared disease have the same justification, shared genes and shared
    symbols too. `confidence` is measured for mappings by genes only. `version` is that of this
    tool. Rows are in the order of the links, so that the same links give the same bytes.
    """
    for line in _metadata(version):
        output.write(f"# {line}\n")
    _table(output, _SSSOM_COLUMNS, (row for link in links for row in _mappings(link, labels)))


def write_tsv(
    links: Iterable[PathwayLink], output: TextIO, labels: LinkLabels = LinkLabels()
) -> None:
    """Write a plain table: a row for each link, `|` between evidence and between genes.

    `confidence` is as in `write_sssom`.
    """
    _table(output, _TSV_COLUMNS, (_table_row(link, labels) for link in links))


def _table(output: TextIO, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    writer = delimited.writer(output, "\t")
    writer.writerow(columns)
    writer.writerows(rows)


def _metadata(version: str) -> Iterator[str]:
    """The set's metadata as lines of YAML; JSON strings are YAML."""
    yield f"mapping_set_id: {MAPPING_SET}"
    yield "mapping_set_title: Published pathway figures (PFOCR) to WikiPathways pathways"
    yield f"license: {iris.CC0}"
    yield "mapping_tool: pfocr-kg"
    if version:
        yield f"mapping_tool_version: {json.dumps(version)}"
    yield "curie_map:"
    yield from (f"  {prefix}: {base}" for prefix, base in _PREFIXES.items())


def _mappings(link: PathwayLink, labels: LinkLabels) -> Iterator[tuple[str, ...]]:
    kinds_by_justification: dict[str, list[Evidence]] = {} if link.evidence else {_NO_EVIDENCE: []}
    for kind in link.evidence:
        kinds_by_justification.setdefault(_JUSTIFICATIONS[kind], []).append(kind)
    wpid = link.pathway.identifier
    for justification, kinds in kinds_by_justification.items():
        overlap = link.overlap if justification == _BY_SIMILARITY or not kinds else None
        yield (
            _curie(link.figid),
            _one_line(labels.figures.get(link.figid, "")),
            _PREDICATE,
            f"wikipathways:{wpid}",
            _one_line(labels.pathways.get(wpid, "")),
            justification,
            _confidence(overlap, kinds),
            "" if overlap is None else repr(overlap.jaccard),
            "" if overlap is None else _MEASURE % ("symbols" if overlap.by_symbol else "genes"),
            _comment(kinds, overlap, link.text_score),
        )


def _confidence(overlap: Overlap | None, kinds: Collection[Evidence]) -> str:
    """That of the margin; "" without evidence by genes, since nobody measured it there."""
    return repr(of_margin(overlap.margin)) if overlap and Evidence.GENE_OVERLAP in kinds else ""


def _curie(figid: str) -> str:
    """The figure's IRI as a CURIE in ASCII, as SSSOM's validator wants it.

    Other letters are percent-encoded (RFC 3987, 3.1).
    """
    local = iris.figure(figid).removeprefix(_PREFIXES["figure"])
    return "figure:" + "".join(c if c.isascii() else quote(c) for c in local)


_COMMENTS: Final[Mapping[Evidence, str]] = {
    Evidence.CURATED: "stated by curators",
    Evidence.SHARED_PAPER: "one cites the other's paper, or they share it",
    Evidence.SHARED_TEXT: "a text of the figure has most rare words of the pathway's title",
    Evidence.SHARED_SYMBOL: "compared by symbols across organisms",
    Evidence.SHARED_DISEASE: "the figure names a disease of the pathway",
}


def _comment(kinds: Collection[Evidence], overlap: Overlap | None, text_score: float) -> str:
    parts = [_COMMENTS[kind] for kind in kinds if kind in _COMMENTS]
    if overlap is not None:
        parts += _numbers(overlap)
    if Evidence.SHARED_TEXT in kinds:
        parts.append(f"text score {text_score!r}")
    return "; ".join(parts)


def _numbers(overlap: Overlap) -> Iterator[str]:
    genes = " ".join(f"ncbigene:{gene.identifier}" for gene in overlap.genes)
    shared = "genes with shared symbols" if overlap.by_symbol else "shared genes"
    yield f"{len(overlap.genes)} {shared} ({genes}) of {overlap.words} words"
    yield f"p {overlap.p_value!r}"
    yield f"p by words {overlap.word_p_value!r}"
    yield f"adjusted p {overlap.adjusted_p_value!r}"
    yield f"score {overlap.score!r}"
    if overlap.rank is not None:
        yield f"rank {overlap.rank}"
    yield f"rank in organism {overlap.rank_in_organism}"
    yield f"margin {overlap.margin!r}"
    if overlap.wider:
        yield "wider " + " ".join(f"wikipathways:{one.identifier}" for one in overlap.wider)


def _table_row(link: PathwayLink, labels: LinkLabels) -> tuple[str, ...]:
    wpid = link.pathway.identifier
    return (
        link.figid,
        _one_line(labels.figures.get(link.figid, "")),
        wpid,
        _one_line(labels.pathways.get(wpid, "")),
        "|".join(kind.value for kind in link.evidence),
        *_overlap_cells(link.overlap, link.evidence),
        repr(link.text_score) if link.text_score else "",
        _one_line(labels.organisms.get(wpid, "")),
    )


def _overlap_cells(overlap: Overlap | None, kinds: Collection[Evidence]) -> tuple[str, ...]:
    if overlap is None:
        return ("",) * 15
    shared = ("|".join(gene.identifier for gene in overlap.genes), str(len(overlap.genes)))
    return (
        *(("", "", *shared) if overlap.by_symbol else (*shared, "", "")),
        str(overlap.words),
        *map(repr, (overlap.jaccard, overlap.p_value, overlap.word_p_value)),
        *map(repr, (overlap.adjusted_p_value, overlap.score)),
        "" if overlap.rank is None else str(overlap.rank),
        str(overlap.rank_in_organism),
        repr(overlap.margin),
        _confidence(overlap, kinds),
        "|".join(pathway.identifier for pathway in overlap.wider),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
