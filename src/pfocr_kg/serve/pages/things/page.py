"""Answers the address of a thing: its page, its data, or where to look instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from pfocr_kg.model import Level
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.query.about import presentation, showing
from pfocr_kg.serve import addresses, charts
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import network_choice
from pfocr_kg.serve.pages.html import address, link, render
from pfocr_kg.serve.pages.tables import FIRST, PageTable, wanted
from pfocr_kg.serve.pages.things import addressed, facts, figure, forms, parts, schema
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

_MANY: Final = 300
"""Figures of a thing from which on costly parts are made when they are asked for."""
_KEPT: Final = 1_000
"""Figures of a thing from which on what its page shows is kept for the next reader."""
_COSTLY: Final[Mapping[NamedKind, tuple[str, ...]]] = {
    NamedKind.GENE: ("genes", "pathways", "pathways_lacking", "diseases", "chemicals"),
    NamedKind.DISEASE: ("figures_by_genes", "genes", "chemicals", "pathways"),
    NamedKind.CHEMICAL: ("genes", "diseases"),
    NamedKind.ORGANISM: ("figures", "genes", "pathways"),
    NamedKind.PATHWAY: ("missing_genes", "diseases"),
}
_SIDE: Final = ("figures_by_year", "figures_by_match")
"""Costly facts of pages."""
_SHORT: Final = {
    "diseases_of_genes": "Diseases by genes",
    "figures_by_genes": "Figures by genes",
    "missing_genes": "Genes it lacks",
    "pathways_lacking": "Pathways that lack it",
    "similar": "Similar figures",
}
"""Part -> its short title, where that is not its key."""
_LEVELED: Final = (
    (NamedKind.GENE, "figures"),
    *((kind, "genes") for kind in NamedKind if kind not in (NamedKind.GENE, NamedKind.PATHWAY)),
    (NamedKind.PATHWAY, "missing_genes"),
)
"""Parts whose head has the links that choose a level."""
_LEVELS: Final = {
    Level.SYMBOL: "by symbol",
    Level.UNAMBIGUOUS: "unambiguous",
    Level.ANY: "any word",
}
_UNCHECKED: Final = {
    **dict.fromkeys((*NamedKind,), ("chemicals", "diseases")),
    NamedKind.CHEMICAL: ("figures", "diseases"),
    NamedKind.DISEASE: ("figures", "chemicals"),
}
"""Parts of chemicals and diseases that figures name, for which there are no levels."""
_CAUTION: Final = (
    "A program took words of the figures for these names; nobody has checked that they mean them"
    " (a “nucleus” may be a cell's or an atom's), and no level leaves out the doubtful ones."
)
_NETWORKS: Final = ("gene", "disease", "chemical", "pathway", "figure")
_PARAMETERS: Final = ("gene", "disease", "chemical", "organism")
"""Parameters of the pages of networks and of the search, which are names of kinds."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a page: its table, or the address that shows it."""

    key: str
    title: str
    table: PageTable | None
    later: str = ""
    levels: tuple[tuple[str, str], ...] = ()
    caution: str = ""

    def is_shown(self, level: Level) -> bool:
        """Whether it has rows, or may have some at another level, to which it has links."""
        has_rows = self.table is not None and self.table.total > 0
        return bool(self.later) or has_rows or (bool(self.levels) and level is not Level.ANY)

    @property
    def short(self) -> str:
        """A title of a word or three."""
        return _SHORT.get(self.key, self.key.capitalize())


def respond(folder: str, site: Site, asked: Asked) -> Reply:
    """The reply to the address of a thing.

    Raises:
        RequestError: nothing is called so, or there is no such form of it.

    """
    found = addressed.read(site, asked, folder)
    if isinstance(found, Reply):
        return found
    match, ending = found
    level = Level(asked.get("level", Level.ANY.value))
    ending = ending or forms.accepted(asked)
    if ending:
        return forms.reply(site, match, ending, level)
    if asked.get("alone"):
        return _alone(site, asked, match, level)
    return page(site, asked, match, level)


def _alone(site: Site, asked: Asked, match: Match, level: Level) -> Reply:
    """The one list that a script puts in its place in the page, whose links lead to the page."""
    key = asked.get("part")
    if key not in presentation.LAYOUT[match.kind]:
        raise RequestError(404, f"a {match.kind} has no list {key[:60]!r}")
    of_page = replace(asked, query=tuple(pair for pair in asked.query if pair[0] != "alone"))
    others = frozenset(presentation.LAYOUT[match.kind]) - {key}
    known = _known(site, of_page, match, level, others, side=())
    one = _section(of_page, match, key, known, level, {})
    return render(site, of_page, "thing_list.html", title=one.title, one=one, level=level.value)


