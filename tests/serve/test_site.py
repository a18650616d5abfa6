"""What a site keeps of one build."""

from __future__ import annotations

from pathlib import Path

import pytest

from pfocr_kg.serve import site as sites
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site


def test_a_site_forgets_what_was_not_used_for_the_longest_time(
    linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "_MOST", 2)
    site = Site(Settings(linked_sample))
    made: list[str] = []
    for key in ("a", "b", "a", "c", "a", "b"):
        site.once(key, lambda key=key: made.append(key))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
    site.close()
