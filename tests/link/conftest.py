"""A small WikiPathways database, written by hand for the tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

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
