"""Where the one box leads: an entity to its page, several alike to a list, words to the search."""

from __future__ import annotations

from typing import Final

from pfocr_kg.errors import AmbiguousNameError, QueryError, UnknownNameError, without_middle
from pfocr_kg.names import figure_words, finding, resolving, unknown
from pfocr_kg.names.expressions import WORD
from pfocr_kg.names.matches import How, Match, NamedKind
from pfocr_kg.names.resolving import Resolution
from pfocr_kg.names.search import search
from pfocr_kg.serve import addresses
from pfocr_kg.serve.messages import PLAIN, Asked, Reply
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.pages.tables import Cell, PageColumn, table
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

_MOST: Final = 100
"""Things of a list to choose from."""

_COLUMNS: Final = (
    PageColumn("name", "name"),
    PageColumn("kind", "kind"),
    PageColumn("organism", "organism"),
    PageColumn("id", "id"),
    PageColumn("called", "called so by"),
    PageColumn("figures", "figures", is_number=True),
)


def page(site: Site, asked: Asked) -> Reply:
    """Leads on (303), or lists what the text can mean; `all` always lists.

    Raises:
        UnknownNameError: the text is an id, and nothing has it.

    """
    text = " ".join(asked.get("q").split())
    if not WORD.search(text):
        return _lead("/search" if not text else address("/search", {"q": text}))
    if asked.get("all"):
        return _list(site, asked, text)
    try:
        found = resolving.resolve(site.names, text, ())
    except AmbiguousNameError:
        return _list(site, asked, text)
    except UnknownNameError:
        if unknown.kind_of_id(text):
            raise
        return _lead(address("/search", {"q": text}))
    href = addresses.page(found.match.iri, found.match.kind)
    if not href or not _is_sure(found):
        return _list(site, asked, text)
    is_drawn = found.match.figures > 0 and text == found.match.label
    is_plain = is_drawn or found.match.how is How.IDENTIFIER
    return _lead(href if is_plain else address(href, {"for": text}))


def _is_sure(found: Resolution) -> bool:
    """Whether a text means one thing so surely that its page is the answer.

    The title of a pathway, such as "apoptosis", is at the same time what figures are searched for,
    and a word read off figures is no name. A thing of another kind that is called so as well as
    the first can be meant, too.
    """
    match = found.match
    if match.how is How.WORD or (
        match.kind is NamedKind.PATHWAY and match.how is not How.IDENTIFIER
    ):
        return False
    return not any(
        other.kind is not match.kind and other.how is match.how and other.fold <= match.fold
        for other in found.others
    )


def _list(site: Site, asked: Asked, text: str) -> Reply:
    notes: list[str] = []
    matches = finding.find(site.store, text, limit=_MOST, on_note=notes.append)
    called = [match for match in matches if match.how is not How.PART]
    if not any(match.figures for match in called):
        read = figure_words.genes(site.store, text)
        if human := resolving.drawn_human_gene(site.names, called):
            read.append(human)
        matches = list({match.iri: match for match in [*read, *matches]}.values())[:_MOST]
    try:
        figures = search(site.store, text, limit=0).total
    except QueryError:
        figures = 0
    title = f"What “{without_middle(text)}” can mean"
    found = table(asked, "found", title, _COLUMNS, [*map(_row, matches)])
    return render(
        site, asked, "go.html", title=title, has_box=True,
        text=text, found=found, figures=figures, is_cut=len(matches) == _MOST,
    )  # fmt: skip


def _row(match: Match) -> dict[str, Cell | str | int]:
    name = match.label or match.identifier
    is_plain = match.matched == name or match.how in (How.PART, How.TITLE)
    called = "" if is_plain else f"{match.how}: {match.matched}"
    return {
        "name": Cell(name, addresses.page(match.iri, match.kind)),
        "kind": Cell(match.kind.value, chip="kind"),
        "organism": match.organism,
        "id": match.identifier,
        "called": called,
        "figures": match.figures,
    }


def _lead(href: str) -> Reply:
    return Reply(PLAIN, f"See {href}\n".encode(), 303, {"location": href})


ADDRESSES: Final = (Address("/go", page, for_people=True),)
