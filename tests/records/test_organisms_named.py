"""Organisms by the names that users give."""

from __future__ import annotations

import pytest

from pfocr_kg.errors import QueryError
from pfocr_kg.records.organisms import taxon


@pytest.mark.parametrize(
    ("given", "near"), [("mouze", "mouse"), ("fly", "fruit fly"), ("Homo sapines", "homo sapiens")]
)
def test_a_misspelled_organism_is_told_what_is_near(given: str, near: str) -> None:
    with pytest.raises(QueryError, match=f"unknown organism '{given}'.*meant.*{near}"):
        taxon(given)
