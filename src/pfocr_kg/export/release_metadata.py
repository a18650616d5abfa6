"""Writes what describes a release: README, RO-Crate, checksums."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from pfocr_kg import iris
from pfocr_kg.export.graph_tables import TABLES
from pfocr_kg.query import stats
from pfocr_kg.resources import need
from pfocr_kg.store.subset import Store, Subset

README: Final = "README.md"
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&|~]")
CHECKSUMS: Final = "SHA256SUMS"
CRATE: Final = "ro-crate-metadata.json"

_TITLE: Final = "PFOCR knowledge graph"
_ABOUT: Final = (
    "Published pathway figures with the genes and chemicals that they draw, the diseases that they"
    " name, their papers and organisms, and links to WikiPathways pathways. Made from the records"
    " of PFOCR (Pathway Figure OCR)."
)
_PFOCR: Final = "https://pfocr.wikipathways.org"
_ROCRATE: Final = "1.1"


class _Contents(NamedTuple):
    """The content of files whose names match a pattern."""

    pattern: str
    about: str
    media_type: str


_TSV: Final = "text/tab-separated-values"
_GRAPHML: Final = "application/graphml+xml"
_CONTENTS: Final = (
    _Contents("graph.nt.gz", "The graph as sorted N-Triples", "application/n-triples"),
    _Contents("graph.ttl.gz", "The graph as Turtle", "text/turtle"),
    _Contents("description.ttl", "What the graph holds, and of what it was made", "text/turtle"),
    _Contents("links.sssom.tsv", "Links between figures and pathways, an SSSOM mapping set", _TSV),
    _Contents(
        "gene-sets/any/*.gmt", "Figures as sets of NCBI genes (GMT), three genes or more", _TSV
    ),
    _Contents(
        "gene-sets/symbol/*.gmt", "The same, of genes only that were read by their own symbol", _TSV
    ),
    _Contents(
        "gene-sets/unambiguous/*.gmt",
        "The same, of genes only that were read by a word with one meaning",
        _TSV,
    ),
    *(
        _Contents(f"tables/{name}.parquet", table.about, "application/vnd.apache.parquet")
        for name, table in TABLES.items()
    ),
    _Contents("kgx/nodes.tsv", "Nodes in terms of the Biolink Model (KGX)", _TSV),
    _Contents("kgx/edges.tsv", "Edges in terms of the Biolink Model (KGX)", _TSV),
    _Contents(
        "nanopubs.trig.gz",
        "A nanopublication for each figure and gene, and for each link; not signed",
        "application/trig",
    ),
    _Contents(
        "networks/genes-human.graphml.gz",
        "Human genes that five figures or more draw together, read by their own symbols",
        _GRAPHML,
    ),
    _Contents(
        "networks/diseases.graphml.gz",
        "Diseases such that the figures that name them draw twenty or more of the same human genes,"
        " read by their own symbols",
        _GRAPHML,
    ),
    _Contents("build-report.json", "What was read, and what could not be", "application/json"),
    _Contents(README, "What is in this folder", "text/markdown"),
    _Contents(CHECKSUMS, "Checksums, for sha256sum -c", "text/plain"),
)


def write(store: Store, folder: Path, published: str) -> None:
    """Write README, RO-Crate and checksums beside the parts in a folder.

    Raises:
        PfocrError: the rocrate package is missing.

    """
    text = "".join(f"{line}\n" for line in _readme(store, folder, published))
    (folder / README).write_text(text, encoding="utf-8")
    _write_crate(store, folder, published)
    _write_checksums(folder)


def files(folder: Path) -> list[str]:
    """The files below a folder, sorted."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _contents(name: str) -> _Contents:
    found = (one for one in _CONTENTS if fnmatch(name, one.pattern))
    return next(found, _Contents("", name, ""))


def _about(store: Store) -> str:
    """What the release holds."""
    if not isinstance(store, Subset):
        return _ABOUT
    return (
        f"{_ABOUT} This is a subset of the graph: all {store.about}, {len(store.figures):,} in"
        " number, with their papers, mentions and links, and the genes, chemicals, diseases,"
        " organisms and pathways that they have. Labels, and the numbers of links, are those of the"
        " whole graph."
    )


def _readme(store: Store, folder: Path, published: str) -> Iterator[str]:
    yield f"# {_TITLE}"
    yield ""
    # A subset is called by names of its things, which could be markup.
    yield _MARKUP.sub(r"\\\g<0>", " ".join(_about(store).split()))
    yield ""
    yield f"Written by pfocr-kg {version('pfocr-kg')}. Published: {published}."
    yield from ("", "## What is in it", "", "| what | how many |", "|---|---|")
    counts = stats.count(store, len(store))
    for name, number in sorted(counts["classes"].items()):
        yield f"| `{name}` | {number:,} |"
    yield f"| triples | {counts['triples']:,} |"
    yield from ("", "## Files", "", "| file | holds |", "|---|---|")
    for name in (*files(folder), CHECKSUMS, CRATE):
        about = "This folder, as an RO-Crate" if name == CRATE else _contents(name).about
        yield f"| `{name}` | {about} |"
    yield from ("", "`sha256sum -c SHA256SUMS` checks that all of them are as they were written.")
    yield from _LICENCE


_LICENCE: Final = (
    *("", "## Licence", ""),
    f"The data are in the public domain ([CC0 1.0]({iris.CC0})), as [PFOCR]({_PFOCR}) and",
    "[WikiPathways](https://www.wikipathways.org) are. Labels and genes of diseases that come from",
    "the knowledge channel of [DISEASES](https://diseases.jensenlab.org/), Jensen Lab, are under",
    "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/): name it when you pass them on",
    "(Pletscher-Frankild et al. 2015, doi:10.1016/j.ymeth.2014.11.020).",
)


def _write_crate(store: Store, folder: Path, published: str) -> None:
    """RO-Crate metadata: https://www.researchobject.org/ro-crate/specification/1.1/."""
    crate = need("rocrate.rocrate", "formats", "a release").ROCrate(version=_ROCRATE)
    crate.name = _TITLE
    crate.description = _about(store)
    # By default, the library uses the present time.
    crate.root_dataset["datePublished"] = published
    crate.license = crate.add_jsonld(_entity(iris.CC0, "CreativeWork", "CC0 1.0 Universal"))
    maker = crate.add_jsonld(_entity(iris.CREATOR, "Organization", "WikiPathways"))
    crate.root_dataset["author"] = maker
    crate.publisher = maker
    crate.isBasedOn = crate.add_jsonld(_entity(_PFOCR, "WebSite", "Pathway Figure OCR"))
    for name in (*files(folder), CHECKSUMS):
        crate.add_file(folder / name, name, properties=_properties(folder / name, name))
    crate.metadata.write(folder)


def _entity(iri: str, kind: str, name: str) -> dict[str, Any]:
    return {"@id": iri, "@type": kind, "name": name, "url": iri}


def _properties(path: Path, name: str) -> dict[str, Any]:
    contents = _contents(name)
    found: dict[str, Any] = {"name": name, "description": contents.about}
    if media := contents.media_type:
        found["encodingFormat"] = [media, "application/gzip"] if name.endswith(".gz") else media
    # The checksums are written last: their file cannot hold its own size.
    if path.exists():
        found["contentSize"] = str(path.stat().st_size)
    return found


def _write_checksums(folder: Path) -> None:
    with (folder / CHECKSUMS).open("w", encoding="utf-8") as checksums:
        for name in files(folder):
            if name != CHECKSUMS:
                with (folder / name).open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                checksums.write(f"{digest}  {name}\n")
