"""Finds what a text can mean: in the index of a generation, else with questions in SPARQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol
from unicodedata import combining, normalize
from urllib.parse import unquote

from pfocr_kg import iris
from pfocr_kg.names import figure_text, folding, index, spelling
from pfocr_kg.names.matches import ORDER, How, Match, NamedKind
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.sparql import Answering

HOW: Final = tuple(How)
NEAR: Final = 5
"""Things that are named as near, at most."""
_MOST: Final = 1000
"""Things that are looked at for words of their names, at most."""
SLOW: Final = "the graph has no index of names and texts: it is asked by SPARQL, which is slower"

_PMCID: Final = re.compile(r"(?:https?://\S+/|PMCID:? ?)?PMC[:/]?([1-9][0-9]*)/?", re.IGNORECASE)
_PUBMED: Final = re.compile(
    r"(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|(?:pmid|pubmed):? ?)?([1-9][0-9]*)/?", re.IGNORECASE
)
_DOI: Final = re.compile(
    r"(?:doi: ?|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,}/\S+)", re.IGNORECASE
)
_PATHWAY: Final = re.compile(r"(WP[1-9][0-9]*)(?:_r?[0-9]+)?", re.IGNORECASE)
_IMAGE: Final = re.compile(r"\.(?:jpe?g|png|gif|tiff?|html?|md)$", re.IGNORECASE)
_VERSION: Final = re.compile(r"(ENS[A-Z]*G[0-9]{11})\.[0-9]+", re.IGNORECASE)

_THINGS: Final = """SELECT iri, kind, label, identifier, taxon, name, how, figures
  FROM name JOIN thing ON thing.id = name.thing WHERE key IN (%s)"""
_NAMED: Final = """SELECT id, iri, kind, label, identifier, taxon, figures FROM thing
  WHERE id IN (SELECT rowid FROM parts WHERE parts MATCH ?) AND kind IN (%s)
  ORDER BY figures DESC, length(label), label, iri LIMIT %d"""
_NAMES_OF: Final = "SELECT name FROM name WHERE thing = ? AND how IN (1, 2, 3)"
_ALL_NAMES: Final = """SELECT DISTINCT how, name FROM name JOIN thing ON thing.id = name.thing
  WHERE iri = ? AND kind = ? ORDER BY how, name"""
_GENES_FIGURES: Final = "SELECT iri, figures FROM thing WHERE kind = 'gene' AND iri IN (%s)"
_FIGURES: Final = """SELECT figid, title FROM figure WHERE %s = ? COLLATE NOCASE ORDER BY figid"""
_PAPER: Final = "SELECT pmcid, MAX(paper_title), COUNT(*) FROM figure WHERE %s = ? GROUP BY pmcid"


class Names(Protocol):
    """The names of a graph; `slow` tells that it has no index, and asks the store itself."""

    slow: bool
    store: Answering

    def matches(self, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
        """All that is called so, best first; see `docs/guides/names.md` for the order."""

    def gene_finder(self, organism: str) -> Callable[[str], list[Match]]:
        """A `matches` for many genes of one organism (NCBI taxon number)."""

    def parts(self, text: str, kinds: Collection[NamedKind], limit: int) -> list[Match]:
        """What has all words of the text in a name or title, those in most figures first."""

    def near(self, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
        """A few things that have a similar name."""

    def names_of(self, match: Match) -> list[tuple[How, str]]:
        """All names of an entity, in the order of `How`; none of a paper or figure."""

    def figures_of_genes(self, genes: Collection[str]) -> dict[str, int]:
        """How many figures draw each of these genes (IRIs), however it was read."""

    def figure_titles(self) -> dict[str, str]:
        """The titles of all figures that have one, by figid."""

    def is_linked(self) -> bool:
        """Whether the graph has pathways."""

    def has_pubmed_ids(self) -> bool:
        """Whether any PubMed id is known, or none could be."""


def of_store(store: Answering) -> Names:
    """The names of a store."""
    if isinstance(store, Embedded) and store.generation.index.exists():
        return IndexedNames(store)
    from pfocr_kg.names.by_sparql import QueriedNames  # noqa: PLC0415

    return QueriedNames(store)


class IndexedNames:
    """The names of a built store, in the index of its generation.

    Raises:
        DamagedStoreError: the index is damaged.

    """

    slow = False

    def __init__(self, store: Embedded) -> None:
        self.store: Answering = store
        self.path = store.generation.index
        with index.errors(self.path):
            self.base = index.open_index(self.path)

    def matches(self, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
        """All that is called so, best first."""
        asked = tuple(kinds) or tuple(NamedKind)
        text = folding.readable(text)
        found: list[Match] = []
        with index.errors(self.path):
            found += self._things(text, asked)
            if NamedKind.PAPER in asked:
                found += self._papers(text)
            if NamedKind.FIGURE in asked:
                found += self._figures(text)
            found += self._whole_titles(text, asked)
        return sorted(found, key=order)

    def gene_finder(self, organism: str) -> Callable[[str], list[Match]]:  # noqa: ARG002
        """A `matches` for many genes; those of other organisms are found too."""
        return lambda text: self.matches(text, (NamedKind.GENE,))

    def _things(self, text: str, kinds: Sequence[NamedKind]) -> Iterable[Match]:
        name = identifier(text)
        keys = folding.keys(name)
        marks = ", ".join("?" * len(keys))
        best: dict[tuple[str, str], Match] = {}
        cased, folded = folding.cased(name), folding.folded(name)
        for iri, kind, label, number, of, known, how, figures in self.base.execute(
            _THINGS % marks, keys
        ):
            if NamedKind(kind) not in kinds:
                continue
            fold = 0 if folding.cased(known) == cased else 1 + (folding.folded(known) != folded)
            match = Match(iri, NamedKind(kind), label, number, of, known, HOW[how], figures, fold)
            if (iri, kind) not in best or rank(match) < rank(best[iri, kind]):
                best[iri, kind] = match
        return best.values()

    def _papers(self, text: str) -> Iterator[Match]:
        column, value = paper_column(text)
        if column == "pubmed":
            found = self.base.execute("SELECT pmcid FROM pubmed WHERE pubmed = ?", (value,))
            for (pmcid,) in found.fetchall():
                yield from self._paper("pmcid", pmcid, text)
        elif column:
            yield from self._paper(column, value, text)

    def _paper(self, column: str, value: str, matched: str) -> Iterator[Match]:
        for pmcid, title, figures in self.base.execute(_PAPER % column, (value,)):
            yield Match(
                iris.paper(pmcid), NamedKind.PAPER, title, pmcid, matched=matched, figures=figures
            )

    def _figures(self, text: str) -> Iterator[Match]:
        name = local(text)
        seen: dict[str, str] = {}
        for column, value in (
            *(("figid", value) for value in with_and_without_ending(name)),
            *(("alias", value) for value in with_and_without_ending(name)),
            ("file_name", name),
            ("page", figure_text.page_key(text)),
        ):
            if value:
                seen |= dict(self.base.execute(_FIGURES % column, (value,)))
        for figid, title in seen.items():
            yield Match(iris.figure(figid), NamedKind.FIGURE, title, figid, matched=text, figures=1)

    def _whole_titles(self, text: str, kinds: Sequence[NamedKind]) -> Iterator[Match]:
        key = folding.folded(text)
        phrase = f'"{" ".join(_words(text))}"'
        for match in self._titled(phrase, kinds, _MOST) if _words(text) else ():
            if folding.folded(match.label) == key:
                yield replace(match, how=How.TITLE)

    def parts(self, text: str, kinds: Collection[NamedKind], limit: int) -> list[Match]:
        """What has all words of the text in a name or title, those in most figures first."""
        words = _words(text)
        sought = _beginnings(words)
        asked = tuple(kinds) or tuple(NamedKind)
        if not words:
            return []
        with index.errors(self.path):
            named = list(islice(self._named(words, asked), limit if limit >= 0 else None))
            return [*named, *self._titled(sought, asked, limit)]

    def _named(self, words: Sequence[str], kinds: Sequence[NamedKind]) -> Iterator[Match]:
        marks = ", ".join("?" * len(kinds))
        sought = _beginnings(words)
        rows = self.base.execute(_NAMED % (marks, _MOST), (sought, *kinds)).fetchall()
        for row, iri, kind, label, number, of, figures in rows:
            names = [name for (name,) in self.base.execute(_NAMES_OF, (row,)) if _has(name, words)]
            if names:
                name = min(names, key=lambda name: (len(name), name))
                yield Match(iri, NamedKind(kind), label, number, of, name, How.PART, figures)

    def _titled(self, words: str, kinds: Sequence[NamedKind], limit: int) -> Iterator[Match]:
        for kind, column in ((NamedKind.FIGURE, "title"), (NamedKind.PAPER, "paper_title")):
            if kind not in kinds:
                continue
            key = "figid" if kind is NamedKind.FIGURE else "pmcid"
            rows = self.base.execute(
                f"SELECT figure.{key}, figure.{column}, COUNT(*) FROM text"  # noqa: S608
                " JOIN figure ON figure.id = text.rowid WHERE text MATCH ?"
                " GROUP BY 1, 2 ORDER BY length(figure.title), 2, 1 LIMIT ?",
                (f"{{{column}}} : ({words})", limit),
            )
            for name, title, figures in rows:
                iri = iris.figure(name) if kind is NamedKind.FIGURE else iris.paper(name)
                yield Match(iri, kind, title, name, matched=title, how=How.PART, figures=figures)

    def near(self, text: str, kinds: Collection[NamedKind] = ()) -> list[Match]:
        """A few things that have a similar name."""
        asked = tuple(kinds) or tuple(NamedKind)
        key = folding.folded(folding.readable(text))
        with index.errors(self.path):
            found = self._of_keys(spelling.edited(key, self._known), asked)
            found += [] if len(found) >= NEAR else self.parts(text, kinds, NEAR)
            found += [] if found else self._of_keys(spelling.alike(key, self._beginning), asked)
        return list({(match.iri, match.kind): match for match in found}.values())[:NEAR]

    def names_of(self, match: Match) -> list[tuple[How, str]]:
        """All names of an entity, in the order of `How`; none of a paper or figure."""
        with index.errors(self.path):
            found = self.base.execute(_ALL_NAMES, (match.iri, match.kind)).fetchall()
        return [(HOW[how], name) for how, name in found]

    def figures_of_genes(self, genes: Collection[str]) -> dict[str, int]:
        """How many figures draw each of these genes (IRIs), however it was read."""
        marks = ", ".join("?" * len(genes))
        with index.errors(self.path):
            return dict(self.base.execute(_GENES_FIGURES % marks, tuple(genes)))

    def figure_titles(self) -> dict[str, str]:
        """The titles of all figures that have one, by figid."""
        with index.errors(self.path):
            return dict(self.base.execute("SELECT figid, title FROM figure WHERE title != ''"))

    def is_linked(self) -> bool:
        """Whether the graph has pathways."""
        return self._has("thing WHERE kind = 'pathway'")

    def has_pubmed_ids(self) -> bool:
        """Whether any PubMed id is known."""
        return self._has("pubmed")

    def _has(self, rows: str) -> bool:
        with index.errors(self.path):
            return self.base.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchone() is not None  # noqa: S608

    def _of_keys(self, keys: Sequence[str], kinds: Sequence[NamedKind]) -> list[Match]:
        found = [match for key in keys for match in self._things(key, kinds)]
        return sorted(found, key=lambda match: (match.how is How.WORD, -match.figures, match.label))

    def _known(self, keys: Sequence[str]) -> list[str]:
        marks = ", ".join("?" * len(keys))
        rows = self.base.execute(f"SELECT DISTINCT key FROM name WHERE key IN ({marks})", keys)  # noqa: S608
        return [key for (key,) in rows]

    def _beginning(self, start: str) -> list[str]:
        rows = self.base.execute(
            "SELECT DISTINCT key FROM name WHERE key >= ? AND key < ? AND how IN (1, 2, 3)"
            " ORDER BY key LIMIT 5000",
            (start, start + "\U0010ffff"),
        )
        return [key for (key,) in rows]


def _words(text: str) -> list[str]:
    bare = "".join(c for c in normalize("NFKD", folding.cased(text)) if not combining(c))
    return re.findall(r"[^\W_]+", bare)


def _beginnings(words: Iterable[str]) -> str:
    """The FTS5 expression of texts with words that begin so; those of two letters are whole."""
    return " ".join(f'"{word}"*' if len(word) > 2 else f'"{word}"' for word in words)


def _has(name: str, words: Iterable[str]) -> bool:
    """Whether one name has words that begin so: several names of a thing can have them by parts."""
    own = _words(name)
    return all(
        any(one.startswith(word) if len(word) > 2 else one == word for one in own) for word in words
    )


def identifier(text: str) -> str:
    """A text as an identifier is stored: without the address before it, or a version after it."""
    if found := _PATHWAY.fullmatch(local(text)):
        return found[1]
    if found := _VERSION.fullmatch(text):
        return found[1]
    return iris.curie(text.strip("<>")).removeprefix("obo:") if "://" in text else text


def with_and_without_ending(name: str) -> tuple[str, str]:
    """A name that can be that of an image or page, and the same without the file's ending."""
    return name, _IMAGE.sub("", name)


