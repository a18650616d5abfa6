"""Makes pages of templates, and links of the request that a page answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pfocr_kg.errors import without_middle
from pfocr_kg.serve.charts import counted
from pfocr_kg.serve.messages import HTML, PLAIN, Asked, Reply, RequestError
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

_VERSION: Final = version("pfocr-kg")
_STATIC: Final = resources.files(__package__) / "static"
_MEDIA_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
_ROBOTS: Final = "User-agent: *\n" + "".join(
    f"Disallow: {path}\n"
    for path in ("/api/", "/enrich", "/go", "/mcp", "/network", "/query?", "/search?", "/sparql")
)
_LONG_WORD: Final = 16
_SIGN: Final = re.compile(r"([._]+|-)(?=\w)")
_FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}
_NOTHING: Final[Mapping[str, Any]] = {
    "section": "",
    "description": "",
    "paper": "",
    "alternates": (),
    "jsonld": None,
    "scripts": (),
    "has_box": True,
}
"""What `base.html` shows of a page that does not give it; `render` says what each is."""


def render(
    site: Site | None,
    asked: Asked,
    template: str,
    *,
    title: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Reply:
    """A page of a template that extends `base.html`, with its title and the template's values.

    Values for `base.html`, all optional: `section` is the address of the entry of the navigation
    that the page belongs to ("/search"); `description` one line for search engines; `paper` the
    citation of the paper that the page is about; `alternates` pairs of media type and address of
    its other forms; `jsonld` what programs read in the page (a JSON-ready value); `scripts` the
    names of its modules in `static/`; `has_box` is False for a page that has the box in itself.
    """
    page = _environment().get_template(template)
    known = {"site": site, "asked": asked, "title": title, "version": _VERSION}
    text = page.render({**_NOTHING, **known, **values})
    return Reply(HTML, text.encode(), status, dict(headers or {}))


def error_page(site: Site | None, asked: Asked, status: int, message: str, hint: str = "") -> Reply:
    """The page of an error. Without a site it needs no store."""
    return render(
        site, asked, "error.html", title=_TITLES.get(status, "Error"), status=status,
        message=message, hint=hint,
    )  # fmt: skip


_TITLES: Final = {
    400: "Cannot be read",
    403: "Not allowed",
    404: "Not found",
    503: "Busy",
    504: "Took too long",
    507: "Needs too much memory",
}


def link(asked: Asked, changes: Mapping[str, str | None], anchor: str = "") -> str:
    """The address that was asked for, with other values of some parameters, None for none."""
    pairs = [(key, value) for key, value in asked.query if key not in changes]
    pairs += [(key, value) for key, value in changes.items() if value is not None]
    return address(asked.address.partition("?")[0], pairs, anchor)


def address(
    path: str, query: Mapping[str, str] | Sequence[tuple[str, str]] = (), anchor: str = ""
) -> str:
    """An address of this server with its query and the id of a place in the page.

    >>> address("/go", {"q": "liver cancer"}, "top")
    '/go?q=liver+cancer#top'
    """
    asked = f"?{urlencode(query, safe=':/')}" if query else ""
    return f"{path}{asked}{'#' + quote(anchor) if anchor else ''}"


def static(name: str) -> str:
    """The address of a file of `static/`, which changes with its content."""
    return f"/static/{name}?v={_digest(name)}"


def static_file(_: Site, asked: Asked) -> Reply:
    """A file of `static/`; under the address that `static` gives it can be kept for ever."""
    name = asked.path["file"]
    if name not in _names():
        raise RequestError(404, f"there is no file {name!r}")
    media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
    is_current = asked.get("v") == _digest(name)
    return Reply(media_type, _content(name), headers=dict(_FOR_EVER) if is_current else {})


def robots(_: Site, __: Asked) -> Reply:
    """What programs that read the web should leave: answers of any cost, of endless number."""
    return Reply(_MEDIA_TYPES["txt"], _ROBOTS.encode())


def icon(_: Site, __: Asked) -> Reply:
    """Where the icon is, for what does not read it in a page."""
    return Reply(PLAIN, b"", 301, {"location": static("mark.svg")})


@cache
def _names() -> frozenset[str]:
    return frozenset(file.name for file in _STATIC.iterdir() if file.is_file())


@cache
def _content(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]


def number(value: float) -> str:
    """A number for people, in at most three digits behind the point.

    >>> number(12345), number(0.25), number(1.234e-9)
    ('12,345', '0.25', '1.23e-09')
    """
    if isinstance(value, int):
        return f"{value:,}"
    return f"{round(value, 3):g}" if not value or abs(value) >= 0.001 else f"{value:.3g}"


def breakable(text: str) -> Markup:
    """A text; one long word can be broken after its signs, as in PMC3270028__pone.0030802.g006."""
    escaped = escape(text)
    if len(text) < _LONG_WORD or " " in text:
        return escaped
    return Markup(_SIGN.sub(r"\1<wbr>", str(escaped)))  # noqa: S704 - escaped before


class Chipped(Protocol):
    """A value in HTML; one with a chip needs no comma behind it."""

    @property
    def chip(self) -> str:
        """The kind of its chip, or ""."""

    def __html__(self) -> str:
        """Its HTML."""


def cells(them: Sequence[Chipped]) -> Markup:
    """Values one after the other."""
    texts = [one.__html__() + (" " if one.chip else ", ") for one in them[:-1]]
    return Markup("".join([*texts, *(one.__html__() for one in them[-1:])]))  # noqa: S704 - is HTML


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pfocr_kg.serve.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "counted": counted}
    environment.filters |= {"breakable": breakable, "without_middle": without_middle}
    environment.globals |= {"static": static, "link": link, "address": address, "cells": cells}
    environment.globals["ui"] = environment.get_template("macros.html").module
    return environment


ADDRESSES: Final = (
    Address("/static/{file}", static_file),
    Address("/robots.txt", robots),
    Address("/favicon.ico", icon),
)
