"""Any bytes as front matter give a record, or an error with a line of the file, and nothing else.

What is read is what PyYAML's BaseLoader reads, and the record's triples are valid N-Triples.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from pfocr_kg.build.worker import SharedInputs
from pfocr_kg.errors import RecordError
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.records import frontmatter, record
from pfocr_kg.records.disease_vocabulary import bundled_vocabulary
from pfocr_kg.records.sources import Place, RecordFolder

HEAD = b"---\n"
WHO = b"figid: PMC1__a\npmcid: PMC1\n"
NULLS = ("", "~", "null", "Null", "NULL")
LEFT_OUT = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

FOLDER = tempfile.TemporaryDirectory(prefix="pfocr-kg-fuzz-")
PAGE = Path(FOLDER.name) / "a.md"
SHARED = SharedInputs()
bundled_vocabulary()  # which the first record would read
RECORDS = RecordFolder(Place(PAGE.parent, ""), (PAGE,), (), None)


def check(data: bytes) -> None:
    body = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    read = parsed(HEAD + body + b"\n---\n")
    if read is not None:
        compare(read, body.decode())
    as_a_record(HEAD + WHO + body + b"\n---\n")


def parsed(content: bytes) -> dict[str, Any] | None:
    """The value as we read it; None if it is refused."""
    read: dict[str, Any] | None = None
    faults: list[RecordError] = []
    try:
        read = frontmatter.parse(frontmatter.decode(content), faults.append)
    except RecordError as error:
        faults.append(error)
    lines = content.count(b"\n") + 1
    for fault in faults:
        assert fault.line is None or 0 < fault.line <= lines, fault.line
        assert "\n" not in str(fault)
    return read


def compare(read: dict[str, Any], body: str) -> None:
    """Hold a value to that of another reader, which keeps the last of equal keys, as ours does not.

    The parser below both is libyaml, so that what differs is ours.
    """
    lines = iter(body.split("\n"))
    kept = "\n".join(take_front_matter(lines))
    try:
        other = yaml.load(f"---\n{kept}\n", Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return  # characters that YAML forbids
    seen: set[tuple[int, int]] = set()
    waiting = [(read, other)]
    while waiting:
        ours, theirs = waiting.pop()
        if (id(ours), id(theirs)) in seen:
            continue
        seen.add((id(ours), id(theirs)))
        if isinstance(theirs, dict):
            assert {LEFT_OUT.sub("", one(key)) for key in theirs} == {*map(one, ours)}
            named = {LEFT_OUT.sub("", one(key)): value for key, value in theirs.items()}
            waiting += [(value, named[key]) for key, value in ours.items()]
        elif isinstance(theirs, list):
            assert len(ours) == len(theirs)
            waiting += zip(ours, theirs, strict=True)
        elif ours is None:
            assert theirs in NULLS
        else:
            assert LEFT_OUT.sub("", ours) == LEFT_OUT.sub("", one(theirs)), (ours, theirs)


def take_front_matter(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.rstrip(" \t") in ("---", "..."):
            return
        yield line


def one(text: str) -> str:
    """A text with LF as line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def assert_at_page(error: RecordError) -> None:
    assert error.path == str(PAGE)


def as_a_record(content: bytes) -> None:
    PAGE.write_bytes(content)
    try:
        read = record.read(PAGE, RECORDS, SHARED.shared_of(RECORDS))
    except RecordError as error:
        assert_at_page(error)
        return
    for fault in read.errors:
        assert_at_page(fault)
    triples = ntriples.to_ntriples(document.figure(read.figure))
    assert sum(1 for _ in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES))
