"""Reads WikiPathways RDF: Turtle files, or a SPARQL endpoint that holds the same.

Both answer the same queries. Files are first loaded into a store in memory, with only the
predicates that the queries use.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import unquote

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import RecordError, SourceError, StoreError
from pfocr_kg.link.wikipathways import identifiers
from pfocr_kg.link.wikipathways.identifiers import NameLookup
from pfocr_kg.model import Pathway
from pfocr_kg.store import sparql
from pfocr_kg.store.answers import Solutions, understanding
from pfocr_kg.store.sparql import Answering

_ENDINGS: Final = (".ttl", ".turtle", ".nt")

_BATCH: Final = 25
"""Pathways per query. Virtuoso, the software of WikiPathways' endpoint, cuts off an answer after a
number of rows (often 10,000) without an error; the rows of this many pathways are far fewer."""

_PREFIXES: Final = "".join(
    f"PREFIX {name}: <{iris.PREFIXES[name]}>\n" for name in ("dc", "dcterms", "wp")
)
# A box in the drawing of one pathway that stands for another is a wp:Pathway with an identifier
# too, without a title. It is no pathway of the release: many are of pathways that were deleted.
_PATHWAYS: Final = """SELECT DISTINCT ?pathway ?id WHERE {
  ?pathway a wp:Pathway ; dc:identifier ?id ; dc:title ?title
}"""
_PROPERTIES: Final = """SELECT DISTINCT ?pathway ?predicate ?value WHERE {
  VALUES ?pathway { %s }
  VALUES ?predicate { dc:title wp:organism wp:organismName wp:diseaseOntologyTag
                      dcterms:description dc:description }
  ?pathway ?predicate ?value
}"""
# Only nodes with a type count. The IRI of a node can be from any database.
_GENES: Final = """SELECT DISTINCT ?pathway ?value WHERE {
  VALUES ?pathway { %s }
  ?node dcterms:isPartOf ?pathway ; wp:bdbEntrezGene ?value ; a ?type
}"""
_PAPERS: Final = """SELECT DISTINCT ?pathway ?value WHERE {
  VALUES ?pathway { %s }
  ?value dcterms:isPartOf ?pathway ; a wp:PublicationReference
}"""
_USED: Final = frozenset(
    ox.NamedNode(iris.expand(curie))
    for curie in (
        *("rdf:type", "dc:identifier", "dc:title", "dc:description", "dcterms:isPartOf"),
        *("dcterms:description", "wp:organism", "wp:organismName", "wp:diseaseOntologyTag"),
        "wp:bdbEntrezGene",
    )
)
_CHECK: Final = "Check that it is the address of a SPARQL endpoint"

_BROKEN_ZIP: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What reading a broken archive raises; an encrypted or unknown one raises RuntimeError."""

_Values = Mapping[str, list[str]]
"""The values of a pathway by the IRI of their predicate, or "gene" or "paper"."""


def fits(path: Path) -> bool:
    """Whether a path is a Turtle file, or a folder or zip that has one."""
    if path.is_dir():
        return any(p.name.lower().endswith(_ENDINGS) for p in path.rglob("*") if p.is_file())
    return path.name.lower().endswith((*_ENDINGS, ".zip"))


def read(
    path: Path, lookup: NameLookup, report: Callable[[RecordError], None]
) -> Iterator[Pathway]:
    """Read the pathways of Turtle files, ordered by WP number; a broken file is reported.

    Raises:
        SourceError: a zip is broken.

    """
    store = ox.Store()
    try:
        for name, content in _contents(path, report):
            _load(store, name, content, report)
    except _BROKEN_ZIP as error:
        raise SourceError(
            f"{path}: is a broken archive: {error}", hint="Download it again"
        ) from None
    yield from _pathways(store, lookup)


def _load(
    store: ox.Store, name: str, content: IO[bytes], report: Callable[[RecordError], None]
) -> None:
    form = ox.RdfFormat.N_TRIPLES if name.lower().endswith(".nt") else ox.RdfFormat.TURTLE
    try:
        quads = [q for q in ox.parse(content, format=form) if q.predicate in _USED]
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        report(RecordError("is broken RDF", path=name, line=line))
    else:
        store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)


