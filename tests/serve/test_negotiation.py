"""The media type that a reply gets, for Accept headers with the choice worked out by hand."""

from __future__ import annotations

import pytest

from pfocr_kg.serve.messages import RequestError
from pfocr_kg.serve.negotiation import choose

OFFERED = ("application/json", "text/html; charset=utf-8", "text/csv", "text/turtle")

# Of a browser, and of Java's own client, which writes * and q=.2.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"

CHOICES = [
    ("", "application/json"),
    ("*/*", "application/json"),
    ("*", "application/json"),
    ("text/csv", "text/csv"),
    ("TEXT/CSV", "text/csv"),
    ("text/turtle, text/csv", "text/csv"),  # our order, where the client has none
    ("text/csv;q=0.5,text/turtle;q=0.9", "text/turtle"),
    ("text/csv;q=0.5 , text/turtle ; q=0.9", "text/turtle"),
    ("text/csv; Q=0.5, text/turtle; q = 0.4", "text/csv"),
    ("text/*", "text/html; charset=utf-8"),
    ("text/*;q=0.9, application/json;q=0.8", "text/html; charset=utf-8"),
    ("text/turtle, */*", "text/turtle"),  # named goes before *
    ("text/*, */*", "text/html; charset=utf-8"),
    ("*/*, application/json;q=0", "text/html; charset=utf-8"),
    ("text/*, text/html;q=0, text/csv;q=0", "text/turtle"),
    ("text/html;q=0.1, */*;q=0.9", "application/json"),  # the closest range has the say
    ("image/png, text/turtle;q=0.001", "text/turtle"),
    ("text/turtle;charset=utf-8", "text/turtle"),
    ('text/turtle;note="a,b;q=0";q=0.3, text/csv;q=0.2', "text/turtle"),
    ("application/json;q=0.5, text/turtle;q=1.000", "text/turtle"),
    ("text/turtle;q=1;ext=1, text/csv;q=0.9", "text/turtle"),
    ("nonsense, text/csv", "text/csv"),
    (",,", "application/json"),
    ('text/turtle, text/csv;note="', "text/csv"),
    (BROWSER, "text/html; charset=utf-8"),
    (JAVA, "text/html; charset=utf-8"),
]


@pytest.mark.parametrize(("accept", "expected"), CHOICES)
def test_the_best_type_is_chosen(accept: str, expected: str) -> None:
    assert choose(accept, OFFERED) == expected


@pytest.mark.parametrize(
    "accept", ["image/png", "text/csv;q=0", "*/*;q=0", "image/*, */*;q=0.0", "application/jso"]
)
def test_nothing_acceptable_is_406_and_lists_what_there_is(accept: str) -> None:
    with pytest.raises(RequestError) as raised:
        choose(accept, OFFERED)
    assert raised.value.status == 406
    assert "application/json, text/html, text/csv, text/turtle" in str(raised.value)
    assert "\n" not in str(raised.value)
