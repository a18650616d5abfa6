"""The page that searches figures, with counts of what they have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError, UnknownNameError, without_middle
from pfocr_kg.model import Level
from pfocr_kg.names import excerpts, facets, search
from pfocr_kg.names.excerpts import Pieces
from pfocr_kg.names.facets import Facets
from pfocr_kg.names.lookup import IndexedNames
from pfocr_kg.names.matches import Match
from pfocr_kg.names.search import Found, Hit, Sort
from pfocr_kg.names.wanted import Wanted
from pfocr_kg.serve import addresses
from pfocr_kg.serve.messages import Asked, Pairs, Reply, RequestError
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.pages.tables import Cell
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site
from pfocr_kg.store import sparql

HITS: Final = 20
"""Figures of a page."""

_ENTITIES: Final = ("gene", "disease", "chemical", "organism")
_CONDITIONS: Final = ("q", *_ENTITIES, "journal", "since", "until", "no_pathway")
_CHOICES: Final = ("level", "sort")
_OPTION: Final = re.compile(r"(.* too: )--gene .* finds (\d.*)")
"""The note that the words of a search are a gene."""

_SHORT: Final = 8
"""Values of a facet that are seen at once."""

_ANY_ORGANISM: Final = (
    "Of the paper, or one whose gene names fit. Words of figures are compared with human gene "
    "names first, so most figures fit human."
)

_DETAILS: Final = """SELECT ?figure ?caption ?paper ?organism ?name {
  VALUES ?figure { %s }
  OPTIONAL { ?figure schema:caption ?caption }
  OPTIONAL { ?figure dcterms:isPartOf ?paper }
  OPTIONAL { ?figure pfocr:paperOrganism ?organism . ?organism skos:prefLabel ?name }
}"""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a search, for people, and the address without it."""

    name: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet with its count, and the address that asks for it, or no more for it."""

    text: str
    count: int
    href: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: the values to see at once, and the rest."""

    name: str
    values: tuple[Value, ...]
    note: str = ""

    @property
    def first(self) -> tuple[Value, ...]:
        """The values that are seen at once."""
        return self.values[:_SHORT]

    @property
    def rest(self) -> tuple[Value, ...]:
        """The other values."""
        return self.values[_SHORT:]


@dataclass(slots=True)
class ShownFigure:
    """A figure of a search as the page shows it."""

    hit: Hit
    title: Pieces
    excerpt: Pieces
    href: str
    paper: str = ""
    caption: str = ""
    organisms: dict[str, str] = field(default_factory=dict)


