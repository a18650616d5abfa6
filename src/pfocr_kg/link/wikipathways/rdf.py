"""Reads WikiPathways RDF: Turtle files, or a SPARQL endpoint that holds the same.

Both are asked the same questions; files are loaded into a store in memory first, and of
them only the predicates that the questions use.
"""

from __future__ import annotations

import http.client
import io
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import RecordError, SourceError
from pfocr_kg.link.wikipathways import naming
from pfocr_kg.link.wikipathways.naming import Naming
from pfocr_kg.model import Pathway

_ENDINGS: Final = (".ttl", ".turtle", ".nt")
_TIMEOUT: Final = 300.0
"""Seconds that an endpoint may take to begin its answer to one question."""

_BATCH: Final = 25
"""Pathways a question. Virtuoso, on which WikiPathways' own endpoint runs, cuts an answer off
at a number of rows (often 10,000) without a word; so many pathways stay well below it."""

_DC: Final = iris.PREFIXES["dc"]
_DCTERMS: Final = iris.PREFIXES["dcterms"]
_WP: Final = iris.PREFIXES["wp"]
_RDF: Final = iris.PREFIXES["rdf"]

_PROLOGUE: Final = f"""PREFIX dc: <{_DC}>
PREFIX dcterms: <{_DCTERMS}>
PREFIX wp: <{_WP}>
"""
_PATHWAYS: Final = (
    "SELECT DISTINCT ?pathway ?id WHERE { ?pathway a wp:Pathway ; dc:identifier ?id }"
)
_FACTS: Final = """SELECT DISTINCT ?pathway ?predicate ?value WHERE {
  VALUES ?pathway { %s }
  VALUES ?predicate { dc:title wp:organism wp:organismName wp:diseaseOntologyTag
                      dcterms:description dc:description }
  ?pathway ?predicate ?value
}"""
# A node counts where it has a type: its own IRI may be of any database.
_GENES: Final = """SELECT DISTINCT ?pathway ?gene WHERE {
  VALUES ?pathway { %s }
  ?node dcterms:isPartOf ?pathway ; wp:bdbEntrezGene ?gene ; a ?type
}"""
_REFERENCES: Final = """SELECT DISTINCT ?pathway ?paper WHERE {
  VALUES ?pathway { %s }
  ?paper dcterms:isPartOf ?pathway ; a wp:PublicationReference
}"""

_USED: Final = frozenset(
    ox.NamedNode(iri)
    for iri in (
        _RDF + "type",
        *(_DC + name for name in ("identifier", "title", "description")),
        *(_DCTERMS + name for name in ("isPartOf", "description")),
        *(_WP + n for n in ("organism", "organismName", "diseaseOntologyTag", "bdbEntrezGene")),
    )
)

_Asker = Callable[[str], ox.QuerySolutions]


def fits(path: Path) -> bool:
    """Whether a path is a Turtle file, or a folder or zip that has one."""
    if path.is_dir():
        return any(p.name.lower().endswith(_ENDINGS) for p in path.rglob("*") if p.is_file())
    return path.name.lower().endswith((*_ENDINGS, ".zip"))


def read(path: Path, named: Naming, report: Callable[[RecordError], None]) -> Iterator[Pathway]:
    """Read the pathways of Turtle files, ordered by WP number; a broken file is reported.

    Raises:
        SourceError: a zip is broken.

    """
    store = ox.Store()
    for shown, content in _contents(path, report):
        form = ox.RdfFormat.N_TRIPLES if shown.lower().endswith(".nt") else ox.RdfFormat.TURTLE
        try:
            quads = [q for q in ox.parse(content, format=form) if q.predicate in _USED]
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            report(RecordError("is broken RDF", path=shown, line=line))
            continue
        store.bulk_extend(_in_default_graph(quad) for quad in quads)

    def answers(question: str) -> ox.QuerySolutions:
        results = store.query(_PROLOGUE + question)
        assert isinstance(results, ox.QuerySolutions)
        return results

    yield from _pathways(answers, named)


