"""Reads the WikiPathways database: https://github.com/wikipathways/wikipathways-database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from pfocr_kg.errors import RecordError
from pfocr_kg.link.wikipathways import identifiers
from pfocr_kg.link.wikipathways.identifiers import NameLookup
from pfocr_kg.model import Pathway
from pfocr_kg.records import files, frontmatter

_INFO: Final = re.compile(r"(WP[1-9][0-9]*)-info\.json")
_GENES: Final = "NCBI gene"
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
    info = _info(wpid, path)
    name = next(_texts(info.get("organisms")), "")
    organism = lookup.organism(name)
    cited = identifiers.cited_papers(_references(path.with_name(f"{wpid}-refs.tsv"), report))
    nodes = list(_nodes(path.with_name(f"{wpid}-datanodes.tsv")))
    citing_papers = identifiers.citing_papers(_links(citing))
    return Pathway(
        wpid,
        title=_text(info, "title"),
        organism=organism,
        organism_name=name,
        genes=identifiers.genes((i for ids, _ in nodes for i in ids), organism),
        gene_names=_gene_names(nodes),
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
    except (json.JSONDecodeError, RecursionError) as error:
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


def _nodes(path: Path) -> Iterator[tuple[list[str], str]]:
    """(NCBI gene ids, label) of each data node.

    Some labels and comments hold tabs, which shift the cells to their right; so columns are
    counted from the end of the row, where columns have no free text. The cell separates ids by
    `;`; an id that is not a `ncbigene:` CURIE is left out.
    """
    lines = [line.rstrip("\r") for line in _content(path).split("\n")]
    header = lines[0].split("\t")
    if _GENES not in header:
        raise RecordError(f"lacks the column {_GENES!r}", path=str(path), line=1)
    from_end = header.index(_GENES) - len(header)
    for line in lines[1:]:
        cells = line.split("\t")
        if len(cells) < -from_end:
            continue
        ids = [i for i in cells[from_end].split(";") if i.strip().startswith("ncbigene:")]
        yield ids, cells[0].strip() if len(cells) == len(header) else ""


def _gene_names(nodes: Iterable[tuple[list[str], str]]) -> tuple[tuple[str, str], ...]:
    """(NCBI gene id, label) of nodes that stand for one gene; the first label of each gene."""
    names: dict[str, str] = {}
    for ids, label in nodes:
        if len(ids) == 1 and label.isprintable() and label:
            names.setdefault(ids[0].strip().removeprefix("ncbigene:"), label)
    return tuple(names.items())


def _references(path: Path, report: Callable[[RecordError], None]) -> Iterator[tuple[str, str]]:
    """(id, database) of the papers that a pathway cites; the file may be absent."""
    try:
        lines = _content(path).split("\n")
    except RecordError as error:
        if path.exists():
            report(error)
        return
    for line in lines[1:]:
        text, _, database = line.rstrip("\r").partition("\t")
        yield text, database


def _citing(path: Path, report: Callable[[RecordError], None]) -> Mapping[str, object]:
    """WP id -> entries of the file for papers that cite it; the file may be absent."""
    top = next((p for p in (path, path.parent) if (p / _CITED_IN).is_file()), None)
    if top is None:
        return {}
    place = top / _CITED_IN
    papers: dict[str, object] = {}
    try:
        # The file ends in `---`, which begins an empty second document.
        for document in yaml.load_all(_content(place), Loader=yaml.CSafeLoader):
            if isinstance(document, dict):
                papers |= {str(wpid): value for wpid, value in document.items()}
    except RecordError as error:
        report(error)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        report(RecordError("is broken YAML", path=str(place), line=mark and mark.line + 1))
    return papers


def _links(papers: object) -> Iterator[str]:
    """The links of papers: a list of objects, of which `link` is a PMC id or DOI."""
    for paper in papers if isinstance(papers, list) else ():
        if isinstance(paper, dict) and isinstance(link := paper.get("link"), str):
            yield link.strip()
