"""A folded name is folded as itself, signs around it mean nothing, and each of its keys finds it.

What FTS5 is asked is, whatever the text, phrases of letters and numbers alone.
"""

from __future__ import annotations

import re

from pfocr_kg.errors import QueryError
from pfocr_kg.names import expressions, folding

PHRASE = r'"[^\W_]+(?: [^\W_]+)*"'
TERM = rf"\({PHRASE}(?: OR {PHRASE})*\)"
EXPRESSION = re.compile(rf"\{{[a-z_ ]+\}} : \({TERM}(?: AND {TERM})*\)")


def check(data: bytes) -> None:
    text = data.decode(errors="surrogateescape")
    plain = folding.readable(text)
    plain.encode()
    assert folding.readable(plain) == plain
    for fold in (folding.cased, folding.folded):
        assert fold(fold(plain)) == fold(plain), (fold, plain)
    for key in folding.keys(plain):
        assert key in folding.keys(key), (plain, key)
    assert folding.keys(plain) == folding.keys(folding.cased(plain)), plain
    if expressions.WORD.search(plain):
        assert folding.folded(f"(-{plain}_.") == folding.folded(plain), plain
    try:
        found = expressions.terms(text)
    except QueryError:
        return
    if found:
        assert EXPRESSION.fullmatch(expressions.expression(found)), text
