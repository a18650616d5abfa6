"""Reads the WikiPathways database: https://github.com/wikipathways/wikipathways-database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pfocr_kg.errors import RecordError
from pfocr_kg.link.wikipathways import identifiers
from pfocr_kg.link.wikipathways.identifiers import NameLookup
from pfocr_kg.model import GeneName, Pathway
from pfocr_kg.records import files, frontmatter, values

_INFO: Final = re.compile(r"(WP[1-9][0-9]*)-info\.json")
_GENES: Final = "NCBI gene"
"""The column of NCBI gene ids; the snapshot of December 2022 calls it `NCBI.gene`."""
_GENE: Final = re.compile(rf"(?:ncbigene|L):([1-9][0-9]{{0,{values.MOST_DIGITS - 1}}})")
"""An NCBI gene id in a cell; `L` is BridgeDb's code of NCBI Gene, as in December 2022."""
_LONG_ID: Final = re.compile(rf"\b(?:ncbigene|L):[0-9]{{{values.MOST_DIGITS + 1}}}")
_PROTEINS: Final = "UniProt"
_ACCESSION: Final = re.compile(r"uniprot:([A-Z0-9]{6,10})")
_GENE_TYPES: Final = frozenset({"GeneProduct", "Protein", "Rna"})
"""The types of data nodes that stand for a gene."""
_CITED_IN: Final = Path("downstream", "citedin_lookup.yml")


def fits(path: Path) -> bool:
    """Whether a path is a folder of the database: its top, `pathways`, or one pathway's."""
    return path.is_dir() and next(_infos(path), None) is not None


def _infos(path: Path) -> Iterator[tuple[str, Path]]:
    """(WP id, info file) of all pathways, in any order."""
    for pattern in ("pathways/WP*/WP*-info.json", "WP*/WP*-info.json", "WP*-info.json"):
        for info in path.glob(pattern):
            if match := _INFO.fullmatch(info.name):
                yield match[1], info


def read(
    path: Path, lookup: NameLookup, report: Callable[[RecordError], None]
) -> Iterator[Pathway]:
    """Read the pathways, ordered by WP number; errors are reported."""
    citing = _citing(path, report)
    for wpid, info in sorted(set(_infos(path)), key=lambda found: (int(found[0][2:]), found[1])):
        try:
            yield _pathway(wpid, info, lookup, citing.get(wpid), report)
        except RecordError as error:
            report(error)


def _pathway(
    wpid: str,
    path: Path,
    lookup: NameLookup,
    citing: object,
    report: Callable[[RecordError], None],
) -> Pathway:
    values.pathway(wpid)  # of a length that it can have
    info = _info(wpid, path)
    name = next(_texts(info.get("organisms")), "")
    organism = lookup.organism(name)
    cited = identifiers.cited_papers(_references(path.with_name(f"{wpid}-refs.tsv"), report))
    nodes = _nodes(path.with_name(f"{wpid}-datanodes.tsv"), report)
    citing_papers = identifiers.citing_papers(_links(citing))
    return Pathway(
        wpid,
        title=_text(info, "title"),
        organism=organism,
        organism_name=name,
        genes=identifiers.genes((gene for node in nodes for gene in node.genes), organism),
        gene_nodes=sum(node.is_gene for node in nodes),
        gene_names=_gene_names(nodes),
        uniprot=tuple(dict.fromkeys(pair for node in nodes for pair in node.uniprot)),
        diseases=identifiers.diseases(_texts(info.get("ontology-ids"))),
        figids=lookup.figids(_text(info, "description")),
        pubmed=cited.pubmed,
        dois=cited.dois,
        pmcids=cited.pmcids,
        citing_dois=citing_papers.dois,
        citing_pmcids=citing_papers.pmcids,
    )


