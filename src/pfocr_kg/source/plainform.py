"""Front matter of the plain form that PFOCR writes, without libyaml's events.

Real records are a program's work and use little of YAML: keys that are names, values that are
plain or in single quotes and go on over lines, lists of scalars or of mappings, mappings two
spaces further in. That much is read here with one regular expression, twice as fast. Whatever is
of any other form is left to libyaml (`frontmatter`), mistakes among it: what is read and
reported never depends on this module. Tests hold both equal where it reads.
"""

from __future__ import annotations

import re
from typing import Any, Final

NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""What a plain scalar says where it says nothing."""

# YAML 1.1, section 5.1, less tabs and all line ends but "\n" (section 5.4), less the BOM.
_UNUSUAL: Final = re.compile(
    "[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_FOLD: Final = re.compile("\n +")

# A key longer than 1,024 characters is none (section 7.1.1): this stays far below.
_KEY: Final = "[A-Za-z_][A-Za-z0-9_-]{0,99}|'@?[A-Za-z0-9_-]{1,99}'"
# ": " and a ":" at the end make a key, " #" a comment; both are libyaml's.
_REST: Final = r"[^:#\n]*(?:(?::(?![ \n])|(?<! )#)[^:#\n]*)*"
_PLAIN: Final = r"""[^ \n\-?:,\[\]{}#&*!|>'"%@`]""" + _REST
_DEEPEST: Final = 3


def _scalar_form(indent: str) -> str:
    """A scalar whose further lines stand further in than `indent`."""
    plain = rf"{_PLAIN}(?:\n{indent} {_REST})*"
    quoted = rf"'[^'\n]*(?:(?:''|\n{indent} )[^'\n]*)*'"
    return f"{plain}|{quoted}"


def _entry(indent: str) -> re.Pattern[str]:
    """One key of a mapping with its value or the lines of its list or mapping; or all the rest."""
    scalar, lines = _scalar_form(indent), rf"(?:{indent}[- ] [^\n]*\n)+"
    return re.compile(rf"{indent}({_KEY}):(?: ({scalar}|\[\])\n|\n({lines})?)|([\s\S]+)")


def _list(indent: str) -> re.Pattern[str]:
    """All lines of a list of scalars."""
    return re.compile(rf"(?:{indent}- (?:{_scalar_form(indent)})\n)+")


_INDENTS: Final = tuple("  " * depth for depth in range(_DEEPEST))
_ENTRIES: Final = tuple(map(_entry, _INDENTS))
_LISTS: Final = tuple(map(_list, _INDENTS))


def read(lines: str) -> dict[str, Any] | None:
    """Read the lines between the two `---`; None if they are not of the plain form.

    `lines` ends with a line end, where there are any.
    """
    # Blanks at a line's end and empty lines mean something to YAML.
    if not lines or " \n" in lines or "\n\n" in lines:
        return None
    if not lines.replace("\n", " ").isprintable() and _UNUSUAL.search(lines):
        return None
    return _mapping(lines, 0)


def _mapping(lines: str, depth: int) -> dict[str, Any] | None:
    if depth == _DEEPEST:
        return None
    found: dict[str, Any] = {}
    entries = _ENTRIES[depth].findall(lines)
    for key, scalar, block, rest in entries:
        if rest:
            return None
        value = _scalar(scalar) if scalar else None
        if block:
            is_list = block.startswith("- ", 2 * depth)
            value = _items(block, depth) if is_list else _mapping(block, depth + 1)
            if value is None:
                return None
        found[key[1:-1] if key[0] == "'" else key] = value
    # A key that is given twice, or is null, is a mistake: for libyaml's reader to report.
    return found if len(found) == len(entries) and NULLS.isdisjoint(found) else None


def _items(lines: str, depth: int) -> list[Any] | None:
    """Read the lines of a list whose items are all scalars, or all mappings."""
    indent = _INDENTS[depth]
    items = lines[len(indent) + 2 : -1].split(f"\n{indent}- ")
    if _LISTS[depth].fullmatch(lines):
        return [_scalar(item) for item in items]
    mappings = [_mapping(f"{indent}  {item}\n", depth + 1) for item in items]
    return None if None in mappings else mappings


def _scalar(text: str) -> Any:
    if text == "[]":
        return []
    if "\n" in text:
        text = _FOLD.sub(" ", text)
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    return None if text in NULLS else text