def page(site: Site, asked: Asked) -> Reply:
    """The form, and the figures that meet its conditions if there are any."""
    pairs = _pairs(asked)
    notes: list[str] = []
    try:
        number = _whole(asked, "page", 1) or 1
        found = _found(site, asked, number, notes) if _has_conditions(pairs) else None
    except PfocrError as error:
        return _failed(site, asked, pairs, error)
    pages = max(1, -(-found.total // HITS)) if found else 1
    if number > pages:
        raise RequestError(404, f"there is no page {number:,}", f"The last is {pages:,}")
    wanted = found.wanted if found else Wanted()
    hits = found.hits[(number - 1) * HITS :] if found else ()
    return _page(
        site, asked, pairs,
        found=found,
        notes=[_note(note, asked.get("q")) for note in notes],
        shown=_shown(site, hits, wanted),
        facets=[f for f in _facets(site, pairs, wanted) if f.values],
        conditions=list(_listed(pairs, wanted.entities)),
        number=number,
        pages=[(n, _changed(pairs, page=str(n))) for n in _near(number, pages)],
        download=address("/api/search", pairs),
    )  # fmt: skip


def _page(site: Site, asked: Asked, pairs: Pairs, status: int = 200, **values: Any) -> Reply:
    words = dict(pairs).get("q", "")
    given = {name: [v for k, v in pairs if k == name] for name in (*_CONDITIONS, *_CHOICES)}
    empty: dict[str, Any] = {
        "found": None, "problem": None, "notes": [], "shown": [], "facets": [], "conditions": [],
        "number": 1, "pages": [], "download": "",
    }  # fmt: skip
    title = f"{without_middle(words) or 'Search'} · figures" if pairs else "Search figures"
    return render(
        site, asked, "search.html", title=title, section="/search", status=status, has_box=False,
        given=given, sorts=[*Sort], **{**empty, **values},
    )  # fmt: skip


def _failed(site: Site, asked: Asked, pairs: Pairs, error: PfocrError) -> Reply:
    status = getattr(error, "status", 404 if isinstance(error, UnknownNameError) else 400)
    conditions = list(_listed(pairs))
    return _page(site, asked, pairs, status, problem=error, conditions=conditions)


def _pairs(asked: Asked) -> Pairs:
    """The conditions and choices of a request, each once."""
    names = (*_CONDITIONS, *_CHOICES)
    pairs = ((key, " ".join(value.split())) for key, value in asked.query if key in names)
    return tuple(dict.fromkeys(pair for pair in pairs if pair[1]))


def _has_conditions(pairs: Pairs) -> bool:
    return any(key in _CONDITIONS for key, _ in pairs)


def _found(site: Site, asked: Asked, number: int, notes: list[str]) -> Found:
    return search.search(
        site.store,
        asked.get("q"),
        gene=_all(asked, "gene"),
        disease=_all(asked, "disease"),
        chemical=_all(asked, "chemical"),
        organism=_all(asked, "organism"),
        journal=asked.get("journal"),
        since=_whole(asked, "since"),
        until=_whole(asked, "until"),
        no_pathway=bool(asked.get("no_pathway")),
        level=asked.get("level", Level.ANY),
        sort=asked.get("sort", Sort.RELEVANCE),
        limit=number * HITS,
        on_note=notes.append,
    )


def _all(asked: Asked, name: str) -> list[str]:
    return [value for value in dict.fromkeys(asked.all(name)) if value.strip()]


def _whole(asked: Asked, name: str, least: int = 0) -> int | None:
    """A parameter that is a whole number from `least` to 9999.

    Raises:
        RequestError: it is not.

    """
    text = asked.get(name).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not least <= int(text[:6]) <= 9999:
        raise RequestError(400, f"{name} is no number from {least} to 9999: {text[:40]!r}")
    return int(text)


def _shown(site: Site, hits: Sequence[Hit], wanted: Wanted) -> list[ShownFigure]:
    """Figures with the words that were sought marked in title and caption."""
    if not hits:
        return []
    titles = excerpts.marked([hit.title or hit.paper_title for hit in hits], wanted.terms)
    shown = {
        iri: ShownFigure(hit, title, (), addresses.page(iri))
        for hit, title in zip(hits, titles, strict=True)
        for iri in [iris.figure(hit.figure)]
    }
    for row in sparql.rows(site.store, _DETAILS % sparql.values(shown)):
        one = shown[row["figure"].value]
        one.caption = row["caption"].value if row["caption"] else ""
        one.paper = addresses.page(row["paper"].value) if row["paper"] else ""
        if row["organism"]:
            one.organisms[row["name"].value] = addresses.page(row["organism"].value)
    captions = excerpts.marked([o.caption for o in shown.values()], wanted.terms, short=True)
    for one, excerpt in zip(shown.values(), captions, strict=True):
        one.excerpt = excerpt
    return [*shown.values()]


def _note(note: str, words: str) -> tuple[str, Cell]:
    """A note of the search in a text and a link, which stands for an option to type."""
    if not (found := _OPTION.fullmatch(note)):
        return note, Cell("")
    href = address("/search", {"gene": words.strip(' "')})
    return found[1], Cell(found[2], href)


def _facets(site: Site, pairs: Pairs, wanted: Wanted) -> Iterator[Facet]:
    """What the figures have in common; nothing where the store has no index."""
    if not isinstance(site.names, IndexedNames):
        return
    base = site.names.base
    values = site.once("facets", lambda: facets.read(base))
    found = facets.count(base, values, wanted)
    yield Facet("Organism", tuple(_organisms(pairs, wanted, found)), _ANY_ORGANISM)
    yield Facet("Year", tuple(_years(pairs, wanted, found)))
    yield Facet("Journal", tuple(_journals(pairs, wanted, found)))
    yield Facet("Pathway", tuple(_pathways(pairs, wanted, found)))
    yield Facet("Genes read", tuple(_levels(pairs, wanted, found)))


def _organisms(pairs: Pairs, wanted: Wanted, found: Facets) -> Iterator[Value]:
    asked = [value for key, value in pairs if key == "organism"]
    taken = [e.iri for e in wanted.entities[len(wanted.entities) - len(asked) :]]
    for match, count in found.organisms:
        chosen = [text for text, iri in zip(asked, taken, strict=True) if iri == match.iri]
        rest = [p for p in pairs if p[0] != "organism" or p[1] not in chosen]
        more = [] if chosen else [("organism", match.identifier)]
        yield Value(match.label, count, address("/search", [*rest, *more]), bool(chosen))


def _years(pairs: Pairs, wanted: Wanted, found: Facets) -> Iterator[Value]:
    """The years, the newest first."""
    for year, count in reversed(found.years.items()):
        chosen = wanted.since == wanted.until == int(year)
        asked = None if chosen else year
        yield Value(year, count, _changed(pairs, since=asked, until=asked), chosen)


def _journals(pairs: Pairs, wanted: Wanted, found: Facets) -> Iterator[Value]:
    for journal, count in found.journals.items():
        chosen = bool(wanted.journals)
        yield Value(journal, count, _changed(pairs, journal=None if chosen else journal), chosen)


def _pathways(pairs: Pairs, wanted: Wanted, found: Facets) -> Iterator[Value]:
    if found.without_pathway and (found.with_pathway or wanted.no_pathway):
        href = _changed(pairs, no_pathway=None if wanted.no_pathway else "1")
        yield Value("has none", found.without_pathway, href, wanted.no_pathway)


def _levels(pairs: Pairs, wanted: Wanted, found: Facets) -> Iterator[Value]:
    texts = {Level.SYMBOL: "by symbol", Level.UNAMBIGUOUS: "unambiguous", Level.ANY: "any word"}
    for level, count in found.levels.items():
        href = _changed(pairs, level=None if level is Level.ANY else level)
        yield Value(texts[level], count, href, level is wanted.level)


def _listed(pairs: Pairs, entities: Sequence[Match] = ()) -> Iterator[Condition]:
    """The conditions of a search, entities as what they were taken for."""
    asked = [pair for name in _ENTITIES for pair in pairs if pair[0] == name]
    labels = {pair: match.label for pair, match in zip(asked, entities, strict=False)}
    names = {"q": "words", "no_pathway": "pathway"}
    for pair in pairs:
        if pair[0] in _CONDITIONS:
            text = "none" if pair[0] == "no_pathway" else labels.get(pair) or pair[1]
            rest = [other for other in pairs if other != pair]
            yield Condition(names.get(pair[0], pair[0]), text, address("/search", rest))


def _changed(pairs: Pairs, **changes: str | None) -> str:
    """The address of a search with other values of some parameters, None for none."""
    kept = [pair for pair in pairs if pair[0] not in changes]
    return address("/search", [*kept, *((k, v) for k, v in changes.items() if v is not None)])


def _near(number: int, pages: int) -> Iterable[int]:
    """The numbers of pages that a page leads to: the first, the last, and those beside it."""
    near = {1, pages, *range(number - 2, number + 3)}
    return sorted(n for n in near if 1 <= n <= pages)


ADDRESSES: Final = (Address("/search", page, for_people=True),)
