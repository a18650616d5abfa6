"""Tokens of SPARQL 1.1 (grammar, section 19.8), as patterns for `re.VERBOSE | re.DOTALL`.

To find a name in a query, put these into one pattern in this order, so that nothing is found in a
comment, a string or an IRI.
"""

from typing import Final

COMMENT: Final = r"\#[^\r\n]*"
STRING: Final = r"""
    \"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3} | \"(?:[^"\\\r\n]|\\.)*\"
    | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3} | '(?:[^'\\\r\n]|\\.)*'"""
IRI: Final = r"""<[^<>"{}|^`\\\x00-\x20]*>"""
VARIABLE: Final = r"[?$]\w+"
PREFIX: Final = r"[^\W\d](?:[\w.-]{0,98}[\w-])?"
"""Of a hundred characters at most: without a bound, long words take the square of their length."""
LOCAL_NAME: Final = r"(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*"