def _contents(path: Path, report: Callable[[RecordError], None]) -> Iterator[tuple[str, IO[bytes]]]:
    """(name to show, content) of each Turtle file, ordered by name."""
    if path.name.lower().endswith(".zip") and path.is_file():
        yield from _members(path)
        return
    for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
        if file.name.lower().endswith(_ENDINGS):
            try:
                with file.open("rb") as content:
                    yield str(file), content
            except OSError as error:
                reason = f"cannot be read: {error.strerror or error}"
                report(RecordError(reason, path=str(file)))


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.lower().endswith(_ENDINGS):
                with archive.open(name) as content:
                    yield f"{path}/{name}", content


def ask(url: str, lookup: NameLookup) -> Iterator[Pathway]:
    """Read the pathways that a SPARQL endpoint holds, ordered by WP number.

    Raises:
        SourceError: it does not answer, or its answer is not a SPARQL result.

    """
    # Imported on use: `requests` takes a tenth of a second.
    from pfocr_kg.store.endpoint import Remote  # noqa: PLC0415

    try:
        with Remote(url) as endpoint, understanding(url):
            yield from _pathways(endpoint, lookup)
    except StoreError as error:
        raise SourceError(error.message, hint=error.hint or _CHECK) from None


def _pathways(store: Answering, lookup: NameLookup) -> Iterator[Pathway]:
    newest = _newest(store)
    for batch in sparql.batches(sorted(newest, key=lambda iri: int(newest[iri][2:])), _BATCH):
        values: dict[str, dict[str, list[str]]] = {iri: {} for iri in batch}
        for query, kind in ((_PROPERTIES, ""), (_GENES, "gene"), (_PAPERS, "paper")):
            for row in _rows(store, query % sparql.values(batch)):
                name = kind or row["predicate"].value
                values[row["pathway"].value].setdefault(name, []).append(row["value"].value)
        for iri in batch:
            yield _pathway(newest[iri], values[iri], lookup)


def _rows(store: Answering, query: str) -> Iterable[Any]:
    solutions = store.query(_PREFIXES + query)
    if not isinstance(solutions, Solutions):
        raise ValueError("no table of results")
    return solutions


def _newest(store: Answering) -> dict[str, str]:
    """Pathway IRI -> WP id, of the newest revision of each pathway."""
    newest: dict[str, tuple[int, str]] = {}
    for row in _rows(store, _PATHWAYS):
        iri = row["pathway"].value
        known, revised = identifiers.wpid(row["id"].value), identifiers.wpid(iri)
        if known is not None and isinstance(row["pathway"], ox.NamedNode):
            revision = revised[1] if revised else 0
            newest[known[0]] = max(newest.get(known[0], (-1, "")), (revision, iri))
    return {iri: wpid for wpid, (_, iri) in newest.items()}


def _pathway(wpid: str, values: _Values, lookup: NameLookup) -> Pathway:
    name = _first(values, "wp:organismName")
    organism = identifiers.taxon(_first(values, "wp:organism")) or lookup.organism(name)
    papers = identifiers.cited_papers(map(_reference, values.get("paper", ())))
    descriptions = (_first(values, f"{prefix}:description") for prefix in ("dcterms", "dc"))
    return Pathway(
        wpid,
        title=_first(values, "dc:title").strip(),
        organism=organism,
        organism_name=name,
        genes=identifiers.genes(values.get("gene", ()), organism),
        diseases=identifiers.diseases(values.get(iris.expand("wp:diseaseOntologyTag"), ())),
        figids=lookup.figids(" ".join(descriptions)),
        pubmed=papers.pubmed,
        dois=papers.dois,
        pmcids=papers.pmcids,
    )


def _first(values: _Values, curie: str) -> str:
    """The value of a predicate; if there are several, the smallest."""
    return min(values.get(iris.expand(curie), ()), default="")


def _reference(iri: str) -> tuple[str, str]:
    """(id, database) of a reference's IRI, such as https://identifiers.org/pubmed/1."""
    text = unquote(iri)
    base, _, last = text.rpartition("/")
    return (last, "Pubmed") if "pubmed" in base.lower() else (text, "")
