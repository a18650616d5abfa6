"""Front matter of a record: YAML between two `---` lines, read by libyaml (YAML 1.1).

This module builds values from the events of PyYAML's C parser instead of using a loader of
PyYAML: every scalar stays the text of the record (`2012`, `NO`, `0.950`), no tag makes an object,
aliases share their value so that they cannot multiply it, and nesting is limited (a loader's
recursion crashes the process on a file of a hundred thousand brackets).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml
from yaml.reader import ReaderError

from pfocr_kg.errors import OnError, RecordError
from pfocr_kg.records import control_characters, files

Value = str | list[Any] | dict[str, Any] | None
"""A scalar's text, a list, a mapping, or None for null."""

MAX_DEPTH: Final = 32
"""Levels of nesting allowed; real records have three."""

MAX_VALUES: Final = 100_000
"""Texts, lists and mappings of a record; real records have some hundred."""

MAX_ALIASED: Final = files.MAX_FILE
"""Characters that all aliases of texts may repeat: else a small record is a graph of gigabytes."""

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain scalars that mean null."""

_STARTS: Final = frozenset({yaml.SequenceStartEvent, yaml.MappingStartEvent})
_ENDS: Final = frozenset({yaml.SequenceEndEvent, yaml.MappingEndEvent})
_FINAL: Final = frozenset({yaml.DocumentEndEvent, yaml.StreamEndEvent})
_VALUES: Final = _STARTS | {yaml.ScalarEvent, yaml.AliasEvent}

# YAML 1.1, section 4.1.1: all but the characters that a stream can hold.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_ESCAPED: Final = re.compile(r"\\(?:u|U0000)([0-9A-Fa-f]{4})")
_PRIVATE_USE: Final = range(0xE000, 0xF900)
_BEGIN: Final = re.compile(r"---[ \t]*\n")
# It begins with the line end, which makes the search fast.
_END: Final = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)")
_SECOND: Final = re.compile(r"\n---[ \t]*(?=\n|\Z)")


def decode(content: bytes, errors: str = "strict") -> str:
    """Decode a file's bytes: UTF-8, with or without BOM, any line ends (made LF).

    With "surrogateescape" as `errors`, bytes that are not UTF-8 become lone surrogates.

    Raises:
        RecordError: it is not UTF-8.

    """
    try:
        text = content.decode("utf-8-sig", errors)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RecordError(
            f"is not UTF-8 text: byte 0x{content[error.start]:02x}", line=line
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def parse(text: str, report: OnError) -> dict[str, Value]:
    """Read the front matter of a record's decoded text.

    Returns the top-level mapping; its values are texts, lists, mappings or None. Control
    characters are left out of texts and reported; identifiers keep them, to be refused.

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
    _report_dots(text, end, report)
    # With the line of the first `---`: errors count lines.
    value = parse_yaml(text[: end.start() + 1], report)
    if not isinstance(value, dict):
        raise RecordError("has front matter that is not a mapping of keys to values", line=2)
    return value


def _report_dots(text: str, end: re.Match[str], report: OnError) -> None:
    """Report what stands between a line `...`, which ends front matter, and a line `---`."""
    if "..." not in end[0] or (dashes := _SECOND.search(text, end.end())) is None:
        return
    if text[end.end() : dashes.start()].strip():
        line = text.count("\n", 0, end.end()) + 1
        reason = "has '...' before the second '---': what is between them is left out"
        report(RecordError(reason, line=line))


