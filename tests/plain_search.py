"""A plain reading of the texts of figures, and a plain search in them.

Written from the records and docs/guides/names.md; imports nothing of the package. A word is what
stands between signs; words are alike if Porter's stemmer (snowballstemmer's, not SQLite's)
gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

import snowballstemmer

from plain_reading import human_genes, present, read_corpus, read_front_matter, read_table

PORTER = snowballstemmer.stemmer("porter")
COLUMNS = ("word", "match", "name", "ncbigene_symbol", "symbol", "hgnc_symbol")


def search(corpus: dict[str, str], question: str) -> set[str]:
    """The figures that have all parts of "liver & il 6 | il6": each one of its phrases."""
    parts = [[stems(way) for way in part.split("|")] for part in question.split("&")]
    return {
        figid
        for figid, texts in corpus.items()
        if all(any(way in texts for way in ways) for ways in parts)
    }


def stems(text: str) -> str:
    """The stems of a text, with a blank before and after each."""
    bare = "".join(c for c in normalize("NFKD", normalize("NFKC", text)) if not combining(c))
    return "".join([" ", *(f"{stem(word)} " for word in re.findall(r"[^\W_]+", bare.lower()))])


@cache
def stem(word: str) -> str:
    return str(PORTER.stemWord(word)) if word.isascii() and len(word) > 2 else word


def read_texts(corpus: Path, vocabularies: Path) -> dict[str, str]:
    """figid -> its texts, as stems, a line each."""
    facts = read_corpus(corpus, vocabularies)
    symbols = {
        gene: row["symbol"]
        for row in human_genes(vocabularies)
        for gene in row["ncbigene_ids"].split("|")[:1]
    }
    texts: dict[str, list[str]] = {figid: [] for figid in facts.figures}
    for figid, keyword in facts.keywords:
        texts[figid].append(keyword)
    for figid, gene, _ in facts.genes:
        texts[figid].append(symbols.get(gene, ""))
    for page in sorted((corpus / "_figures").glob("*.md")):
        record = read_front_matter(page)
        texts[record["figid"]] += of_record(record, corpus / "_data")
    return {figid: "\n".join(map(stems, some)) for figid, some in texts.items()}


def of_record(record: dict, data: Path) -> Iterator[str]:
    for key in ("figtitle", "caption", "papertitle"):
        yield present(record.get(key))
    keywords = record.get("keywords") or ""
    yield from ([keywords] if isinstance(keywords, str) else keywords)
    for kind in ("genes", "chemicals", "diseases"):
        rows = read_table(data / f"{record['figid']}-{kind}.tsv") or record.get(kind) or []
        yield from (text for row in rows if named(kind, row) for text in names(row))


def named(kind: str, row: dict[str, str]) -> bool:
    """Whether the names in a row are known: a gene needs an id, and all others leave keywords."""
    return kind != "genes" or bool(present(row.get("ncbigene_id") or row.get("entrez")))


def names(row: dict[str, str]) -> Iterable[str]:
    return (text for name in COLUMNS if (text := present(row.get(name))))
