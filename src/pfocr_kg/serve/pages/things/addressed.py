"""Which thing the address of a page means, and in which form."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from pfocr_kg.errors import AmbiguousNameError, UnknownNameError
from pfocr_kg.names import resolving, unknown
from pfocr_kg.names.matches import How, Match, NamedKind, listed
from pfocr_kg.serve import addresses
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.messages import PLAIN, Asked, Reply, RequestError
from pfocr_kg.serve.pages.html import address
from pfocr_kg.serve.pages.things.forms import endings
from pfocr_kg.serve.site import Site

_MOVED: Final = 301
_SEE: Final = 303


def read(site: Site, asked: Asked, folder: str) -> tuple[Match, str] | Reply:
    """The thing and the ending of the form that is asked for, "" for none; or where to look.

    A name can have a dot itself: an ending counts only if nothing is called so with it.

    Raises:
        RequestError: 404, nothing is called so.

    """
    kind, name = operations.KINDS[folder], asked.path["name"]
    readings = _readings(kind, name)
    for text, ending in readings:
        if (match := _exact(site, folder, text)) is not None:
            return match, ending
    for text, ending in readings:
        try:
            match = resolving.resolve(site.names, text, {kind}).match
        except AmbiguousNameError:
            return _lead(_SEE, address("/go", {"q": text}))
        except UnknownNameError:
            continue
        if href := addresses.page(match.iri, kind):
            return _other(match, href, text, ending)
    raise _unknown(site, kind, readings[-1][0])


def _readings(kind: NamedKind, name: str) -> list[tuple[str, str]]:
    stem, _, ending = name.rpartition(".")
    with_ending = [(stem, ending)] if stem and ending in endings(kind) else []
    return [(name, ""), *with_ending]


def _exact(site: Site, folder: str, name: str) -> Match | None:
    """The thing whose page has this name, written just so."""
    try:
        match = operations.thing(site, folder, name)
    except UnknownNameError:
        return None
    is_page = addresses.page(match.iri, match.kind) == f"/{folder}/{quote(name, safe=':')}"
    return match if is_page else None


def _other(match: Match, href: str, text: str, ending: str) -> Reply:
    """Leads from another name of a thing to its page; the page says what was asked for."""
    href += f".{ending}" if ending else ""
    if match.how is How.IDENTIFIER:
        return _lead(_MOVED, href)
    is_label = ending or text == match.label
    return _lead(_SEE, href if is_label else address(href, {"for": text}))


def _lead(status: int, href: str) -> Reply:
    return Reply(PLAIN, f"See {href}\n".encode(), status, {"location": href})


def _unknown(site: Site, kind: NamedKind, name: str) -> RequestError:
    text = " ".join(name.split())[:60]
    near = unknown.near(site.names, text, {kind})
    hint = f"Near are {listed(near)}" if near else "The box above takes names of any kind"
    return RequestError(404, f"The graph has no {kind} “{text}”", hint)
