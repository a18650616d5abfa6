"""Where files go, and what is said where a library or a time cannot be used."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg import resources
from pfocr_kg.errors import FormatError, PfocrError
from pfocr_kg.rdf import compressed
from pfocr_kg.remote import sender


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with compressed.writing(pipe) as file:
        file.write(b"what is written")
    reader.join()
    assert got == [b"what is written"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_library_that_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "halfinstalled.py").write_text("import lacking_part\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PfocrError, match=r"a plot needs lacking_part.*\.\[network\]"):
        resources.need("halfinstalled", "network", "a plot")
    sys.modules.pop("halfinstalled", None)


def test_an_update_holds_no_backslash_before_a_letter_u() -> None:
    node, text = ox.NamedNode("urn:x:a"), ox.Literal(r"C:\u0041 é")
    line = ox.serialize([ox.Triple(node, node, text)], format=ox.RdfFormat.N_TRIPLES)
    assert line is not None
    update = sender._insert([line], None)
    assert r"\u" not in update
    store = ox.Store()
    store.update(update)
    assert [quad.object for quad in store] == [text]


def test_a_release_of_no_time(
    sample_graph: pfocr_kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "253402300800")
    with pytest.raises(FormatError, match="not a valid time"):
        sample_graph.release(tmp_path / "release")
