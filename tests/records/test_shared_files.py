"""What the shared files of a folder say to each figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from bad_input import RECORD, record
from pfocr_kg.build.worker import SharedInputs
from pfocr_kg.records.shared_files import Shared
from pfocr_kg.records.sources import find_records


def shared(tree: Path, **files: str) -> Shared:
    """The shared files of a folder: `wpid` and `ndex` are its maps, `page` an organism page."""
    names = {"wpid": "_data/wpid_map.tsv", "ndex": "_data/ndex_map.tsv", "page": "_organisms/a.md"}
    written = {RECORD: record().decode(), **{names[name]: text for name, text in files.items()}}
    for name, content in written.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(content, encoding="utf-8")
    (found,) = find_records(tree, tree)
    return SharedInputs().shared_of(found)


PAGE = "---\nlatin: Homo inventus\nncbi: '63221'\n---\n"


def test_ids_of_a_figure(tmp_path: Path) -> None:
    """In the order of the map; a figid is the same in any normal form of Unicode."""
    found = shared(tmp_path, wpid="a\u0301 WP2\nb\tWP3\n\n\u00e1\tWP1\n", ndex="b\tx\n")
    places = [f"{tmp_path}/_data/wpid_map.tsv:{line}" for line in (1, 4)]
    for figid in ("a\u0301", "\u00e1"):
        assert found.pathways(figid) == (("WP2", places[0]), ("WP1", places[1]))
        assert found.networks(figid) == ()
    assert found.networks("b") == (("x", f"{tmp_path}/_data/ndex_map.tsv:1"),)
    assert found.errors == ()


@pytest.mark.parametrize("changed", ["wpid", "ndex"])
def test_the_fingerprint_of_a_figure_is_of_its_own_ids(changed: str, tmp_path: Path) -> None:
    nothing = shared(tmp_path / "0")
    one, other = (shared(tmp_path / t, **{changed: f"a\t{t}\n"}) for t in ("1", "2"))
    moved = shared(tmp_path / "3", **{changed: "b\tx\na\t1\n"})
    assert nothing.fingerprint("a") == one.fingerprint("b") == ""
    assert one.fingerprint("a") == moved.fingerprint("a") != other.fingerprint("a")
    assert moved.fingerprint("b") not in ("", moved.fingerprint("a"))


def test_the_fingerprint_of_each_figure_is_of_all_organism_pages(tmp_path: Path) -> None:
    nothing, page = shared(tmp_path / "0"), shared(tmp_path / "1", page=PAGE)
    other = shared(tmp_path / "2", page=PAGE.replace("inventus", "alius"))
    prints = [each.fingerprint("a") for each in (nothing, page, other)]
    assert len(set(prints)) == 3
    assert page.fingerprint("b") == prints[1]
    assert prints[0] == ""
