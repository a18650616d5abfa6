"""What the index of a store holds, read with SQLite itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path

ROWS = {
    "thing": "SELECT iri, kind, label, identifier, taxon, figures, linked FROM thing",
    "name": """SELECT iri, kind, how, name, key, name.linked
        FROM name JOIN thing ON thing.id = thing""",
    "part": """SELECT iri, kind, term, col, offset
        FROM part_words JOIN thing ON thing.id = doc""",
    "figure": """SELECT figid, title, paper_title, alias, file_name, page, pmcid, doi,
        journal, year, score, genes FROM figure""",
    "word": "SELECT figid, term, col, offset FROM text_words JOIN figure ON figure.id = doc",
    "linked": "SELECT figid FROM linked",
    "pubmed": "SELECT pubmed, pmcid FROM pubmed",
    # Rows of the full-text tables that belong to nothing.
    "stray": """SELECT doc, term FROM part_words WHERE doc NOT IN (SELECT id FROM thing)
        UNION SELECT doc, term FROM text_words WHERE doc NOT IN (SELECT id FROM figure)""",
}


def rows(store: Path) -> list[str]:
    """All that the index of a store holds, without the numbers of its rows, sorted."""
    (place,) = store.glob("generations/*/names.sqlite")
    base = sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)
    for vocabulary, table in (("part_words", "parts"), ("text_words", "text")):
        base.execute(
            f"CREATE VIRTUAL TABLE temp.{vocabulary} USING fts5vocab('main', '{table}', 'instance')"
        )
    found = [f"{table} {row}" for table, question in ROWS.items() for row in base.execute(question)]
    base.close()
    assert not [row for row in found if row.startswith("stray")]
    return sorted(found)
