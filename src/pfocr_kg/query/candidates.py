"""Figures that a curator of WikiPathways could draw next, of all figures or of a topic."""

from __future__ import annotations

from typing import Final

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.names import lookup
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.search import search
from pfocr_kg.query import bundled
from pfocr_kg.query.execution import OnNote, run
from pfocr_kg.query.results import Records, Rows
from pfocr_kg.store.sparql import Answering

_NEEDS: Final = (
    "a candidate has five unambiguous genes, which only human genes can be, a pathway score of 0.8 "
    "and no pathway near"
)


def candidates(
    store: Answering, topic: str = "", pathway: str | None = None, *, on_note: OnNote
) -> Records:
    """The figures most worth a pathway of their own, or those that add most to a pathway.

    They are the rows of the query `candidates`, of a topic only those that a search for it finds,
    or of the query `candidates-for-pathway`.

    Raises:
        QueryError: topic and pathway are given, the topic has no letters and no numbers, nothing
            or several things are called as the pathway is, or the graph has no pathways.

    """
    if topic and pathway is not None:
        raise QueryError("candidates are of a topic or for a pathway", hint="Give one of them")
    if not lookup.of_store(store).is_linked():
        hint = "Link it: pfocr-kg link --wikipathways PATH"
        raise QueryError("the graph is not linked to pathways", hint=hint)
    values = {} if pathway is None else {"pathway": pathway}
    query = bundled.find("candidates-for-pathway" if values else "candidates")
    figures = _of_topic(store, topic, on_note) if topic else None
    answer = run(store, query, values, on_note=on_note)
    assert isinstance(answer, Rows)
    rows = Records(row for row in answer if figures is None or row["figure"] in figures)
    if figures:
        of = f"{len(figures):,} figure{'' if len(figures) == 1 else 's'}"
        on_note(f"{topic}: {of}, {len(rows):,} of them worth a pathway")
        if not rows:
            on_note(_NEEDS)
    return rows


def _of_topic(store: Answering, topic: str, on_note: OnNote) -> set[str]:
    """The figures that a search finds; its notes are of use only if there are none."""
    notes: list[str] = []
    found = search(store, topic, limit=None, on_note=notes.append).hits
    for note in () if found else notes:
        on_note(note)
    if not found and lookup.of_store(store).matches(topic, [NamedKind.PATHWAY]):
        on_note(f"{topic} is a pathway: ask for pathway={topic}")
    return {iris.figure(hit.figure) for hit in found}
