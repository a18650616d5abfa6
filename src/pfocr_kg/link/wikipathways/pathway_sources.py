"""Reads pathways from sources: chooses a reader for each, and merges the pathways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError, SourceError
from pfocr_kg.link.wikipathways import from_database, from_gmt, from_rdf
from pfocr_kg.link.wikipathways.identifiers import FindFigids, NameLookup
from pfocr_kg.model import Pathway
from pfocr_kg.records.dictionaries import NameDictionary, bundled_organisms

_URL: Final = re.compile(r"https?://", re.IGNORECASE)
_HINT: Final = (
    "It takes a folder of the WikiPathways database, GMT or Turtle files (or a zip of Turtle), "
    "or the https:// address of a SPARQL endpoint"
)
_READERS: Final = (from_database, from_gmt, from_rdf)


def read(
    source: str | Path,
    *,
    organisms: NameDictionary | None = None,
    figures: FindFigids | None = None,
    report: Callable[[RecordError], None] = lambda _: None,
) -> Iterator[Pathway]:
    """Read the pathways of one source, each once; those of a database or RDF by WP number.

    `source` is a folder of the WikiPathways database, a GMT file (may be .gz) or a folder of
    them, WikiPathways RDF (a Turtle file, a folder or a zip of them), or the URL of a SPARQL
    endpoint. `organisms` gives the taxon of an organism's name (by default the bundled names).
    `figures` gives the figids of names in descriptions; without it, a figid ends where it seems
    to end. What cannot be read goes to `report`, and the rest is read; so does a pathway of an
    unknown organism, which is still given.

    Raises:
        SourceError: a source does not exist, has another form, or does not answer.

    """
    lookup = NameLookup(bundled_organisms() if organisms is None else organisms, figures)
    for pathway in _pathways(source, lookup, report):
        if pathway.organism is None:
            report(_unknown_organism(source, pathway))
        yield pathway


def _pathways(
    source: str | Path, lookup: NameLookup, report: Callable[[RecordError], None]
) -> Iterator[Pathway]:
    if isinstance(source, str) and _URL.match(source):
        yield from from_rdf.ask(source, lookup)
        return
    path = Path(source)
    try:
        if not path.exists():
            raise SourceError(f"{path}: there is no such file or folder")
        reader = next((reader for reader in _READERS if reader.fits(path)), None)
        if reader is None:
            raise SourceError(f"{path}: holds no pathways of WikiPathways", hint=_HINT)
        yield from reader.read(path, lookup, report)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None


def _unknown_organism(source: str | Path, pathway: Pathway) -> RecordError:
    """Its genes cannot be told apart from those of other organisms."""
    named = f"an unknown organism, {pathway.organism_name!r}" if pathway.organism_name else ""
    return RecordError(
        f"{pathway.wpid} is of {named or 'no organism'}: it is kept without genes",
        path=str(source),
    )


def read_all(
    sources: Iterable[str | Path],
    *,
    organisms: NameDictionary | None = None,
    figures: FindFigids | None = None,
    report: Callable[[RecordError], None] = lambda _: None,
) -> list[Pathway]:
    """Read several sources, as `read` does; each pathway once, ordered by WP number.

    If several sources have a pathway, each field (title, genes, …) is that of the first source
    that has any. A source none of whose pathways has a gene is reported.

    Raises:
        SourceError: a source cannot be used, or holds no pathway; if that is because of broken
            files, names the first.

    """
    pathways: dict[str, Pathway] = {}
    for source in sources:
        errors: list[RecordError] = []
        found = list(read(source, organisms=organisms, figures=figures, report=errors.append))
        if not found:
            raise _empty(source, errors)
        if not any(pathway.genes for pathway in found):
            errors.append(_no_genes(source, len(found)))
        for pathway in found:
            known = pathways.get(pathway.wpid)
            pathways[pathway.wpid] = pathway if known is None else _fill(known, pathway)
        for error in errors:
            report(error)
    return [pathways[wpid] for wpid in sorted(pathways, key=lambda wpid: int(wpid[2:]))]


def _empty(source: str | Path, errors: list[RecordError]) -> SourceError:
    """The error for a source without pathways: the first broken thing in it, if any."""
    if not errors:
        return SourceError(f"{source}: holds no pathway", hint=_HINT)
    more = f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
    return SourceError(f"{errors[0].place}: {errors[0].reason}{more}")


def _no_genes(source: str | Path, pathways: int) -> RecordError:
    """A source without any gene is most likely of another form than it was taken for."""
    those = "its one pathway" if pathways == 1 else f"none of its {pathways:,} pathways"
    return RecordError(f"{those} has {'no' if pathways == 1 else 'a'} gene", path=str(source))


def _fill(first: Pathway, second: Pathway) -> Pathway:
    """The first record, its empty fields filled from the second."""
    names = (field.name for field in fields(Pathway))
    return replace(first, **{n: getattr(first, n) or getattr(second, n) for n in names})