def paper_column(text: str) -> tuple[str, str]:
    """("pmcid", "doi" or "pubmed", the id) of a text that names a paper, else two empty texts."""
    if found := _PMCID.fullmatch(text.strip("<>")):
        return "pmcid", f"PMC{found[1]}"
    if found := _DOI.fullmatch(text):
        return "doi", unquote(found[1]).lower()
    found = _PUBMED.fullmatch(text)
    return ("pubmed", found[1]) if found else ("", "")


def local(text: str) -> str:
    """The last part of an address or CURIE, percent-decoded."""
    for prefix in ("figure", "wikipathways", "pmc"):
        base = iris.PREFIXES[prefix]
        for start in (base, f"{prefix}:"):
            if text.strip("<>").startswith(start):
                return unquote(text.strip("<>")[len(start) :])
    return unquote(text.rpartition("/")[2]) if "://" in text else text


def rank(match: Match) -> tuple[int, int]:
    """The place of a name: by its fold, then by how it belongs; words read off figures last."""
    place = ORDER[match.how]
    return (place if match.how in (How.IDENTIFIER, How.WORD) else match.fold, place)


def order(match: Match) -> tuple[object, ...]:
    """Sorts matches, best first: of human before other organisms, unless an identifier is given."""
    human = match.how is How.IDENTIFIER or match.taxon in ("", iris.HUMAN)
    is_word = match.how is How.WORD
    return (is_word, not human, *rank(match), -match.figures, match.label, match.iri, match.kind)
