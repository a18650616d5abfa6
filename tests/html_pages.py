"""Reads pages as a strict browser would: what is not closed, or closed twice, is an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from pfocr_kg.serve.messages import Reply

VOID = {"meta", "link", "img", "input", "br", "hr", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (c if isinstance(c, str) else c.text for c in self.children)
        return " ".join("".join(parts).split())

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", of_class: str = "") -> list[Element]:
        return [
            e
            for e in self.walk()
            if (not tag or e.tag == tag)
            and (not of_class or of_class in e.attributes.get("class", "").split())
        ]

    def one(self, tag: str = "", of_class: str = "") -> Element:
        (found,) = self.all(tag, of_class)
        return found

    def by_id(self, name: str) -> Element:
        (found,) = (e for e in self.walk() if e.attributes.get("id") == name)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag} has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> within <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(page: Reply | str) -> Element:
    if isinstance(page, Reply):
        assert page.media_type.startswith("text/html")
        page = b"".join([page.body] if isinstance(page.body, bytes) else page.body).decode()
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]


def check(page: Element) -> None:
    """What holds for every page: the content policy, links, landmarks, headings, ids, labels."""
    for element in page.walk():
        assert not any(name == "style" or name.startswith("on") for name in element.attributes)
        assert element.tag != "style"
        if element.tag == "script":
            is_data = element.attributes.get("type") == "application/ld+json"
            assert is_data or element.attributes["src"].startswith("/static/")
        for name in ("href", "src", "action"):
            if name in element.attributes:
                check_address(element.attributes[name])
    for tag in ("main", "h1", "header", "footer"):
        assert len(page.all(tag)) == 1, tag
    assert page.one("head").one("title").text
    ids = [e.attributes["id"] for e in page.walk() if "id" in e.attributes]
    assert len(set(ids)) == len(ids)
    for link in page.all("a"):
        assert link.text, link
        if link.attributes["href"].startswith("#"):
            assert link.attributes["href"][1:] in ids
    labelled = {label.attributes.get("for") for label in page.all("label")}
    within = [e for label in page.all("label") for e in label.walk()]
    for field_ in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        is_named = "aria-label" in field_.attributes or field_.attributes.get("type") == "hidden"
        assert is_named or field_ in within or field_.attributes.get("id") in labelled


def check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        assert parts.scheme in ("http", "https"), address
    else:
        assert address.startswith(("/", "#")), address
