"""Front matter of the plain form that PFOCR writes, without libyaml's events.

Real records are a program's work and use little of YAML: keys that are names, values that are
plain or in single quotes and go on over lines, lists of scalars or of mappings, mappings two
spaces further in. That much is read here with one regular expression, twice as fast. Whatever is
of any other form is left to libyaml (`frontmatter`), mistakes among it: what is read and
reported never depends on this module. Tests hold both equal where it reads.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""What a plain scalar says where it says nothing."""

# YAML 1.1, section 5.1, less tabs and all line ends (section 5.4), less the BOM.
_UNUSUAL: Final = re.compile(
    "[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_FOLD: Final = re.compile("\n +")

# A key longer than 1,024 characters is none (section 7.1.1): this stays far below.
_KEY: Final = "[A-Za-z_][A-Za-z0-9_-]{0,99}|'@?[A-Za-z0-9_-]{1,99}'"
# ": " and a ":" at the end make a key, " #" a comment; both are libyaml's.
_REST: Final = r"[^:#\n]*(?:(?::(?![ \n])|(?<! )#)[^:#\n]*)*"
_PLAIN: Final = r"""[^ \n\-?:,\[\]{}#&*!|>'"%@`]""" + _REST
# A blank before it would be YAML's to take away.
_END: Final = r"(?<! )\n"
_INDENTS: Final = ("", "  ", "    ")

_MOST: Final = 1 << 17
"""Characters: real records are below 100 kB. Until it is known to be of another form, a text can
take some hundred bytes of memory for each character."""


def _scalar_form(indent: str) -> str:
    """A scalar whose further lines stand further in than `indent`."""
    plain = rf"{_PLAIN}(?:{_END}{indent} {_REST})*"
    quoted = rf"'[^'\n]*(?:(?:''|{_END}{indent} )[^'\n]*)*'"
    return f"{plain}|{quoted}"


@cache  # on first use: it takes milliseconds, which commands that read no record can spare
def _entry(indent: str) -> re.Pattern[str]:
    """One key of a mapping with its value or the lines of its list or mapping; or all the rest."""
    scalar, lines = _scalar_form(indent), rf"(?:{indent}[- ] [^\n]*\n)+"
    value = rf" ({scalar}|\[\]){_END}|\n({lines})?"
    return re.compile(rf"{indent}({_KEY}):(?:{value})|([\s\S]+)")


@cache
def _list(indent: str) -> re.Pattern[str]:
    """All lines of a list of scalars."""
    return re.compile(rf"(?:{indent}- (?:{_scalar_form(indent)}){_END})+")


class _OtherFormError(Exception):
    """What is read is not of the plain form."""


def read(lines: str) -> dict[str, Any] | None:
    """Read the lines between the two `---`; None if they are not of the plain form.

    `lines` ends with a line end, where there are any.
    """
    try:
        return None if len(lines) > _MOST else _mapping(lines, 0)
    except _OtherFormError:
        return None


def _mapping(lines: str, depth: int) -> dict[str, Any]:
    if depth == len(_INDENTS):
        raise _OtherFormError
    found: dict[str, Any] = {}
    entries = _entry(_INDENTS[depth]).findall(lines)
    for key, scalar, block, rest in entries:
        if rest:
            raise _OtherFormError
        if scalar:
            value = _scalar(scalar)
        elif block:
            is_list = block.startswith("- ", 2 * depth)
            value = _items(block, depth) if is_list else _mapping(block, depth + 1)
        else:
            value = None
        found[key[1:-1] if key[0] == "'" else key] = value
    # A key that is given twice, or is null, is a mistake: for libyaml's reader to report.
    if not found or len(found) < len(entries) or not NULLS.isdisjoint(found):
        raise _OtherFormError
    return found


def _items(lines: str, depth: int) -> list[Any]:
    """Read the lines of a list whose items are all scalars, or all mappings."""
    indent = _INDENTS[depth]
    items = lines[len(indent) + 2 : -1].split(f"\n{indent}- ")
    if _list(indent).fullmatch(lines):
        return [_scalar(item) for item in items]
    return [_mapping(f"{indent}  {item}\n", depth + 1) for item in items]


def _scalar(text: str) -> Any:
    if "\n" in text:
        text = _FOLD.sub(" ", text)
    if not text.isprintable() and _UNUSUAL.search(text):
        raise _OtherFormError
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    if text == "[]":
        return []
    return None if text in NULLS else text