def parse_yaml(text: str, report: OnError) -> Value:
    """The value of the first document of a YAML text, read as front matter is.

    Raises:
        RecordError: it is broken YAML, or holds something that no record has.

    """
    try:
        value, faults = _build_all(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecordError(
            f"has broken YAML: {error.problem or error.context}",
            line=None if mark is None else mark.line + 1,
        ) from None
    except yaml.YAMLError as error:
        raise RecordError(f"has broken YAML: {str(error).splitlines()[0]}") from None
    for fault in faults:
        report(fault)
    return value


def _build_all(text: str) -> tuple[Value, list[RecordError]]:
    """Build a document, also from a text with characters that YAML forbids."""
    try:
        return _build(text, {})
    except ReaderError:
        stand_ins = _stand_ins(text)
        meant = {stand_in: character for character, stand_in in stand_ins.items()}
        return _build(text.translate(stand_ins), meant)


def _stand_ins(text: str) -> dict[int, int]:
    """Forbidden character -> one that the text does not hold, as code points.

    To YAML, the other one is a letter: it neither begins nor ends anything.
    """
    held = {*map(ord, set(text)), *(int(code, 16) for code in _ESCAPED.findall(text))}
    free = (code for code in _PRIVATE_USE if code not in held)
    return dict(zip(map(ord, sorted(set(_FORBIDDEN.findall(text)))), free, strict=False))


def _build(text: str, meant: Mapping[int, int]) -> tuple[Value, list[RecordError]]:
    """Build a document from its events, without recursion.

    `meant` has the characters that others in the text stand for. Also returns the reports of
    control characters that were left out.
    """
    faults: list[RecordError] = []
    name = ""  # the last key
    anchors = _Anchors()
    parents: list[tuple[Any, str | None]] = []
    into: Any = []  # the list or mapping that is being filled
    key: str | None = None  # the key of the next value, if `into` is a mapping
    next_event: Any = yaml.CSafeLoader(text).get_event
    event: Any = None
    try:
        # `yaml.parse` asks for each event twice.
        # Not to the end of the stream: libyaml compares each directive with all others.
        while (kind := type(event := next_event())) not in _FINAL:
            if kind in _ENDS:
                into, key = parents.pop()
            if kind not in _VALUES:
                continue
            anchors.count(event)
            value = _scalar(event) if kind is yaml.ScalarEvent else _other(event, anchors)
            if type(value) is str and (not value.isprintable() or len(value) > files.MAX_TEXT):
                named = name if key is not None or type(into) is list else ""
                value = _usable(value.translate(meant), named, _line(event), faults)
            if event.anchor is not None:
                anchors.values[event.anchor] = value
            if key is not None:
                into[key] = value
                key = None
            elif type(into) is list:
                into.append(value)
            else:
                key = name = _new_key(value, into, event)
            if kind in _STARTS:
                _check_depth(len(parents) + 1, _line(event))
                parents.append((into, key))
                into, key = value, None
    except yaml.MarkedYAMLError as error:
        _check_depth_ahead(text, len(parents) + 1, event, error)
        raise
    return into[0] if into else None, faults + _rest(text, event)


def _rest(text: str, end: Any) -> list[RecordError]:
    """The report of what follows the event that ends a document, if anything does."""
    more = text[end.end_mark.index :].strip()
    return [RecordError("has a second YAML document, left out", line=_line(end))] if more else []


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
    _check_depth(depth + opened, error.problem_mark.line + 1)


def _check_depth(depth: int, line: int) -> None:
    if depth > MAX_DEPTH:
        raise RecordError(f"nests more than {MAX_DEPTH} deep", line=line)


def _scalar(event: Any) -> str | None:
    text: str = event.value
    # implicit[0] is true for a plain scalar only: a quoted 'NULL' is a text.
    if text in _NULLS and event.implicit[0]:
        return None
    return text


def _usable(text: str, name: str, line: int, faults: list[RecordError]) -> str | None:
    """A text of the key `name` as RDF can hold it, with LF as line end; None if it is too long."""
    if len(text) > files.MAX_TEXT:
        faults.append(files.too_long(name, line))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return control_characters.leave_out(text, name, line, faults.append)


class _Anchors:
    """The values of anchors, and how many characters of texts their aliases have repeated."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self._repeated = 0
        self._counted = 0

    def count(self, event: Any) -> None:
        """Count a value of the document, with an anchor or without.

        Raises:
            RecordError: there are too many.

        """
        self._counted += 1
        if self._counted > MAX_VALUES:
            raise RecordError(f"holds more than {MAX_VALUES:,} values", line=_line(event))

    def value(self, event: Any) -> Value:
        """The value of an alias.

        Raises:
            RecordError: it is undefined, or the aliases repeat too much.

        """
        if event.anchor not in self.values:
            raise RecordError(f"uses the undefined alias *{event.anchor}", line=_line(event))
        value = self.values[event.anchor]
        if isinstance(value, str):
            self._repeated += len(value)
        if self._repeated > MAX_ALIASED:
            reason = f"repeats more than {MAX_ALIASED:,} characters by aliases"
            raise RecordError(reason, line=_line(event))
        return value


def _other(event: Any, anchors: _Anchors) -> Value:
    """The value of an alias, or a new empty list or mapping."""
    if isinstance(event, yaml.AliasEvent):
        return anchors.value(event)
    return [] if isinstance(event, yaml.SequenceStartEvent) else {}


def _new_key(value: Value, mapping: dict[str, Value], event: Any) -> str:
    if not isinstance(value, str):
        raise RecordError("has a key that is not a text", line=_line(event))
    if value in mapping:
        raise RecordError(f"gives the key {value!r} twice", line=_line(event), key=value)
    return value


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
