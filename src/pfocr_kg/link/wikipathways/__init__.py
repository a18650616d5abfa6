"""Readers of WikiPathways: its database, GMT, RDF or a SPARQL endpoint, to `Pathway` records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

from pfocr_kg.errors import RecordError, SourceError
from pfocr_kg.link.wikipathways import database, gmt, rdf
from pfocr_kg.link.wikipathways.naming import Figures, Naming
from pfocr_kg.model import Pathway
from pfocr_kg.records.dictionaries import NameDictionary, bundled_organisms

__all__ = ["read", "read_all"]

_URL = re.compile(r"https?://", re.IGNORECASE)


def _ignore(_: RecordError) -> None:
    """Take note of nothing."""


def read(
    source: str | Path,
    *,
    organisms: NameDictionary | None = None,
    figures: Figures | None = None,
    report: Callable[[RecordError], None] = _ignore,
) -> Iterator[Pathway]:
    """Read the pathways of one source, each once, ordered by WP number where it is a database.

    `source` is a folder of the WikiPathways database, a GMT file (may be .gz) or a folder of
    them, WikiPathways RDF (a Turtle file, a folder or a zip of them), or the URL of a SPARQL
    endpoint. `organisms` gives the taxon of an organism's name (the bundled names by default),
    `figures` tells which names are known figures', figids or aliases, and their figids (None:
    descriptions are trusted to end a figid where it seems to end). What cannot be read goes to
    `report`, its neighbours stay; so does a pathway whose organism is not known, and that is kept.

    Raises:
        SourceError: there is no such source, it is none of these, or it does not answer.

    """
    naming = Naming(bundled_organisms() if organisms is None else organisms, figures)
    for pathway in _pathways(source, naming, report):
        if pathway.organism is None:
            report(_of_nothing_known(source, pathway))
        yield pathway


def _pathways(
    source: str | Path, naming: Naming, report: Callable[[RecordError], None]
) -> Iterator[Pathway]:
    if isinstance(source, str) and _URL.match(source):
        yield from rdf.ask(source, naming)
        return
    path = Path(source)
    try:
        yield from _reader(path)(path, naming, report)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None


def _of_nothing_known(source: str | Path, pathway: Pathway) -> RecordError:
    """Its genes are some organism's, and without it they are nobody's."""
    named = f"an unknown organism, {pathway.organism_name!r}" if pathway.organism_name else ""
    return RecordError(
        f"{pathway.wpid} is of {named or 'no organism'}: it is kept without genes",
        path=str(source),
    )


def read_all(
    sources: Iterable[str | Path],
    *,
    organisms: NameDictionary | None = None,
    figures: Figures | None = None,
    report: Callable[[RecordError], None] = _ignore,
) -> list[Pathway]:
    """Read several sources, as `read` does; one record a pathway, ordered by WP number.

    Where two sources have the same pathway, the first that says something of it (a title, any
    genes, …) is believed.

    Raises:
        SourceError: a source cannot be used, or holds no pathway; where that is a file of which
            all is broken, says what is.

    """
    found: dict[str, Pathway] = {}
    for source in sources:
        seen = False
        broken: list[RecordError] = []
        for pathway in read(source, organisms=organisms, figures=figures, report=broken.append):
            seen = True
            known = found.get(pathway.wpid)
            found[pathway.wpid] = pathway if known is None else _filled(known, pathway)
        if not seen:
            raise _empty(source, broken)
        for error in broken:
            report(error)
    return [found[wpid] for wpid in sorted(found, key=lambda wpid: int(wpid[2:]))]


def _empty(source: str | Path, broken: list[RecordError]) -> SourceError:
    """What to say of a source without pathways: the first thing that is broken in it, if any."""
    if not broken:
        return SourceError(f"{source}: holds no pathway", hint=_HINT)
    more = f" (and {len(broken) - 1:,} more)" if len(broken) > 1 else ""
    return SourceError(f"{broken[0].place}: {broken[0].reason}{more}")


def _filled(first: Pathway, second: Pathway) -> Pathway:
    """The first record with its empty fields taken from the second."""
    names = (field.name for field in fields(Pathway))
    return replace(first, **{n: getattr(first, n) or getattr(second, n) for n in names})


_HINT = (
    "It takes a folder of the WikiPathways database, GMT or Turtle files (or a zip of Turtle), "
    "or the https:// address of a SPARQL endpoint"
)
_Reader = Callable[[Path, Naming, Callable[[RecordError], None]], Iterator[Pathway]]


def _reader(path: Path) -> _Reader:
    """The reader that fits what lies at the path."""
    if not path.exists():
        raise SourceError(f"{path}: there is no such file or folder")
    for fits, reader in (
        (database.fits, database.read),
        (gmt.fits, gmt.read),
        (rdf.fits, rdf.read),
    ):
        if fits(path):
            return reader
    raise SourceError(f"{path}: holds no pathways of WikiPathways", hint=_HINT)
