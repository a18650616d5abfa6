"""Control characters, which not every RDF format can hold: left out of texts, and reported."""

from __future__ import annotations

import re
from typing import Final

from pfocr_kg.errors import OnError, RecordError

NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML (1.0, section 2.2) cannot hold, not even escaped."""

_IDENTIFIERS: Final = frozenset(
    "automl_pathway chebi doi doid entrez figid figlink identifier mesh ncbi ncbigene_id ndex "
    "organism_id pathway_score pmcid wpid year".split()
)
"""Keys and columns of ids and numbers: without one of its characters, an id names another thing."""


def for_xml(document: str) -> str:
    """An XML document as it can be read again: with U+FFFD for what XML cannot hold.

    A reader takes a carriage return for a line end (https://www.w3.org/TR/xml/#sec-line-ends),
    unless it is a reference.
    """
    return NOT_XML.sub("\ufffd", document).replace("\r", "&#13;")


def leave_out(text: str, name: str, line: int, report: OnError) -> str:
    """A text without its control characters, which are reported.

    `name` is its key or column, "" for a key itself. The value of an identifier keeps them; the
    check of the identifier then refuses it.
    """
    found = NOT_XML.findall(text)
    if not found or name in _IDENTIFIERS:
        return text
    report(RecordError(f"{name or 'a key'} holds {_named(found)}, left out", key=name, line=line))
    return NOT_XML.sub("", text)


def refuse(text: str, name: str) -> None:
    """Refuse an identifier with control characters.

    Raises:
        RecordError: `text` holds one.

    """
    if found := NOT_XML.findall(text):
        raise RecordError(f"{name} holds {_named(found)}", key=name, value=text)


def _named(found: list[str]) -> str:
    codes = ", ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(found))
    return f"the control character {codes}"