def _text(info: Mapping[str, Any], key: str) -> str:
    value = info.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> Iterator[str]:
    """The texts of a JSON list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


def _info(wpid: str, path: Path) -> Mapping[str, Any]:
    try:
        info = json.loads(_content(path))
    except (ValueError, RecursionError) as error:  # ValueError: a number of thousands of digits too
        line = getattr(error, "lineno", None)
        raise RecordError("is broken JSON", path=str(path), line=line) from None
    if not isinstance(info, dict):
        raise RecordError("is not a JSON object", path=str(path))
    if info.get("wpid", wpid) != wpid:
        raise RecordError(f"has the wpid {info['wpid']!r}", path=str(path), key="wpid")
    return info


def _content(path: Path) -> str:
    """A file as text.

    Raises:
        RecordError: it cannot be read.

    """
    try:
        return frontmatter.decode(files.read(path))
    except FileNotFoundError:
        raise RecordError("is missing", path=str(path)) from None
    except RecordError as error:
        raise RecordError(error.reason, path=str(path), line=error.line, key=error.key) from None


class _DataNode(NamedTuple):
    """A row of a table of data nodes.

    `genes` are its NCBI gene ids, and `own` is the one that curators gave it ("" if they gave an
    id of another database); `label` is the name of a node for a gene, else "". `is_gene` is
    whether its type is a gene's, and `unread` is whether its gene cell holds a text without an
    NCBI gene id. `uniprot` pairs its one gene with its UniProt accessions.
    """

    genes: tuple[str, ...]
    own: str
    label: str
    is_gene: bool
    unread: bool
    uniprot: tuple[tuple[str, str], ...] = ()


def _nodes(path: Path, report: Callable[[RecordError], None]) -> list[_DataNode]:
    """The data nodes of a table; a column of genes that holds other ids only is reported.

    Raises:
        RecordError: the table cannot be read, or lacks the column of genes.

    """
    content = _content(path)
    if found := _LONG_ID.search(content):
        reason = f"has an NCBI gene id of more than {values.MOST_DIGITS} digits, left out"
        report(RecordError(reason, path=str(path), line=content.count("\n", 0, found.start()) + 1))
    lines = [line.rstrip("\r") for line in content.split("\n")]
    columns = [name.strip().replace(".", " ") for name in lines[0].rstrip().split("\t")]
    if _GENES not in columns:
        raise RecordError(f"lacks the column {_GENES!r}", path=str(path), line=1)
    rows = [line.split("\t") for line in lines[1:] if line.strip()]
    if rows and lines[-1] and len(rows[-1]) < len(columns):
        # The file was cut off: the last id may lack digits.
        del rows[-1][-1]
    nodes = [_node(cells, columns) for cells in rows]
    if not any(node.genes for node in nodes) and any(node.unread for node in nodes):
        report(RecordError(f"has no NCBI gene id in the column {_GENES!r}", path=str(path)))
    return nodes


def _node(cells: Sequence[str], columns: Sequence[str]) -> _DataNode:
    """The data node of a row.

    It can have more cells than columns: tabs at its end, or tabs in the label or comment, which
    shift the cells to their right. It can have fewer: tabs at its end are lost, or it begins
    within a comment with a line break. So the cell of genes is the last one with ids between its
    place from the left and its place from the right.
    """
    place = columns.index(_GENES)
    surplus = len(cells) - len(columns)
    first, last = max(0, min(place, place + surplus)), max(place, place + surplus)
    found = [ids for at in range(first, last + 1) if (ids := _gene_ids(cells, at))]
    genes = found[-1] if found else ()
    # A row that begins as it should: with a label without tabs.
    is_gene = "".join(cells[1:2]).strip() in _GENE_TYPES
    return _DataNode(
        genes,
        own="".join(_gene_ids(cells, 2)) if is_gene else "",
        label=cells[0].strip() if is_gene else "",
        is_gene=is_gene,
        unread=surplus == 0 and not genes and bool(cells[place].strip()),
        uniprot=_accessions(cells, columns, genes) if surplus == 0 else (),
    )


def _accessions(
    cells: Sequence[str], columns: Sequence[str], genes: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The UniProt accessions of a row of one gene; with several, nobody says whose they are."""
    if len(genes) != 1 or _PROTEINS not in columns:
        return ()
    found = map(_ACCESSION.fullmatch, cells[columns.index(_PROTEINS)].split(";"))
    return tuple((genes[0], match[1]) for match in found if match)


def _gene_ids(cells: Sequence[str], at: int) -> tuple[str, ...]:
    """The NCBI gene ids of a cell, which separates ids by `;`; others are left out."""
    texts = cells[at].split(";") if at < len(cells) else ()
    found = (_GENE.fullmatch(text.strip()) for text in texts)
    return tuple(match[1] for match in found if match)


def _gene_names(nodes: Iterable[_DataNode]) -> tuple[GeneName, ...]:
    """The different names of genes; a node of several genes has the name of its own one."""
    names = (
        GeneName(gene, node.label, () if gene == node.own else _without(gene, node.genes))
        for node in nodes
        if node.label and node.label.isprintable()
        for gene in node.genes
    )
    return tuple(dict.fromkeys(names))


def _without(gene: str, genes: Iterable[str]) -> tuple[str, ...]:
    return tuple(other for other in genes if other != gene)


def _references(path: Path, report: Callable[[RecordError], None]) -> Iterator[tuple[str, str]]:
    """(id, database) of the papers that a pathway cites; the file may be absent.

    They are the first two cells of a row that are not blank.
    """
    try:
        lines = _content(path).split("\n")
    except RecordError as error:
        if path.exists():
            report(error)
        return
    for line in lines[1:]:
        text, database, *_ = [*(cell.strip() for cell in line.split("\t") if cell.strip()), "", ""]
        yield text, database


def _citing(path: Path, report: Callable[[RecordError], None]) -> Mapping[str, object]:
    """WP id -> entries of the file for papers that cite it; the file may be absent."""
    top = next((p for p in (path, path.parent) if (p / _CITED_IN).is_file()), None)
    if top is None:
        return {}
    place = top / _CITED_IN
    try:
        papers = frontmatter.parse_yaml(_content(place), lambda _: None)
    except RecordError as error:
        report(error.at(str(place)))
        return {}
    return papers if isinstance(papers, dict) else {}


def _links(papers: object) -> Iterator[str]:
    """The links of papers: a list of objects, of which `link` is a PMC id or DOI."""
    for paper in papers if isinstance(papers, list) else ():
        if isinstance(paper, dict) and isinstance(link := paper.get("link"), str):
            yield link.strip()