def _in_default_graph(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _contents(path: Path, report: Callable[[RecordError], None]) -> Iterator[tuple[str, IO[bytes]]]:
    """(name as shown, content) of each Turtle file, ordered by name."""
    if path.name.lower().endswith(".zip") and path.is_file():
        yield from _members(path)
        return
    found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    for file in found:
        if file.name.lower().endswith(_ENDINGS):
            try:
                with file.open("rb") as content:
                    yield str(file), content
            except OSError as error:
                reason = f"cannot be read: {error.strerror or error}"
                report(RecordError(reason, path=str(file)))


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with zipfile.ZipFile(path) as pack:
            for name in sorted(pack.namelist()):
                if name.lower().endswith(_ENDINGS):
                    with pack.open(name) as content:
                        yield f"{path}/{name}", content
    except (zipfile.BadZipFile, EOFError, RuntimeError) as error:
        raise SourceError(
            f"{path}: is a broken archive: {error}", hint="Download it again"
        ) from None


def ask(url: str, named: Naming) -> Iterator[Pathway]:
    """Read the pathways that a SPARQL endpoint holds, ordered by WP number.

    Raises:
        SourceError: it does not answer, or its answer is no SPARQL result.

    """
    try:
        yield from _pathways(lambda question: _post(url, _PROLOGUE + question), named)
    except (SyntaxError, ValueError):
        raise SourceError(f"{url}: its answer is no SPARQL result", hint=_CHECK) from None


_CHECK: Final = "Check that it is the address of a SPARQL endpoint"


def _post(url: str, query: str) -> ox.QuerySolutions:
    """Send a query by the SPARQL 1.1 Protocol, and parse its result."""
    request = urllib.request.Request(  # noqa: S310  (the caller admits http and https only)
        url,
        data=urllib.parse.urlencode({"query": query}).encode(),
        headers={"Accept": "application/sparql-results+json", "User-Agent": "pfocr-kg"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            content = response.read()
    except urllib.error.HTTPError as error:
        reason = f"answers with HTTP status {error.code} {error.reason}".rstrip()
        raise SourceError(f"{url}: {reason}", hint=_CHECK) from None
    except (OSError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", None) or error
        raise SourceError(f"{url}: does not answer: {cause}", hint=_CHECK) from None
    results = ox.parse_query_results(io.BytesIO(content), format=ox.QueryResultsFormat.JSON)
    if not isinstance(results, ox.QuerySolutions):
        raise SourceError(f"{url}: its answer is no table of results", hint=_CHECK)
    return results


@dataclass(slots=True)
class _Found:
    """What the questions gave for one pathway: values by predicate, genes, papers."""

    wpid: str
    facts: dict[str, list[str]] = field(default_factory=dict)
    genes: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)


def _pathways(answers: _Asker, named: Naming) -> Iterator[Pathway]:
    newest = _newest(answers)
    for batch in _batches(sorted(newest, key=lambda iri: int(newest[iri][2:]))):
        found = {iri: _Found(newest[iri]) for iri in batch}
        values = " ".join(str(ox.NamedNode(iri)) for iri in batch)
        for row in answers(_FACTS % values):
            facts = found[_text(row["pathway"])].facts
            facts.setdefault(_text(row["predicate"]), []).append(_text(row["value"]))
        for row in answers(_GENES % values):
            found[_text(row["pathway"])].genes.append(_text(row["gene"]))
        for row in answers(_REFERENCES % values):
            found[_text(row["pathway"])].papers.append(_text(row["paper"]))
        for one in found.values():
            yield _pathway(one, named)


def _batches(iris_: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(iris_), _BATCH):
        yield iris_[start : start + _BATCH]


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else ""


def _newest(answers: _Asker) -> dict[str, str]:
    """Pathway IRI -> WP id, of the newest revision of each pathway."""
    newest: dict[str, tuple[int, str]] = {}
    for row in answers(_PATHWAYS):
        iri = _text(row["pathway"])
        named, revised = naming.wpid(_text(row["id"])), naming.wpid(iri)
        if named is not None and isinstance(row["pathway"], ox.NamedNode):
            revision = revised[1] if revised else 0
            newest[named[0]] = max(newest.get(named[0], (-1, "")), (revision, iri))
    return {iri: wpid for wpid, (_, iri) in newest.items()}


def _pathway(found: _Found, named: Naming) -> Pathway:
    name = _first(found, _WP + "organismName")
    organism = naming.taxon(_first(found, _WP + "organism")) or named.organism(name)
    references = naming.References()
    for paper in found.papers:
        references.add(*_reference(paper))
    descriptions = (_first(found, base + "description") for base in (_DCTERMS, _DC))
    return Pathway(
        found.wpid,
        title=_first(found, _DC + "title").strip(),
        organism=organism,
        organism_name=name,
        genes=naming.genes(found.genes, organism),
        diseases=naming.diseases(found.facts.get(_WP + "diseaseOntologyTag", ())),
        figids=named.figids(" ".join(descriptions)),
        pubmed=references.pubmed,
        dois=references.dois,
        pmcids=references.pmcids,
    )


def _first(found: _Found, predicate: str) -> str:
    """The value of a predicate; the smallest, where there are several."""
    return min(found.facts.get(predicate, ()), default="")


def _reference(iri: str) -> tuple[str, str]:
    """(id, database) of a reference's IRI, such as https://identifiers.org/pubmed/1."""
    text = urllib.parse.unquote(iri)
    base, _, last = text.rpartition("/")
    return (last, "Pubmed") if "pubmed" in base.lower() else (text, "")
