"""Reads the WikiPathways database: https://github.com/wikipathways/wikipathways-database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from pfocr_kg.errors import RecordError
from pfocr_kg.link.wikipathways import naming
from pfocr_kg.link.wikipathways.naming import Naming
from pfocr_kg.model import Pathway
from pfocr_kg.records import files, frontmatter

_INFO: Final = re.compile(r"(WP[1-9][0-9]*)-info\.json")
_GENES: Final = "NCBI gene"
_CITED_IN: Final = Path("downstream", "citedin_lookup.yml")


def fits(path: Path) -> bool:
    """Whether a path is a folder of the database: its top, `pathways`, or one pathway's."""
    return path.is_dir() and next(_infos(path), None) is not None


def _infos(path: Path) -> Iterator[tuple[str, Path]]:
    """(WP id, info file), in no order."""
    for pattern in ("pathways/WP*/WP*-info.json", "WP*/WP*-info.json", "WP*-info.json"):
        for info in path.glob(pattern):
            if found := _INFO.fullmatch(info.name):
                yield found[1], info


def read(path: Path, named: Naming, report: Callable[[RecordError], None]) -> Iterator[Pathway]:
    """Read the pathways, ordered by WP number; one that is broken is reported."""
    cited_in = _cited_in(path, report)
    for wpid, info in sorted(set(_infos(path)), key=lambda found: (int(found[0][2:]), found[1])):
        try:
            yield _pathway(wpid, info, named, cited_in.get(wpid, ()), report)
        except RecordError as error:
            report(_at(info, error) if not error.path else error)


def _at(path: Path, error: RecordError) -> RecordError:
    return RecordError(error.reason, path=str(path), line=error.line, key=error.key)


def _pathway(
    wpid: str,
    path: Path,
    named: Naming,
    cited_in: tuple[str, ...],
    report: Callable[[RecordError], None],
) -> Pathway:
    info = _info(wpid, path)
    name = next(naming.texts(info.get("organisms")), "")
    organism = named.organism(name)
    references = _references(path.with_name(f"{wpid}-refs.tsv"), report)
    nodes = list(_nodes(path.with_name(f"{wpid}-datanodes.tsv")))
    citing_dois, citing_pmcids = naming.citing(cited_in)
    return Pathway(
        wpid,
        title=_text(info, "title"),
        organism=organism,
        organism_name=name,
        genes=naming.genes((i for ids, _ in nodes for i in ids), organism),
        gene_names=_gene_names(nodes),
        diseases=naming.diseases(naming.texts(info.get("ontology-ids"))),
        figids=named.figids(_text(info, "description")),
        pubmed=references.pubmed,
        dois=references.dois,
        pmcids=references.pmcids,
        citing_dois=citing_dois,
        citing_pmcids=citing_pmcids,
    )


def _text(info: Mapping[str, Any], key: str) -> str:
    value = info.get(key)
    return value.strip() if isinstance(value, str) else ""


def _info(wpid: str, path: Path) -> Mapping[str, Any]:
    try:
        info = json.loads(_content(path))
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise RecordError("is broken JSON", path=str(path), line=line) from None
    if not isinstance(info, dict):
        raise RecordError("is no JSON object", path=str(path))
    if info.get("wpid", wpid) != wpid:
        raise RecordError(f"says that it is of {info['wpid']!r}", path=str(path), key="wpid")
    return info


def _content(path: Path) -> str:
    """A file as text.

    Raises:
        RecordError: it cannot be read; with its path.

    """
    try:
        return frontmatter.decode(files.read(path))
    except FileNotFoundError:
        raise RecordError("is missing", path=str(path)) from None
    except RecordError as error:
        raise _at(path, error) from None


def _nodes(path: Path) -> Iterator[tuple[list[str], str]]:
    """(NCBI gene ids, label) of each data node; the ids are separated by `;`.

    Labels and comments hold tabs now and then, which shifts what is to their right; columns
    are counted from the row's end, where nothing is free text. A cell that is no
    `ncbigene:` CURIE is none of these ids.
    """
    lines = _content(path).split("\n")
    header = lines[0].rstrip("\r").split("\t")
    if _GENES not in header:
        raise RecordError(f"lacks the column {_GENES!r}", path=str(path), line=1)
    from_end = header.index(_GENES) - len(header)
    for line in lines[1:]:
        cells = line.rstrip("\r").split("\t")
        if len(cells) < -from_end:
            continue
        ids = [i for i in cells[from_end].split(";") if i.strip().startswith("ncbigene:")]
        yield ids, cells[0].strip() if len(cells) == len(header) else ""


def _gene_names(nodes: list[tuple[list[str], str]]) -> tuple[tuple[str, str], ...]:
    """(NCBI gene id, label) of nodes that stand for one gene; the first label of each gene."""
    names: dict[str, str] = {}
    for ids, label in nodes:
        if len(ids) == 1 and label.isprintable() and label:
            names.setdefault(ids[0].strip().removeprefix("ncbigene:"), label)
    return tuple(names.items())


def _references(path: Path, report: Callable[[RecordError], None]) -> naming.References:
    """The papers a pathway cites; without them it is still a pathway."""
    found = naming.References()
    try:
        lines = _content(path).split("\n")
    except RecordError as error:
        if path.exists():
            report(error)
        return found
    for line in lines[1:]:
        text, _, database = line.rstrip("\r").partition("\t")
        found.add(text, database)
    return found


def _cited_in(path: Path, report: Callable[[RecordError], None]) -> Mapping[str, tuple[str, ...]]:
    """WP id -> PMC ids and DOIs of the papers that cite it; optional."""
    lookup = next((p for p in (path, path.parent) if (p / _CITED_IN).is_file()), None)
    if lookup is None:
        return {}
    place = lookup / _CITED_IN
    found: dict[str, tuple[str, ...]] = {}
    try:
        # The file ends in a `---` of its own: an empty second document.
        for document in yaml.load_all(_content(place), Loader=yaml.CSafeLoader):
            if isinstance(document, dict):
                found |= {str(wpid): _links(papers) for wpid, papers in document.items()}
    except RecordError as error:
        report(error)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        report(RecordError("is broken YAML", path=str(place), line=mark and mark.line + 1))
    return found


def _links(papers: object) -> tuple[str, ...]:
    if not isinstance(papers, list):
        return ()
    links = (paper.get("link") for paper in papers if isinstance(paper, dict))
    return tuple(link.strip() for link in links if isinstance(link, str))