def page(site: Site, asked: Asked, match: Match, level: Level) -> Reply:
    """The page of a thing."""
    drawn = figure.counts(site, match) if match.kind is NamedKind.FIGURE else {}
    later = _later(asked, match, drawn.get("shared", 0))
    known = _known(site, asked, match, level, later)
    counts: Mapping[str, int] = drawn or known.get("figures_by_level") or {}
    shown = [
        _section(asked, match, key, known, level, counts) for key in presentation.LAYOUT[match.kind]
    ]
    sections = [one for one in shown if one.is_shown(level)]
    values = {
        "match": match,
        "level": level.value,
        "facts": facts.of(match, known),
        "sections": sections,
        "none": [one.title for one in shown if one not in sections],
        "forms": forms.links(match, level),
        "more": _more(match, level),
        "years": _years(match, known),
        "headers": {},
        "template": "thing.html",
    }
    if match.kind is NamedKind.FIGURE:
        values |= figure.values(site, asked, known)
    return render(
        site,
        asked,
        str(values.pop("template")),
        title=facts.title(match, known),
        headers=values.pop("headers"),
        description=f"{match.description}, in pathway figures of PFOCR",
        paper=facts.citation(match, known),
        alternates=tuple((media_type, href) for _, href, media_type in values["forms"]),
        jsonld=schema.of(match, known),
        scripts=("things.js",),
        **values,
    )


def _is_asked(asked: Asked, key: str) -> bool:
    return key in asked.all("part") or wanted(asked, key) is None


def _later(asked: Asked, match: Match, shared: int) -> frozenset[str]:
    """The parts that the page only links to."""
    costly: tuple[str, ...] = ()
    if match.kind is NamedKind.FIGURE and shared > figure.MANY:
        costly = ("similar",)
    elif match.figures > _MANY:
        costly = _COSTLY.get(match.kind, ())
    return frozenset(key for key in costly if not _is_asked(asked, key))


def _known(
    site: Site,
    asked: Asked,
    match: Match,
    level: Level,
    later: frozenset[str],
    side: tuple[str, ...] = _SIDE,
) -> dict[str, Any]:
    """Facts and parts: first rows of most, all of those that are sorted or shown in full.

    Without `side`, and with no part but what is asked for, there are no facts.
    """

    def made(keys: frozenset[str], limit: int | None) -> dict[str, Any]:
        return showing.show(site.store, site.names, match, level, limit, keys).facts

    keys = frozenset(presentation.LAYOUT[match.kind]) - later
    if match.kind is NamedKind.FIGURE:  # its caption and lists to copy need all
        whole = made(keys, None)
        linked = whole.get("pathways")
        return {**whole, "pathways": figure.with_confidence(linked)} if linked else whole
    full = frozenset(key for key in keys if wanted(asked, key) is None)
    costly = frozenset(key for key in keys - full if key in asked.all("part"))
    known: dict[str, Any] = {}
    if first := (keys - full - costly).union(side):
        name = f"{sorted(first)} of {match.kind} {match.iri} {level}"
        make = partial(made, first, FIRST)
        known |= site.once(name, make) if match.figures > _KEPT else make()
    for key in costly:
        name = f"part {key} of {match.kind} {match.iri} {level}"
        known[key] = site.once(name, partial(_one, made, key))
    return known | ({key: made(full, None)[key] for key in full} if full else {})


def _one(made: Callable[[frozenset[str], int | None], dict[str, Any]], key: str) -> Any:
    return made(frozenset({key}), FIRST)[key]


def _section(
    asked: Asked,
    match: Match,
    key: str,
    known: Mapping[str, Any],
    level: Level,
    counts: Mapping[str, int],
) -> PageSection:
    title = presentation.LAYOUT[match.kind][key][0]
    if key not in known:
        return PageSection(key, title, None, link(asked, {"part": key}, key))
    is_figure = match.kind is NamedKind.FIGURE
    extra = figure.EXTRA.get(key, ()) if is_figure else ()
    named = figure.hrefs(known) if is_figure and "genes" in known else {}
    made = parts.of(asked, match, key, known[key], level, extra, named)
    is_leveled = (match.kind, key) in _LEVELED
    caution = _CAUTION if key in _UNCHECKED[match.kind] else ""
    return PageSection(key, title, made, "", _choices(counts) if is_leveled else (), caution)


def _choices(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (level.value, f"{text} {counts[level.value]:,}" if level.value in counts else text)
        for level, text in _LEVELS.items()
    )


def _more(match: Match, level: Level) -> list[tuple[str, str]]:
    """Other pages about the thing: what they show, and their addresses."""
    if not match.figures:
        return []
    name = parts.name_of(match).partition("/")[2]
    found = []
    if match.kind.value in _NETWORKS and match.figures <= network_choice.MOST_FIGURES:
        chosen = {} if level is Level.ANY else {"level": level.value}
        found.append(("Network", address("/network", {match.kind.value: name, **chosen})))
    if match.kind.value in _PARAMETERS:
        found.append(("Search its figures", address("/search", {match.kind.value: name})))
    return found


def _years(match: Match, known: Mapping[str, Any]) -> Any:
    """The chart of figures over years; each bar leads to the search of that year."""
    years = known.get("figures_by_year")
    if not years or len(years) < 2:
        return ""
    name = parts.name_of(match).partition("/")[2]

    def href(year: str) -> str:
        asked = {match.kind.value: name, "since": year, "until": year}
        return address("/search", asked)

    return charts.bars(years, title="Figures by year of the paper", href=href)


ADDRESSES: Final = tuple(
    Address(f"/{folder}/{{name}}", partial(respond, folder), for_people=True)
    for folder in addresses.FOLDERS.values()
)
