"""Front matter of a record: YAML between two `---` lines, read by libyaml (YAML 1.1).

This module builds values from the events of PyYAML's C parser instead of using a loader of
PyYAML: every scalar stays the text of the record (`2012`, `NO`, `0.950`), no tag makes an object,
aliases share their value so that they cannot multiply it, and nesting is limited (a loader's
recursion crashes the process on a file of a hundred thousand brackets).
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from pfocr_kg.errors import RecordError

Value = str | list[Any] | dict[str, Any] | None
"""A scalar's text, a list, a mapping, or None for null."""

MAX_DEPTH: Final = 32
"""Levels of nesting allowed; real records have three."""

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain scalars that mean null."""

_STARTS: Final = frozenset({yaml.SequenceStartEvent, yaml.MappingStartEvent})
_ENDS: Final = frozenset({yaml.SequenceEndEvent, yaml.MappingEndEvent})
_VALUES: Final = _STARTS | {yaml.ScalarEvent, yaml.AliasEvent}

# XML 1.0, section 2.2: characters that RDF/XML and SPARQL XML results cannot hold.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BEGIN: Final = re.compile(r"---[ \t]*\n")
# It begins with the line end, which makes the search fast.
_END: Final = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)")


def decode(content: bytes) -> str:
    """Decode a file's bytes: UTF-8, with or without BOM, any line ends (made LF).

    Raises:
        RecordError: it is not UTF-8.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RecordError(
            f"is not UTF-8 text: byte 0x{content[error.start]:02x}", line=line
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def reject_control_characters(text: str, line: int = 1) -> None:
    """Refuse characters that not every RDF format can hold; `line` is where `text` begins.

    Raises:
        RecordError: `text` holds one.

    """
    if found := _UNPRINTABLE.search(text):
        at = line + text.count("\n", 0, found.start())
        raise RecordError(f"holds the control character U+{ord(found[0]):04X}", line=at)


def parse(text: str) -> dict[str, Value]:
    """Read the front matter of a record's decoded text.

    Returns the top-level mapping; its values are texts, lists, mappings or None.

    Raises:
        RecordError: there is no front matter, or it is not a YAML mapping.

    """
    if not text or text.isspace():
        raise RecordError("is empty")
    begin = _BEGIN.match(text)
    if begin is None:
        raise RecordError("has no front matter (no '---' in its first line)", line=1)
    end = _END.search(text, begin.end() - 1)
    if end is None:
        raise RecordError("has front matter without a second '---'", line=1)
    yaml_text = text[: end.start() + 1]  # with the line of the first `---`: errors count lines
    try:
        value = _build(yaml_text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecordError(
            f"has broken YAML: {error.problem or error.context}",
            line=None if mark is None else mark.line + 1,
        ) from None
    except yaml.YAMLError as error:
        reject_control_characters(yaml_text)
        raise RecordError(f"has broken YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(value, dict):
        raise RecordError("has front matter that is not a mapping of keys to values", line=2)
    return value


def _build(text: str) -> Value:
    """Build a document from its events, without recursion."""
    anchors: dict[str, Value] = {}
    parents: list[tuple[Any, str | None]] = []
    into: Any = []  # the list or mapping that is being filled
    key: str | None = None  # the key of the next value, if `into` is a mapping
    next_event: Any = yaml.CSafeLoader(text).get_event
    event: Any = None
    try:
        # `yaml.parse` asks for each event twice.
        while (event := next_event()) is not None:
            kind = type(event)
            if kind in _ENDS:
                into, key = parents.pop()
            if kind not in _VALUES:
                continue
            value = _scalar(event) if kind is yaml.ScalarEvent else _other(event, anchors)
            if event.anchor is not None:
                anchors[event.anchor] = value
            if key is not None:
                into[key] = value
                key = None
            elif type(into) is list:
                into.append(value)
            else:
                key = _new_key(value, into, event)
            if kind in _STARTS:
                if len(parents) >= MAX_DEPTH:
                    raise _too_deep(_line(event))
                parents.append((into, key))
                into, key = value, None
    except yaml.MarkedYAMLError as error:
        _check_depth_ahead(text, len(parents) + 1, event, error)
        raise
    return into[0] if into else None


def _check_depth_ahead(text: str, depth: int, event: Any, error: yaml.MarkedYAMLError) -> None:
    """Report nesting that libyaml refused before it gave the events for it.

    libyaml reads up to 1,024 characters ahead of its events and has a limit of its own. The
    brackets between its last event and its error are counted, so that our limit is the one
    that is reported, whatever libyaml's is and however it is worded.

    Raises:
        RecordError: the text nests more than MAX_DEPTH deep there.

    """
    if event is None or error.problem_mark is None:
        return
    ahead = text[event.end_mark.index : error.problem_mark.index]
    opened = sum(map(ahead.count, "[{")) - sum(map(ahead.count, "]}"))
    if depth + opened > MAX_DEPTH:
        raise _too_deep(error.problem_mark.line + 1)


def _too_deep(line: int) -> RecordError:
    return RecordError(f"nests more than {MAX_DEPTH} deep", line=line)


def _scalar(event: Any) -> str | None:
    text: str = event.value
    # implicit[0] is true for a plain scalar only: a quoted 'NULL' is a text.
    if text in _NULLS and event.implicit[0]:
        return None
    if not text.isprintable():
        reject_control_characters(text, _line(event))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _other(event: Any, anchors: dict[str, Value]) -> Value:
    """The value of an alias, or a new empty list or mapping."""
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise RecordError(f"uses the undefined alias *{event.anchor}", line=_line(event))
        return anchors[event.anchor]
    return [] if isinstance(event, yaml.SequenceStartEvent) else {}


def _new_key(value: Value, mapping: dict[str, Value], event: Any) -> str:
    if not isinstance(value, str):
        raise RecordError("has a key that is not a text", line=_line(event))
    if value in mapping:
        raise RecordError(f"gives the key {value!r} twice", line=_line(event), key=value)
    return value


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
