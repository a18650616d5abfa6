"""Linked stores, and a small WikiPathways database written by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from linked_stores import Run, built
from places import EXCERPT

COLUMNS = (
    "Label\tType\tIdentifier\tComment\tEnsembl\tNCBI gene\tHGNC\tUniProt\tWikidata\tChEBI\t"
    "InChI\tPubChem\tChemSpider\tHMDB\tKEGG\tLipidMaps"
)


def datanode(label: str, genes: str, kind: str = "GeneProduct", comment: str = '""') -> str:
    """A row of a datanodes table, with its sixteen columns."""
    return "\t".join([label, kind, "x:1", comment, "", genes, *[""] * 10])


@pytest.fixture
def put_pathway(tmp_path: Path) -> Callable[..., Path]:
    """Write one pathway into a database folder, which is returned."""

    def put(
        wpid: str,
        genes: Iterable[str] = (),
        *,
        organism: str = "Homo sapiens",
        rows: Iterable[str] = (),
        refs: str = "",
        info: Mapping[str, Any] | None = None,
    ) -> Path:
        folder = tmp_path / "database" / "pathways" / wpid
        folder.mkdir(parents=True)
        facts = {"wpid": wpid, "organisms": [organism], "title": f"Title of {wpid}"}
        facts |= {"description": "", "ontology-ids": []} | dict(info or {})
        (folder / f"{wpid}-info.json").write_text(json.dumps(facts), encoding="utf-8")
        nodes = [COLUMNS, *(datanode(f"G{g}", f"ncbigene:{g}") for g in genes), *rows, ""]
        (folder / f"{wpid}-datanodes.tsv").write_text("\n".join(nodes), encoding="utf-8")
        (folder / f"{wpid}-refs.tsv").write_text(f"ID\tDatabase\n{refs}", encoding="utf-8")
        return tmp_path / "database"

    return put


@pytest.fixture(scope="session")
def linked(run_cli: Run, sample: Path, once: Callable[..., Path]) -> Path:
    """The sample linked to the excerpt by the command; for reading only."""

    def make(folder: Path) -> None:
        built(run_cli, folder / "store", sample, "--wikipathways", EXCERPT)

    return once("linked-by-the-command", make) / "store"


@pytest.fixture
def own(linked: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(linked, tmp_path / "own"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A copy of the excerpt that a test may change."""
    return Path(shutil.copytree(EXCERPT, tmp_path / "database"))
