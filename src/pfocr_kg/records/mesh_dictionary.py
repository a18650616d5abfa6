"""MeSH terms with the ChEBI id or DOID of the same thing, and the names of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pfocr_kg import resources


class MeshTerm(NamedTuple):
    """A MeSH term: its id (as in "D005947") and name.

    `other` is the CURIE of the same thing in ChEBI or the Disease Ontology, "" if the mapping is
    not one to one; `other_name` is its name there.
    """

    mesh: str
    name: str
    other: str = ""
    other_name: str = ""


@dataclass(frozen=True, slots=True)
class MeshDictionary:
    """MeSH terms that have a mapping to ChEBI or the Disease Ontology.

    `rows` are all lines of the table; `by_mesh` finds one by MeSH id (as in "D005947"), `by_other`
    by a CURIE that is mapped one to one (as in "CHEBI:4167").
    """

    rows: Sequence[str]
    by_mesh: Mapping[str, str]
    by_other: Mapping[str, str]

    def find(self, mesh_id: str) -> MeshTerm | None:
        """The term of a MeSH id."""
        row = self.by_mesh.get(mesh_id)
        return None if row is None else _term(row)

    def find_other(self, curie: str) -> MeshTerm | None:
        """The term that is mapped one to one to a ChEBI id or DOID."""
        row = self.by_other.get(curie)
        return None if row is None else _term(row)

    def names(self) -> frozenset[str]:
        """All names of chemicals in MeSH and ChEBI, case-folded; of ambiguous mappings too."""
        found = set()
        for row in self.rows:
            _, name, other, other_name, _ = row.split("\t")
            if other.startswith("CHEBI:"):
                found |= {name.casefold(), (other_name or name).casefold()}
        return frozenset(found)


def _term(row: str) -> MeshTerm:
    mesh, name, other, other_name, ambiguous = row.split("\t")
    if ambiguous:
        return MeshTerm(mesh, name)
    return MeshTerm(mesh, name, other, other_name or name)


@cache
def bundled_mesh() -> MeshDictionary:
    """The bundled dictionary: facts from Gilda's MeSH mappings.

    Read on first use; a row is taken apart when it is asked for, since few of them are.
    """
    text = resources.ontology("mesh-xrefs.tsv").read_text(encoding="utf-8")
    _, *rows = (line for line in text.splitlines() if not line.startswith("#"))
    by_mesh, by_other = {}, {}
    for row in rows:
        mesh_id, _, other, _, ambiguous = row.split("\t")
        by_mesh[mesh_id] = row
        if not ambiguous:
            by_other[other] = row
    return MeshDictionary(rows, by_mesh, by_other)
